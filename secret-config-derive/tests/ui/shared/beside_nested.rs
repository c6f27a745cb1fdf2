use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[config(nested, shared)]
    smtp: Smtp,
}

#[derive(SecretConfig)]
struct Smtp {
    host: String,
}

fn main() {}
