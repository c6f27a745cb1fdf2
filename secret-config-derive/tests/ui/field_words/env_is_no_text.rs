use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(env = 1)]
    port: u16,
}

fn main() {}
