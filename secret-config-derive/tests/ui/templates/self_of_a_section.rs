use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(nested)]
    smtp: Smtp,
    #[secret(ssm = "/orders/{self.smtp}")]
    token: Secret<String>,
}

#[derive(SecretConfig)]
struct Smtp {
    host: String,
}

fn main() {}
