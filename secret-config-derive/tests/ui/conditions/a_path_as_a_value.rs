use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    kind: String,
    #[secret(when(kind = Kind::Oidc))]
    token: Secret<String>,
}

fn main() {}
