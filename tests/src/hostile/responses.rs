//! Arbitrary answers of both services, through the SDK, to a load that asks for one value of every sort.
//!
//! The input is answers, one after another, each behind a line of `---`. Its first line has the operation that it answers
//! and the status, the next ones its headers, until an empty line; the rest is the body:
//!
//! ```text
//! ---GetParameters 200
//! x-amzn-requestid: 1
//!
//! {"Parameters": [{"Name": "/a", "Value": "of /a"}]}
//! ```
//!
//! The calls of an operation are given its answers in their order, and then from the first one again.

use super::services::{Answer, answering};
use super::{assert_hides_the_canary, load, shows};
use secret_config::{Secret, SecretConfig};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

/// Loads from services that answer as `data` says: all at once, and what is of one call only.
pub fn responses(data: &[u8]) {
    let Some(text) = super::text(data) else { return };
    let answers: Vec<_> = text.split("---").filter_map(written).collect();
    let documents = answers.iter().map(|(_, answer)| serde_json::from_str(&answer.body).ok()).collect();
    let answered = Answered { answers, documents };
    answered.load(Stores::check);
    if text.contains("GetParameters ") {
        answered.load(TwoParameters::check);
    }
    if text.contains("BatchGetSecretValue ") {
        answered.load(TwoSecrets::check);
    }
}

/// The answers, and their bodies as far as serde_json reads them.
struct Answered {
    answers: Vec<(String, Answer)>,
    documents: Option<Vec<Value>>,
}

impl Answered {
    fn load<T: SecretConfig>(&self, check: fn(&T, &[Value])) {
        let sdk_config = answering(replay(self.answers.clone()));
        match (load(T::loader("dev").env_vars([("", ""); 0]).aws(&sdk_config)), &self.documents) {
            (Ok(config), Some(documents)) => check(&config, documents),
            // An answer that serde_json does not read has no values that we could know.
            (Ok(_), None) => {}
            (Err(_), Some(documents)) if documents.iter().any(names_a_key) => {}
            (Err(error), _) => assert_hides_the_canary(&error),
        }
    }
}

#[derive(SecretConfig)]
#[allow(dead_code, reason = "only read")]
struct Stores {
    #[secret(ssm = "/a")]
    a: Option<Secret<String>>,
    #[secret(ssm = "/b")]
    b: Option<Secret<String>>,
    #[secret(ssm = "/a", version = "2")]
    versioned: Option<Secret<String>>,
    #[config(ssm = ["/first", "/second"])]
    candidates: Option<u16>,
    #[config(ssm = "/list")]
    list: Option<Vec<String>>,
    #[secret(ssm_path = "/level")]
    level: Option<BTreeMap<String, Secret<String>>>,
    #[secret(secretsmanager = "s/a")]
    secret: Option<Secret<String>>,
    #[secret(secretsmanager = "s/b")]
    other_secret: Option<Secret<String>>,
    #[secret(secretsmanager = "s/a", stage = "AWSPREVIOUS")]
    previous: Option<Secret<String>>,
    #[secret(secretsmanager = "s/bytes")]
    bytes: Option<Secret<Vec<u8>>>,
    #[secret(secretsmanager = "s/document", key = "password")]
    password: Option<Secret<String>>,
    #[config(secretsmanager = "s/document", key = "port")]
    port: Option<u16>,
}

#[derive(SecretConfig)]
struct TwoParameters {
    #[secret(ssm = "/a")]
    a: Option<Secret<String>>,
    #[secret(ssm = "/b")]
    b: Option<Secret<String>>,
}

#[derive(SecretConfig)]
struct TwoSecrets {
    #[secret(secretsmanager = "s/a")]
    a: Option<Secret<String>>,
    #[secret(secretsmanager = "s/b")]
    b: Option<Secret<String>>,
}

impl Stores {
    fn check(&self, documents: &[Value]) {
        assert_was_given_for(documents, "Value", "/a", &self.a);
        assert_was_given_for(documents, "Value", "/b", &self.b);
        assert_was_given_for(documents, "Value", "/a", &self.versioned);
        for (key, secret) in self.level.iter().flatten() {
            assert_was_given_for(documents, "Value", &format!("/level/{key}"), [secret]);
        }
        assert_was_given_for(documents, "SecretString", "s/a", &self.secret);
        assert_was_given_for(documents, "SecretString", "s/b", &self.other_secret);
        assert_was_given_for(documents, "SecretString", "s/a", &self.previous);
    }
}

impl TwoParameters {
    fn check(&self, documents: &[Value]) {
        assert_was_given_for(documents, "Value", "/a", &self.a);
        assert_was_given_for(documents, "Value", "/b", &self.b);
    }
}

impl TwoSecrets {
    fn check(&self, documents: &[Value]) {
        assert_was_given_for(documents, "SecretString", "s/a", &self.a);
        assert_was_given_for(documents, "SecretString", "s/b", &self.b);
    }
}

/// What is in the field of `name` was given for that name.
fn assert_was_given_for<'s>(
    documents: &[Value],
    key: &str,
    name: &str,
    field: impl IntoIterator<Item = &'s Secret<String>>,
) {
    let given = |key| documents.iter().flat_map(move |document| values(document, &|given| given == name, key));
    for secret in field {
        let is_it = given(key).any(|given| given == secret.expose_secret());
        // Bytes that are text are taken for a text, too; their encoding is not ours to know.
        assert!(is_it || given("SecretBinary").next().is_some(), "a value landed in the field of {name}");
    }
}

/// Whether the canary is in the name of an entry below a level: the key of a map may be shown.
fn names_a_key(document: &Value) -> bool {
    let is_below = |name: &str| name.starts_with("/level/") && shows(name);
    values(document, &is_below, "Name").next().is_some()
}

/// The texts under `key` of all objects, at any depth, whose name is the one that is meant.
fn values<'v>(value: &'v Value, is_name: &dyn Fn(&str) -> bool, key: &str) -> std::vec::IntoIter<&'v str> {
    let mut found = Vec::new();
    if value.get("Name").and_then(Value::as_str).is_some_and(is_name) {
        found.extend(value.get(key).and_then(Value::as_str));
    }
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| found.extend(values(element, is_name, key))),
        Value::Object(entries) => entries.values().for_each(|entry| found.extend(values(entry, is_name, key))),
        _ => {}
    }
    found.into_iter()
}

/// More than a load of this size makes, retries included.
const MANY_CALLS: usize = 500;

/// Gives each call the next answer of its operation.
fn replay(answers: Vec<(String, Answer)>) -> impl Fn(&str, &[u8]) -> Answer + Send + Sync {
    let calls = Mutex::new(HashMap::new());
    move |operation, _| {
        let mut calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
        let call = calls.entry(operation.to_owned()).or_insert(0);
        assert!(*call < MANY_CALLS, "the calls of {operation} do not end");
        let answers: Vec<_> = answers.iter().filter(|(of, _)| of == operation).map(|(_, answer)| answer).collect();
        let answer = answers.get(*call % answers.len().max(1)).copied().cloned();
        *call += 1;
        answer.unwrap_or_else(|| Answer::new(400, r#"{"__type": "ResourceNotFoundException"}"#))
    }
}

/// The operation and the answer that are written so.
fn written(text: &str) -> Option<(String, Answer)> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let (operation, status) = lines.next()?.split_once(' ')?;
    let header = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let headers = lines.filter_map(|line| line.split_once(": ")).map(header).collect();
    let answer = Answer { headers, ..Answer::new(status.trim().parse().ok()?, body.trim_end_matches('\n')) };
    Some((operation.to_owned(), answer))
}
