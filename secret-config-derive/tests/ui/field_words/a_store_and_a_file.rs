use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(ssm = "token", file = "/run/secrets/token")]
    token: Secret<String>,
}

fn main() {}
