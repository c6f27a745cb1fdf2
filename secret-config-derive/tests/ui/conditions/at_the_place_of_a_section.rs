use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    enabled: bool,
    #[config(nested, when = "enbled")]
    smtp: Smtp,
}

#[derive(SecretConfig)]
struct Smtp {
    host: String,
}

fn main() {}
