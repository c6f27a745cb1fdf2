//! The example of the README, but for a `Url` of its own.

use secret_config::{Secret, SecretConfig};

#[derive(Debug, serde::Deserialize)]
struct Url(String);

/// Everything the orders service needs to start.
#[derive(Debug, SecretConfig)]
#[config(
    prefix = "orders/{env}",
    environments = ["dev", "staging", "prod"],
    offline = ["local"],
    env_prefix = "ORDERS",
)]
struct AppConfig {
    #[config(default = 8080)]
    port: u16,

    #[config(nested)]
    database: Database,

    /// Parameter Store, SecureString `/orders/{env}/stripe_key`.
    #[secret]
    stripe_key: Secret<String>,

    /// A parameter of another team, written in full.
    #[secret(ssm = "/shared/{env}/sentry-dsn")]
    sentry_dsn: Option<Secret<Url>>,

    /// Not a secret, but kept in Parameter Store (StringList).
    #[config(ssm)]
    allowed_origins: Vec<String>,
}

/// One Secrets Manager document, fetched once: each field is the key of its own name.
#[derive(Debug, SecretConfig)]
#[config(document(secretsmanager = "{prefix}/db"))]
struct Database {
    host: String,
    port: u16,
    username: String,
    #[secret]
    password: Secret<String>,
    #[config(key = "dbname")]
    database_name: String,
    #[config(local, default = 10)]
    max_connections: u32,
}

fn main() {
    fn is_config<T: SecretConfig>() {}
    is_config::<AppConfig>();
    is_config::<Database>();
    let _: fn(AppConfig) = |config| {
        let _ = (config.port, config.database, config.stripe_key, config.sentry_dsn, config.allowed_origins);
    };
    let _: fn(Database) = |database| {
        let _ = (database.host, database.port, database.username, database.password, database.database_name);
        let _ = database.max_connections;
    };
}
