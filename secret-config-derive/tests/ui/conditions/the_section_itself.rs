use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(nested, when = "smtp")]
    smtp: Option<Smtp>,
}

#[derive(SecretConfig)]
struct Smtp {
    host: String,
}

fn main() {}
