use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(ssm = "token", ssm_path = "/tokens")]
    tokens: BTreeMap<String, Secret<String>>,
}

fn main() {}
