use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(local)]
    key: Option<Secret<String>>,
    #[secret(when = "key")]
    token: Secret<String>,
}

fn main() {}
