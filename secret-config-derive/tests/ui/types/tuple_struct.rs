use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig(u16);

fn main() {}
