use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(colour = "red")]
struct AppConfig {
    port: u16,
}

fn main() {}
