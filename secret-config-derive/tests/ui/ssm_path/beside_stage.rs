use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(ssm_path = "/tokens", stage = "AWSCURRENT")]
    tokens: BTreeMap<String, Secret<String>>,
}

fn main() {}
