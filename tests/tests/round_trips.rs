//! Any text arrives in a `Secret<String>` as it was stored, from every place that a value can come from.
//!
//! One text is excepted: `[redacted]`, which a printed configuration has in the place of a secret.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use secret_config::source::{Memory, Payload};
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{LoadError, Loader, Secret, SecretConfig};
use secret_config_tests::emulator::sdk_config;
use std::collections::BTreeMap;
use tokio::runtime::Runtime;

/// What a format, a shell or an editor could take for something other than text.
const WORDS: [&str; 21] = [
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{1b}",
    "\u{85}",
    "\u{2028}",
    "\u{FEFF}",
    "\u{FFFD}",
    "\u{10FFFF}",
    "\"",
    "'",
    "\\",
    "\\n",
    "\\ud800",
    "#",
    ": ",
    ",",
    "${ssm:/x}",
    "{env}",
    "null",
];

/// Text of at most 120 pieces: letters of all kinds, and the words above.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => any::<char>().prop_map(String::from),
        2 => prop::char::range(' ', '~').prop_map(String::from),
        1 => prop::sample::select(&WORDS[..]).prop_map(str::to_owned),
    ];
    vec(piece, 0..120).prop_map(|pieces| pieces.concat())
}

/// What arrived of one text that was stored in several ways.
type Arrived = Result<Vec<Secret<String>>, LoadError>;

/// Tries as many texts.
fn check(cases: u32, texts: impl Strategy<Value = String>, load: impl Fn(&str) -> Arrived) {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&texts, |text| match load(&text) {
        Ok(secrets) if secrets.iter().all(|secret| *secret.expose_secret() == text) => Ok(()),
        Ok(secrets) => {
            let texts: Vec<_> = secrets.iter().map(Secret::expose_secret).collect();
            Err(TestCaseError::fail(format!("{texts:?}")))
        }
        Err(error) => Err(TestCaseError::fail(error.to_string())),
    });
    outcome.unwrap();
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn load<T: SecretConfig>(loader: Loader<T>) -> Result<T, LoadError> {
    runtime().block_on(loader.load())
}

fn alone<T: SecretConfig>(loader: Loader<T>) -> Loader<T> {
    loader.root("no/such/directory").env_vars([("", ""); 0])
}

#[derive(SecretConfig)]
#[config(env_prefix = "APP", offline = ["local"])]
struct Local {
    #[secret(local)]
    value: Secret<String>,
}

#[test]
fn text_of_a_variable_arrives_unchanged() {
    check(256, any_text(), |text| {
        let config = load(alone(Local::loader("prod")).env_vars([("APP_VALUE", text)]))?;
        Ok(vec![config.value])
    });
}

#[test]
fn text_that_is_set_arrives_unchanged() {
    check(256, any_text(), |text| {
        let config = load(alone(Local::loader("prod")).set("value", text))?;
        Ok(vec![config.value])
    });
}

