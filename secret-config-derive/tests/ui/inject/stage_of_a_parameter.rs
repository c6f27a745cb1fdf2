use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(inject("a", ssm = "/token", stage = "AWSCURRENT"))]
    sources: Vec<String>,
}

fn main() {}
