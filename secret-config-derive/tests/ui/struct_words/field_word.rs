use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(ssm)]
struct AppConfig {
    port: u16,
}

fn main() {}
