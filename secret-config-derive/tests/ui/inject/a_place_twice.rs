use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(inject(["a", "b", "a"], ssm = "/token"))]
    sources: Vec<String>,
}

fn main() {}
