use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(environment = ["dev"])]
struct AppConfig {
    port: u16,
}

fn main() {}
