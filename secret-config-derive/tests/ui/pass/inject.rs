//! `inject(..)` on every kind of leaf, with every word that may stand in it.
#![allow(dead_code)]

use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[config(inject("password", ssm))]
    by_default_name: Document,
    #[config(inject(["a.b", "/c/0/d", "connectors.*.secret", "**.password"], ssm = ["{prefix}/{self.id}", "{prefix}/{path}"], version = "stable",))]
    candidates: Document,
    #[config(inject("a", secretsmanager = "{prefix}/{entry}", key = "/a/b", stage = "AWSPREVIOUS", format = "json", optional))]
    #[config(inject("b", file = "/run/secrets/{field}", when(kind = ["oidc", "saml"], type = 3), unless = "anything at all"))]
    #[config(inject("c", source = "vault", name = "kv/{root.vault.mount:kebab-case}"))]
    #[config(default, env = "CONNECTORS")]
    several: Document,
    #[secret(local, inject("a", ssm = "/token"))]
    secret: Secret<Vec<String>>,
    #[config(inject("a", ssm = "/token"), deserialize_with = "serde::Deserialize::deserialize")]
    with: Document,
    #[config(flatten, inject("password", ssm = "/password", optional))]
    rest: Document,
}

type Document = BTreeMap<String, String>;

#[derive(SecretConfig)]
#[config(document(secretsmanager = "db"))]
struct Database {
    host: String,
    #[config(local, inject("ca", ssm = "/ca"))]
    tls: BTreeMap<String, String>,
    #[serde(flatten)]
    #[config(inject("password", secretsmanager = "password"), with = "module", default)]
    rest: Vec<u8>,
}

mod module {
    pub fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        serde::Deserialize::deserialize(deserializer)
    }
}

fn main() {}
