use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[serde(renam = "p")]
    port: u16,
}

fn main() {}
