//! graph-node: a map of database shards, each with a map of replicas; chains that stand in one table with the key
//! `ingestor`, with providers written in an old form or a new one.

use crate::{NO_VARIABLES, calls, directory};
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Secret, SecretConfig};
use secret_config_tests::policy_proof::prove;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, SecretConfig)]
#[config(
    prefix = "graph-node/{env}",
    environments = ["prod"],
    offline = ["dev"],
    files = ["config.toml"],
    store = "secretsmanager",
)]
struct Config {
    #[config(nested)]
    general: Option<General>,
    #[config(nested, rename = "store")]
    stores: BTreeMap<String, Shard>,
    #[config(nested)]
    chains: ChainSection,
}

#[derive(Debug, SecretConfig)]
struct General {
    query: String,
}

#[derive(Debug, SecretConfig)]
struct Shard {
    /// Secret `graph-node/{env}/shards/vip` for `[store.vip]`.
    #[secret(secretsmanager = "{prefix}/shards/{entry}")]
    connection: Secret<String>,
    pool_size: PoolSize,
    #[config(default = 1)]
    weight: usize,
    #[config(nested, default)]
    replicas: BTreeMap<String, Replica>,
}

#[derive(Debug, SecretConfig)]
struct Replica {
    /// By the name that all have without a word: `graph-node/{env}/store/vip/replicas/repl1/connection`.
    #[secret]
    connection: Secret<String>,
    #[config(default = 1)]
    weight: usize,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum PoolSize {
    Fixed(u32),
    Rule(Vec<PoolSizeRule>),
}

#[derive(Debug, PartialEq, Deserialize)]
struct PoolSizeRule {
    node: String,
    size: u32,
}

#[derive(Debug, SecretConfig)]
struct ChainSection {
    ingestor: String,

    /// All other keys of the table. The URL of a provider has an API key in it, and is kept under the provider's label;
    /// where there are `details`, it is they that want a secret, and only Firehose's: one token for all.
    #[config(
        flatten,
        inject("*.provider.*.url", ssm = "{prefix}/rpc/{self.label}", unless = "details"),
        inject("*.provider.*.details.token", ssm = "{prefix}/firehose-token", when(type = "firehose"))
    )]
    chains: BTreeMap<String, Chain>,
}

#[derive(Debug, Deserialize)]
struct Chain {
    shard: String,
    provider: Vec<Provider>,
}

