use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders", names(ssm = "{prefix}/{entry}"))]
struct AppConfig {
    #[secret]
    token: Secret<String>,
}

fn main() {}
