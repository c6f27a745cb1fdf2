use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(document(ssm = "/db"))]
    database: Database,
}

#[derive(SecretConfig)]
struct Database {
    port: u16,
}

fn main() {}
