use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[serde(default = "1")]
struct AppConfig {
    port: u16,
}

fn main() {}
