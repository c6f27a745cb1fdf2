use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    kind: String,
    #[secret(when(kind = "a", kind = "b"))]
    token: Secret<String>,
}

fn main() {}
