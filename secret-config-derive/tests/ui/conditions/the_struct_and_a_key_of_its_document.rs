use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(document(secretsmanager = "orders/db"), when = "enabled")]
struct AppConfig {
    enabled: bool,
    #[secret]
    token: Secret<String>,
}

fn main() {}
