use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(env_prefix = "ORDERS_")]
struct AppConfig {
    port: u16,
}

fn main() {}
