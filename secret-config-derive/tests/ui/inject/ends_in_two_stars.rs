use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(inject("/sources/**", ssm = "/token"))]
    sources: Vec<String>,
}

fn main() {}
