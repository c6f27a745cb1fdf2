use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(file = "")]
    token: Secret<String>,
}

fn main() {}
