use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(secret)]
    token: u16,
}

fn main() {}
