use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(source = "", name = "token")]
    token: Secret<String>,
}

fn main() {}
