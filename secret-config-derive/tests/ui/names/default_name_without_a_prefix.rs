use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(env_prefix = "ORDERS")]
struct AppConfig {
    #[secret]
    token: Secret<String>,
}

fn main() {}
