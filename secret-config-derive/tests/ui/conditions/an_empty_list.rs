use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    kind: String,
    #[secret(when(kind = []))]
    token: Secret<String>,
}

fn main() {}
