use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(nested, probe)]
    smtp: Smtp,
}

#[derive(SecretConfig)]
struct Smtp {
    host: String,
}

fn main() {}
