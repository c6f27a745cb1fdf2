//! What two fields of a struct cannot share: a key, or an environment variable. Nested structs are not followed.

use crate::errors::Errors;
use crate::model::{Container, Field, Kind};
use proc_macro2::{Ident, Span};
use syn::LitStr;

pub(super) fn check(container: &Container<'_>, errors: &mut Errors) {
    let read = || container.fields.iter().filter(|field| field.kind != Kind::Skipped);
    let keys: Vec<_> = read().flat_map(keys).collect();
    report(&keys, errors, |key, owner| {
        format!("the key `{key}` belongs to the field `{owner}` already: rename one of them")
    });
    let variables: Vec<_> = read().flat_map(|field| variables(field, container)).collect();
    report(&variables, errors, |name, owner| {
        format!(
            "the environment variable `{name}` belongs to the field `{owner}` already: give one of them `env = \"..\"`"
        )
    });
}

/// Something that a field claims.
struct Claim<'a> {
    text: String,
    span: Span,
    owner: &'a Ident,
}

fn report(claims: &[Claim<'_>], errors: &mut Errors, message: impl Fn(&str, &Ident) -> String) {
    for (index, claim) in claims.iter().enumerate() {
        if let Some(earlier) = claims[..index].iter().find(|earlier| earlier.text == claim.text) {
            errors.push(claim.span, message(&claim.text, earlier.owner));
        }
    }
}

fn keys<'a>(field: &'a Field<'a>) -> Vec<Claim<'a>> {
    if field.kind == Kind::Flatten {
        return Vec::new();
    }
    let key = Claim { text: field.key.text.clone(), span: field.key.span, owner: field.ident };
    let aliases = field.aliases.iter().map(|alias| exact(alias, field.ident));
    // An empty key or alias has its own message.
    [key].into_iter().chain(aliases).filter(|claim| !claim.text.is_empty()).collect()
}

fn variables<'a>(field: &'a Field<'a>, container: &Container<'_>) -> Vec<Claim<'a>> {
    if let Some(names) = &field.env {
        return names.iter().map(|name| exact(name, field.ident)).filter(|claim| !claim.text.is_empty()).collect();
    }
    match &container.root.env_prefix {
        Some(prefix) if field.kind == Kind::Leaf && !field.key.text.is_empty() => {
            let text = variable(&prefix.value(), &field.key.text);
            vec![Claim { text, span: field.key.span, owner: field.ident }]
        }
        _ => Vec::new(),
    }
}

fn exact<'a>(literal: &LitStr, owner: &'a Ident) -> Claim<'a> {
    Claim { text: literal.value(), span: literal.span(), owner }
}

/// `{PREFIX}_{KEY}`: upper case, everything else but letters and digits a `_`, and no two of them in a row.
fn variable(prefix: &str, key: &str) -> String {
    let mut name = String::new();
    for character in prefix.chars().chain(['_']).chain(key.chars()) {
        if character.is_alphanumeric() {
            name.extend(character.to_uppercase());
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    name
}
