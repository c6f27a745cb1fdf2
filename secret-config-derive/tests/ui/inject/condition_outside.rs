use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    enabled: bool,
    #[config(inject("a", ssm = "/token"), when = "enabled")]
    sources: Vec<String>,
}

fn main() {}
