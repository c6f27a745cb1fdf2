use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[secret(file = "/run/secrets/token", shared)]
    token: Secret<String>,
}

fn main() {}
