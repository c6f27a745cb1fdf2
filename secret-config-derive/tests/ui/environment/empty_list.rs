use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(environments = [])]
struct AppConfig {
    port: u16,
}

fn main() {}
