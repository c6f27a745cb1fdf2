use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(key = "password")]
    password: Secret<String>,
}

fn main() {}
