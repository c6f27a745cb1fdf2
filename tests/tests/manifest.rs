//! The manifest: every field as data, and what it says is what a load asks for.

use secret_config::operator::FieldManifest;
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{ProblemKind, Secret, SecretConfig};
use secret_config_tests::table::directory;
use serde_json::Value;
use std::collections::HashMap;

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "orders/{env}", environments = ["dev", "prod"], offline = ["local"], env_prefix = "ORDERS")]
struct AppConfig {
    /// Where the service listens.
    ///
    /// Behind the balancer.
    #[config(default = 8080)]
    port: u16,
    #[config(default = "0.0.0.0", alias = "address", env = ["HOST", "BIND"])]
    host: String,
    #[config(nested)]
    database: Database,
    #[secret]
    stripe_key: Secret<String>,
    #[secret(ssm = ["/orders/{env}/sentry", "/shared/{env}/sentry"], allow_in_files)]
    sentry_dsn: Option<Secret<String>>,
    #[config(nested)]
    tenants: HashMap<String, Tenant>,
    #[config(default)]
    key_ids: Vec<String>,
    #[secret(for_each = "key_ids", ssm = "{prefix}/keys/{entry}", version = "3")]
    keys: HashMap<String, Secret<String>>,
    #[secret(ssm_path = "{prefix}/tokens")]
    tokens: HashMap<String, Secret<String>>,
    #[config(default, inject("*.client_secret", secretsmanager = "{prefix}/connectors", key = "secret", optional))]
    connectors: HashMap<String, Value>,
    #[secret(file = "/run/secrets/{field}")]
    mounted: Option<Secret<String>>,
    #[config(nested, when = "is_mailing")]
    mail: Mail,
    #[config(default)]
    is_mailing: bool,
    #[config(ssm, shared)]
    currencies: Vec<String>,
}

/// One document.
#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(document(secretsmanager = "{prefix}/db"))]
struct Database {
    #[config(key = "dbname")]
    database_name: String,
    #[secret]
    password: Secret<String>,
    #[config(local, default = 10)]
    max_connections: u32,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct Tenant {
    url: String,
    #[secret(secretsmanager = "{path:kebab-case}", stage = "AWSPREVIOUS")]
    api_token: Secret<String>,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct Mail {
    #[secret(ssm = "/mail/{self.relay}/password")]
    password: Option<Secret<String>>,
    relay: Option<String>,
}

#[test]
fn a_manifest_has_every_field_with_its_stores() {
    let manifest = AppConfig::manifest("prod").unwrap();
    let json = serde_json::to_string_pretty(&manifest).unwrap();
    assert_eq!(json, serde_json::to_string_pretty(&AppConfig::manifest("prod").unwrap()).unwrap());
    insta::assert_snapshot!(json);
}

#[test]
fn a_manifest_is_of_one_environment() {
    assert!(AppConfig::manifest("local").unwrap().is_offline());
    let manifest = AppConfig::manifest("dev").unwrap();
    assert_eq!((manifest.config(), manifest.environment(), manifest.is_offline()), ("AppConfig", "dev", false));
    let key = manifest.fields().iter().find(|field| field.path() == "stripe_key").unwrap();
    assert_eq!(key.remotes()[0].name(), "/orders/dev/stripe_key");
    let error = AppConfig::manifest("pord").unwrap_err();
    assert_eq!(error.problems()[0].kind(), ProblemKind::UnknownEnvironment);
    assert!(error.to_string().contains("did you mean `prod`?"), "{error}");
}

#[tokio::test]
async fn a_load_asks_for_what_the_manifest_names() {
    let aws = FakeAws::start().await.unwrap();
    let parameters = ["stripe_key", "keys/k1:3", "tokens/a"];
    for name in parameters.map(|name| name.split(':').next().unwrap()) {
        for _ in 0..3 {
            aws.put_parameter(&format!("/orders/prod/{name}"), Parameter::secure_string("hunter2"));
        }
    }
    for _ in 0..2 {
        aws.put_secret("tenants/acme/api-token", "hunter2");
    }
    aws.put_secret("orders/prod/db", r#"{"dbname":"orders","password":"hunter2"}"#);
    aws.put_secret("orders/prod/connectors", r#"{"secret":"hunter2"}"#);
    aws.put_parameter("/mail/relay-1/password", Parameter::secure_string("hunter2"));
    aws.put_parameter("/orders/prod/currencies", Parameter::string_list("EUR,CHF"));
    let root = directory(
        "key_ids = [\"k1\"]\nis_mailing = true\n[tenants.acme]\nurl = \"https://acme\"\n[connectors.github]\nid = \"x\"\n\
         [mail]\nrelay = \"relay-1\"\n",
    );
    let loader = AppConfig::loader("prod").aws(&aws.sdk_config()).root(root.path());
    loader.env_vars::<&str, &str>([]).load().await.unwrap();

    let manifest = AppConfig::manifest("prod").unwrap();
    let remotes = manifest.fields().iter().flat_map(FieldManifest::remotes);
    let patterns: Vec<_> = remotes.map(|remote| remote.name().to_owned()).collect();
    let asked: Vec<_> = aws.calls().iter().flat_map(|call| call.names().to_vec()).collect();
    assert!(asked.len() >= 8, "{asked:?}");
    for name in asked {
        let bare = name.split(':').next().unwrap();
        assert!(patterns.iter().any(|pattern| fits(pattern, bare)), "{bare} is in no manifest: {patterns:?}");
    }
}

/// Whether `*` in the pattern may stand for what the name has there.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => {
            name.starts_with(before)
                && (before.len()..=name.len()).any(|at| name.is_char_boundary(at) && fits(after, &name[at..]))
        }
    }
}
