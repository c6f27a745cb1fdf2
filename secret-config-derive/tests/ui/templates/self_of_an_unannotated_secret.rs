use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    token: Option<Secret<String>>,
    #[secret(ssm = "{prefix}/{self.token}")]
    key: Secret<String>,
}

fn main() {}
