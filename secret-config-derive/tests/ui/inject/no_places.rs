use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(inject([], ssm = "/token"))]
    sources: Vec<String>,
}

fn main() {}
