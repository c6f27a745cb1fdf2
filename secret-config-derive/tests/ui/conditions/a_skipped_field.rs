use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(skip)]
    enabled: bool,
    #[secret(when = "enabled")]
    token: Secret<String>,
}

fn main() {}
