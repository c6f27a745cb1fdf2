use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(local)]
    id: Secret<String>,
    #[secret(ssm = "/orders/{self.id}")]
    token: Secret<String>,
}

fn main() {}
