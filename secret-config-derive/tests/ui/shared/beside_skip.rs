use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[config(skip, shared)]
    port: u16,
}

fn main() {}
