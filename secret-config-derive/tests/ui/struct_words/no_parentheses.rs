use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config = "orders"]
struct AppConfig {
    port: u16,
}

fn main() {}
