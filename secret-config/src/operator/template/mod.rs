//! Files for a person to begin with, made of the struct: `config/default.toml`, `.env.example`, and a JSON schema for
//! editors. Names, types and defaults; no value of a secret, since none is read.

mod env;
mod example;
mod kind;
mod schema;
mod toml;

use super::layout::Value as Entry;
use super::manifest::{FieldManifest, Manifest, Remote};
use kind::{Kind, Spelt};
use serde_json::Value;

impl Manifest {
    /// A `config/default.toml` for a person to begin with: the doc comments, the defaults commented out, and for secrets,
    /// which have no place there, where they come from.
    ///
    /// It changes nothing as it is. `#port = 8080` shows the default, if it is one that a file can have; of an expression
    /// such as `Duration::from_secs(5)`, which only the compiler knows, a comment tells. Where the line ends with
    /// `# example` the value is none, and only shows how one is written. What is required is commented out too: a load that
    /// misses it says so, and an example that were taken for the value would hide it.
    ///
    /// ```
    /// use secret_config::{Secret, SecretConfig};
    ///
    /// #[derive(SecretConfig)]
    /// #[config(prefix = "orders/{env}")]
    /// struct AppConfig {
    ///     /// Where the service listens.
    ///     #[config(default = 8080)]
    ///     port: u16,
    ///     #[secret]
    ///     stripe_key: Secret<String>,
    /// }
    ///
    /// # fn main() -> Result<(), secret_config::LoadError> {
    /// let file = AppConfig::manifest("prod")?.default_toml();
    /// assert!(file.contains("# Where the service listens.\n# u16\n#port = 8080\n"));
    /// assert!(file.contains("# stripe_key is a secret, and has no place here: Parameter Store /orders/prod/stripe_key\n"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn default_toml(&self) -> String {
        toml::write(self)
    }

    /// A `.env.example` for a person to begin with: every variable that the config reads, commented out, with the doc
    /// comment and the default. Nothing stands behind the `=` where there is none, or where it is an expression: the comment
    /// tells, with an example of how a value is written.
    ///
    /// ```
    /// use secret_config::SecretConfig;
    ///
    /// #[derive(SecretConfig)]
    /// #[config(env_prefix = "ORDERS")]
    /// struct AppConfig {
    ///     /// Where the service listens.
    ///     #[config(default = 8080)]
    ///     port: u16,
    /// }
    ///
    /// # fn main() -> Result<(), secret_config::LoadError> {
    /// let file = AppConfig::manifest("prod")?.env_example();
    /// assert!(file.ends_with("# Where the service listens.\n# u16\n#ORDERS_PORT=8080\n"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn env_example(&self) -> String {
        env::write(self)
    }

    /// A JSON schema (2020-12) for the files, so that an editor completes and checks them.
    ///
    /// No key is required, since each may come from another file, a variable or a store. A key has a `default` where the
    /// struct's is a literal, or the empty value of a common type; what an expression gives only the compiler knows. Secrets are left out where no file
    /// may have them: outside offline environments, unless the field says `allow_in_files`.
    ///
    /// ```
    /// use secret_config::SecretConfig;
    ///
    /// #[derive(SecretConfig)]
    /// struct AppConfig {
    ///     /// Where the service listens.
    ///     #[config(default = 8080)]
    ///     port: u16,
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let schema: serde_json::Value = serde_json::from_str(&AppConfig::manifest("prod")?.json_schema())?;
    /// assert_eq!(schema["properties"]["port"]["description"], "Where the service listens.");
    /// assert_eq!(schema["properties"]["port"]["default"], 8080);
    /// assert_eq!(schema["additionalProperties"], false);
    /// # Ok(())
    /// # }
    /// ```
    pub fn json_schema(&self) -> String {
        schema::write(self)
    }
}

/// The default of a field, for a file.
enum Default<'a> {
    /// As the file writes it.
    Value(Value),
    /// As the struct spells it: what comes of it, only the compiler knows.
    Spelt(&'a str),
    /// It is an `Option`.
    Absent,
    /// It has none.
    Required,
}

impl<'a> Default<'a> {
    /// What there is to say of it beside a value. A store that has it makes it less than required.
    fn words(&self, stores: &str) -> Option<String> {
        match self {
            Self::Value(_) => None,
            Self::Spelt("Default::default()") => Some("the default is that of the type".to_owned()),
            Self::Spelt(spelling) => Some(format!("the default is `{spelling}`, in the code")),
            Self::Absent => Some("optional".to_owned()),
            Self::Required => stores.is_empty().then(|| "required".to_owned()),
        }
    }

    fn of(field: &'a FieldManifest, entry: &Entry) -> Self {
        let Spelt { kind, is_optional } = Spelt::new(field.type_name());
        let value = match (entry.literal, field.default()) {
            (Some(literal), Some(_)) if !entry.is_converted => written(&kind, literal),
            (None, Some("Default::default()")) if !is_optional && !entry.is_converted => empty(&kind),
            _ => None,
        };
        match (value, field.default()) {
            (Some(value), _) => Self::Value(value),
            (None, Some("Default::default()")) | (None, None) if is_optional => Self::Absent,
            (None, Some(spelling)) => Self::Spelt(spelling),
            (None, None) => Self::Required,
        }
    }
}

/// The text of a literal, as a value of this kind.
fn written(kind: &Kind, text: &str) -> Option<Value> {
    let flag = || text.parse().ok().map(Value::Bool);
    let integer = || text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<u64>().map(Value::from)).ok();
    let fraction = || serde_json::Number::from_f64(text.parse().ok()?).map(Value::Number);
    match kind {
        Kind::Flag => flag(),
        Kind::Integer { .. } => integer(),
        Kind::Fraction => fraction(),
        Kind::Text => Some(text.into()),
        // A string is turned into the type; another literal is of a type that has a second name.
        Kind::Unknown => flag().or_else(integer).or_else(|| Some(text.into())),
        Kind::List(_) | Kind::Map(_) => None,
    }
}

/// `Default::default()`.
fn empty(kind: &Kind) -> Option<Value> {
    match kind {
        Kind::Unknown => None,
        kind => serde_json::from_str(kind.empty()).ok(),
    }
}

/// The stores that a field's value may come from, in words; none of an offline environment.
fn stores(manifest: &Manifest, field: &FieldManifest) -> String {
    let asked = field.remotes().iter().filter(|_| !manifest.is_offline());
    asked.map(Remote::to_string).collect::<Vec<_>>().join(" or ")
}

/// `text` as the lines of a comment.
fn comment(text: &str) -> String {
    text.lines().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect()
}
