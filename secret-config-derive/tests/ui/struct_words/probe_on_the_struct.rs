use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(probe)]
struct AppConfig {
    port: u16,
}

fn main() {}
