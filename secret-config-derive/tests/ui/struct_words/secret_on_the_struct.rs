use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[secret]
struct AppConfig {
    port: u16,
}

fn main() {}
