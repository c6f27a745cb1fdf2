use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(ssm = "/aws/reference/secretsmanager/db:")]
    port: u16,
}

fn main() {}
