use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    enabled: bool,
    #[secret(ssm, when = "enbled")]
    token: Secret<String>,
}

fn main() {}
