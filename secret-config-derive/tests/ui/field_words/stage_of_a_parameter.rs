use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(ssm, stage = "AWSPREVIOUS")]
    token: Secret<String>,
}

fn main() {}
