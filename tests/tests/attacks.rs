//! What a hostile reader tried on the shapes of real configurations: each was a defect once, and is a promise now.
#![allow(dead_code)]

use aws_sdk_ssm::types::ParameterType::{SecureString, String as Plain};
use secret_config::ProblemKind::*;
use secret_config::{LoadError, Secret, SecretConfig, Value};
use secret_config_tests::emulator::Emulator;
use secret_config_tests::table::{assert_problems, directory, load, loader};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

const CANARY: &str = "hunter2canary";

fn text(secret: &Secret<String>) -> &str {
    secret.expose_secret()
}

fn shown<T>(result: &Result<T, LoadError>) -> String {
    result.as_ref().err().map(|error| format!("{error} {:?}", error.problems())).unwrap_or_default()
}

fn files(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("config")).unwrap();
    for (name, text) in files {
        std::fs::write(directory.path().join("config").join(name), text).unwrap();
    }
    directory
}

async fn put(emulator: &Emulator, leaf: &str, value: &str) {
    emulator.put_parameter(&emulator.parameter(leaf), SecureString, value).await;
}

// two leaves at one path

#[tokio::test]
async fn a_flattened_leaf_named_like_a_key_does_not_empty_the_secret() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        kind: String,
        #[config(flatten)]
        inner: Inner,
    }
    #[derive(Debug, SecretConfig)]
    struct Inner {
        #[config(flatten, inject("secret_key", ssm = "{prefix}/key"))]
        kind: Kind,
    }
    #[derive(Debug, Deserialize)]
    struct Kind {
        bucket: String,
        secret_key: Secret<String>,
    }
    let emulator = Emulator::fake().await;
    put(&emulator, "key", "k").await;
    let config: Config = load(&emulator, "kind = 'a'\nbucket = 'b'").await.unwrap();
    assert_eq!((config.kind.as_str(), text(&config.inner.kind.secret_key)), ("a", "k"));
}

#[tokio::test]
async fn a_flattened_leaf_named_like_a_renamed_key_does_not_mix_with_it() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        #[config(rename = "store")]
        backend: Option<Backend>,
        #[config(flatten, inject("secret_key", ssm = "{prefix}/key"))]
        store: Kind,
    }
    #[derive(Debug, Deserialize)]
    struct Backend {
        host: String,
        secret_key: Option<String>,
    }
    #[derive(Debug, Deserialize)]
    struct Kind {
        secret_key: Secret<String>,
    }
    let emulator = Emulator::fake().await;
    put(&emulator, "key", "k").await;
    let config: Config = load(&emulator, "store = { host = 'h' }").await.unwrap();
    assert_eq!(config.backend.unwrap().secret_key, None);
    assert_eq!(text(&config.store.secret_key), "k");
}

// for_each

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}", env_prefix = "APP")]
struct Keys {
    #[config(default)]
    ids: Vec<String>,
    #[secret(for_each = "ids", ssm = "{prefix}/{entry}")]
    keys: HashMap<String, Secret<String>>,
}

#[tokio::test]
async fn an_entry_that_the_program_sets_does_not_drop_the_others() {
    let emulator = Emulator::fake().await;
    put(&emulator, "a", "1").await;
    put(&emulator, "b", "2").await;
    let directory = directory("ids = ['a', 'b']");
    let config: Keys = loader(&emulator).root(directory.path()).set("keys.a", "set").load().await.unwrap();
    assert_eq!((text(&config.keys["a"]), config.keys.get("b").map(text)), ("set", Some("2")));
}

#[tokio::test]
async fn an_entry_of_for_each_is_addressed_by_a_variable() {
    let emulator = Emulator::fake().await;
    put(&emulator, "b", "2").await;
    let directory = directory("ids = ['a', 'b']");
    let result = loader::<Keys>(&emulator).root(directory.path()).env_vars([("APP__KEYS__A", "v")]).load().await;
    assert!(result.is_ok(), "{}", shown(&result));
}

