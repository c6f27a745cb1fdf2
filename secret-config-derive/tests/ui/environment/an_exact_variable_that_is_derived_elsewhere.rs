use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(env_prefix = "ORDERS")]
struct AppConfig {
    port: u16,
    #[config(env = "ORDERS_PORT")]
    legacy_port: u16,
}

fn main() {}
