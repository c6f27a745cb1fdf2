use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(ssm)]
    enabled: bool,
    #[secret(when = "enabled")]
    token: Secret<String>,
}

fn main() {}
