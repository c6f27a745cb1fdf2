use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[secret(ssm_path = "/tokens")]
    token: Secret<String>,
}

fn main() {}
