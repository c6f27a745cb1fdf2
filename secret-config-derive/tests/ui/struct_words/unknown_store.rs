use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(store = "secretmanager")]
struct AppConfig {
    port: u16,
}

fn main() {}
