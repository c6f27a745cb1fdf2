use secret_config::SecretConfig;
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[config(inject("password", ssm = "/orders/{env}/password", shared))]
    broker: BTreeMap<String, String>,
}

fn main() {}
