use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(source = "vault")]
    token: Secret<String>,
}

fn main() {}
