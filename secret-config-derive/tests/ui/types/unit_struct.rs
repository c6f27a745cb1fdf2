use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig;

fn main() {}
