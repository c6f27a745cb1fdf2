use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(ssm = "/orders/{root.a..b}")]
    token: Secret<String>,
}

fn main() {}
