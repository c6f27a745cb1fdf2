use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
struct AppConfig {
    #[secret(flatten)]
    rest: BTreeMap<String, Secret<String>>,
}

fn main() {}
