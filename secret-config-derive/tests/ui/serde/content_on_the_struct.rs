use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[serde(content = "c")]
struct AppConfig {
    port: u16,
}

fn main() {}
