use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(ssm, for_each = "keys")]
    keys: BTreeMap<String, Secret<String>>,
}

fn main() {}
