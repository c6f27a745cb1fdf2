use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(env_prefix = "ORDERS")]
struct AppConfig {
    #[secret(ssm = "/{prefix}/token")]
    token: Secret<String>,
}

fn main() {}
