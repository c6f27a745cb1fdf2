use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    key_ids: Vec<String>,
    #[config(nested, for_each = "key_ids")]
    smtp: Smtp,
}

#[derive(SecretConfig)]
struct Smtp {
    host: String,
}

fn main() {}
