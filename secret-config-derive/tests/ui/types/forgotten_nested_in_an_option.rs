use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    database: Option<Database>,
}

#[derive(SecretConfig)]
struct Database {
    host: String,
}

fn main() {}
