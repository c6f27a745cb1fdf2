use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(file = "/run/secrets/token", version = "3")]
    token: Secret<String>,
}

fn main() {}
