use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    port: u16,
    #[config(alias = "port")]
    admin: u16,
}

fn main() {}
