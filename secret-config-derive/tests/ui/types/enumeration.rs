use secret_config::SecretConfig;

#[derive(SecretConfig)]
enum AppConfig {
    One { port: u16 },
}

fn main() {}
