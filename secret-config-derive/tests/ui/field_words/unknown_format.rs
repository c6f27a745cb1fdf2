use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(ssm, format = "yaml")]
    port: u16,
}

fn main() {}