#[tokio::test]
async fn a_reference_in_the_list_of_for_each_is_no_entry() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}", references)]
    struct Config {
        ids: Vec<String>,
        #[secret(for_each = "ids", ssm = "{prefix}/{entry}")]
        keys: HashMap<String, Secret<String>>,
    }
    let emulator = Emulator::fake().await;
    put(&emulator, "a", "1").await;
    put(&emulator, "id", "a").await;
    let result: Result<Config, _> = load(&emulator, "ids = ['${ssm:{prefix}/id}']").await;
    assert!(!shown(&result).contains("/${ssm"), "{}", shown(&result));
}

// secrets in names

#[tokio::test]
async fn an_unannotated_secret_reaches_no_name() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}", env_prefix = "APP")]
    struct Config {
        token: Secret<String>,
        login: Login,
        #[secret(ssm = "{prefix}/{root.login.password}/x")]
        two: Secret<String>,
        #[secret(ssm = "{prefix}/{root.token}/x")]
        three: Secret<String>,
    }
    #[derive(Debug, Deserialize)]
    struct Login {
        password: Secret<String>,
    }
    let emulator = Emulator::fake().await;
    let loader = loader::<Config>(&emulator).env_vars([("APP_TOKEN", CANARY)]);
    let result = loader.set("login", Value::table([("password", Secret::new(CANARY.to_owned()))])).load().await;
    assert!(!shown(&result).contains(CANARY), "{}", shown(&result));
}

// leaks

#[derive(Debug)]
struct Echo;

impl<'de> Deserialize<'de> for Echo {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Err(serde::de::Error::custom(format!("`{text}` is not it")))
    }
}

#[tokio::test]
async fn a_secret_that_is_set_inside_a_leaf_of_a_file_shows_nowhere() {
    #[derive(Debug, SecretConfig)]
    struct Config {
        login: Login,
    }
    #[derive(Debug, Deserialize)]
    struct Login {
        user: String,
        pin: u16,
    }
    let directory = directory("login.user = 'u'");
    let loader = Config::loader("dev").root(directory.path()).env_vars::<&str, &str>([]);
    let result = loader.set("login.pin", Secret::new(CANARY.to_owned())).load().await;
    assert!(!shown(&result).contains(CANARY), "{}", shown(&result));
}

#[tokio::test]
async fn a_variable_for_an_injected_place_shows_nowhere() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}", env_prefix = "APP")]
    struct Config {
        #[config(inject("client_secret", ssm = "{prefix}/{path}"))]
        login: Login,
    }
    #[derive(Debug, Deserialize)]
    struct Login {
        user: String,
        client_secret: Echo,
    }
    let emulator = Emulator::fake().await;
    let directory = directory("login.user = 'u'");
    let loader = loader::<Config>(&emulator).root(directory.path());
    let result = loader.env_vars([("APP_LOGIN_CLIENT_SECRET", CANARY)]).load().await;
    assert!(!shown(&result).contains(CANARY), "{}", shown(&result));
}

mod base64ish {
    use secret_config::Secret;
    use serde::Deserialize;
    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Secret<Vec<u8>>, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.starts_with("b64:") {
            return Ok(Secret::new(text.into_bytes()));
        }
        Err(serde::de::Error::custom(format!("invalid symbol in `{text}`")))
    }
}

#[derive(Debug, SecretConfig)]
#[config(env_prefix = "APP", offline = ["local"])]
struct With {
    #[config(with = "base64ish")]
    key: Secret<Vec<u8>>,
}

#[tokio::test]
async fn an_unannotated_secret_that_is_read_by_with_shows_nowhere() {
    let result = With::loader("dev").root("no/such").env_vars([("APP_KEY", CANARY)]).load().await;
    assert!(!shown(&result).contains(CANARY), "{}", shown(&result));
}

