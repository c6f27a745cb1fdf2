use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[secret(secretsmanager, stage = "AWSPREVIOUS", shared)]
    token: Secret<String>,
}

fn main() {}
