use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    key_ids: Vec<String>,
    #[secret(ssm_path = "{prefix}/keys", for_each = "key_ids")]
    keys: BTreeMap<String, Secret<String>>,
}

fn main() {}
