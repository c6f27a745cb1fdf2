use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(inject("a", ssm = "/token", optionl))]
    sources: Vec<String>,
}

fn main() {}
