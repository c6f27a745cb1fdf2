use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(ssm, version = "aws-latest")]
    token: Secret<String>,
}

fn main() {}
