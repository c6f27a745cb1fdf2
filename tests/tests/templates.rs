//! The files that a person begins with: read the snapshots as such a person. What they say is held against what a load does.

use secret_config::{LoadError, Problem, ProblemKind, Secret, SecretConfig};
use secret_config_tests::python;
use secret_config_tests::table::directory;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU8;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Everything of the files is in it: values of every kind, tables in every shape, secrets of every store.
#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "orders/{env}", environments = ["dev", "prod"], offline = ["local"], env_prefix = "ORDERS")]
struct AppConfig {
    /// Where the service listens.
    ///
    /// Behind the balancer this is 8080.
    #[config(default = 8080)]
    port: u16,
    /// A name.
    #[config(default = "or \"ders\"")]
    name: String,
    host: IpAddr,
    #[config(default = 0.5)]
    ratio: f64,
    #[config(default)]
    verbose: bool,
    #[config(default = Duration::from_secs(5), with = "seconds")]
    timeout: Duration,
    #[config(rename = "log.level", alias = "level", env = ["RUST_LOG", "LOG"])]
    log_level: Option<String>,
    /// Who may call.
    #[config(ssm)]
    allowed_origins: Vec<String>,
    #[config(default)]
    limits: HashMap<String, u32>,
    /// What payments are made with.
    #[secret]
    stripe_key: Secret<String>,
    #[secret(ssm = ["{prefix}/new", "{prefix}/old"], allow_in_files)]
    token: Option<Secret<String>>,
    /// The database.
    #[config(nested)]
    database: Database,
    #[config(nested)]
    tls: Option<Tls>,
    #[config(nested, default)]
    tenants: BTreeMap<String, Vec<Tenant>>,
    #[config(flatten)]
    telemetry: Telemetry,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(document(secretsmanager = "{prefix}/db"))]
struct Database {
    host: String,
    #[secret]
    password: Secret<String>,
    #[config(local, default = 10)]
    max_connections: i32,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(allow_unknown)]
struct Tls {
    certificate: String,
    #[secret(file = "/run/secrets/{field}")]
    key: Secret<String>,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct Tenant {
    /// Its name.
    id: String,
    #[secret]
    token: Secret<String>,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct Telemetry {
    /// How many of a thousand calls are traced.
    #[config(default = 1)]
    sampled: u8,
}

mod seconds {
    use serde::{Deserialize, Deserializer};
    use std::time::Duration;

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_secs)
    }
}

#[test]
fn a_default_toml_has_the_doc_comments_and_defaults_and_no_secret() {
    insta::assert_snapshot!(AppConfig::manifest("prod").unwrap().default_toml());
}

#[test]
fn a_env_example_has_every_variable() {
    insta::assert_snapshot!(AppConfig::manifest("prod").unwrap().env_example());
}

#[test]
fn a_schema_has_the_keys_of_the_files() {
    insta::assert_snapshot!(AppConfig::manifest("prod").unwrap().json_schema());
}

#[test]
fn a_manifest_reads_as_a_table() {
    insta::assert_snapshot!(AppConfig::manifest("prod").unwrap().to_string());
}

/// What no store is needed for.
#[derive(Debug, PartialEq, SecretConfig)]
#[config(offline = ["local"], environments = ["prod"], env_prefix = "SHOP")]
struct Local {
    #[config(default = 8080)]
    port: u16,
    #[config(default = "or \"ders\\\n")]
    name: String,
    #[config(default = 1.5)]
    ratio: f64,
    #[config(default = -3)]
    offset: i64,
    #[config(default)]
    hosts: Vec<String>,
    #[config(default)]
    verbose: bool,
    #[config(nested)]
    cache: Cache,
}

#[derive(Debug, PartialEq, SecretConfig)]
struct Cache {
    #[config(default = 1_000)]
    entries: usize,
    #[config(rename = "time to live", default = 0x3c)]
    time_to_live: u32,
}

async fn load(file: &str) -> Result<Local, LoadError> {
    let directory = directory(file);
    Local::loader("prod").root(directory.path()).env_vars::<&str, &str>([]).load().await
}

/// The file with every line that may be switched on.
fn switched_on(file: &str) -> String {
    let is_on = |line: &&str| !line.starts_with("# ");
    file.lines().filter(is_on).map(|line| line.trim_start_matches('#').to_owned() + "\n").collect()
}

