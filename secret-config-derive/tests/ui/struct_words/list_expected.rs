use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(environments = "dev")]
struct AppConfig {
    port: u16,
}

fn main() {}
