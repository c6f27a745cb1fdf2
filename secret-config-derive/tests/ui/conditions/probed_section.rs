use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(nested, probe)]
    tls: Option<Tls>,
    #[secret(when = "tls")]
    pin: Option<Secret<String>>,
}

#[derive(SecretConfig)]
struct Tls {
    #[secret]
    certificate: Secret<String>,
}

fn main() {}
