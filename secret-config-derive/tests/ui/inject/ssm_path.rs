use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(inject("a", ssm_path = "/tokens"))]
    sources: Vec<String>,
}

fn main() {}
