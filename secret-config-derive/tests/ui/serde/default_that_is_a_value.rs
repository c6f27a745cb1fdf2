use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[serde(default = 1)]
    port: u16,
}

fn main() {}
