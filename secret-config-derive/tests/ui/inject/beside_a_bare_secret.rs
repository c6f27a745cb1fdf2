use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(inject("a", ssm = "/token"))]
    sources: Secret<Vec<String>>,
}

fn main() {}
