use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[serde(borrow)]
    port: u16,
}

fn main() {}
