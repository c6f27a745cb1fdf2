use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    database: Database,
}

#[derive(SecretConfig)]
struct Database {
    port: u16,
}

fn main() {}
