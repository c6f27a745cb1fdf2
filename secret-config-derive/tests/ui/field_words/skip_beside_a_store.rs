use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(skip, ssm)]
    port: u16,
}

fn main() {}
