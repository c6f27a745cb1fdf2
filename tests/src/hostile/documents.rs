//! JSON documents, read into many types from a source of the program's own, whose values are never shown.
//!
//! The oracle is serde_json: what we take, it takes too and to the same value; what it takes and we refuse, is refused
//! for a rule that we are known for.

use super::{assert_hides_the_canary, load, shows};
use secret_config::source::{Memory, Payload};
use secret_config::{LoadError, Secret, SecretConfig};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

/// Reads `data` as the whole value of a secret: as text if it is text, and as bytes.
pub fn documents(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let Some(text) = super::text(text.as_bytes()) else { return };
        read(text.as_bytes(), || Payload::text(text.as_str()));
        read(text.as_bytes(), || Payload::bytes(text.as_bytes()));
    } else {
        read(data, || Payload::bytes(data));
    }
}

fn read(document: &[u8], payload: impl Fn() -> Payload) {
    let known = serde_json::from_slice::<Value>(document);
    // The name of a key may be shown.
    let may_show = known.as_ref().is_ok_and(has_a_canary_for_a_key);
    let check = |error: &LoadError| {
        if !may_show {
            assert_hides_the_canary(error);
        }
    };
    let vault = || Memory::new().with("document", payload());

    match load(Whole::loader("dev").env_vars([("", ""); 0]).source("vault", vault())) {
        Ok(whole) => {
            let known = known.as_ref().expect("serde_json takes what is taken");
            assert!(is_same(&whole.whole, known), "the document is read otherwise than by serde_json");
        }
        Err(error) => {
            check(&error);
            let shown = error.to_string();
            let has_a_rule = ["duplicate key", "more than 32 levels", "larger than 64 KiB"];
            let is_absent = known.as_ref().is_ok_and(Value::is_null);
            assert!(
                known.is_err() || is_absent || has_a_rule.iter().any(|rule| shown.contains(rule)),
                "serde_json takes what is refused"
            );
        }
    }
    if let Err(error) = load(Kinds::loader("dev").env_vars([("", ""); 0]).source("vault", vault())) {
        check(&error);
    }
    match load(Keys::loader("dev").env_vars([("", ""); 0]).source("vault", vault())) {
        Ok(keys) => match &known {
            Ok(known) => check_keys(&keys, known),
            // Nobody reads that number.
            Err(error) => {
                assert!(error.to_string().starts_with("number out of range"), "serde_json takes what is taken")
            }
        },
        Err(error) => check(&error),
    }
}

fn check_keys(keys: &Keys, document: &Value) {
    for (secret, pointer) in [(&keys.text, "/text"), (&keys.other, "/other"), (&keys.pointed, "/deep/0/text")] {
        let found = secret.as_ref().map(|secret| secret.expose_secret().as_str());
        assert_eq!(found, document.pointer(pointer).and_then(Value::as_str), "a value landed in another field");
    }
}

/// The whole document, of no type of its own.
#[derive(SecretConfig)]
struct Whole {
    #[config(source = "vault", name = "document", format = "json")]
    whole: Value,
}

/// Texts by their keys: nothing that a text could not be.
#[derive(SecretConfig)]
struct Keys {
    #[secret(source = "vault", name = "document", key = "text")]
    text: Option<Secret<String>>,
    #[secret(source = "vault", name = "document", key = "other")]
    other: Option<Secret<String>>,
    #[secret(source = "vault", name = "document", key = "/deep/0/text")]
    pointed: Option<Secret<String>>,
}

/// One document as everything that it could be at once: what it is not, is a problem each.
#[derive(SecretConfig)]
#[allow(dead_code, reason = "only read")]
struct Kinds {
    #[config(source = "vault", name = "document")]
    text: Option<String>,
    #[config(source = "vault", name = "document")]
    word: Option<bool>,
    #[config(source = "vault", name = "document")]
    letter: Option<char>,
    #[config(source = "vault", name = "document")]
    byte: Option<i8>,
    #[config(source = "vault", name = "document")]
    wide: Option<u128>,
    #[config(source = "vault", name = "document")]
    real: Option<f64>,
    #[config(source = "vault", name = "document")]
    unit: Option<()>,
    #[config(source = "vault", name = "document")]
    address: Option<IpAddr>,
    #[config(source = "vault", name = "document")]
    pair: Option<(u8, String)>,
    #[config(source = "vault", name = "document")]
    list: Option<Vec<Kind>>,
    #[config(source = "vault", name = "document", format = "list")]
    commas: Option<Vec<u16>>,
    #[config(source = "vault", name = "document")]
    map: Option<BTreeMap<u8, Vec<Value>>>,
    #[config(source = "vault", name = "document")]
    kind: Option<Kind>,
    #[config(source = "vault", name = "document")]
    nested: Option<Tree>,
    #[config(source = "vault", name = "document")]
    flattened: Option<Flattened>,
    #[config(source = "vault", name = "document")]
    tagged: Option<Tagged>,
    #[config(source = "vault", name = "document")]
    untagged: Option<Untagged>,
    #[config(source = "vault", name = "document", key = "kind")]
    kind_by_key: Option<Kind>,
    #[config(source = "vault", name = "document", key = "list")]
    list_by_key: Option<Vec<Option<f32>>>,
    #[secret(source = "vault", name = "document", key = "list")]
    bytes_by_key: Option<Secret<Vec<u8>>>,
    #[secret(source = "vault", name = "document", key = "text")]
    array_by_key: Option<Secret<[u8; 4]>>,
    #[secret(source = "vault", name = "document")]
    secrets: Option<HashMap<String, Secret<u16>>>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "only read")]
enum Kind {
    Unit,
    One(Secret<u16>),
    Two(u8, String),
    Struct { text: Secret<String>, other: Option<char> },
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "only read")]
struct Tree {
    text: Option<Secret<String>>,
    deep: Vec<Tree>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "only read")]
struct Flattened {
    text: Secret<String>,
    #[serde(flatten)]
    rest: HashMap<String, i64>,
}

#[derive(Deserialize)]
#[serde(tag = "kind")]
#[allow(dead_code, reason = "only read")]
enum Tagged {
    A { text: Secret<String>, list: Vec<u8> },
    B,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[allow(dead_code, reason = "only read")]
enum Untagged {
    Pin(Secret<u16>),
    Texts(Vec<Secret<String>>),
    Struct { text: Secret<String>, deep: Box<Untagged> },
}

fn has_a_canary_for_a_key(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(has_a_canary_for_a_key),
        Value::Object(entries) => entries.iter().any(|(key, value)| shows(key) || has_a_canary_for_a_key(value)),
        _ => false,
    }
}

/// The same but for the last bits of a number: serde_json reads those of a fraction as well as it can quickly.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| is_same(value, other)))
        }
        (Value::Number(one), Value::Number(other)) => match (one.as_f64(), other.as_f64()) {
            (Some(one), Some(other)) => (one - other).abs() <= one.abs() * 1e-14 || one == other,
            _ => false,
        },
        (one, other) => one == other,
    }
}
