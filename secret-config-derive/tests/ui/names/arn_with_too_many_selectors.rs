use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(secretsmanager = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:port:::x")]
    port: u16,
}

fn main() {}
