use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "a", prefix = "b")]
struct AppConfig {
    port: u16,
}

fn main() {}
