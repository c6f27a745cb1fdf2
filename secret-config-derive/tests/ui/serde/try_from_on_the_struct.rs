use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[serde(try_from = "u8")]
struct AppConfig {
    port: u16,
}

fn main() {}