#[tokio::test]
async fn a_default_toml_loads_as_it_is_and_with_all_of_it_switched_on() {
    let without = load("").await.unwrap();
    let file = Local::manifest("prod").unwrap().default_toml();
    assert_eq!(load(&file).await.unwrap(), without);
    let on = switched_on(&file);
    assert!(on.contains("port = 8080\n") && on.contains("\"time to live\" = 60\n"), "{on}");
    assert_eq!(load(&on).await.unwrap(), without);
}

#[tokio::test]
async fn a_default_toml_of_every_shape_has_no_malformed_line_and_no_unknown_key() {
    use secret_config::ProblemKind::{Malformed, RefusedSecret, UnknownKey};

    let directory = directory(&switched_on(&AppConfig::manifest("prod").unwrap().default_toml()));
    let loader = AppConfig::loader("local").root(directory.path()).env_vars::<&str, &str>([]);
    let problems = loader.load().await.unwrap_err();
    let of_file: Vec<_> = problems
        .problems()
        .iter()
        .filter(|problem| matches!(problem.kind(), Malformed | UnknownKey | RefusedSecret))
        .collect();
    assert!(of_file.is_empty(), "{of_file:#?}");
}

/// Nothing of it has a default that a file could have.
#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(env_prefix = "SHOP")]
struct Examples {
    host: IpAddr,
    address: SocketAddr,
    directory: PathBuf,
    name: String,
    letter: char,
    ratio: f64,
    is_open: bool,
    workers: NonZeroU8,
    origins: Vec<String>,
    limits: HashMap<String, u32>,
    grace: Duration,
    pages: Option<u16>,
    level: Level,
    #[config(default = 60 * 60)]
    cached: u32,
    #[config(default = "shop".to_owned())]
    theme: String,
    #[config(default = Level::Quiet)]
    fallback: Level,
    #[config(default)]
    last: Level,
}

#[derive(Debug, Default, serde::Deserialize)]
enum Level {
    #[default]
    Quiet,
    Loud,
}

#[tokio::test]
async fn an_example_is_no_default_and_is_written_as_the_type_reads_it() {
    let file = Examples::manifest("prod").unwrap().default_toml();
    for told in [
        "# IpAddr; required\n#host = \"127.0.0.1\" # example\n",
        "# Option<u16>; optional\n#pages = 1 # example\n",
        "# u32; the default is `60*60`, in the code\n#cached = 1 # example\n",
        "# Level; the default is `Level::Quiet`, in the code\n# fallback = ..\n",
        "# Level; the default is that of the type\n# last = ..\n",
        "# Level; required\n# level = ..\n",
    ] {
        assert!(file.contains(told), "{told}\n{file}");
    }
    let load = async |file: &str, variables: &[(String, String)]| {
        let (directory, variables) = (directory(file), variables.iter().cloned());
        Examples::loader("prod").root(directory.path()).env_vars(variables).load().await
    };
    // As it is it supplies nothing.
    let problems = load(&file, &[]).await.unwrap_err();
    let missing: Vec<_> = problems.problems().iter().flat_map(Problem::fields).collect();
    assert_eq!(missing.len(), 12, "{missing:?}");
    assert!(problems.problems().iter().all(|problem| problem.kind() == ProblemKind::Missing), "{problems}");
    load(&format!("level = \"Loud\"\n{}", switched_on(&file)), &[]).await.unwrap();

    let file = Examples::manifest("prod").unwrap().env_example();
    assert!(file.contains("# IpAddr; required; for example 127.0.0.1\n#SHOP_HOST=\n"), "{file}");
    assert!(file.contains("# Level; the default is `Level::Quiet`, in the code\n#SHOP_FALLBACK=\n"), "{file}");
    let lines: Vec<_> = file.lines().collect();
    let mut variables = vec![("SHOP_LEVEL".to_owned(), "Loud".to_owned())];
    for pair in lines.windows(2) {
        if let (Some((_, example)), Some((name, _))) = (pair[0].split_once("for example "), pair[1].split_once('=')) {
            let value = serde_json::from_str(example).ok().filter(|_| example.starts_with('"'));
            variables.push((name.trim_start_matches('#').to_owned(), value.unwrap_or_else(|| example.to_owned())));
        }
    }
    variables.push(("SHOP_NAME".to_owned(), "text".to_owned()));
    assert_eq!(variables.len(), 14, "{variables:?}");
    load("", &variables).await.unwrap();
}

#[test]
fn a_schema_has_no_default_that_only_the_compiler_knows() {
    let schema: Value = serde_json::from_str(&Examples::manifest("prod").unwrap().json_schema()).unwrap();
    let properties = schema["properties"].as_object().unwrap();
    assert!(
        properties.len() > 10 && properties.values().all(|property| property.get("default").is_none()),
        "{schema:#}"
    );
}

