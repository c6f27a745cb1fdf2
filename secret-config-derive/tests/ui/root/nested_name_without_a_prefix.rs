use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
struct AppConfig {
    #[config(nested)]
    database: Database,
}

#[derive(SecretConfig)]
struct Database {
    #[secret]
    password: Secret<String>,
}

fn main() {
    let _ = AppConfig::load("prod");
}
