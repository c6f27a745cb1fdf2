use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    smtp: String,
    #[secret(ssm = "/orders/{self.smtp.id}")]
    token: Secret<String>,
}

fn main() {}
