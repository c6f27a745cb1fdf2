use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders", names(ssm = "{prefix}/key"))]
struct AppConfig {
    key_ids: Vec<String>,
    #[secret(for_each = "key_ids")]
    keys: BTreeMap<String, Secret<String>>,
}

fn main() {}
