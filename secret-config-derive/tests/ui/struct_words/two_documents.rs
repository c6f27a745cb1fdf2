use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(document(ssm = "/db", secretsmanager = "db"))]
struct AppConfig {
    port: u16,
}

fn main() {}
