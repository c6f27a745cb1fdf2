//! Rauthy: a ring of encryption keys, each under its id, of which one is active; a database of its own, unless it is
//! told to use Postgres; mail by one of three ways, each with secrets of its own.

use crate::{NO_VARIABLES, asked, calls, directory, exposed};
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Secret, SecretConfig};
use secret_config_tests::policy_proof::prove;
use std::collections::BTreeMap;

#[derive(Debug, SecretConfig)]
#[config(prefix = "rauthy/{env}", environments = ["prod"], offline = ["dev"], files = ["config.toml"])]
struct Vars {
    #[config(nested)]
    cluster: Cluster,
    #[config(nested)]
    database: Database,
    #[config(nested)]
    email: Email,
    #[config(nested)]
    encryption: Encryption,
}

#[derive(Debug, SecretConfig)]
struct Cluster {
    #[config(env = "HQL_NODE_ID")]
    node_id: u64,
    nodes: Vec<String>,
    /// Parameter `/rauthy/{env}/cluster/secret_raft`.
    #[secret(env = "HQL_SECRET_RAFT")]
    secret_raft: Secret<String>,
    #[secret(env = "HQL_SECRET_API")]
    secret_api: Secret<String>,
}

/// With Hiqlite nothing of this is looked up; without it, all of it has to be there.
#[derive(Debug, SecretConfig)]
#[config(document(secretsmanager = "rds/rauthy-{env}"), unless = "hiqlite")]
struct Database {
    #[config(local, env = "HIQLITE", default = true)]
    hiqlite: bool,
    #[config(key = "host", env = "PG_HOST")]
    pg_host: Option<String>,
    #[config(key = "port", env = "PG_PORT", default = 5432)]
    pg_port: u16,
    #[config(key = "username", env = "PG_USER")]
    pg_user: Option<String>,
    #[secret(key = "password", env = "PG_PASSWORD")]
    pg_password: Option<Secret<String>>,
    #[config(key = "dbname", env = "PG_DB_NAME", default = "rauthy")]
    pg_db_name: String,
    #[config(local, env = "PG_MAX_CONN", default = 20)]
    pg_max_conn: u32,
}

#[derive(Debug, SecretConfig)]
struct Email {
    #[config(env = "SMTP_URL")]
    smtp_url: Option<String>,
    #[config(env = "SMTP_USERNAME")]
    smtp_username: Option<String>,
    #[config(env = "SMTP_CONN_MODE", default = "default")]
    smtp_conn_mode: String,
    #[config(env = "SMTP_DANGER_INSECURE", default = false)]
    danger_insecure: bool,
    #[secret(env = "SMTP_PASSWORD", when(smtp_conn_mode = "default"), unless = "danger_insecure")]
    smtp_password: Option<Secret<String>>,
    #[secret(env = "SMTP_XOAUTH2_CLIENT_SECRET", when(smtp_conn_mode = ["xoauth2", "microsoft_graph"]))]
    xoauth_client_secret: Option<Secret<String>>,
}

/// A new key is written to the store, then named here, then made active: nothing is ever without its key.
#[derive(Debug, SecretConfig)]
struct Encryption {
    #[config(env = "ENC_KEY_ACTIVE")]
    key_active: String,
    key_ids: Vec<String>,
    #[secret(ssm = "{prefix}/enc-keys/{entry}", for_each = "key_ids")]
    keys: BTreeMap<String, Secret<String>>,
}

#[tokio::test]
async fn loads_in_dev() {
    let config = r#"
        [cluster]
        node_id = 1
        nodes = ["1 localhost:8100 localhost:8200"]
        secret_raft = "SuperSecureSecret1337"
        secret_api = "SuperSecureSecret1337"

        [email]
        smtp_url = "localhost"
        danger_insecure = true

        [encryption]
        key_active = "dev"
        key_ids = ["dev"]
        keys.dev = "bVCyTsGaggVy5yqQ"
    "#;
    let root = directory([("config.toml", config)]);
    let variables = [("HQL_SECRET_API", "AnotherSecret1337")];
    let vars = Vars::loader("dev").root(root.path()).env_vars(variables).load().await.unwrap();
    assert_eq!(vars.cluster.secret_raft.expose_secret(), "SuperSecureSecret1337");
    assert_eq!(vars.cluster.secret_api.expose_secret(), "AnotherSecret1337");
    assert!(vars.database.hiqlite && vars.database.pg_password.is_none());
    assert!(vars.email.danger_insecure && vars.email.smtp_password.is_none());
    assert_eq!(vars.encryption.keys[&vars.encryption.key_active].expose_secret(), "bVCyTsGaggVy5yqQ");
}

