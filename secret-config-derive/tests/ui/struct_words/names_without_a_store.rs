use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(names())]
struct AppConfig {
    port: u16,
}

fn main() {}
