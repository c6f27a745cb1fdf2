use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(offline = ["my laptop"])]
struct AppConfig {
    port: u16,
}

fn main() {}
