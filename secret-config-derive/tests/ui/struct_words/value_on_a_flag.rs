use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(allow_unknown = true)]
struct AppConfig {
    port: u16,
}

fn main() {}
