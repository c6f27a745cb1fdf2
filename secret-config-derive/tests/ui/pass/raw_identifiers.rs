//! Raw identifiers, of fields and of the struct.
#![allow(dead_code, non_camel_case_types)]

use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
struct r#struct {
    r#type: String,
    #[secret(ssm = "/orders/{field}")]
    r#match: Secret<String>,
    #[secret(ssm = "/orders/{self.type}", when(type = "a"), unless = "type")]
    r#fn: Option<Secret<String>>,
    #[config(nested)]
    r#mod: Inner,
}

#[derive(SecretConfig)]
#[config(rename_all = "kebab-case")]
struct Inner {
    r#in: u8,
    #[config(rename = "type")]
    kind: String,
}

fn main() {}
