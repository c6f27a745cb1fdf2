//! Apollo Router: a YAML file whose values may be references (`${env.X}` there, `${ssm:..}` here), Redis at several
//! depths with one password, and subgraphs that announce their URLs themselves.

use crate::{NO_VARIABLES, calls, directory, problems};
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{ProblemKind, Secret, SecretConfig};
use secret_config_tests::policy_proof::prove;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use url::Url;

#[derive(Debug, SecretConfig)]
#[config(
    prefix = "router/{env}",
    environments = ["prod"],
    offline = ["dev"],
    files = ["router.yaml", "router.{env}.yaml?"],
    references,
)]
struct Configuration {
    #[config(nested)]
    supergraph: Supergraph,

    /// A router of GraphOS has a key and a graph, any other has neither: the store knows which one this is.
    #[config(nested, probe)]
    graphos: Option<GraphOs>,

    /// Parameters below `/router/{env}/subgraphs`; the deployment of each subgraph writes its own.
    #[config(ssm_path = "{prefix}/subgraphs", default)]
    override_subgraph_url: BTreeMap<String, Url>,

    /// Wherever there is a `redis`, for all subgraphs or for one.
    #[config(inject("**.redis.password", ssm = "{prefix}/redis-password"))]
    response_cache: Option<ResponseCache>,

    /// Nothing to say here: the file refers to what it needs.
    #[config(default)]
    headers: Headers,
}

#[derive(Debug, SecretConfig)]
struct Supergraph {
    listen: SocketAddr,
    #[config(default = false)]
    introspection: bool,
}

#[derive(Debug, SecretConfig)]
struct GraphOs {
    #[secret(ssm = "{prefix}/apollo-key", env = "APOLLO_KEY")]
    key: Secret<String>,
    #[config(ssm = "{prefix}/apollo-graph-ref", env = "APOLLO_GRAPH_REF")]
    graph_ref: String,
}

#[derive(Debug, Deserialize)]
struct ResponseCache {
    enabled: bool,
    subgraph: CacheBySubgraph,
}

#[derive(Debug, Deserialize)]
struct CacheBySubgraph {
    all: SubgraphCache,
    #[serde(default)]
    subgraphs: BTreeMap<String, SubgraphCache>,
}

#[derive(Debug, Deserialize)]
struct SubgraphCache {
    redis: Option<Redis>,
}

