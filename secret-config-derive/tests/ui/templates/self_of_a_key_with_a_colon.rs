use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(rename = "the:id")]
    id: String,
    #[secret(ssm = "/orders/{self.id}")]
    token: Secret<String>,
}

fn main() {}
