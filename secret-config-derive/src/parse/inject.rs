//! `inject(..)`: places inside a leaf, then the words of a store.

use super::{remote, written};
use crate::entries::{self, Entries, Entry, Value};
use crate::errors::Errors;
use crate::model::Injection;
use crate::words;
use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{LitStr, Token};

/// Each `inject(..)` of a field.
pub(super) fn all(ours: &mut Entries, errors: &mut Errors) -> Vec<Injection> {
    let mut injections = Vec::new();
    while let Some(entry) = ours.take(words::INJECT) {
        injections.extend(injection(entry, errors));
    }
    injections
}

fn injection(entry: Entry, errors: &mut Errors) -> Option<Injection> {
    const NEEDED: &str = "`inject` needs a place, then a store: `inject(\"client_secret\", ssm = \"..\")`";
    let word = entry.word.clone();
    let Value::Group(tokens) = entry.value else {
        errors.push(word.span(), NEEDED);
        return None;
    };
    let Ok((places, words)) = Parser::parse2(places_and_words, tokens) else {
        errors.push(word.span(), NEEDED);
        return None;
    };
    if let Some(second) = Parser::parse2(leading_text, words.clone()).ok().flatten() {
        errors.push(second.span(), "several places are a list: `inject([\"..\", \"..\"], ssm = \"..\")`");
        return None;
    }
    let mistakes = errors.count();
    let mut entries = Entries::inside(words, errors);
    entries.refuse(errors, words::refused_in_inject);
    entries.refuse_repeated(errors);
    let written = written(&entries, &Entries::default());
    Some(Injection {
        word,
        places,
        written,
        optional: entries.flag(words::OPTIONAL, errors),
        remote: remote(&mut entries, errors),
        misread: errors.count() > mistakes,
    })
}

fn places_and_words(input: ParseStream<'_>) -> syn::Result<(Vec<LitStr>, TokenStream)> {
    let places = entries::text_or_list(input)?;
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok((places, input.parse()?))
}

/// A string where the first word should be.
fn leading_text(input: ParseStream<'_>) -> syn::Result<Option<LitStr>> {
    let text = if input.peek(LitStr) { Some(input.parse()?) } else { None };
    input.parse::<TokenStream>()?;
    Ok(text)
}
