//! [`Manifest`] for people: a line for each field, with the places that may have its value in the order in which they win.

use super::manifest::{FieldManifest, Manifest, Remote};
use std::fmt;

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for {}", self.config(), self.environment())?;
        if self.is_offline() {
            f.write_str(", which asks no store")?;
        }
        let rows: Vec<_> = self.fields().iter().map(|field| (field, self.places(field).join(" > "))).collect();
        let width = |of: fn(&FieldManifest) -> &str| {
            rows.iter().map(|(field, _)| of(field).chars().count()).max().unwrap_or_default()
        };
        let (paths, types) = (width(FieldManifest::path), width(FieldManifest::type_name));
        writeln!(f)?;
        for (field, places) in rows {
            write!(f, "\n{:<paths$}  {:<types$}  {places}", field.path(), field.type_name())?;
            if !field.conditions().is_empty() {
                write!(f, "  (looked up with {})", field.conditions().join(", "))?;
            }
            if field.is_shared() {
                f.write_str("  (shared)")?;
            }
        }
        Ok(())
    }
}

impl Manifest {
    /// What may have the value of a field, the first one first.
    fn places(&self, field: &FieldManifest) -> Vec<String> {
        let is_refused = field.is_secret() && !self.is_offline();
        let files = (!is_refused || field.allow_in_files()).then(|| "files".to_owned());
        let variables = field.variables().iter().filter(|_| !(is_refused && self.layout.denies_variables)).cloned();
        let stores = field.remotes().iter().filter(|_| !self.is_offline()).map(Remote::to_string);
        let default = field.default().map(|default| match default {
            "Default::default()" => "default".to_owned(),
            default => format!("default {default}"),
        });
        match self.layout.files_over_env {
            true => files.into_iter().chain(variables).chain(stores).chain(default).collect(),
            false => variables.chain(stores).chain(files).chain(default).collect(),
        }
    }
}

impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.store() {
            "ssm" => f.write_str("Parameter Store")?,
            "secretsmanager" => f.write_str("Secrets Manager")?,
            "file" => f.write_str("file")?,
            other => f.write_str(other)?,
        }
        write!(f, " {}", self.name())?;
        self.key().map_or(Ok(()), |key| write!(f, " key `{key}`"))
    }
}
