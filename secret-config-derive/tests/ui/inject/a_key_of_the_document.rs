use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(document(secretsmanager = "orders/db"))]
struct AppConfig {
    #[config(inject("a", ssm = "/token"))]
    sources: Vec<String>,
}

fn main() {}