#[tokio::test]
async fn an_unannotated_secret_that_is_read_by_with_is_refused_in_a_file() {
    let directory = directory("key = 'b64:hunter2'");
    let result = With::loader("dev").root(directory.path()).env_vars::<&str, &str>([]).load().await;
    assert_problems(result, &[(RefusedSecret, "key")]);
}

#[tokio::test]
async fn a_value_that_is_set_among_the_keys_that_are_left_shows_nowhere() {
    #[derive(Debug, SecretConfig)]
    struct Config {
        name: String,
        #[config(flatten)]
        rest: HashMap<String, u16>,
    }
    let directory = directory("name = 'u'");
    let loader = Config::loader("dev").root(directory.path()).env_vars::<&str, &str>([]);
    let result = loader.set("pin", Secret::new(CANARY.to_owned())).load().await;
    assert!(!shown(&result).contains(CANARY), "{}", shown(&result));
}

// secrets in files

#[derive(Debug, Deserialize)]
struct Login {
    user: String,
    password: Secret<String>,
}

#[tokio::test]
async fn a_secret_that_is_set_beside_plain_values_of_a_file_is_allowed() {
    #[derive(Debug, SecretConfig)]
    struct Config {
        login: Login,
    }
    let directory = directory("login.user = 'u'");
    let loader = Config::loader("dev").root(directory.path()).env_vars::<&str, &str>([]);
    let result = loader.set("login.password", Secret::new("p".to_owned())).load().await;
    assert!(result.is_ok(), "{}", shown(&result));
}

#[tokio::test]
async fn a_secret_that_is_set_among_the_keys_that_are_left_is_allowed() {
    #[derive(Debug, SecretConfig)]
    struct Config {
        name: String,
        #[config(flatten)]
        rest: Login,
    }
    let directory = directory("name = 'n'\nuser = 'u'");
    let loader = Config::loader("dev").root(directory.path()).env_vars::<&str, &str>([]);
    let result = loader.set("password", Secret::new("p".to_owned())).load().await;
    assert!(result.is_ok(), "{}", shown(&result));
}

#[tokio::test]
async fn references_inside_a_secret_list_are_followed() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}", references)]
    struct Config {
        #[secret(local)]
        tokens: Vec<Secret<String>>,
        #[secret(local)]
        by_name: HashMap<String, Secret<String>>,
    }
    let emulator = Emulator::fake().await;
    put(&emulator, "a", "1").await;
    let file = "tokens = ['${ssm:{prefix}/a}']\nby_name.x = '${ssm:{prefix}/a}'";
    let result: Result<Config, _> = load(&emulator, file).await;
    assert!(result.is_ok(), "{}", shown(&result));
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type")]
enum Tagged {
    A { host: String, password: Secret<String>, pin: Option<Secret<String>> },
}

#[tokio::test]
async fn a_buffered_secret_in_a_file_is_refused_beside_an_injected_one() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        #[config(inject("password", ssm = "{prefix}/p"))]
        login: Tagged,
    }
    let emulator = Emulator::fake().await;
    put(&emulator, "p", "1").await;
    let file = "login = { type = 'A', host = 'h', pin = 'hunter2' }";
    assert_problems(load::<Config>(&emulator, file).await, &[(RefusedSecret, "login")]);
}

#[tokio::test]
async fn one_reference_does_not_let_other_buffered_secrets_into_a_file() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}", references)]
    struct Config {
        logins: HashMap<String, Tagged>,
    }
    let emulator = Emulator::fake().await;
    put(&emulator, "p", "1").await;
    let file = "[logins.a]\ntype = 'A'\nhost = '${ssm:{prefix}/p}'\npassword = 'hunter2'\n[logins.b]\ntype = 'A'\nhost = 'h'\npassword = 'hunter2'";
    assert_problems(load::<Config>(&emulator, file).await, &[(RefusedSecret, "logins")]);
}

