use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[config(ssm, shared = "dev")]
    port: u16,
}

fn main() {}
