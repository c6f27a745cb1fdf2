use secret_config::SecretConfig;
use std::collections::BTreeMap;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(flatten, with = "module", names(ssm = "/{path}"))]
    rest: BTreeMap<String, String>,
}

fn main() {}
