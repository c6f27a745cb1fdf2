use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[serde(transparent)]
struct AppConfig {
    port: u16,
}

fn main() {}
