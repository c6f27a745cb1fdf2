use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(nested, inject("host", ssm = "/host"))]
    sources: Smtp,
}

#[derive(SecretConfig)]
struct Smtp {
    host: String,
}

fn main() {}
