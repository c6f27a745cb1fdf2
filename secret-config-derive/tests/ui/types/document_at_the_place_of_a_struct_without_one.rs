use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[config(nested, document(secretsmanager = "{prefix}/replica"))]
    replica: Database,
}

#[derive(SecretConfig)]
struct Database {
    host: String,
}

fn main() {
    let _ = AppConfig::load("prod");
}
