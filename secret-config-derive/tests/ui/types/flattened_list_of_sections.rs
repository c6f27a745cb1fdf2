use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(flatten)]
    all: Vec<Smtp>,
}

#[derive(SecretConfig)]
struct Smtp {
    host: String,
}

fn main() {}
