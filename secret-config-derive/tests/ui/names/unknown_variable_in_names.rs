use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(names(secretsmanager = "{prefix}/{filed}"))]
struct AppConfig {
    port: u16,
}

fn main() {}
