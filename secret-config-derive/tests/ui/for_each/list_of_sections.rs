use secret_config::{Secret, SecretConfig};
use std::collections::HashMap;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(nested)]
    providers: Vec<Provider>,
    #[secret(for_each = "providers", ssm = "{prefix}/{entry}")]
    keys: HashMap<String, Secret<String>>,
}

#[derive(SecretConfig)]
struct Provider {
    id: String,
}

fn main() {}
