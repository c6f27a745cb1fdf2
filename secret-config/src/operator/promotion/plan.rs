//! The plan, for people: a line for each thing that is written, and for each that is kept.

use super::{Creation, Part, Promotion, Scope};
use crate::plan::SourceName;
use crate::source::ParameterKind;
use std::fmt;

impl Creation {
    /// What a person calls it.
    fn kind(&self) -> &'static str {
        match (self.source, self.is_secret, self.parts.first()) {
            (SourceName::SecretsManager, ..) => "secret",
            _ if self.parameter == Some(ParameterKind::SecureString) => "SecureString",
            _ if self.parameter == Some(ParameterKind::StringList) => "StringList",
            _ if self.parameter == Some(ParameterKind::String) => "String",
            (_, true, _) => "SecureString",
            (_, false, Some(part)) if part.is_list() => "StringList",
            (_, false, _) => "String",
        }
    }

    fn verb(&self) -> &'static str {
        match self.exists {
            _ if self.parts.iter().all(|part| part.has_value) => "replace",
            true => "add to",
            false => "create",
        }
    }

    /// The line for it, with verbs of so many letters.
    fn line(&self, verb: &str, width: usize, remarks: &[String]) -> String {
        let mut line = format!("{verb:<width$} {:<12} {}", self.kind(), self.name);
        let keys: Vec<_> = self.parts.iter().filter_map(Part::key).collect();
        if !keys.is_empty() {
            let plural = if keys.len() == 1 { "" } else { "s" };
            line.push_str(&format!("  key{plural} {}", keys.join(", ")));
        }
        line.push_str(&format!("  for {}", self.fields().collect::<Vec<_>>().join(", ")));
        if !remarks.is_empty() {
            line.push_str(&format!("  ({})", remarks.join("; ")));
        }
        line
    }

    /// What is said of its parts behind the line: once, if it holds for all of them.
    fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        remarks.extend(self.remark("optional", |part| !part.is_needed));
        match &self.version {
            Some(version) if self.verb() == "replace" => remarks.push(format!("has version {version}")),
            _ if self.verb() == "replace" => {}
            _ => remarks.extend(self.remark("replaces", |part| part.has_value)),
        }
        let mut environments: Vec<_> = self.parts.iter().filter_map(Part::copied_from).collect();
        environments.dedup();
        for environment in environments {
            let remark = format!("copied from {environment}");
            remarks.extend(self.remark(&remark, |part| part.copied_from() == Some(environment)));
        }
        remarks
    }

    fn remark(&self, word: &str, holds: impl Fn(&Part) -> bool) -> Option<String> {
        let parts: Vec<_> = self.parts.iter().filter(|part| holds(part)).collect();
        match parts.len() {
            0 => None,
            all if all == self.parts.len() => Some(word.to_owned()),
            _ => {
                let fields: Vec<_> = parts.iter().flat_map(|part| &part.fields).map(String::as_str).collect();
                Some(format!("{word}: {}", fields.join(", ")))
            }
        }
    }

    /// That it has a value, for whoever was asked to write one.
    fn standing(&self) -> String {
        match &self.version {
            Some(version) => format!("has a value: version {version}"),
            None => "has a value".to_owned(),
        }
    }
}

/// The plan, for people.
impl fmt::Display for Promotion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { config, environment, creations, kept, problems, .. } = self;
        match creations.iter().filter(|creation| creation.lacks_a_needed()).count() {
            _ if self.scope == Scope::Named && creations.is_empty() => {
                write!(f, "nothing is to be written to `{environment}`")?;
            }
            _ if self.scope == Scope::Named => write!(f, "to be written to `{environment}`:")?,
            0 if !problems.is_empty() => {
                write!(f, "nothing that could be created is missing in `{environment}`, as far as can be seen")?;
            }
            0 if !creations.is_empty() && creations.iter().all(|creation| creation.verb() == "replace") => {
                write!(f, "`{environment}` lacks nothing that `{config}` needs; to be written:")?;
            }
            0 => write!(f, "`{environment}` has everything that `{config}` needs of the stores")?,
            1 => write!(f, "`{environment}` lacks 1 thing that `{config}` needs")?,
            count => write!(f, "`{environment}` lacks {count} things that `{config}` needs")?,
        }
        let width = creations.iter().map(|creation| creation.verb().len()).max().unwrap_or("keep".len());
        for creation in creations {
            write!(f, "\n  {}", creation.line(creation.verb(), width, &creation.remarks()))?;
        }
        for creation in kept {
            write!(f, "\n  {}", creation.line("keep", width, &[creation.standing()]))?;
        }
        if !problems.is_empty() {
            f.write_str("\n\nto be mended by hand:")?;
        }
        problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

/// One line of the plan.
impl fmt::Display for Creation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line(self.verb(), 0, &self.remarks()))
    }
}

/// As `Display`: nothing else of it is for people.
impl fmt::Debug for Promotion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
