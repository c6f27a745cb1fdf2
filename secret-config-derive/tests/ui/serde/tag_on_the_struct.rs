use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[serde(tag = "type")]
struct AppConfig {
    port: u16,
}

fn main() {}
