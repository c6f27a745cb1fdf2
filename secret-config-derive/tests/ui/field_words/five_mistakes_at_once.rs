use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefx = "orders", env_prefix = "orders")]
struct AppConfig {
    #[config(default = 8080, ssm, local)]
    port: u16,
    #[secret(key = "password")]
    password: Secret<String>,
    #[config(ssm = "/orders/{evn}/hosts")]
    hosts: Vec<String>,
}

fn main() {}
