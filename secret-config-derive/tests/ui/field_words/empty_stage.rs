use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(secretsmanager, stage = "")]
    token: Secret<String>,
}

fn main() {}
