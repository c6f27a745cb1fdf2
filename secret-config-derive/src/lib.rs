//! The derive of secret-config. This file is the pipeline and nothing more: parse, check, expand.
//!
//! Attributes become a model that keeps the user's spans (`parse`, `serde`), the model is checked as a whole so that all
//! mistakes come at once (`check`), and what is right becomes one const table and one call per field (`expand`).

mod case;
mod check;
mod entries;
mod errors;
mod expand;
mod literal;
mod model;
mod names;
mod parse;
mod serde;
mod template;
mod words;

use errors::Errors;
use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

#[doc = include_str!("derive.md")]
#[proc_macro_derive(SecretConfig, attributes(config, secret, serde))]
pub fn derive(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let mut errors = Errors::new();
    let container = parse::container(&input, &mut errors);
    check::container(&container, &mut errors);
    match errors.finish() {
        Ok(()) => expand::container(&container).into(),
        Err(errors) => expand::fallback(&container, &errors).into(),
    }
}
