use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(inject("a", "b", ssm = "/token"))]
    sources: Vec<String>,
}

fn main() {}
