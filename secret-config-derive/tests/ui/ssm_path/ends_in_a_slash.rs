use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(ssm_path = "{prefix}/tokens/")]
    tokens: BTreeMap<String, Secret<String>>,
}

fn main() {}
