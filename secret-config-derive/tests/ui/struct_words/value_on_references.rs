use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(references = true)]
struct AppConfig {
    port: u16,
}

fn main() {}
