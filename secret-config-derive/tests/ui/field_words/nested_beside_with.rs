use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(nested)]
    #[serde(with = "module")]
    database: Database,
}

#[derive(SecretConfig)]
struct Database {
    port: u16,
}

fn main() {}
