use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders", when = "enable")]
struct AppConfig {
    enabled: bool,
    #[secret]
    token: Secret<String>,
}

fn main() {}
