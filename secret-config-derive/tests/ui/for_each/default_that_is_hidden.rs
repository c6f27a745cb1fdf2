use secret_config::{Secret, SecretConfig};
use std::collections::HashMap;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(default = vec![String::from("k1")])]
    key_ids: Vec<String>,
    #[secret(for_each = "key_ids", ssm = "{prefix}/{entry}")]
    keys: HashMap<String, Secret<String>>,
}

fn main() {}
