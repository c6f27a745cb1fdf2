use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    kind: String,
    #[secret(ssm, when(kind("a")))]
    token: Secret<String>,
}

fn main() {}
