use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    a: bool,
    b: bool,
    #[secret(when = "a", when = "b")]
    token: Secret<String>,
}

fn main() {}
