use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(ssm = "/aws/reference/secretsmanager/db")]
    port: u16,
}

fn main() {}