#[tokio::test]
async fn a_secret_in_a_file_is_refused_in_a_section_that_is_switched_off() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        #[config(default = false)]
        backup: bool,
        #[config(nested, when = "backup")]
        bucket: Option<Bucket>,
    }
    #[derive(Debug, SecretConfig)]
    struct Bucket {
        #[secret]
        key: Secret<String>,
    }
    let emulator = Emulator::fake().await;
    assert_problems(load::<Config>(&emulator, "bucket.key = 'hunter2'").await, &[(RefusedSecret, "bucket.key")]);
}

#[tokio::test]
async fn a_secret_in_a_file_is_refused_if_a_later_file_says_null() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        #[secret]
        key: Option<Secret<String>>,
        #[config(nested, default)]
        list: Vec<Entry>,
    }
    #[derive(Debug, SecretConfig)]
    struct Entry {
        #[secret]
        token: Option<Secret<String>>,
    }
    let emulator = Emulator::fake().await;
    let dev = format!("{}.yaml", emulator.prefix());
    let directory = files(&[("default.yaml", "key: hunter2"), (&dev, "key: ~")]);
    let result = loader::<Config>(&emulator).root(directory.path()).load().await;
    assert_problems(result, &[(RefusedSecret, "key")]);
}

#[tokio::test]
async fn a_secret_in_a_file_is_refused_if_a_later_file_replaces_the_list() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        #[config(nested, default)]
        list: Vec<Entry>,
    }
    #[derive(Debug, SecretConfig)]
    struct Entry {
        #[secret]
        token: Option<Secret<String>>,
    }
    let emulator = Emulator::fake().await;
    let dev = format!("{}.yaml", emulator.prefix());
    let directory = files(&[("default.yaml", "list: [{token: hunter2}]"), (&dev, "list: []")]);
    let result = loader::<Config>(&emulator).root(directory.path()).load().await;
    assert!(result.is_err());
}

// YAML nulls

#[tokio::test]
async fn a_null_in_a_file_is_no_value_for_a_secret_that_is_nowhere() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        #[secret]
        key: Secret<String>,
    }
    let emulator = Emulator::fake().await;
    let directory = files(&[("default.yaml", "key: ~")]);
    let result = loader::<Config>(&emulator).root(directory.path()).load().await;
    assert_problems(result, &[(Missing, "key")]);
}

#[tokio::test]
async fn a_null_in_a_document_is_no_value_for_what_a_condition_requires() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}", document(secretsmanager = "{prefix}/d"))]
    struct Config {
        #[config(local)]
        enabled: bool,
        #[secret(when = "enabled")]
        key: Option<Secret<String>>,
    }
    let emulator = Emulator::fake().await;
    emulator.put_secret(&emulator.secret("d"), r#"{"key": null}"#).await;
    assert!(load::<Config>(&emulator, "enabled = true").await.is_err());
}

// variables

#[derive(Debug, SecretConfig)]
#[config(env_prefix = "APP")]
struct Entries {
    #[config(nested)]
    map: BTreeMap<String, Entry>,
}

#[derive(Debug, SecretConfig)]
struct Entry {
    #[config(default = "none")]
    x: String,
}

#[tokio::test]
async fn a_variable_that_fits_two_entries_is_told() {
    for file in ["[map.k-1]\n[map.k_1]", "[map.k1]\n[map.K1]", "[map.'ä']\n[map.'ö']"] {
        let directory = directory(file);
        let key = if file.contains("k1") {
            "K1"
        } else if file.contains("k_1") {
            "K_1"
        } else {
            "_"
        };
        let variable = format!("APP__MAP__{key}__X");
        let result = Entries::loader("dev").root(directory.path()).env_vars([(variable, "v")]).load().await;
        let values = result.as_ref().map(|config| config.map.values().map(|entry| entry.x.clone()).collect::<Vec<_>>());
        assert!(result.is_err(), "{file}: {values:?}");
    }
}

