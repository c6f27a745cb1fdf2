use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(probe)]
    port: Option<u16>,
}

fn main() {}
