use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(local, key = "port")]
    port: u16,
}

fn main() {}
