use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[serde(from = "u8")]
struct AppConfig {
    port: u16,
}

fn main() {}
