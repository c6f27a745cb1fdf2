//! A struct that derives `Deserialize` and `Serialize` is annotated once.
#![allow(dead_code)]

use secret_config::{Secret, SecretConfig};
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize, SecretConfig)]
#[serde(rename = "App", rename_all(serialize = "camelCase", deserialize = "kebab-case"), deny_unknown_fields)]
#[serde(default = "app")]
struct AppConfig {
    #[serde(rename = "p", alias = "q", alias = "r")]
    #[config(rename = "p")]
    port: u16,
    #[serde(rename(deserialize = "h"))]
    host: String,
    #[serde(rename(serialize = "x"))]
    only_written: String,
    #[serde(default)]
    retries: u32,
    #[serde(default = "attempts", skip_serializing_if = "is_zero")]
    attempts: u32,
    #[serde(with = "module")]
    with: u16,
    #[serde(deserialize_with = "module::deserialize", serialize_with = "module::serialize")]
    deserialize_with: u16,
    #[serde(skip)]
    skipped: u16,
    #[serde(skip_deserializing, default = "attempts")]
    not_read: u32,
    #[serde(skip_serializing)]
    not_written: u32,
}

#[derive(Deserialize, SecretConfig)]
#[serde(expecting = "an app", bound(serialize = ""))]
struct Flattened {
    #[serde(flatten)]
    inner: Inner,
    #[secret]
    token: Secret<String>,
}

#[derive(Deserialize, SecretConfig)]
struct Inner {
    size: usize,
}

fn app() -> AppConfig {
    unreachable!()
}

fn attempts() -> u32 {
    3
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

mod module {
    pub fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
        serde::Deserialize::deserialize(deserializer)
    }

    pub fn serialize<S: serde::Serializer>(number: &u16, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(*number)
    }
}

fn main() {}
