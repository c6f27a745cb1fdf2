use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[serde(untagged)]
struct AppConfig {
    port: u16,
}

fn main() {}
