//! A statement as all three languages write it, and the IAM document of them.

use super::grant::{Grant, Grants, is_pattern};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the language, not of the policy.
pub(super) const LANGUAGE: &str = "2012-10-17";

pub(super) struct Statement<'a> {
    pub(super) sid: String,
    pub(super) action: &'static str,
    pub(super) resources: Vec<&'a str>,
    /// In the order of operator and key.
    pub(super) conditions: Vec<Condition<'a>>,
}

pub(super) struct Condition<'a> {
    pub(super) operator: &'static str,
    pub(super) key: &'static str,
    pub(super) values: Vec<&'a str>,
}

/// The statements of these grants, each with a name of its own. `suffix` is behind each name.
pub(super) fn statements<'a>(grants: &'a Grants, suffix: &str) -> Vec<Statement<'a>> {
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    let statement = |(grant, items): (&'a Grant, &'a BTreeSet<String>)| {
        let count = named.entry(grant.sid()).or_default();
        *count += 1;
        let number = if *count > 1 { count.to_string() } else { String::new() };
        let items = texts(items);
        let (resources, conditions) = match grant {
            Grant::Decrypt { what, via, keys } => (texts(keys), conditions(what.context(), items, texts(via))),
            _ => (items, Vec::new()),
        };
        Statement { sid: format!("{}{number}{suffix}", grant.sid()), action: grant.action(), resources, conditions }
    };
    grants.iter().map(statement).collect()
}

fn conditions<'a>(context: &'static str, values: Vec<&'a str>, via: Vec<&'a str>) -> Vec<Condition<'a>> {
    let operator = if values.iter().any(|value| is_pattern(value)) { "StringLike" } else { "StringEquals" };
    let of_context = Condition { operator, key: context, values };
    let of_service = Condition { operator: "StringEquals", key: "kms:ViaService", values: via };
    match operator {
        "StringEquals" => vec![of_context, of_service],
        _ => vec![of_service, of_context],
    }
}

fn texts<'a>(texts: impl IntoIterator<Item = &'a String>) -> Vec<&'a str> {
    texts.into_iter().map(String::as_str).collect()
}

/// The document as IAM has it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Document<'a> {
    pub(super) version: &'static str,
    pub(super) statement: Vec<Statement<'a>>,
}

impl Serialize for Statement<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Sid", &self.sid)?;
        map.serialize_entry("Effect", "Allow")?;
        map.serialize_entry("Action", self.action)?;
        map.serialize_entry("Resource", &OneOrMany(&self.resources))?;
        if !self.conditions.is_empty() {
            map.serialize_entry("Condition", &Conditions(&self.conditions))?;
        }
        map.end()
    }
}

/// IAM takes a text in the place of a list of one.
struct OneOrMany<'a>(&'a [&'a str]);

impl Serialize for OneOrMany<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [one] => serializer.serialize_str(one),
            many => many.serialize(serializer),
        }
    }
}

/// By operator, then by key.
struct Conditions<'a>(&'a [Condition<'a>]);

impl Serialize for Conditions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut by_operator: BTreeMap<&str, BTreeMap<&str, OneOrMany<'_>>> = BTreeMap::new();
        for condition in self.0 {
            by_operator.entry(condition.operator).or_default().insert(condition.key, OneOrMany(&condition.values));
        }
        by_operator.serialize(serializer)
    }
}
