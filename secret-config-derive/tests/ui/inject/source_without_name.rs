use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(inject("a", source = "vault"))]
    sources: Vec<String>,
}

fn main() {}
