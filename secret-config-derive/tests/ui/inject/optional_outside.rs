use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(optional, inject("a", ssm = "/token"))]
    sources: Vec<String>,
}

fn main() {}
