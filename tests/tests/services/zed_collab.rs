//! Zed's collaboration server: variables only, flat and without a prefix; groups of options that come together, and
//! names that other teams chose, one of them in another account.

use crate::{calls, directory, exposed, problems};
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{ProblemKind, Secret, SecretConfig};
use secret_config_tests::policy_proof::prove;

#[derive(Debug, SecretConfig)]
#[config(
    environments = ["staging", "production"],
    offline = ["development"],
    files = [],
    names(ssm = "/collab-{env}/{field:SCREAMING_SNAKE_CASE}"),
)]
struct Config {
    #[config(env = "ZED_ENVIRONMENT")]
    zed_environment: String,
    #[config(env = "HTTP_PORT")]
    http_port: u16,
    #[config(env = "RUST_LOG")]
    rust_log: Option<String>,

    /// Secret `collab-production-db-url`.
    #[secret(secretsmanager = "collab-{env}-db-url", env = "DATABASE_URL")]
    database_url: Secret<String>,
    #[config(env = "DATABASE_MAX_CONNECTIONS")]
    database_max_connections: u32,

    /// Parameter `/collab-production/API_TOKEN`.
    #[secret(env = "API_TOKEN")]
    api_token: Secret<String>,
    /// The desktop app is built with the same one.
    #[secret(ssm = "/client/{env}/checksum-seed", env = "ZED_CLIENT_CHECKSUM_SEED")]
    zed_client_checksum_seed: Option<Secret<String>>,
    /// The team for models has an account of its own, and shares this parameter.
    #[secret(
        ssm = "arn:aws:ssm:eu-west-1:210987654321:parameter/llm/SUPERMAVEN_ADMIN_API_KEY",
        env = "SUPERMAVEN_ADMIN_API_KEY"
    )]
    supermaven_admin_api_key: Option<Secret<String>>,

    #[config(env = "LIVEKIT_SERVER")]
    livekit_server: Option<String>,
    #[secret(env = "LIVEKIT_KEY", when = "livekit_server")]
    livekit_key: Option<Secret<String>>,
    #[secret(env = "LIVEKIT_SECRET", when = "livekit_server")]
    livekit_secret: Option<Secret<String>>,

    /// There if one of its variables is; then all of it has to be.
    #[config(flatten)]
    kinesis: Option<Kinesis>,
}

#[derive(Debug, SecretConfig)]
struct Kinesis {
    #[config(env = "KINESIS_REGION")]
    kinesis_region: String,
    #[config(env = "KINESIS_STREAM")]
    kinesis_stream: String,
    #[secret(env = "KINESIS_ACCESS_KEY")]
    kinesis_access_key: Secret<String>,
    #[secret(env = "KINESIS_SECRET_KEY")]
    kinesis_secret_key: Secret<String>,
}

#[tokio::test]
async fn loads_in_dev() {
    let variables = [
        ("ZED_ENVIRONMENT", "development"),
        ("HTTP_PORT", "8080"),
        ("DATABASE_URL", "postgres://postgres@localhost/zed"),
        ("DATABASE_MAX_CONNECTIONS", "5"),
        ("API_TOKEN", "secret"),
        ("LIVEKIT_SERVER", "http://localhost:7880"),
        ("LIVEKIT_KEY", "devkey"),
        ("LIVEKIT_SECRET", "secret"),
        ("PATH", "/usr/bin"),
    ];
    let config = Config::loader("development").root(directory([]).path()).env_vars(variables).load().await.unwrap();
    assert_eq!((config.zed_environment.as_str(), config.http_port), ("development", 8080));
    assert_eq!(config.database_url.expose_secret(), "postgres://postgres@localhost/zed");
    assert_eq!((config.database_max_connections, config.api_token.expose_secret().as_str()), (5, "secret"));
    assert_eq!((exposed(&config.livekit_key), exposed(&config.livekit_secret)), (Some("devkey"), Some("secret")));
    assert!(config.rust_log.is_none() && config.supermaven_admin_api_key.is_none() && config.kinesis.is_none());
}

const VARIABLES: [(&str, &str); 7] = [
    ("ZED_ENVIRONMENT", "production"),
    ("HTTP_PORT", "8080"),
    ("RUST_LOG", "info"),
    ("DATABASE_MAX_CONNECTIONS", "250"),
    ("LIVEKIT_SERVER", "https://livekit.example.com"),
    ("KINESIS_REGION", "eu-west-1"),
    ("KINESIS_STREAM", "events"),
];

async fn seeded() -> FakeAws {
    let aws = FakeAws::start().await.unwrap();
    aws.put_secret("collab-production-db-url", "postgres://collab:pw@db/zed");
    let shared = "arn:aws:ssm:eu-west-1:210987654321:parameter/llm/SUPERMAVEN_ADMIN_API_KEY";
    for (name, value) in [
        ("/collab-production/API_TOKEN", "t0ken"),
        ("/collab-production/LIVEKIT_KEY", "key"),
        ("/collab-production/LIVEKIT_SECRET", "s3cret"),
        ("/collab-production/KINESIS_ACCESS_KEY", "AKIAIOSFODNN7EXAMPLE"),
        ("/collab-production/KINESIS_SECRET_KEY", "k1nesis"),
        ("/client/production/checksum-seed", "s33d"),
        (shared, "of another account"),
    ] {
        aws.put_parameter(name, Parameter::secure_string(value));
    }
    aws
}

#[tokio::test]
async fn loads_in_prod() {
    let aws = seeded().await;
    let root = directory([]);
    let loader = || Config::loader("production").root(root.path()).env_vars(VARIABLES).aws(&aws.sdk_config());
    let config = loader().load().await.unwrap();
    assert_eq!((config.rust_log.as_deref(), config.database_max_connections), (Some("info"), 250));
    assert_eq!(config.database_url.expose_secret(), "postgres://collab:pw@db/zed");
    assert_eq!(config.api_token.expose_secret(), "t0ken");
    assert_eq!(exposed(&config.zed_client_checksum_seed), Some("s33d"));
    assert_eq!(exposed(&config.supermaven_admin_api_key), Some("of another account"));
    assert_eq!(config.livekit_server.as_deref(), Some("https://livekit.example.com"));
    assert_eq!((exposed(&config.livekit_key), exposed(&config.livekit_secret)), (Some("key"), Some("s3cret")));
    let Kinesis { kinesis_region, kinesis_stream, kinesis_access_key, kinesis_secret_key } = config.kinesis.unwrap();
    assert_eq!((kinesis_region.as_str(), kinesis_stream.as_str()), ("eu-west-1", "events"));
    assert_eq!(kinesis_access_key.expose_secret(), "AKIAIOSFODNN7EXAMPLE");
    assert_eq!(kinesis_secret_key.expose_secret(), "k1nesis");
    assert_eq!(calls(&aws), [("GetParameters", 1), ("GetSecretValue", 1)]);
    prove(&aws, loader).await;
}

#[tokio::test]
async fn half_of_kinesis_is_a_problem() {
    let aws = seeded().await;
    let root = directory([]);
    let variables = VARIABLES.into_iter().filter(|(name, _)| *name != "KINESIS_STREAM");
    let loader = Config::loader("production").root(root.path()).env_vars(variables).aws(&aws.sdk_config());
    let error = loader.load().await.unwrap_err();
    assert_eq!(problems(&error), [(ProblemKind::Missing, "kinesis_stream".to_owned())]);
}
