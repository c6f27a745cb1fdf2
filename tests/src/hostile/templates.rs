//! Names that templates make of what a configuration holds, and references in it, whose names are templates themselves.
//!
//! The input is lines: the id, the key of an entry, and values that may be references. The derive checks the templates
//! of attributes, so what varies in those is what fills them; the name of a reference is any template.

use super::services::{Answer, answering};
use super::{CANARY, load, shows};
use figment::Profile;
use figment::providers::Serialized;
use secret_config::source::{BoxFuture, Key, Payload, Source, SourceError};
use secret_config::{Secret, SecretConfig};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::future::ready;

/// Loads with the lines of `data`.
pub fn templates(data: &[u8]) {
    if super::text(data).is_none() {
        return;
    }
    let text = String::from_utf8_lossy(data);
    let mut lines = text.split('\n');
    let id = lines.next().unwrap_or_default();
    let entry = lines.next().unwrap_or_default();
    attributes(id, entry);
    references(id, &lines.take(8).collect::<Vec<_>>());
}

fn layer(values: Value) -> Serialized<Value> {
    Serialized::from(values, Profile::Default)
}

/// The value of each name is the name.
#[derive(Debug)]
struct Echo;

fn value_of(name: &str) -> String {
    format!("value of {name}")
}

impl Source for Echo {
    fn fetch<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Vec<Result<Payload, SourceError>>> {
        Box::pin(ready(keys.iter().map(|key| Ok(Payload::text(value_of(key.name())))).collect()))
    }
}

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct Named {
    #[config(default)]
    id: String,
    #[config(nested)]
    accounts: BTreeMap<String, Account>,
}

#[derive(SecretConfig)]
struct Account {
    #[config(default)]
    id: String,
    #[secret(source = "echo", name = "{prefix}/{path}")]
    path: Secret<String>,
    #[secret(source = "echo", name = "{entry}.{field}|{parent}")]
    parts: Secret<String>,
    #[secret(source = "echo", name = "{self.id}#{root.id}")]
    ids: Option<Secret<String>>,
    #[secret(source = "echo", name = "{entry:lowercase}")]
    lower: Secret<String>,
    #[secret(source = "echo", name = "{entry:UPPERCASE}")]
    upper: Secret<String>,
    #[secret(source = "echo", name = "x{entry:PascalCase}")]
    pascal: Secret<String>,
    #[secret(source = "echo", name = "x{entry:camelCase}")]
    camel: Secret<String>,
    #[secret(source = "echo", name = "x{entry:snake_case}")]
    snake: Secret<String>,
    #[secret(source = "echo", name = "x{entry:SCREAMING_SNAKE_CASE}")]
    screaming_snake: Secret<String>,
    #[secret(source = "echo", name = "x{entry:kebab-case}")]
    kebab: Secret<String>,
    #[secret(source = "echo", name = "x{entry:SCREAMING-KEBAB-CASE}")]
    screaming_kebab: Secret<String>,
}

fn attributes(id: &str, entry: &str) {
    let values = json!({ "id": id, "accounts": { entry: { "id": entry } } });
    let loader = Named::loader("prod").env_vars([("", ""); 0]).layer(layer(values)).source("echo", Echo);
    let config = match load(loader) {
        Ok(config) => config,
        Err(error) => {
            assert!(line(id).is_empty() || line(entry).is_empty(), "nothing is wrong with a name: {error}");
            return;
        }
    };
    assert_eq!(config.id, id);
    let account = config.accounts.get(entry).expect("the entry is under its key");
    assert_eq!(account.id, entry);
    let is = |secret: &Secret<String>, name: String| assert_eq!(*secret.expose_secret(), value_of(&name));
    is(&account.path, format!("orders/prod/accounts/{entry}/path"));
    is(&account.parts, format!("{entry}.parts|accounts/{entry}"));
    if let Some(ids) = &account.ids {
        is(ids, format!("{}#{}", line(entry), line(id)));
    }
    is(&account.lower, entry.to_ascii_lowercase());
    is(&account.upper, entry.to_ascii_uppercase());
    // A filter changes cases and separators, and no letter.
    let letters = |text: &str| text.replace(['_', '-'], "").to_ascii_lowercase();
    for secret in [
        &account.pascal,
        &account.camel,
        &account.snake,
        &account.screaming_snake,
        &account.kebab,
        &account.screaming_kebab,
    ] {
        let name = secret.expose_secret().strip_prefix("value of x").expect("it was looked up under its name");
        assert_eq!(letters(name), letters(entry));
    }
    assert_eq!(account.kebab.expose_secret().replace('-', "_"), *account.snake.expose_secret());
    assert_eq!(account.screaming_kebab.expose_secret().replace('-', "_"), *account.screaming_snake.expose_secret());
}

