use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(inject("a", ssm = "/token", when = ""))]
    sources: Vec<String>,
}

fn main() {}
