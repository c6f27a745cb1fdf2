use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(document(secretsmanager = "orders/db"))]
struct AppConfig {
    enabled: bool,
    #[secret(when = "enabled")]
    token: Secret<String>,
}

fn main() {}
