use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix)]
struct AppConfig {
    port: u16,
}

fn main() {}
