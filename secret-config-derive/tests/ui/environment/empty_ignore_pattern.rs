use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(ignore_env = [""])]
struct AppConfig {
    port: u16,
}

fn main() {}
