use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(document(secretsmanager = "orders/{self.id}"))]
struct AppConfig {
    id: String,
    #[secret]
    token: Secret<String>,
}

fn main() {}
