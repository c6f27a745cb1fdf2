use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
struct AppConfig {
    #[secret]
    #[serde(default = "token")]
    token: Secret<String>,
}

fn token() -> Secret<String> {
    unreachable!()
}

fn main() {}
