//! Meilisearch: one flat list of options, `MEILI_` before each variable; the master key is optional in development
//! only, and the options of S3 snapshots are there all together or not at all.

use crate::{NO_VARIABLES, calls, directory, exposed, problems};
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{ProblemKind, Secret, SecretConfig};
use secret_config_tests::policy_proof::prove;
use std::path::{Path, PathBuf};
use url::Url;

/// Parameters have the environment in the middle of a name: `/search/meili-{env}-master-key`.
#[derive(Debug, SecretConfig)]
#[config(
    environments = ["production"],
    offline = ["development"],
    env_prefix = "MEILI",
    files = ["config.toml?"],
    names(ssm = "/search/meili-{env}-{field:kebab-case}"),
)]
struct Options {
    #[config(default = "./data.ms")]
    db_path: PathBuf,
    #[config(default = "localhost:7700")]
    http_addr: String,
    #[config(default = "100 MB")]
    http_payload_size_limit: String,
    #[config(default = false)]
    no_analytics: bool,

    #[config(default = "development")]
    env: String,
    #[secret(when(env = "production"))]
    master_key: Option<Secret<String>>,

    /// Their keys stand among those above. Whether there are any is for the store to say, in the same call.
    #[config(flatten, probe)]
    s3_snapshots: Option<S3Snapshots>,
}

#[derive(Debug, SecretConfig)]
struct S3Snapshots {
    #[config(ssm)]
    s3_bucket_url: Url,
    #[config(ssm)]
    s3_bucket_region: String,
    #[config(ssm)]
    s3_bucket_name: String,
    #[config(default = "snapshots/")]
    s3_snapshot_prefix: String,
    #[secret]
    s3_access_key: Secret<String>,
    #[secret]
    s3_secret_key: Secret<String>,
}

#[tokio::test]
async fn loads_in_dev() {
    let root = directory([("config.toml", "no_analytics = true\nhttp_payload_size_limit = \"10 MB\"\n")]);
    let variables = [("MEILI_DB_PATH", "/tmp/meili"), ("MEILI_MASTER_KEY", "0123456789abcdef")];
    let options = Options::loader("development").root(root.path()).env_vars(variables).load().await.unwrap();
    assert_eq!((options.db_path.as_path(), options.http_addr.as_str()), (Path::new("/tmp/meili"), "localhost:7700"));
    assert_eq!((options.http_payload_size_limit.as_str(), options.no_analytics), ("10 MB", true));
    assert_eq!((options.env.as_str(), exposed(&options.master_key)), ("development", Some("0123456789abcdef")));
    assert!(options.s3_snapshots.is_none());
}

#[tokio::test]
async fn development_needs_nothing() {
    let root = directory([]);
    let options = Options::loader("development").root(root.path()).env_vars(NO_VARIABLES).load().await.unwrap();
    assert!(options.master_key.is_none() && options.s3_snapshots.is_none());
}

const CONFIG: &str = r#"
env = "production"
http_addr = "0.0.0.0:7700"
"#;

fn put_s3_snapshots(aws: &FakeAws) {
    let put = |name: &str, parameter| aws.put_parameter(&format!("/search/meili-production-{name}"), parameter);
    put("s3-bucket-url", Parameter::string("https://s3.eu-west-1.amazonaws.com"));
    put("s3-bucket-region", Parameter::string("eu-west-1"));
    put("s3-bucket-name", Parameter::string("search-snapshots"));
    put("s3-access-key", Parameter::secure_string("AKIAIOSFODNN7EXAMPLE"));
    put("s3-secret-key", Parameter::secure_string("s3cret"));
}

#[tokio::test]
async fn loads_in_prod() {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/search/meili-production-master-key", Parameter::secure_string("m4ster"));
    put_s3_snapshots(&aws);
    let root = directory([("config.toml", CONFIG)]);
    let loader = || Options::loader("production").root(root.path()).env_vars(NO_VARIABLES).aws(&aws.sdk_config());
    let options = loader().load().await.unwrap();
    assert_eq!(exposed(&options.master_key), Some("m4ster"));
    let snapshots = options.s3_snapshots.unwrap();
    assert_eq!(snapshots.s3_bucket_url.as_str(), "https://s3.eu-west-1.amazonaws.com/");
    assert_eq!(
        (snapshots.s3_bucket_region.as_str(), snapshots.s3_bucket_name.as_str()),
        ("eu-west-1", "search-snapshots")
    );
    assert_eq!(snapshots.s3_snapshot_prefix, "snapshots/");
    assert_eq!(snapshots.s3_access_key.expose_secret(), "AKIAIOSFODNN7EXAMPLE");
    assert_eq!(snapshots.s3_secret_key.expose_secret(), "s3cret");
    assert_eq!(calls(&aws), [("GetParameters", 1)]);
    prove(&aws, loader).await;
}

#[tokio::test]
async fn without_a_bucket_snapshots_stay_on_disk() {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/search/meili-production-master-key", Parameter::secure_string("m4ster"));
    let root = directory([("config.toml", CONFIG)]);
    let loader = || Options::loader("production").root(root.path()).env_vars(NO_VARIABLES).aws(&aws.sdk_config());
    assert!(loader().load().await.unwrap().s3_snapshots.is_none());
    assert_eq!(calls(&aws), [("GetParameters", 1)]);
    prove(&aws, loader).await;
}

#[tokio::test]
async fn production_needs_a_master_key_and_a_whole_bucket() {
    let aws = FakeAws::start().await.unwrap();
    put_s3_snapshots(&aws);
    aws.remove_parameter("/search/meili-production-s3-secret-key");
    let root = directory([("config.toml", CONFIG)]);
    let loader = Options::loader("production").root(root.path()).env_vars(NO_VARIABLES).aws(&aws.sdk_config());
    let error = loader.load().await.unwrap_err();
    let missing = |field: &str| (ProblemKind::Missing, field.to_owned());
    assert_eq!(problems(&error), [missing("master_key"), missing("s3_secret_key")]);
}
