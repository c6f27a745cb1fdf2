use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(names = "{path}")]
struct AppConfig {
    port: u16,
}

fn main() {}
