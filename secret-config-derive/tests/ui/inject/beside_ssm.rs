use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(ssm, inject("a", ssm = "/token"))]
    sources: Vec<String>,
}

fn main() {}
