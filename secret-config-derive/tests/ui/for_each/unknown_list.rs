use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    key_ids: Vec<String>,
    #[secret(ssm, for_each = "keyids")]
    keys: BTreeMap<String, Secret<String>>,
}

fn main() {}
