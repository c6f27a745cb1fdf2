use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "ssm/{env}")]
struct AppConfig {
    #[secret]
    token: Secret<String>,
}

fn main() {}
