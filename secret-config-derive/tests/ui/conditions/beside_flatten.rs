use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    enabled: bool,
    #[config(flatten, when = "enabled")]
    smtp: Smtp,
}

#[derive(SecretConfig)]
struct Smtp {
    host: String,
}

fn main() {}
