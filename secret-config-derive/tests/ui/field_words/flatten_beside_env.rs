use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(flatten, env = "DATABASE")]
    database: Database,
}

#[derive(SecretConfig)]
struct Database {
    port: u16,
}

fn main() {}
