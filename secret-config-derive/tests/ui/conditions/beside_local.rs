use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
struct AppConfig {
    enabled: bool,
    #[secret(local, unless = "enabled")]
    token: Secret<String>,
}

fn main() {}
