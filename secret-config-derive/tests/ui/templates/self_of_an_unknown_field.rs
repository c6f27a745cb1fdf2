use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    id: String,
    #[secret(ssm = "/orders/{self.idd}")]
    token: Secret<String>,
}

fn main() {}
