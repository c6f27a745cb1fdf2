use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(inject("a", ssm = "/the token"))]
    sources: Vec<String>,
}

fn main() {}
