use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(ssm = "/orders/port:3")]
    port: u16,
}

fn main() {}
