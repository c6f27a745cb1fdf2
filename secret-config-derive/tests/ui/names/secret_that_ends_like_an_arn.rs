use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(secretsmanager = "orders/token-AbCdEf")]
    token: Secret<String>,
}

fn main() {}
