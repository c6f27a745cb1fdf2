use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(env_prefix = "MY__APP")]
struct AppConfig {
    port: u16,
}

fn main() {}
