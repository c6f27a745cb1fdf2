use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(default = "hunter2")]
    token: Secret<String>,
}

fn main() {}
