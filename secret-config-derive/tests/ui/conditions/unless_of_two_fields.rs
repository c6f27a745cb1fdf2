use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    kind: String,
    tls: bool,
    #[secret(unless(kind = "a", tls = true))]
    token: Secret<String>,
}

fn main() {}
