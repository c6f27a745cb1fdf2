use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(ssm = "/aws/reference/secretsmanager/db:AWSPREVIOUS", version = "AWSPREVIOUS")]
    port: u16,
}

fn main() {}
