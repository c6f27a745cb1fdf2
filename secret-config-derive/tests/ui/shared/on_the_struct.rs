use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}", shared)]
struct AppConfig {
    #[config(ssm)]
    port: u16,
}

fn main() {}
