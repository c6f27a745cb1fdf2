use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[secret]
    key: Vec<u8>,
    #[secret]
    others: Vec<Secret<String>>,
}

fn main() {}
