use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(inject("password"))]
    sources: Vec<String>,
}

fn main() {}
