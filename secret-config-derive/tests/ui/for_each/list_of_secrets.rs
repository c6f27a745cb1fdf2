use secret_config::{Secret, SecretConfig};
use std::collections::HashMap;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    tokens: Vec<Secret<String>>,
    #[secret(for_each = "tokens", ssm = "{prefix}/{entry}")]
    keys: HashMap<String, Secret<String>>,
}

fn main() {}
