use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[serde(rename(desrialize = "p"))]
    port: u16,
}

fn main() {}
