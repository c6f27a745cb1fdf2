use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(rename = "q")]
    #[serde(rename = "p")]
    port: u16,
}

fn main() {}
