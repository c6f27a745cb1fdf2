use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    id: String,
    #[secret(ssm = "/orders/{slef.id}")]
    token: Secret<String>,
}

fn main() {}
