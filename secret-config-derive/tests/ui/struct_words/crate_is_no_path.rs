use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(crate = "1st")]
struct AppConfig {
    port: u16,
}

fn main() {}
