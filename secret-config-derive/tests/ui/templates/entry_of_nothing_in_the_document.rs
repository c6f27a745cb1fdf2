use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(env_prefix = "ORDERS", document(ssm = "/orders/{entry}"))]
struct AppConfig {
    #[secret]
    token: Secret<String>,
}

fn main() {}
