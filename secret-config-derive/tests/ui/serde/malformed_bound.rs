use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[serde(bound = "T")]
struct AppConfig {
    port: u16,
}

fn main() {}
