use secret_config::SecretConfig;
use std::collections::BTreeMap;

#[derive(SecretConfig)]
struct AppConfig {
    key_ids: Vec<String>,
    #[config(for_each = "key_ids")]
    keys: BTreeMap<String, String>,
}

fn main() {}
