use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    mode: Mode,
}

struct Mode;

fn main() {}
