use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "a" env_prefix = "B")]
struct AppConfig {
    port: u16,
}

fn main() {}