/// A string in double quotes, as TOML and YAML both write it.
fn quoted(text: &str) -> String {
    let escaped = |letter: char| match letter {
        letter if letter.is_alphanumeric() || letter == ' ' => letter.to_string(),
        letter => format!("\\U{:08X}", u32::from(letter)),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

fn check_a_file(name: &str, written: impl Fn(&str) -> String) {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("config")).unwrap();
    check(128, any_text(), |text| {
        std::fs::write(root.path().join("config").join(name), written(text)).unwrap();
        let config = load(alone(Local::loader("local")).root(root.path()))?;
        Ok(vec![config.value])
    });
}

#[test]
fn text_of_a_toml_file_arrives_unchanged() {
    check_a_file("local.toml", |text| format!("value = {}\n", quoted(text)));
}

#[test]
fn text_of_a_yaml_file_arrives_unchanged() {
    check_a_file("local.yaml", |text| format!("value: {}\n", quoted(text)));
}

#[test]
fn text_of_a_json_file_arrives_unchanged() {
    check_a_file("local.json", |text| serde_json::json!({ "value": text }).to_string());
}

fn text_of(bytes: &Secret<Vec<u8>>) -> Secret<String> {
    Secret::new(String::from_utf8_lossy(bytes.expose_secret()).into_owned())
}

#[derive(SecretConfig)]
struct Mounted {
    #[secret(file = "value")]
    text: Secret<String>,
    #[secret(file = "value")]
    bytes: Secret<Vec<u8>>,
}

#[test]
fn text_of_a_mounted_file_arrives_unchanged() {
    let root = tempfile::tempdir().unwrap();
    check(128, any_text(), |text| {
        std::fs::write(root.path().join("value"), text).unwrap();
        let config = load(alone(Mounted::loader("prod")).root(root.path()))?;
        Ok(vec![text_of(&config.bytes), config.text])
    });
}

#[derive(SecretConfig)]
struct Own {
    #[secret(source = "vault", name = "text")]
    text: Secret<String>,
    #[secret(source = "vault", name = "list")]
    list: Secret<String>,
    #[secret(source = "vault", name = "bytes")]
    bytes: Secret<String>,
    #[secret(source = "vault", name = "document", key = "key")]
    key: Secret<String>,
    #[secret(source = "vault", name = "document", key = "/a~1b/0")]
    pointed: Secret<String>,
}

#[test]
fn text_of_a_source_of_ones_own_arrives_unchanged() {
    check(256, any_text(), |text| {
        let document = serde_json::json!({ "key": text, "a/b": [text] }).to_string();
        let vault = Memory::new().with("text", Payload::text(text)).with("list", Payload::list(text));
        let vault = vault.with("bytes", Payload::bytes(text)).with("document", Payload::text(document));
        let config = load(alone(Own::loader("prod")).source("vault", vault))?;
        Ok(vec![config.text, config.list, config.bytes, config.key, config.pointed])
    });
}

/// Both services, with each text under its names before each load.
fn check_aws<T: SecretConfig>(
    texts: impl Strategy<Value = String>,
    put: impl Fn(&FakeAws, &str),
    secrets: impl Fn(T) -> Vec<Secret<String>>,
) {
    let runtime = runtime();
    let aws = runtime.block_on(FakeAws::start()).unwrap();
    let sdk_config = sdk_config(aws.endpoint_url());
    check(64, texts, |text| {
        put(&aws, text);
        let loader = alone(T::loader("prod")).aws(&sdk_config);
        runtime.block_on(loader.load()).map(&secrets)
    });
}

#[derive(SecretConfig)]
struct Parameters {
    #[secret(ssm = "/secure")]
    secure: Secret<String>,
    #[secret(ssm = "/plain")]
    plain: Secret<String>,
    #[secret(ssm = "/list")]
    list: Secret<String>,
    #[secret(ssm_path = "/level")]
    level: BTreeMap<String, Secret<String>>,
}

/// AWS takes neither an empty one nor a reference to another one.
fn any_parameter() -> impl Strategy<Value = String> {
    any_text().prop_filter("no value of a parameter", |text| !text.is_empty() && !text.contains("{{"))
}

#[test]
fn text_of_a_parameter_arrives_unchanged() {
    let put = |aws: &FakeAws, text: &str| {
        aws.put_parameter("/secure", Parameter::secure_string(text));
        aws.put_parameter("/plain", Parameter::string(text));
        aws.put_parameter("/list", Parameter::string_list(text));
        aws.put_parameter("/level/x", Parameter::secure_string(text));
    };
    check_aws(any_parameter(), put, |config: Parameters| {
        let secrets: Vec<_> =
            [config.secure, config.plain, config.list].into_iter().chain(config.level.into_values()).collect();
        assert_eq!(secrets.len(), 4);
        secrets
    });
}

#[derive(SecretConfig)]
struct Secrets {
    #[secret(secretsmanager = "text")]
    text: Secret<String>,
    #[secret(secretsmanager = "text", stage = "AWSCURRENT")]
    staged: Secret<String>,
    #[secret(secretsmanager = "bytes")]
    bytes: Secret<Vec<u8>>,
    #[secret(secretsmanager = "bytes")]
    bytes_as_text: Secret<String>,
    #[secret(secretsmanager = "document", key = "key")]
    key: Secret<String>,
}

#[test]
fn text_of_a_secret_arrives_unchanged() {
    let put = |aws: &FakeAws, text: &str| {
        aws.put_secret("text", text);
        aws.put_secret_binary("bytes", text);
        aws.put_secret("document", serde_json::json!({ "key": text }).to_string());
    };
    let texts = any_text().prop_filter("no value of a secret", |text| !text.is_empty());
    check_aws(texts, put, |config: Secrets| {
        vec![config.text, config.staged, text_of(&config.bytes), config.bytes_as_text, config.key]
    });
}
