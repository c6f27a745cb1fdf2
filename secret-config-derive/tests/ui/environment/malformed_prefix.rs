use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(env_prefix = "1-ORDERS")]
struct AppConfig {
    port: u16,
}

fn main() {}
