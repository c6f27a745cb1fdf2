//! serde's own attributes: read with serde's meaning, ignored where they only speak of output, refused otherwise.

use crate::entries::{Entries, Entry, Value};
use crate::errors::Errors;
use crate::words::{self, DESERIALIZE, Place, SERDE, SERIALIZE};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, LitStr, Token, WherePredicate, parse_quote};

/// The words of serde that are read at this place.
pub(crate) fn entries(attributes: &[Attribute], place: Place, errors: &mut Errors) -> Entries {
    let mut entries = Entries::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(SERDE)) {
        entries.append(Entries::of(attribute, errors));
    }
    for ignored in words::serde_ignored(place) {
        while entries.take(ignored).is_some() {}
    }
    entries.refuse(errors, |word| (!words::serde_read(place).contains(&word)).then(|| refused(word, place)));
    entries.refuse_repeated(errors);
    entries
}

fn refused(word: &str, place: Place) -> String {
    if word == "borrow" {
        return "a config owns its values: drop `borrow` and use an owned type, such as `String`".to_owned();
    }
    let instead = match place {
        Place::Struct => "derive only `Deserialize` here, and use the struct as an ordinary field of another",
        Place::Field => {
            "move the field into a struct that only derives `Deserialize`, and use that as an ordinary field"
        }
    };
    let nearest = words::nearest(word, words::serde_read(place));
    match nearest {
        Some(known) => format!("`SecretConfig` does not follow `#[serde({word})]`: did you mean `{known}`?"),
        None => format!("`SecretConfig` does not follow `#[serde({word})]`: {instead}"),
    }
}

/// `word = ".."` or `word(deserialize = "..")`; what is said of serialization alone is nothing.
pub(crate) fn text(entries: &mut Entries, word: &str, errors: &mut Errors) -> Option<LitStr> {
    let entry = entries.take(word)?;
    match entry.value {
        Value::Group(tokens) => {
            let mut inside = Entries::inside(tokens, errors);
            inside.refuse(errors, |inner| {
                let known = [SERIALIZE, DESERIALIZE];
                (!known.contains(&inner)).then(|| format!("`{word}(..)` takes `deserialize` and `serialize`"))
            });
            inside.text(DESERIALIZE, errors)
        }
        Value::Nothing | Value::Expression(_) => entry.text(errors),
    }
}

/// serde's `bound`: predicates that replace those that the derive would add.
pub(crate) fn bound(text: &LitStr, errors: &mut Errors) -> Option<Vec<WherePredicate>> {
    let parsed = text.parse_with(Punctuated::<WherePredicate, Token![,]>::parse_terminated);
    if parsed.is_err() {
        errors.push(
            text.span(),
            "`bound` needs predicates as in a where clause, such as \"T: serde::de::DeserializeOwned\"",
        );
    }
    Some(parsed.ok()?.into_iter().map(with_lifetime).collect())
}

/// serde's derive has a lifetime `'de` in scope. Ours has not: a bound that names it holds for every one.
fn with_lifetime(predicate: WherePredicate) -> WherePredicate {
    let WherePredicate::Type(mut predicate) = predicate else { return predicate };
    let names_it = predicate.to_token_stream().to_string().contains("'de");
    if names_it && predicate.lifetimes.is_none() {
        predicate.lifetimes = Some(parse_quote!(for<'de>));
    }
    WherePredicate::Type(predicate)
}

/// Whether the entry is a word alone.
pub(crate) fn is_flag(entry: &Entry) -> bool {
    matches!(entry.value, Value::Nothing)
}
