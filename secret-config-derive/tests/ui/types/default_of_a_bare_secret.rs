use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[secret]
    #[config(default)]
    password: Secret<String>,
    #[secret]
    #[config(default)]
    keys: Vec<Secret<String>>,
}

fn main() {}
