use secret_config::SecretConfig;
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[config(ssm_path = "{prefix}/limits", shared)]
    limits: BTreeMap<String, u32>,
}

fn main() {}
