//! The report of a failed load, situation by situation, as a person reads it. Read the snapshots aloud.

use secret_config::source::{Memory, Payload};
use secret_config::testing::{Failure, FakeAws, Parameter};
use secret_config::{LoadError, Loader, Secret, SecretConfig};
use secret_config_tests::table::directory;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;
use url::Url;

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "orders/{env}", environments = ["dev", "staging", "prod"], offline = ["local"], env_prefix = "ORDERS")]
struct AppConfig {
    #[config(default = 8080)]
    port: u16,
    #[config(nested)]
    database: Database,
    #[secret]
    stripe_key: Secret<String>,
    #[secret(ssm = "/shared/{env}/sentry-dsn")]
    sentry_dsn: Option<Secret<Url>>,
    #[config(ssm)]
    allowed_origins: Vec<String>,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(document(secretsmanager = "{prefix}/db"))]
struct Database {
    host: String,
    port: u16,
    #[secret]
    password: Secret<String>,
    #[config(local, default = 10)]
    max_connections: u32,
}

const DOCUMENT: &str = r#"{"host":"db","port":5432,"password":"hunter2"}"#;

async fn seeded() -> FakeAws {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/orders/prod/stripe_key", Parameter::secure_string("hunter2"));
    aws.put_parameter("/orders/prod/allowed_origins", Parameter::string_list("https://a"));
    aws.put_secret("orders/prod/db", DOCUMENT);
    aws
}

fn loader(aws: &FakeAws) -> Loader<AppConfig> {
    AppConfig::loader("prod").aws(&aws.sdk_config()).root("no/such/directory").env_vars::<&str, &str>([])
}

/// The report, without what differs from run to run.
fn shown(error: &LoadError) -> String {
    let report = error.to_string();
    assert!(!report.contains("hunter"), "the report shows a secret");
    let mut stable = String::new();
    let mut rest = report.as_str();
    while let Some(at) = rest.find("(request ") {
        stable.push_str(&rest[..at]);
        stable.push_str("(request ..)");
        rest = rest[at..].split_once(')').map_or("", |(_, rest)| rest);
    }
    stable + rest
}

async fn report<T: SecretConfig>(loader: Loader<T>) -> String {
    match loader.load().await {
        Ok(_) => panic!("the load should fail"),
        Err(error) => shown(&error),
    }
}

/// The report of a load below a directory with these files.
async fn report_with_files(aws: &FakeAws, files: &[(&str, &str)]) -> String {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let report = report(loader(aws).root(root.path())).await;
    report.replace(&format!("{}/", root.path().display()), "")
}

#[tokio::test]
async fn nothing_is_there() {
    let aws = FakeAws::start().await.unwrap();
    insta::assert_snapshot!(report(loader(&aws)).await);
}

