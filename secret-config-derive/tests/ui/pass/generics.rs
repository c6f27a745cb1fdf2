//! Type parameters in leaves, sections and defaults; where clauses, const parameters, and serde's `bound`.
#![allow(dead_code)]

use secret_config::{Secret, SecretConfig};
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

#[derive(SecretConfig)]
struct Outer<T, S, const N: usize>
where
    T: Clone,
{
    value: T,
    list: Vec<T>,
    #[config(default)]
    optional: Option<T>,
    #[config(nested)]
    section: S,
    #[config(nested)]
    inner: Option<Inner<T>>,
    #[config(skip)]
    cache: [PhantomData<T>; 1],
    plain: [u8; 4],
    #[config(skip, default = [0; N])]
    bytes: [u8; N],
}

#[derive(SecretConfig)]
struct Inner<T> {
    value: T,
}

#[derive(SecretConfig)]
struct Token<T: 'static> {
    #[secret]
    token: Secret<T>,
}

#[derive(SecretConfig)]
#[serde(bound = "T: serde::Deserialize<'de>")]
struct Bound<T> {
    value: T,
}

#[derive(SecretConfig)]
struct BoundOfAField<T> {
    #[serde(bound(deserialize = "T: DeserializeOwned"))]
    value: T,
}

fn main() {
    fn is_config<T: SecretConfig>() {}
    is_config::<Outer<u16, Inner<String>, 3>>();
    is_config::<Token<String>>();
    is_config::<Bound<u16>>();
    is_config::<BoundOfAField<u16>>();
}
