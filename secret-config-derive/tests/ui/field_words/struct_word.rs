use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(prefix = "orders")]
    port: u16,
}

fn main() {}