#[tokio::test]
async fn many_mistakes_at_once() {
    let aws = seeded().await;
    aws.put_secret("orders/prod/db", r#"{"host":"db","port":"hunter2","passwd":"hunter2"}"#);
    aws.put_parameter("/shared/prod/sentry-dsn", Parameter::secure_string("hunter2"));
    aws.deny("ssm:GetParameters", "/orders/prod/stripe_key");
    let variables = [("ORDERS_PORT", "80a"), ("ORDERS_DATABSE_HOST", "db"), ("ORDERS_SERVICE_HOST", "10.0.0.1")];
    insta::assert_snapshot!(report(loader(&aws).env_vars(variables)).await);
}

#[tokio::test]
async fn a_misspelt_environment() {
    let aws = seeded().await;
    let load = AppConfig::loader("porduction").aws(&aws.sdk_config());
    insta::assert_snapshot!(report(load).await);
}

#[tokio::test]
async fn an_environment_that_would_escape() {
    insta::assert_snapshot!(report(AppConfig::loader("../prod")).await);
}

#[tokio::test]
async fn an_empty_environment() {
    insta::assert_snapshot!(report(AppConfig::loader("")).await);
}

#[tokio::test]
async fn the_variable_of_the_environment_is_not_set() {
    insta::assert_snapshot!(report(AppConfig::loader_from("APP_ENV").env_vars::<&str, &str>([])).await);
}

#[tokio::test]
async fn files_with_mistakes() {
    let aws = seeded().await;
    let default = "prot = 1\nport = \"eighty\"\nstripe_key = \"hunter2\"\n\n[database]\nmax_connections = -1\n";
    insta::assert_snapshot!(report_with_files(&aws, &[("config/default.toml", default)]).await);
}

#[tokio::test]
async fn a_malformed_file() {
    let aws = seeded().await;
    let files = [("config/default.toml", "port = 1\nstripe_key = \"hunter2\n")];
    insta::assert_snapshot!(report_with_files(&aws, &files).await);
}

#[tokio::test]
async fn one_file_in_two_formats() {
    let aws = seeded().await;
    insta::assert_snapshot!(report_with_files(&aws, &[("config/prod.toml", ""), ("config/prod.json", "{}")]).await);
}

#[tokio::test]
async fn a_required_file_is_missing() {
    #[derive(Debug, SecretConfig)]
    #[config(files = ["app.toml"])]
    struct Filed {
        #[allow(dead_code)]
        port: u16,
    }
    insta::assert_snapshot!(report(Filed::loader("prod").root("no/such")).await);
}

#[tokio::test]
async fn a_document_that_is_no_json() {
    let aws = seeded().await;
    aws.put_secret("orders/prod/db", "host=db\npassword=hunter2");
    insta::assert_snapshot!(report(loader(&aws)).await);
}

#[tokio::test]
async fn a_denied_document() {
    let aws = seeded().await;
    aws.deny("secretsmanager:GetSecretValue", "orders/prod/db");
    insta::assert_snapshot!(report(loader(&aws)).await);
}

#[tokio::test]
async fn a_key_that_may_not_decrypt() {
    let aws = seeded().await;
    aws.deny("kms:Decrypt", "*");
    insta::assert_snapshot!(report(loader(&aws)).await);
}

#[tokio::test]
async fn a_secret_that_waits_for_its_deletion() {
    let aws = seeded().await;
    aws.schedule_deletion("orders/prod/db");
    insta::assert_snapshot!(report(loader(&aws)).await);
}

#[tokio::test]
async fn a_deadline_that_passes() {
    let aws = seeded().await;
    aws.set_delay(Duration::from_secs(60));
    insta::assert_snapshot!(report(loader(&aws).deadline(Duration::from_millis(50))).await);
}

#[tokio::test]
async fn a_service_that_only_fails() {
    let aws = seeded().await;
    aws.fail_times(50, "GetParameters", Failure::InternalError);
    aws.fail_times(50, "GetSecretValue", Failure::Throttled);
    let load = loader(&aws).aws(&aws.sdk_config().into_builder().retry_config(no_retries()).build());
    insta::assert_snapshot!(report(load).await);
}

#[tokio::test]
async fn a_refused_connection() {
    let aws = seeded().await;
    let load = loader(&aws).aws(&aws.sdk_config().into_builder().retry_config(no_retries()).build());
    // The port of a server that has stopped.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    insta::assert_snapshot!(report(load.endpoint_url(format!("http://127.0.0.1:{port}"))).await);
}

fn no_retries() -> aws_config::retry::RetryConfig {
    aws_config::retry::RetryConfig::disabled()
}

#[tokio::test]
async fn an_offline_environment_without_its_values() {
    insta::assert_snapshot!(report(AppConfig::loader("local").root("no/such").env_vars::<&str, &str>([])).await);
}

#[tokio::test]
async fn a_source_of_ones_own() {
    #[derive(Debug, SecretConfig)]
    #[allow(dead_code)]
    struct Own {
        #[secret(source = "vault", name = "{env}/token")]
        token: Secret<u32>,
        #[secret(source = "vault", name = "{env}/other")]
        other: Secret<String>,
        #[secret(source = "wallet", name = "{env}/a")]
        lost: Secret<String>,
        #[secret(source = "wallet", name = "{env}/b")]
        gone: Secret<String>,
    }
    let vault = Memory::new().with("dev/token", Payload::text("hunter2"));
    insta::assert_snapshot!(report(Own::loader("dev").root("no/such").source("vault", vault)).await);
}

#[tokio::test]
async fn debug_is_the_report_and_miette_knows_it() {
    use miette::Diagnostic;
    let error = AppConfig::loader("").load().await.unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
    assert_eq!(error.code().unwrap().to_string(), "secret_config::load");
    assert!(error.problems()[0].help().unwrap().to_string().contains("`prod`"));
    assert!(std::error::Error::source(&error).is_none());
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "idp/{env}", references, env_prefix = "IDP", offline = ["local"])]
struct Shapes {
    #[config(nested)]
    keys: HashMap<String, SigningKey>,
    #[config(nested)]
    providers: Vec<Provider>,
    #[config(default = false)]
    mail: bool,
    #[secret(when = "mail")]
    smtp_password: Option<Secret<String>>,
    #[secret(unless = "mail")]
    sink_token: Secret<String>,
    #[secret(ssm = ["{prefix}/new", "{prefix}/old"])]
    session_key: Secret<String>,
    #[secret(ssm_path = "{prefix}/tokens")]
    tokens: HashMap<String, Secret<u32>>,
    #[config(nested, probe)]
    tls: Option<Tls>,
    #[config(default, inject("*.password", ssm = "{prefix}/pools/{entry}", when(kind = "redis")))]
    pools: HashMap<String, Pool>,
    #[config(default)]
    webhook: String,
    #[config(default)]
    headers: HashMap<String, String>,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct SigningKey {
    algorithm: String,
    #[secret]
    private_key: Secret<String>,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct Provider {
    id: Option<String>,
    #[secret(secretsmanager = "{prefix}/{self.id}")]
    client_secret: Secret<String>,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct Tls {
    #[secret]
    certificate: Secret<String>,
    #[secret]
    key: Secret<String>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[allow(dead_code)]
enum Pool {
    Redis { host: String, password: Secret<String> },
    Memory { size: u8 },
}

const SHAPES: &str = r#"
mail = true
webhook = "${smm:/idp/webhook}"
headers = { authorization = "${ssm:/idp/header}" }
[keys.k1]
algorithm = "RS256"
[keys."k.2"]
algoritm = "ES256"
[[providers]]
id = "google"
[[providers]]
[pools.cache]
kind = "redis"
host = 7
[pools.queue]
kind = "redis"
host = "queue"
"#;

#[tokio::test]
async fn shapes() {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/idp/prod/keys/k1/private_key", Parameter::secure_string("hunter2"));
    aws.put_parameter("/idp/prod/tokens/eu/alice", Parameter::secure_string("hunter2"));
    aws.put_parameter("/idp/prod/tls/key", Parameter::secure_string("hunter2"));
    aws.put_parameter("/idp/prod/pools/cache", Parameter::secure_string("hunter2"));
    aws.deny("ssm:GetParameters", "/idp/prod/pools/queue");
    aws.deny("secretsmanager:GetSecretValue", "idp/prod/google");
    let directory = directory(SHAPES);
    let loader = Shapes::loader("prod").aws(&aws.sdk_config()).root(directory.path()).env_vars::<&str, &str>([]);
    let report = report(loader).await.replace(&directory.path().display().to_string(), "..");
    insta::assert_snapshot!(report);
}

#[tokio::test]
async fn shapes_offline() {
    let directory = directory(&SHAPES.replace("smm", "ssm"));
    let loader = Shapes::loader("local").root(directory.path()).env_vars([("IDP__KEYS__K1__PRIVATE_KEI", "x")]);
    let report = report(loader).await.replace(&directory.path().display().to_string(), "..");
    insta::assert_snapshot!(report);
}

#[tokio::test]
async fn a_secret_in_a_file_beside_one_of_a_store() {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/idp/prod/pools/cache", Parameter::secure_string("hunter2"));
    let directory = directory("[pools.cache]\nkind = 'redis'\nhost = 'h'\npassword = 'hunter2'");
    #[derive(Debug, SecretConfig)]
    #[allow(dead_code)]
    #[config(prefix = "idp/{env}")]
    struct Pools {
        #[config(default, inject("*.password", ssm = "{prefix}/pools/{entry}"))]
        pools: HashMap<String, Pool>,
    }
    let loader = Pools::loader("prod").aws(&aws.sdk_config()).root(directory.path()).env_vars::<&str, &str>([]);
    let report = report(loader).await.replace(&directory.path().display().to_string(), "..");
    insta::assert_snapshot!(report);
}
