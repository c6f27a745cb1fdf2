use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(secretsmanager = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf::AWSPREVIOUS:", stage = "AWSPREVIOUS")]
    port: u16,
}

fn main() {}
