use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(env_prefix = "orders")]
struct AppConfig {
    port: u16,
}

fn main() {}
