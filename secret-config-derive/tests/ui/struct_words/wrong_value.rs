use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = 1)]
struct AppConfig {
    port: u16,
}

fn main() {}
