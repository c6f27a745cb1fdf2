use secret_config::SecretConfig;
use std::collections::BTreeMap;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(flatten, ssm = "/rest")]
    rest: BTreeMap<String, String>,
}

fn main() {}
