use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(flatten, rename = "db")]
    database: Database,
}

#[derive(SecretConfig)]
struct Database {
    port: u16,
}

fn main() {}