#[derive(Debug, Deserialize)]
struct Redis {
    urls: Vec<String>,
    password: Secret<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Headers {
    subgraphs: BTreeMap<String, HeadersOfSubgraph>,
}

#[derive(Debug, Deserialize)]
struct HeadersOfSubgraph {
    request: Vec<Operation>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Operation {
    Insert { name: String, value: Secret<String> },
    Propagate { named: String },
}

/// For every environment.
const ROUTER: &str = "
supergraph:
  listen: 127.0.0.1:4000
headers:
  subgraphs:
    products:
      request:
        - propagate: { named: x-request-id }
        - insert: { name: x-router-token, value: '${ssm:/products/{env}/router-token}' }
    reviews:
      request:
        - insert: { name: authorization, value: '${secretsmanager:reviews/{env}/clients#router}' }
";

#[tokio::test]
async fn loads_in_dev() {
    // Offline, no reference may be left: what the first file refers to, the second one writes out.
    let dev = "
supergraph:
  introspection: true
override_subgraph_url:
  products: http://localhost:4001
response_cache:
  enabled: true
  subgraph:
    all:
      redis: { urls: ['redis://localhost:6379'], password: redis }
headers:
  subgraphs:
    products:
      request: [{ insert: { name: x-router-token, value: products } }]
    reviews:
      request: [{ insert: { name: authorization, value: reviews } }]
";
    let root = directory([("router.yaml", ROUTER), ("router.dev.yaml", dev)]);
    let config = Configuration::loader("dev").root(root.path()).env_vars(NO_VARIABLES).load().await.unwrap();
    assert_eq!((config.supergraph.listen.port(), config.supergraph.introspection), (4000, true));
    assert!(config.graphos.is_none());
    assert_eq!(config.override_subgraph_url["products"].as_str(), "http://localhost:4001/");
    let cache = config.response_cache.unwrap();
    assert_eq!((cache.enabled, cache.subgraph.subgraphs.len()), (true, 0));
    assert_eq!(cache.subgraph.all.redis.unwrap().password.expose_secret(), "redis");
    let request = &config.headers.subgraphs["products"].request;
    assert!(matches!(request.as_slice(), [Operation::Insert { value, .. }] if value.expose_secret() == "products"));
}

const PROD: &str = "
supergraph:
  listen: 0.0.0.0:4000
response_cache:
  enabled: true
  subgraph:
    all:
      redis: { urls: ['rediss://cache.internal:6379'] }
    subgraphs:
      products:
        redis: { urls: ['rediss://products.cache.internal:6379'] }
      reviews: {}
";

async fn seeded() -> FakeAws {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/router/prod/apollo-key", Parameter::secure_string("service:shop:k3y"));
    aws.put_parameter("/router/prod/apollo-graph-ref", Parameter::string("shop@prod"));
    aws.put_parameter("/router/prod/redis-password", Parameter::secure_string("r3dis"));
    aws.put_parameter("/router/prod/subgraphs/products", Parameter::string("https://products.internal/"));
    aws.put_parameter("/router/prod/subgraphs/reviews", Parameter::string("https://reviews.internal/"));
    aws.put_parameter("/products/prod/router-token", Parameter::secure_string("pr0ducts"));
    aws.put_secret("reviews/prod/clients", r#"{"router": "r3views", "mobile": "not for us"}"#);
    aws
}

#[tokio::test]
async fn loads_in_prod() {
    let aws = seeded().await;
    let root = directory([("router.yaml", ROUTER), ("router.prod.yaml", PROD)]);
    let loader = || Configuration::loader("prod").root(root.path()).env_vars(NO_VARIABLES).aws(&aws.sdk_config());
    let config = loader().load().await.unwrap();
    assert!(config.supergraph.listen.ip().is_unspecified());
    let graphos = config.graphos.unwrap();
    assert_eq!((graphos.key.expose_secret().as_str(), graphos.graph_ref.as_str()), ("service:shop:k3y", "shop@prod"));
    let urls: Vec<_> = config.override_subgraph_url.iter().map(|(name, url)| (name.as_str(), url.as_str())).collect();
    assert_eq!(urls, [("products", "https://products.internal/"), ("reviews", "https://reviews.internal/")]);

    let cache = config.response_cache.unwrap().subgraph;
    let (all, products) = (cache.all.redis.unwrap(), cache.subgraphs["products"].redis.as_ref().unwrap());
    assert_eq!(
        (all.urls[0].as_str(), all.password.expose_secret().as_str()),
        ("rediss://cache.internal:6379", "r3dis")
    );
    assert_eq!(products.urls, ["rediss://products.cache.internal:6379"]);
    assert_eq!(products.password.expose_secret(), "r3dis");
    assert!(cache.subgraphs["reviews"].redis.is_none());

    let products = config.headers.subgraphs["products"].request.as_slice();
    let [Operation::Propagate { named }, Operation::Insert { name, value }] = products else { panic!("{products:?}") };
    assert_eq!((named.as_str(), name.as_str()), ("x-request-id", "x-router-token"));
    assert_eq!(value.expose_secret(), "pr0ducts");
    let reviews = config.headers.subgraphs["reviews"].request.as_slice();
    assert!(matches!(reviews, [Operation::Insert { value, .. }] if value.expose_secret() == "r3views"));

    assert_eq!(calls(&aws), [("GetParameters", 1), ("GetParametersByPath", 1), ("GetSecretValue", 1)]);
    prove(&aws, loader).await;
}

#[tokio::test]
async fn a_router_without_graphos_makes_the_same_calls() {
    let aws = seeded().await;
    aws.remove_parameter("/router/prod/apollo-key");
    aws.remove_parameter("/router/prod/apollo-graph-ref");
    let root = directory([("router.yaml", ROUTER), ("router.prod.yaml", PROD)]);
    let loader = || Configuration::loader("prod").root(root.path()).env_vars(NO_VARIABLES).aws(&aws.sdk_config());
    assert!(loader().load().await.unwrap().graphos.is_none());
    assert_eq!(calls(&aws), [("GetParameters", 1), ("GetParametersByPath", 1), ("GetSecretValue", 1)]);
    prove(&aws, loader).await;
}

#[tokio::test]
async fn half_of_graphos_is_a_problem() {
    let aws = seeded().await;
    aws.remove_parameter("/router/prod/apollo-graph-ref");
    let root = directory([("router.yaml", ROUTER), ("router.prod.yaml", PROD)]);
    let loader = Configuration::loader("prod").root(root.path()).env_vars(NO_VARIABLES).aws(&aws.sdk_config());
    let error = loader.load().await.unwrap_err();
    assert_eq!(problems(&error), [(ProblemKind::Missing, "graphos.graph_ref".to_owned())]);
}
