use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    kind: String,
    #[secret(when(kind = ["a", B]))]
    token: Secret<String>,
}

fn main() {}
