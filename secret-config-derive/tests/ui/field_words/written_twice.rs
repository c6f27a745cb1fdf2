use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(ssm, default = 1)]
    #[config(default = 2)]
    port: u16,
}

fn main() {}
