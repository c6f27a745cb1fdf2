//! `when` and `unless`: every kind of field that may decide, and every kind of value.
#![allow(dead_code)]

use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}", rename_all = "kebab-case", unless = "dry_run")]
struct AppConfig {
    #[config(default = false)]
    dry_run: bool,
    transport_kind: String,
    #[config(default = 3)]
    retries: i8,
    #[config(default = 'a', local)]
    letter: char,
    #[config(env = "RATIO", default = -0.5)]
    ratio: f64,
    r#type: Option<String>,
    /// By the name of the field, by its key, and by a raw identifier.
    #[secret(when(transport_kind = "smtp"), unless = "dry-run")]
    one: Option<Secret<String>>,
    #[secret(secretsmanager, when = "transport-kind")]
    two: Option<Secret<String>>,
    #[secret(ssm = "/three", when(r#type = ["a", "b"], retries = [-1, 3], letter = 'b', ratio = -0.5, dry_run = true,))]
    three: Option<Secret<String>>,
    #[secret(file = "/four", unless(type = "a"))]
    four: Option<Secret<String>>,
    #[secret(source = "vault", name = "five", when = "smtp", unless = "list")]
    five: Option<Secret<String>>,
    #[config(nested)]
    smtp: Option<Smtp>,
    #[config(nested, when = "smtp", unless(retries = 0))]
    fallback: Option<Smtp>,
    #[config(nested)]
    list: Vec<Smtp>,
    #[config(nested)]
    map: BTreeMap<String, Smtp>,
}

#[derive(SecretConfig)]
#[config(document(secretsmanager = "{prefix}/{path}"), when = "enabled")]
struct Smtp {
    #[config(local, default = true)]
    enabled: bool,
    host: String,
    #[secret(when = "enabled")]
    password: Option<Secret<String>>,
}

fn main() {}
