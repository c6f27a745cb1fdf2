use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(nested, env = "DATABASE")]
    database: Database,
}

#[derive(SecretConfig)]
struct Database {
    port: u16,
}

fn main() {}
