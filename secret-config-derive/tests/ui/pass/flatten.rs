//! Sections and leaves can be flattened, and the type says which it is.
#![allow(dead_code)]

use secret_config::SecretConfig;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

#[derive(Deserialize, SecretConfig)]
struct AppConfig {
    #[config(flatten)]
    section: Section,
    #[config(flatten)]
    optional: Option<Boxed>,
    #[serde(flatten)]
    rest: HashMap<String, String>,
}

#[derive(Deserialize, SecretConfig)]
struct Section {
    host: String,
}

#[derive(Deserialize, SecretConfig)]
struct Boxed {
    size: usize,
    #[config(flatten, default)]
    rest: BTreeMap<String, u16>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Sink {
    Stdout,
    File { path: String },
}

#[derive(SecretConfig)]
struct OfAnEnum {
    #[config(flatten)]
    sink: Sink,
}

#[derive(SecretConfig)]
struct WithAFunction {
    #[config(flatten, deserialize_with = "numbers", default)]
    numbers: Vec<u16>,
}

#[derive(SecretConfig)]
#[config(bound = "T: serde::de::DeserializeOwned")]
struct Generic<T> {
    #[config(flatten)]
    rest: BTreeMap<String, T>,
}

#[derive(SecretConfig)]
struct GenericSection<S> {
    #[config(flatten)]
    section: S,
    #[config(flatten)]
    optional: Option<S>,
}

fn numbers<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<u16>, D::Error> {
    BTreeMap::<String, u16>::deserialize(deserializer).map(|map| map.into_values().collect())
}

fn main() {
    fn is_config<T: SecretConfig>() {}
    is_config::<AppConfig>();
    is_config::<OfAnEnum>();
    is_config::<WithAFunction>();
    is_config::<Generic<u16>>();
    is_config::<GenericSection<Section>>();
}
