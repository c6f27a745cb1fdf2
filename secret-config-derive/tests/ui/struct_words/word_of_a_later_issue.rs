use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(references)]
struct AppConfig {
    port: u16,
}

fn main() {}