#[tokio::test]
async fn a_variable_with_two_underscores_is_for_the_entry() {
    #[derive(Debug, SecretConfig)]
    #[config(env_prefix = "APP")]
    struct Config {
        #[config(nested)]
        map: BTreeMap<String, Entry>,
        #[config(default = "none")]
        map_a_x: String,
    }
    let directory = directory("[map.a]");
    let result = Config::loader("dev").root(directory.path()).env_vars([("APP__MAP__A__X", "v")]).load().await;
    let found = result.map(|config| (config.map["a"].x.clone(), config.map_a_x));
    assert!(found.as_ref().map_or(true, |found| *found == ("v".to_owned(), "none".to_owned())), "{found:?}");
}

#[tokio::test]
async fn a_variable_addresses_an_entry_that_the_program_sets() {
    let loader = Entries::loader("dev").root("no/such").env_vars([("APP__MAP__A__X", "v")]);
    let result = loader.set("map", Value::table([("a", Value::table::<&str, &str>([]))])).load().await;
    assert_eq!(result.map(|config| config.map["a"].x.clone()).map_err(|error| error.to_string()), Ok("v".to_owned()));
}

#[tokio::test]
async fn an_exact_variable_in_an_entry_fits_more_than_one_entry() {
    #[derive(Debug, SecretConfig)]
    #[config(env_prefix = "APP")]
    struct Config {
        #[config(nested)]
        map: BTreeMap<String, Entry>,
    }
    #[derive(Debug, SecretConfig)]
    struct Entry {
        #[config(env = "REGION", default = "eu")]
        region: String,
    }
    let directory = directory("[map.a]\n[map.b]");
    let result = Config::loader("dev").root(directory.path()).env_vars::<&str, &str>([]).load().await;
    assert!(result.is_ok(), "{}", shown(&result));
}

// where a value came from

#[tokio::test]
async fn a_wrong_value_inside_a_leaf_is_told_with_its_own_file() {
    #[derive(Debug, SecretConfig)]
    struct Config {
        limits: HashMap<String, u16>,
    }
    let directory = files(&[("default.toml", "[limits]\na = 1"), ("dev.toml", "[limits]\nb = 'x'")]);
    let result = Config::loader("dev").root(directory.path()).env_vars::<&str, &str>([]).load().await;
    assert!(shown(&result).contains("dev.toml:2"), "{}", shown(&result));
}

#[tokio::test]
async fn a_wrong_value_among_the_keys_that_are_left_is_told_with_its_own_file() {
    #[derive(Debug, SecretConfig)]
    #[config(env_prefix = "APP")]
    struct Config {
        port: u16,
        #[config(flatten)]
        rest: HashMap<String, u16>,
    }
    let directory = files(&[("default.toml", "a = 1"), ("dev.toml", "b = 'x'")]);
    let result = Config::loader("dev").root(directory.path()).env_vars([("APP_PORT", "1")]).load().await;
    assert!(shown(&result).contains("dev.toml:1"), "{}", shown(&result));
}

// probe

#[tokio::test]
async fn a_probed_section_of_a_shared_document_without_its_keys_is_none() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        #[secret(secretsmanager = "{prefix}/shared", key = "password")]
        password: Secret<String>,
        #[config(nested, probe)]
        tls: Option<Tls>,
    }
    #[derive(Debug, SecretConfig)]
    struct Tls {
        #[secret(secretsmanager = "{prefix}/shared", key = "tls_cert")]
        cert: Secret<String>,
        #[secret(secretsmanager = "{prefix}/shared", key = "tls_key")]
        key: Secret<String>,
    }
    let emulator = Emulator::fake().await;
    emulator.put_secret(&emulator.secret("shared"), r#"{"password": "p"}"#).await;
    let result: Result<Config, _> = load(&emulator, "").await;
    assert!(result.as_ref().is_ok_and(|config| config.tls.is_none()), "{}", shown(&result));
}

