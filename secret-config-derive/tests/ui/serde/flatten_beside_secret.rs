use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[serde(flatten)]
    #[secret]
    database: Database,
}

#[derive(SecretConfig)]
struct Database {
    port: u16,
}

fn main() {}
