use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    key_ids: Vec<String>,
    #[secret(ssm, for_each = "key_ids")]
    keys: Vec<Secret<String>>,
}

fn main() {}
