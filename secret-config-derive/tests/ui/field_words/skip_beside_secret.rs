use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[serde(skip)]
    #[secret]
    token: Secret<String>,
}

fn main() {}
