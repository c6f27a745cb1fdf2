//! Garage: the key of the cluster comes from a file that the config names (`rpc_secret_file`) or from a variable; a
//! token of the region stands before one that all regions share.

use crate::{NO_VARIABLES, calls, directory, exposed};
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Secret, SecretConfig};
use secret_config_tests::policy_proof::prove;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, SecretConfig)]
#[config(environments = ["prod"], offline = ["dev"], files = ["garage.toml"])]
struct Config {
    metadata_dir: PathBuf,
    data_dir: DataDir,
    #[config(default = 3)]
    replication_factor: usize,

    rpc_bind_addr: SocketAddr,
    #[config(env = "GARAGE_RPC_SECRET_FILE")]
    rpc_secret_file: Option<String>,
    /// Read from the file above, if there is one.
    #[secret(file = "{self.rpc_secret_file}", env = "GARAGE_RPC_SECRET")]
    rpc_secret: Secret<String>,

    /// A StringList: nodes that come and go keep it up to date.
    #[config(ssm = "/garage/{env}/bootstrap-peers", default)]
    bootstrap_peers: Vec<String>,
    #[config(nested)]
    consul_discovery: Option<ConsulDiscovery>,

    #[config(nested)]
    s3_api: S3Api,
    #[config(nested)]
    admin: Admin,
}

/// An ordinary field: serde alone reads it.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum DataDir {
    Single(PathBuf),
    Multiple(Vec<Disk>),
}

#[derive(Debug, PartialEq, Deserialize)]
struct Disk {
    path: PathBuf,
    capacity: String,
}

#[derive(Debug, SecretConfig)]
struct ConsulDiscovery {
    consul_http_addr: String,
    service_name: String,
    /// The name is one of Consul's people, who know nothing of this prefix or that.
    #[secret(ssm = "/consul/acl/garage-{env}")]
    token: Option<Secret<String>>,
}

#[derive(Debug, SecretConfig)]
struct S3Api {
    api_bind_addr: SocketAddr,
    s3_region: String,
}

/// Candidates are asked for together, and the first that is found wins.
#[derive(Debug, SecretConfig)]
struct Admin {
    api_bind_addr: Option<SocketAddr>,
    #[secret(
        ssm = ["/garage/{env}/{root.s3_api.s3_region}/admin-token", "/garage/{env}/admin-token"],
        env = "GARAGE_ADMIN_TOKEN",
    )]
    admin_token: Option<Secret<String>>,
    #[secret(
        ssm = ["/garage/{env}/{root.s3_api.s3_region}/metrics-token", "/garage/{env}/metrics-token"],
        env = "GARAGE_METRICS_TOKEN",
    )]
    metrics_token: Option<Secret<String>>,
}

#[tokio::test]
async fn loads_in_dev() {
    let config = r#"
        metadata_dir = "/tmp/meta"
        data_dir = "/tmp/data"
        replication_factor = 1
        rpc_bind_addr = "[::]:3901"
        rpc_secret = "4425f5c26c5e1158"

        [s3_api]
        s3_region = "garage"
        api_bind_addr = "[::]:3900"

        [admin]
        api_bind_addr = "[::]:3903"
        admin_token = "letmein"
    "#;
    let root = directory([("garage.toml", config)]);
    let config = Config::loader("dev").root(root.path()).env_vars(NO_VARIABLES).load().await.unwrap();
    assert_eq!(config.data_dir, DataDir::Single("/tmp/data".into()));
    assert_eq!(config.replication_factor, 1);
    assert_eq!(config.rpc_secret.expose_secret(), "4425f5c26c5e1158");
    assert!(config.rpc_secret_file.is_none() && config.bootstrap_peers.is_empty());
    assert_eq!((exposed(&config.admin.admin_token), exposed(&config.admin.metrics_token)), (Some("letmein"), None));
    assert!(config.consul_discovery.is_none());
}

const CONFIG: &str = r#"
    metadata_dir = "/var/lib/garage/meta"
    data_dir = [{ path = "/mnt/hdd1", capacity = "2T" }, { path = "/mnt/hdd2", capacity = "4T" }]
    rpc_bind_addr = "[::]:3901"
    rpc_secret_file = "secrets/rpc_secret"

    [consul_discovery]
    consul_http_addr = "https://127.0.0.1:8500"
    service_name = "garage-daemon"

    [s3_api]
    s3_region = "paris"
    api_bind_addr = "[::]:3900"

    [admin]
    api_bind_addr = "[::]:3903"
"#;

async fn seeded() -> FakeAws {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter(
        "/garage/prod/bootstrap-peers",
        Parameter::string_list("563e1ac8@10.0.0.1:3901,86f0f26a@10.0.0.2:3901"),
    );
    aws.put_parameter("/garage/prod/paris/admin-token", Parameter::secure_string("of paris"));
    aws.put_parameter("/garage/prod/admin-token", Parameter::secure_string("of all"));
    aws.put_parameter("/garage/prod/metrics-token", Parameter::secure_string("of all"));
    aws.put_parameter("/consul/acl/garage-prod", Parameter::secure_string("c0nsul"));
    aws
}

#[tokio::test]
async fn loads_in_prod() {
    let aws = seeded().await;
    let root = directory([("garage.toml", CONFIG), ("secrets/rpc_secret", "1799bccfd7411eda")]);
    let loader = || Config::loader("prod").root(root.path()).env_vars(NO_VARIABLES).aws(&aws.sdk_config());
    let config = loader().load().await.unwrap();
    let disk = |path: &str, capacity: &str| Disk { path: path.into(), capacity: capacity.to_owned() };
    assert_eq!(config.metadata_dir.to_str(), Some("/var/lib/garage/meta"));
    assert_eq!(config.data_dir, DataDir::Multiple(vec![disk("/mnt/hdd1", "2T"), disk("/mnt/hdd2", "4T")]));
    assert_eq!((config.rpc_bind_addr.port(), config.s3_api.api_bind_addr.port()), (3901, 3900));
    assert_eq!(config.rpc_secret.expose_secret(), "1799bccfd7411eda");
    assert_eq!(config.bootstrap_peers, ["563e1ac8@10.0.0.1:3901", "86f0f26a@10.0.0.2:3901"]);
    assert_eq!((config.s3_api.s3_region.as_str(), config.admin.api_bind_addr.unwrap().port()), ("paris", 3903));
    assert_eq!(exposed(&config.admin.admin_token), Some("of paris"));
    assert_eq!(exposed(&config.admin.metrics_token), Some("of all"));
    let consul = config.consul_discovery.unwrap();
    assert_eq!(
        (consul.consul_http_addr.as_str(), consul.service_name.as_str()),
        ("https://127.0.0.1:8500", "garage-daemon")
    );
    assert_eq!(exposed(&consul.token), Some("c0nsul"));
    assert_eq!(calls(&aws), [("GetParameters", 1)]);
    prove(&aws, loader).await;
}

#[tokio::test]
async fn a_variable_stands_in_for_the_file() {
    let aws = seeded().await;
    let root = directory([("garage.toml", CONFIG)]);
    let variables = [("GARAGE_RPC_SECRET", "0123"), ("GARAGE_ADMIN_TOKEN", "a"), ("GARAGE_METRICS_TOKEN", "m")];
    let loader = || Config::loader("prod").root(root.path()).env_vars(variables).aws(&aws.sdk_config());
    let config = loader().load().await.unwrap();
    assert_eq!(config.rpc_secret.expose_secret(), "0123");
    assert_eq!((exposed(&config.admin.admin_token), exposed(&config.admin.metrics_token)), (Some("a"), Some("m")));
    prove(&aws, loader).await;
}