#[tokio::test]
async fn a_probed_section_behind_a_condition_is_still_for_the_store_to_decide() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        on: bool,
        #[config(nested, probe, when = "on")]
        tls: Option<Tls>,
    }
    #[derive(Debug, SecretConfig)]
    struct Tls {
        #[secret]
        cert: Secret<String>,
    }
    let emulator = Emulator::fake().await;
    let result: Result<Config, _> = load(&emulator, "on = true").await;
    assert!(result.is_ok(), "{}", shown(&result));
}

#[tokio::test]
async fn a_default_of_an_optional_section_does_not_hide_the_store() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        #[config(nested, default = Some(Tls { host: "default".to_owned() }))]
        tls: Option<Tls>,
    }
    #[derive(Debug, SecretConfig)]
    struct Tls {
        #[config(ssm)]
        host: String,
    }
    let emulator = Emulator::fake().await;
    emulator.put_parameter(&emulator.parameter("tls/host"), Plain, "store").await;
    let config: Config = load(&emulator, "").await.unwrap();
    assert_eq!(config.tls.unwrap().host, "store");
}

// inject

#[tokio::test]
async fn a_name_that_cannot_be_made_is_one_problem() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        #[config(inject("password", ssm = "{prefix}/{self.hosts}"))]
        login: Login,
    }
    #[derive(Debug, Deserialize)]
    struct Login {
        hosts: Vec<String>,
        password: Secret<String>,
    }
    let emulator = Emulator::fake().await;
    let result: Result<Config, _> = load(&emulator, "login.hosts = ['a']").await;
    assert_problems(result, &[(Definition, "login.password")]);
}

#[tokio::test]
async fn an_injected_place_whose_name_lacks_a_value_says_so() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        #[config(inject("password", ssm = "{prefix}/{self.id}"))]
        login: Login,
    }
    #[derive(Debug, Deserialize)]
    struct Login {
        id: Option<String>,
        user: String,
        password: Secret<String>,
    }
    let emulator = Emulator::fake().await;
    let result: Result<Config, _> = load(&emulator, "login.user = 'a'").await;
    assert!(shown(&result).contains("self.id"), "{}", shown(&result));
}

#[tokio::test]
async fn a_reference_beside_an_injected_place_is_no_name() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}", references)]
    struct Config {
        #[config(inject("password", ssm = "{prefix}/p/{self.user}"))]
        login: Login,
    }
    let emulator = Emulator::fake().await;
    put(&emulator, "u", "a").await;
    let result: Result<Config, _> = load(&emulator, "login.user = '${ssm:{prefix}/u}'").await;
    assert!(!shown(&result).contains("/p/${ssm"), "{}", shown(&result));
}

// conditions

#[tokio::test]
async fn a_reference_decides_nothing_silently() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}", references)]
    struct Config {
        enabled: bool,
        #[secret(when = "enabled")]
        key: Option<Secret<String>>,
    }
    let emulator = Emulator::fake().await;
    put(&emulator, "on", "true").await;
    put(&emulator, "key", "k").await;
    let result: Result<Config, _> = load(&emulator, "enabled = '${ssm:{prefix}/on}'").await;
    assert!(result.as_ref().map_or(true, |config| config.key.is_some()), "enabled, and no key: {result:?}");
}

// candidates

#[tokio::test]
async fn a_candidate_without_the_key_is_not_called_missing() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        #[secret(secretsmanager = ["{prefix}/new", "{prefix}/old"], key = "password")]
        password: Secret<String>,
    }
    let emulator = Emulator::fake().await;
    emulator.put_secret(&emulator.secret("old"), r#"{"passwort": "p"}"#).await;
    let result: Result<Config, _> = load(&emulator, "").await;
    assert!(shown(&result).contains("passwort"), "{}", shown(&result));
}

