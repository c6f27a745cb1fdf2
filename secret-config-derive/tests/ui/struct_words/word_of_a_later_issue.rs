use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(deny_env_secrets)]
struct AppConfig {
    port: u16,
}

fn main() {}
