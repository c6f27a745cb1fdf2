use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(secretsmanager = "orders/the token")]
    token: Secret<String>,
}

fn main() {}
