use secret_config::SecretConfig;
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(ssm_path = "/tokens", format = "json")]
    tokens: BTreeMap<String, String>,
}

fn main() {}