#[derive(Debug, Deserialize)]
struct Provider {
    label: String,
    url: Option<Secret<String>>,
    #[serde(default)]
    features: Vec<String>,
    details: Option<Details>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Details {
    Firehose { url: String, token: Secret<String> },
    Web3 { url: String },
}

#[tokio::test]
async fn loads_in_dev() {
    let config = r#"
        [store.primary]
        connection = "postgresql://graph:graph@localhost/graph"
        pool_size = 10

        [chains]
        ingestor = "default"
        [chains.hardhat]
        shard = "primary"
        provider = [{ label = "hardhat", url = "http://localhost:8545", features = [] }]
    "#;
    let root = directory([("config.toml", config)]);
    let config = Config::loader("dev").root(root.path()).env_vars(NO_VARIABLES).load().await.unwrap();
    assert!(config.general.is_none());
    assert_eq!(config.stores.keys().collect::<Vec<_>>(), ["primary"]);
    let primary = &config.stores["primary"];
    assert_eq!(primary.connection.expose_secret(), "postgresql://graph:graph@localhost/graph");
    assert_eq!((&primary.pool_size, primary.weight, primary.replicas.len()), (&PoolSize::Fixed(10), 1, 0));
    let provider = &config.chains.chains["hardhat"].provider[0];
    assert_eq!(provider.url.as_ref().unwrap().expose_secret(), "http://localhost:8545");
}

#[tokio::test]
async fn loads_in_prod() {
    let aws = FakeAws::start().await.unwrap();
    aws.put_secret("graph-node/prod/shards/primary", "postgresql://graph:p@primary/graph");
    aws.put_secret("graph-node/prod/shards/vip", "postgresql://graph:v@vip/graph");
    aws.put_secret("graph-node/prod/store/primary/replicas/repl1/connection", "postgresql://graph:r@repl1/graph");
    aws.put_parameter("/graph-node/prod/rpc/mainnet-archive", Parameter::secure_string("https://rpc.example/k1"));
    aws.put_parameter("/graph-node/prod/rpc/sepolia", Parameter::secure_string("https://rpc.example/k2"));
    aws.put_parameter("/graph-node/prod/firehose-token", Parameter::secure_string("t0ken"));
    let config = r#"
        [general]
        query = "query_node_.*"

        [store.primary]
        pool_size = 10
        weight = 0
        replicas.repl1.weight = 2
        [store.vip]
        pool_size = [{ node = "index_node_.*", size = 20 }, { node = ".*", size = 5 }]

        [chains]
        ingestor = "block_ingestor_node"
        [chains.mainnet]
        shard = "vip"
        provider = [
            { label = "mainnet-archive", features = ["archive", "traces"] },
            { label = "mainnet-stream", details = { type = "firehose", url = "https://mainnet.firehose.example" } },
            { label = "mainnet-public", details = { type = "web3", url = "https://public.example" } },
        ]
        [chains.sepolia]
        shard = "primary"
        provider = [
            { label = "sepolia", features = [] },
            { label = "sepolia-stream", details = { type = "firehose", url = "https://sepolia.firehose.example" } },
        ]
    "#;
    let root = directory([("config.toml", config)]);
    let loader = || Config::loader("prod").root(root.path()).env_vars(NO_VARIABLES).aws(&aws.sdk_config());
    let config = loader().load().await.unwrap();
    assert_eq!(config.general.unwrap().query, "query_node_.*");

    let (primary, vip) = (&config.stores["primary"], &config.stores["vip"]);
    assert_eq!(primary.connection.expose_secret(), "postgresql://graph:p@primary/graph");
    assert_eq!(vip.connection.expose_secret(), "postgresql://graph:v@vip/graph");
    let rule = |node: &str, size| PoolSizeRule { node: node.to_owned(), size };
    assert_eq!(vip.pool_size, PoolSize::Rule(vec![rule("index_node_.*", 20), rule(".*", 5)]));
    let replica = &primary.replicas["repl1"];
    assert_eq!(replica.connection.expose_secret(), "postgresql://graph:r@repl1/graph");
    assert_eq!((primary.weight, replica.weight, vip.replicas.len()), (0, 2, 0));

    assert_eq!(config.chains.ingestor, "block_ingestor_node");
    let (mainnet, sepolia) = (&config.chains.chains["mainnet"], &config.chains.chains["sepolia"]);
    assert_eq!((mainnet.shard.as_str(), sepolia.shard.as_str()), ("vip", "primary"));
    let [archive, stream, public] = mainnet.provider.as_slice() else { panic!("{mainnet:?}") };
    assert_eq!((archive.label.as_str(), archive.features.len()), ("mainnet-archive", 2));
    assert_eq!(archive.url.as_ref().unwrap().expose_secret(), "https://rpc.example/k1");
    assert_eq!(sepolia.provider[0].url.as_ref().unwrap().expose_secret(), "https://rpc.example/k2");
    assert!(stream.url.is_none() && public.url.is_none());
    for (provider, expected) in [(stream, "mainnet"), (&sepolia.provider[1], "sepolia")] {
        let Some(Details::Firehose { url, token }) = &provider.details else { panic!("{provider:?}") };
        assert_eq!(*url, format!("https://{expected}.firehose.example"));
        assert_eq!(token.expose_secret(), "t0ken");
    }
    assert!(matches!(&public.details, Some(Details::Web3 { url }) if url == "https://public.example"));
    assert_eq!(calls(&aws), [("BatchGetSecretValue", 1), ("GetParameters", 1)]);
    prove(&aws, loader).await;
}
