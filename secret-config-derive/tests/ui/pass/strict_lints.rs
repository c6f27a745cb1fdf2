//! Generated code makes no warning of its own in a strict crate.
#![deny(warnings, rust_2018_idioms, unused_qualifications, unreachable_pub, unused_results, trivial_casts)]
#![allow(dead_code)]

use secret_config::{Secret, SecretConfig};

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
}

#[derive(SecretConfig)]
struct Empty {}

fn main() {}
