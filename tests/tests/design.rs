//! The example of the README and the design, as written, against `FakeAws`.

mod example {
    use secret_config::{Secret, SecretConfig};
    use url::Url;

    /// Everything the orders service needs to start.
    #[derive(Debug, SecretConfig)]
    #[config(
        prefix = "orders/{env}",
        environments = ["dev", "staging", "prod"],
        offline = ["local"],
        env_prefix = "ORDERS",
    )]
    pub(crate) struct AppConfig {
        #[config(default = 8080)]
        pub port: u16,

        #[config(nested)]
        pub database: Database,

        /// Parameter Store, SecureString `/orders/{env}/stripe_key`.
        #[secret]
        pub stripe_key: Secret<String>,

        /// A parameter of another team, written in full.
        #[secret(ssm = "/shared/{env}/sentry-dsn")]
        pub sentry_dsn: Option<Secret<Url>>,

        /// Not a secret, but kept in Parameter Store (StringList).
        #[config(ssm)]
        pub allowed_origins: Vec<String>,
    }

    /// One Secrets Manager document, fetched once: each field is the key of its own name.
    #[derive(Debug, SecretConfig)]
    #[config(document(secretsmanager = "{prefix}/db"))]
    pub(crate) struct Database {
        pub host: String,
        pub port: u16,
        pub username: String,
        #[secret]
        pub password: Secret<String>,
        #[config(key = "dbname")]
        pub database_name: String,
        #[config(local, default = 10)]
        pub max_connections: u32,
    }
}

use example::AppConfig;
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{ProblemKind, SecretConfig};
use secret_config_tests::policy_proof::prove;

async fn seeded() -> FakeAws {
    let aws = FakeAws::start().await.unwrap();
    for environment in ["dev", "prod"] {
        aws.put_parameter(&format!("/orders/{environment}/stripe_key"), Parameter::secure_string("sk_1"));
        aws.put_parameter(
            &format!("/orders/{environment}/allowed_origins"),
            Parameter::string_list("https://a,https://b"),
        );
        aws.put_secret(
            &format!("orders/{environment}/db"),
            r#"{"engine":"postgres","host":"db","port":5432,"username":"orders","password":"pw","dbname":"orders"}"#,
        );
    }
    aws
}

#[tokio::test]
async fn it_loads_with_two_calls_in_every_environment() {
    let aws = seeded().await;
    for environment in ["dev", "prod"] {
        aws.reset_calls();
        let loader = || AppConfig::loader(environment).aws(&aws.sdk_config()).env_vars::<&str, &str>([]);
        let config = loader().load().await.unwrap();
        assert_eq!((config.port, config.database.port, config.database.max_connections), (8080, 5432, 10));
        assert_eq!(config.database.password.expose_secret(), "pw");
        assert_eq!(config.stripe_key.expose_secret(), "sk_1");
        assert_eq!(config.allowed_origins, ["https://a", "https://b"]);
        assert!(config.sentry_dsn.is_none());
        assert_eq!(
            (aws.calls().count("GetParameters"), aws.calls().count("GetSecretValue"), aws.calls().len()),
            (1, 1, 2)
        );
        prove(&aws, loader).await;
    }
}

#[tokio::test]
async fn an_offline_environment_calls_nothing() {
    let aws = seeded().await;
    let variables = [
        ("ORDERS_STRIPE_KEY", "sk_test"),
        ("ORDERS_ALLOWED_ORIGINS", "http://localhost,http://127.0.0.1"),
        ("ORDERS_DATABASE_HOST", "localhost"),
        ("ORDERS_DATABASE_PORT", "5432"),
        ("ORDERS_DATABASE__USERNAME", "me"),
        ("ORDERS_DATABASE_PASSWORD", "0123"),
        ("ORDERS_DATABASE_DATABASE_NAME", "orders"),
    ];
    let config = AppConfig::loader("local").aws(&aws.sdk_config()).env_vars(variables).load().await.unwrap();
    assert_eq!(config.database.password.expose_secret(), "0123");
    assert_eq!(config.allowed_origins.len(), 2);
    assert_eq!((aws.calls().len(), aws.connections()), (0, 0));
}

#[tokio::test]
async fn a_misspelt_environment_is_refused_before_any_call() {
    let aws = seeded().await;
    let error = AppConfig::loader("porduction").aws(&aws.sdk_config()).load().await.unwrap_err();
    assert_eq!(error.problems()[0].kind(), ProblemKind::UnknownEnvironment);
    assert_eq!(aws.connections(), 0);
}

#[tokio::test]
async fn a_load_is_a_future_that_can_be_spawned() {
    let aws = seeded().await;
    let load = AppConfig::loader("dev").aws(&aws.sdk_config()).env_vars::<&str, &str>([]).load();
    assert!(tokio::spawn(load).await.unwrap().is_ok());
    fn is_send_and_static<T: Send + Sync + 'static>() {}
    is_send_and_static::<secret_config::LoadError>();
    assert_eq!(size_of::<secret_config::LoadError>(), size_of::<usize>());
}
