use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[config(ssm, version = "3", shared)]
    port: u16,
}

fn main() {}
