use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(files = ["config/default?.toml"])]
struct AppConfig {
    port: u16,
}

fn main() {}
