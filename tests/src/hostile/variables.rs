//! Environment variables of any name and value, against the names that a struct derives.
//!
//! The input is lines: `NAME=VALUE` is a variable, anything else the key of an entry that a layer has.

use super::{CANARY, assert_hides_the_canary, load};
use figment::Profile;
use figment::providers::Serialized;
use secret_config::{Secret, SecretConfig};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;

/// Names that end like this are those of secrets.
const SECRETS: [&str; 3] = ["TOKEN", "PASSWORD", "PINS"];

/// Loads with the variables and entries that `data` lists.
pub fn variables(data: &[u8]) {
    if super::text(data).is_none() {
        return;
    }
    let (mut variables, mut entries) = (Vec::new(), serde_json::Map::new());
    for line in data.split(|byte| *byte == b'\n').take(64) {
        match line.iter().position(|byte| *byte == b'=') {
            Some(at) => {
                let (name, mut value) = (line[..at].to_vec(), line[at + 1..].to_vec());
                if is_of_a_secret(&name) {
                    value.extend_from_slice(CANARY.as_bytes());
                }
                variables.push((os_string(name), os_string(value)));
            }
            None if entries.len() < 4 => {
                entries.insert(String::from_utf8_lossy(line).into_owned(), json!({}));
            }
            None => {}
        }
    }
    let layer = Serialized::from(json!({ "accounts": Value::Object(entries) }), Profile::Default);
    match load(Config::loader("dev").layer(layer).env_vars(variables.clone())) {
        Ok(config) => check(&config, &variables),
        Err(error) => assert_hides_the_canary(&error),
    }
}

#[derive(SecretConfig)]
#[config(env_prefix = "APP", ignore_env = ["APP_SERVICE_*", "APP_*_TCP_*_"])]
#[allow(dead_code, reason = "only read")]
struct Config {
    name: Option<String>,
    port: Option<u16>,
    #[config(env = ["EXACT", "APP_TWO__EXACT"])]
    exact: Option<String>,
    #[secret(local)]
    token: Option<Secret<String>>,
    #[secret(local)]
    pins: Option<Vec<Secret<u16>>>,
    #[config(nested)]
    database: Database,
    #[config(nested, default)]
    accounts: BTreeMap<String, Database>,
    tags: Option<Vec<String>>,
    limits: Option<HashMap<String, u8>>,
}

#[derive(SecretConfig)]
#[allow(dead_code, reason = "only read")]
struct Database {
    host: Option<String>,
    max_connections: Option<u32>,
    #[secret(local)]
    password: Option<Secret<String>>,
}

/// Each value came from a variable that is spelt like its field, and no such variable was passed over.
fn check(config: &Config, variables: &[(OsString, OsString)]) {
    let secret = |secret: &Option<Secret<String>>| secret.as_ref().map(|secret| secret.expose_secret().clone());
    let database = |at: &str, database: &Database| {
        [(format!("{at}_HOST"), database.host.clone()), (format!("{at}_PASSWORD"), secret(&database.password))]
    };
    let mut fields =
        vec![("APP_NAME".to_owned(), config.name.clone()), ("APP_TOKEN".to_owned(), secret(&config.token))];
    fields.extend(database("APP_DATABASE", &config.database));
    for (name, value) in fields {
        let is_it = |given: &str| given.starts_with("APP_") && folded(given) == name;
        let mut given = variables.iter().filter(|(given, _)| given.to_str().is_some_and(is_it));
        match value {
            Some(value) => assert!(given.any(|(_, given)| *given == *value), "a value landed in another field: {name}"),
            None => assert_eq!(given.next(), None, "a variable was passed over: {name}"),
        }
    }
    for (key, account) in &config.accounts {
        for (name, value) in database(&format!("APP_ACCOUNTS_{}", key.to_uppercase()), account) {
            let Some(value) = value else { continue };
            let is_it = |(given, text): &(OsString, OsString)| {
                given.to_str().is_some_and(|given| folded(given) == folded(&name)) && *text == *value
            };
            assert!(variables.iter().any(is_it), "a value landed in another entry: {name:?}");
        }
    }
    if let Some(exact) = &config.exact {
        let is_it =
            |(name, value): &(OsString, OsString)| (name == "EXACT" || name == "APP_TWO__EXACT") && value == &**exact;
        assert!(variables.iter().any(is_it), "a value landed in a field of another name");
    }
}

/// What no variable's name can have is `_`, and so is more than one of them.
fn folded(name: &str) -> String {
    let mut folded = name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");
    while folded.contains("__") {
        folded = folded.replace("__", "_");
    }
    folded
}

fn is_of_a_secret(name: &[u8]) -> bool {
    let name = folded(&String::from_utf8_lossy(name));
    SECRETS.iter().any(|secret| name.trim_end_matches('_').ends_with(secret))
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}
