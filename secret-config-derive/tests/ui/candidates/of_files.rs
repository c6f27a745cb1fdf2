use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
struct AppConfig {
    #[secret(file = ["/a", "/b"])]
    token: Secret<String>,
}

fn main() {}
