use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(ssm = "/orders/the port")]
    port: u16,
}

fn main() {}
