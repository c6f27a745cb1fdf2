use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
struct AppConfig {
    key_ids: Vec<String>,
    #[secret(local, for_each = "key_ids")]
    keys: BTreeMap<String, Secret<String>>,
}

fn main() {}