#[tokio::test]
async fn candidates_of_two_fields_are_all_told() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        #[secret(ssm = "{prefix}/a")]
        one: Secret<String>,
        #[secret(ssm = ["{prefix}/a", "{prefix}/b"])]
        two: Secret<String>,
    }
    let emulator = Emulator::fake().await;
    let result: Result<Config, _> = load(&emulator, "").await;
    assert!(shown(&result).contains(&emulator.parameter("b")), "{}", shown(&result));
}

// set

#[tokio::test]
async fn a_path_as_a_report_shows_it_can_be_set() {
    let directory = directory("[map.'a.b']");
    let loader = Entries::loader("dev").root(directory.path()).env_vars::<&str, &str>([]);
    let result = loader.set("map.\"a.b\".x", "v").load().await;
    assert!(result.is_ok(), "{}", shown(&result));
}

#[tokio::test]
async fn an_element_of_a_remote_list_that_is_set_is_told_well() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        #[config(default)]
        tags: Vec<String>,
    }
    let directory = directory("tags = ['a']");
    let loader = Config::loader("dev").root(directory.path()).env_vars::<&str, &str>([]);
    let result = loader.set("tags.5", "v").load().await;
    assert!(result.is_err());
}

#[tokio::test]
async fn a_condition_of_an_injection_sees_the_keys_beside_a_flattened_leaf() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Config {
        enabled: bool,
        id: String,
        #[config(flatten, inject("secret_key", ssm = "{prefix}/{self.id}", when = "enabled"))]
        kind: Kind,
    }
    #[derive(Debug, Deserialize)]
    struct Kind {
        bucket: String,
        secret_key: Option<Secret<String>>,
    }
    let emulator = Emulator::fake().await;
    put(&emulator, "x", "k").await;
    let config: Config = load(&emulator, "enabled = true\nid = 'x'\nbucket = 'b'").await.unwrap();
    assert_eq!(config.kind.secret_key.as_ref().map(text), Some("k"));
}

#[tokio::test]
async fn a_flattened_struct_keeps_its_own_condition() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}", when = "on")]
    struct Config {
        on: bool,
        #[secret]
        outer_key: Secret<String>,
        #[config(flatten)]
        inner: Inner,
    }
    #[derive(Debug, SecretConfig)]
    #[config(when = "inner_on")]
    struct Inner {
        #[config(default = false)]
        inner_on: bool,
        #[secret]
        key: Option<Secret<String>>,
    }
    let emulator = Emulator::fake().await;
    put(&emulator, "outer_key", "k").await;
    let result: Result<Config, _> = load(&emulator, "on = true").await;
    assert!(result.is_ok(), "{}", shown(&result));
}

#[tokio::test]
async fn an_alias_in_a_flattened_struct_that_is_another_key_is_told() {
    #[derive(Debug, SecretConfig)]
    struct Config {
        host: String,
        #[config(flatten)]
        inner: Inner,
    }
    #[derive(Debug, SecretConfig)]
    struct Inner {
        #[config(alias = "host", default = "none")]
        address: String,
    }
    let directory = directory("host = 'h'");
    let result = Config::loader("dev").root(directory.path()).env_vars::<&str, &str>([]).load().await;
    assert!(result.is_err());
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}", env_prefix = "APP", files_over_env, references, offline = ["local"])]
struct Over {
    #[config(default = 80)]
    port: u16,
    #[secret]
    key: Option<Secret<String>>,
    #[config(inject("password", ssm = "{prefix}/pw"))]
    login: Option<Login>,
    #[config(default = false)]
    on: bool,
    #[secret(when = "on")]
    other: Option<Secret<String>>,
}

#[tokio::test]
async fn over_null() {
    let emulator = Emulator::fake().await;
    let directory = files(&[("default.yaml", "port: ~\n")]);
    let result = loader::<Over>(&emulator).root(directory.path()).env_vars([("APP_PORT", "1")]).load().await;
    assert_eq!(result.map(|c| c.port).unwrap_or(0), 1);
}
