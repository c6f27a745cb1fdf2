use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(document(secretsmanager = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:port::"))]
struct AppConfig {
    port: u16,
}

fn main() {}
