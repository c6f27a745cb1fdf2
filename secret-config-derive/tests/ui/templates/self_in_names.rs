use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(names(ssm = "/orders/{self.idd}/{field}"))]
struct AppConfig {
    id: String,
    #[secret]
    token: Secret<String>,
}

fn main() {}