/// A value beside stands in a name without the newline at its end.
fn line(text: &str) -> &str {
    text.strip_suffix('\r').unwrap_or(text)
}

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}", references)]
struct Referring {
    #[config(default)]
    id: String,
    #[secret(local)]
    token: Option<Secret<String>>,
    texts: BTreeMap<String, String>,
}

fn references(id: &str, texts: &[&str]) {
    let keys = (0..texts.len()).map(|index| format!("t{index}"));
    let texts: BTreeMap<_, _> = keys.zip(texts).collect();
    let has_references = texts.values().any(|text| text.contains("${")) || id.contains("${");
    let loader = Referring::loader("prod").env_vars([("", ""); 0]).set("token", Secret::new(CANARY.to_owned()));
    let loader = loader.layer(layer(json!({ "id": id, "texts": texts }))).aws(&answering(answer));
    let config = match load(loader) {
        Ok(config) => config,
        Err(error) => {
            assert!(has_references, "text without a reference is refused: {error}");
            super::assert_hides_the_canary(&error);
            return;
        }
    };
    assert_eq!(config.token.as_ref().map(|token| token.expose_secret().as_str()), Some(CANARY));
    assert_eq!(config.texts.len(), texts.len());
    for (key, text) in &texts {
        let (value, wanted) = (&config.texts[key], resolved(text, key, id));
        assert!(!shows(value), "a secret reached a name");
        if let Some(wanted) = wanted {
            assert_eq!(*value, wanted, "a value landed in another field");
        }
    }
}

/// What the value under `key` should be; `None` where this model does not know.
fn resolved(text: &str, key: &str, id: &str) -> Option<String> {
    let schemes = ["${ssm:", "${secretsmanager:"];
    let Some(inside) = schemes.iter().find_map(|scheme| text.strip_prefix(scheme)?.strip_suffix('}')) else {
        return Some(text.to_owned());
    };
    let (template, document_key) = inside.split_once('#').map_or((inside, None), |(name, key)| (name, Some(key)));
    let variables =
        [("{env}", "prod"), ("{prefix}", "orders/prod"), ("{path}", &format!("texts/{key}")), ("{field}", key)];
    let name = variables.iter().fold(template.to_owned(), |name, (variable, value)| name.replace(variable, value));
    if name.replace("{root.id}", "").contains(['{', '}']) || id.contains("{root.id}") {
        return None;
    }
    let name = name.replace("{root.id}", line(id));
    // What ECS writes behind the ARN of a secret, and a secret that is asked for as a parameter.
    let has_a_suffix = name.starts_with("arn:") && (8..=10).contains(&name.split(':').count());
    if has_a_suffix || name.trim_start_matches('/').starts_with("aws/reference/") {
        return None;
    }
    // Parameter Store demands it.
    let is_level =
        text.starts_with("${ssm:") && name.contains('/') && !name.starts_with('/') && !name.starts_with("arn:");
    let name = if is_level { format!("/{name}") } else { name };
    match document_key {
        None => Some(stored(&name)),
        Some("key") if name.contains("json") => Some(value_of(&name)),
        Some(_) => None,
    }
}

/// What the store has under `name`: a document where the name says so.
fn stored(name: &str) -> String {
    if name.contains("json") { json!({ "key": value_of(name) }).to_string() } else { value_of(name) }
}

/// Has every name.
fn answer(operation: &str, body: &[u8]) -> Answer {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let names =
        |key: &str| -> Vec<&str> { asked[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect() };
    let secret = |name: &str| json!({ "Name": name, "SecretString": stored(name) });
    let parameter = |name: &str| json!({ "Name": name, "Type": "String", "Value": stored(name), "Version": 1 });
    let answer = match operation {
        "GetParameters" => json!({ "Parameters": names("Names").into_iter().map(parameter).collect::<Vec<_>>() }),
        "BatchGetSecretValue" => {
            json!({ "SecretValues": names("SecretIdList").into_iter().map(secret).collect::<Vec<_>>() })
        }
        _ => secret(asked["SecretId"].as_str().unwrap_or_default()),
    };
    Answer::new(200, answer.to_string())
}
