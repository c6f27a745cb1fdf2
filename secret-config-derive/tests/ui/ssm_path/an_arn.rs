use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(ssm_path = "arn:aws:ssm:eu-west-1:123456789012:parameter/tokens")]
    tokens: BTreeMap<String, Secret<String>>,
}

fn main() {}
