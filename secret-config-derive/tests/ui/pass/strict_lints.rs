//! Generated code makes no warning of its own in a strict crate.
#![deny(warnings, rust_2018_idioms, unused_qualifications, unreachable_pub, unused_results, trivial_casts)]
#![allow(dead_code)]

use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[config(default = 8080)]
    port: u16,
    #[config(default = "localhost")]
    host: String,
    #[config(default)]
    number: u16,
    #[secret]
    token: Secret<String>,
    #[config(skip)]
    skipped: Option<u8>,
    #[config(nested)]
    inner: Option<Inner>,
    #[deprecated = "use `port`"]
    old: u8,
    #[secret(ssm = ["{prefix}/{self.host}", "/b"], when(port = 8080))]
    key: Option<Secret<String>>,
    #[secret(ssm, for_each = "host")]
    keys: BTreeMap<String, Secret<String>>,
    #[config(inject("a", ssm = "/a"))]
    injected: BTreeMap<String, String>,
    #[config(flatten)]
    rest: BTreeMap<String, String>,
}

#[derive(SecretConfig, Default)]
#[config(default)]
struct Inner {
    size: u8,
}

#[derive(SecretConfig)]
struct SectionsOnly {
    #[config(nested)]
    inner: Inner,
    #[config(flatten)]
    flat: Inner,
}

#[derive(SecretConfig)]
struct Empty {}

fn main() {}