const CONFIG: &str = r#"
    [cluster]
    node_id = 1
    nodes = ["1 rauthy-0:8100 rauthy-0:8200", "2 rauthy-1:8100 rauthy-1:8200"]

    [database]
    hiqlite = false

    [email]
    smtp_url = "smtp.example.com"
    smtp_username = "rauthy"

    [encryption]
    key_active = "k2026"
    key_ids = ["k2025", "k2026"]
"#;

async fn seeded() -> FakeAws {
    let aws = FakeAws::start().await.unwrap();
    for (name, value) in [
        ("cluster/secret_raft", "raft"),
        ("cluster/secret_api", "api"),
        ("email/smtp_password", "mail"),
        ("email/xoauth_client_secret", "oauth"),
        ("enc-keys/k2025", "old"),
        ("enc-keys/k2026", "new"),
    ] {
        aws.put_parameter(&format!("/rauthy/prod/{name}"), Parameter::secure_string(value));
    }
    let document =
        r#"{"host": "db.internal", "port": "5433", "username": "rauthy", "password": "pw", "dbname": "iam"}"#;
    aws.put_secret("rds/rauthy-prod", document);
    aws
}

#[tokio::test]
async fn loads_in_prod() {
    let aws = seeded().await;
    let root = directory([("config.toml", CONFIG)]);
    let loader = || Vars::loader("prod").root(root.path()).env_vars([("HQL_NODE_ID", "2")]).aws(&aws.sdk_config());
    let vars = loader().load().await.unwrap();
    let Cluster { node_id, nodes, secret_raft, secret_api } = &vars.cluster;
    assert_eq!((*node_id, nodes.len()), (2, 2));
    assert_eq!((secret_raft.expose_secret().as_str(), secret_api.expose_secret().as_str()), ("raft", "api"));

    let Database { pg_host, pg_port, pg_user, pg_password, pg_db_name, pg_max_conn, .. } = &vars.database;
    assert_eq!((pg_host.as_deref(), *pg_port, pg_user.as_deref()), (Some("db.internal"), 5433, Some("rauthy")));
    assert_eq!((exposed(pg_password), pg_db_name.as_str(), *pg_max_conn), (Some("pw"), "iam", 20));

    assert_eq!(vars.email.smtp_url.as_deref(), Some("smtp.example.com"));
    assert_eq!(
        (vars.email.smtp_username.as_deref(), exposed(&vars.email.smtp_password)),
        (Some("rauthy"), Some("mail"))
    );
    assert!(vars.email.xoauth_client_secret.is_none());

    let Encryption { key_active, key_ids, keys } = &vars.encryption;
    assert_eq!((key_active.as_str(), keys.keys().collect::<Vec<_>>()), ("k2026", key_ids.iter().collect()));
    assert_eq!((keys["k2025"].expose_secret().as_str(), keys["k2026"].expose_secret().as_str()), ("old", "new"));
    assert_eq!(calls(&aws), [("GetParameters", 1), ("GetSecretValue", 1)]);
    prove(&aws, loader).await;
}

#[tokio::test]
async fn each_way_asks_for_its_own_secrets() {
    let aws = seeded().await;
    let root = directory([("config.toml", CONFIG)]);
    let variables = [("HIQLITE", "true"), ("SMTP_CONN_MODE", "microsoft_graph")];
    let loader = || Vars::loader("prod").root(root.path()).env_vars(variables).aws(&aws.sdk_config());
    let vars = loader().load().await.unwrap();
    assert_eq!((vars.email.smtp_conn_mode.as_str(), exposed(&vars.email.smtp_password)), ("microsoft_graph", None));
    assert_eq!(exposed(&vars.email.xoauth_client_secret), Some("oauth"));
    let names =
        ["cluster/secret_api", "cluster/secret_raft", "email/xoauth_client_secret", "enc-keys/k2025", "enc-keys/k2026"];
    assert_eq!(asked(&aws), names.map(|name| format!("/rauthy/prod/{name}")));
    prove(&aws, loader).await;
}

#[tokio::test]
async fn a_key_that_is_named_has_to_be_there() {
    let aws = seeded().await;
    aws.remove_parameter("/rauthy/prod/enc-keys/k2025");
    let root = directory([("config.toml", CONFIG)]);
    let loader = Vars::loader("prod").root(root.path()).env_vars(NO_VARIABLES).aws(&aws.sdk_config());
    let error = loader.load().await.unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    assert!(error.to_string().contains("/rauthy/prod/enc-keys/k2025"), "{error}");
}
