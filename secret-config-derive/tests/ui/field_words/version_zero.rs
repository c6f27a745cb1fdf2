use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(ssm, version = "0")]
    token: Secret<String>,
}

fn main() {}
