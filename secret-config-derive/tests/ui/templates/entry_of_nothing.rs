use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(ssm = "/orders/{entry}")]
    token: Secret<String>,
}

fn main() {}
