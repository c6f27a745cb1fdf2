use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders/{path}")]
struct AppConfig {
    port: u16,
}

fn main() {}