/// Whether `value` is what `schema` asks for, as the reference implementation for Python says, which finds the schema itself
/// well-formed.
fn accepts(schema: &Value, value: &Value) -> bool {
    const JUDGE: &str = r#"
import json, sys, jsonschema

schema, value = json.loads(sys.argv[1])
jsonschema.Draft202012Validator.check_schema(schema)
sys.exit(0 if jsonschema.Draft202012Validator(schema).is_valid(value) else 7)
"#;
    let python = python::with_packages("json-schema", "jsonschema==4.26.0\n").unwrap();
    let asked = serde_json::json!([schema, value]).to_string();
    let output = Command::new(python).args(["-c", JUDGE, &asked]).output().unwrap();
    match output.status.code() {
        Some(0) => true,
        Some(7) => false,
        _ => panic!("{}", String::from_utf8_lossy(&output.stderr)),
    }
}

fn schema(environment: &str) -> Value {
    serde_json::from_str(&AppConfig::manifest(environment).unwrap().json_schema()).unwrap()
}

#[test]
fn a_schema_takes_what_a_load_takes() {
    let schema = schema("prod");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    for file in [
        r#"{}"#,
        r#"{"port": 80, "name": "orders", "host": "::1", "ratio": 1, "verbose": true, "timeout": 5}"#,
        r#"{"port": "80", "level": "info", "log.level": null, "token": "it may"}"#,
        r#"{"database": {"host": "db", "max_connections": -1}, "tls": {"certificate": "c", "anything": 1}}"#,
        r#"{"tenants": {"acme": [{"id": "a"}]}, "sampled": 7, "limits": {"a": 1}, "allowed_origins": ["https://a"]}"#,
        r#"{"database": null}"#,
    ] {
        assert!(accepts(&schema, &serde_json::from_str(file).unwrap()), "{file}");
    }
    for file in [
        r#"{"prot": 80}"#,
        r#"{"port": 65536}"#,
        r#"{"port": -1}"#,
        r#"{"port": true}"#,
        r#"{"name": 5}"#,
        r#"{"stripe_key": "a secret"}"#,
        r#"{"database": {"password": "a secret"}}"#,
        r#"{"database": []}"#,
        r#"{"tenants": {"acme": [{"token": "a secret"}]}}"#,
        r#"{"telemetry": {"sampled": 1}}"#,
        r#"{"allowed_origins": "https://a"}"#,
    ] {
        assert!(!accepts(&schema, &serde_json::from_str(file).unwrap()), "{file}");
    }
}

#[test]
fn templates_of_an_offline_environment_name_no_store() {
    let manifest = AppConfig::manifest("local").unwrap();
    for template in [manifest.default_toml(), manifest.env_example()] {
        assert!(!template.contains("Parameter Store") && !template.contains("Secrets Manager"), "{template}");
    }
    assert!(
        manifest.default_toml().contains("# stripe_key is a secret: it stands in config/local.toml, or in a variable")
    );
}

#[test]
fn a_schema_of_an_offline_environment_has_the_secrets() {
    let file = r#"{"stripe_key": "for tests", "tenants": {"acme": [{"token": "for tests"}]}}"#;
    assert!(accepts(&schema("local"), &serde_json::from_str(file).unwrap()));
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "orders/{env}", references, deny_env_secrets, env_prefix = "ORDERS")]
struct Referring {
    port: u16,
    origins: Vec<String>,
    #[secret]
    key: Secret<String>,
}

#[test]
fn with_references_a_schema_takes_the_name_of_a_secret_and_no_more() {
    let schema: Value = serde_json::from_str(&Referring::manifest("prod").unwrap().json_schema()).unwrap();
    let pattern = schema["properties"]["key"]["pattern"].as_str().unwrap();
    assert_eq!(pattern, r"^(\$\{(ssm|secretsmanager):.+\})$");
    assert!(accepts(&schema["properties"]["origins"], &"${ssm:/orders/origins}".into()));
    assert!(schema["properties"]["port"]["pattern"].as_str().unwrap().ends_with(r"|\$\{(ssm|secretsmanager):.+\})$"));
}

#[test]
fn no_variable_is_named_for_a_secret_that_may_not_stand_in_one() {
    let file = Referring::manifest("prod").unwrap().env_example();
    assert!(file.contains("#ORDERS_PORT=") && !file.contains("ORDERS_KEY"), "{file}");
}
