use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(ssm_path = "/aws/reference/secretsmanager/db")]
    tokens: BTreeMap<String, Secret<String>>,
}

fn main() {}
