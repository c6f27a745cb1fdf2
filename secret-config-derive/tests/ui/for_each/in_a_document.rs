use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(document(secretsmanager = "orders/db"))]
struct AppConfig {
    #[config(local)]
    key_ids: Vec<String>,
    #[secret(for_each = "key_ids")]
    keys: BTreeMap<String, Secret<String>>,
}

fn main() {}
