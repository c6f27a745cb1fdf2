use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[serde(other)]
    port: u16,
}

fn main() {}
