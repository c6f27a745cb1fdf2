use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(names(ssm = "/{path}"))]
    database: Database,
}

#[derive(SecretConfig)]
struct Database {
    port: u16,
}

fn main() {}
