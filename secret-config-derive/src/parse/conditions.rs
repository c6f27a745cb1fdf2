//! `when` and `unless`: which field decides, and by which values.

use crate::entries::{Entries, Entry, Value};
use crate::errors::Errors;
use crate::literal::Literal;
use crate::model::{Condition, Name, Wanted};
use crate::words;
use proc_macro2::{Ident, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, LitStr, Token, bracketed};

/// Both words of one place.
pub(super) fn of(entries: &mut Entries, errors: &mut Errors) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for (word, is_negated) in [(words::WHEN, false), (words::UNLESS, true)] {
        if let Some(entry) = entries.take(word) {
            let wanted = wanted(entry, errors);
            conditions.extend(wanted.into_iter().map(|(field, wanted)| Condition { field, wanted, is_negated }));
        }
    }
    conditions
}

fn wanted(entry: Entry, errors: &mut Errors) -> Vec<(Name, Wanted)> {
    let word = entry.word.clone();
    match entry.value {
        Value::Nothing => {
            errors.push(word.span(), format!("`{word}` needs a field: `{word} = \"..\"` or `{word}(field = ..)`"));
            Vec::new()
        }
        Value::Expression(_) => entry.text(errors).map(|field| (Name::from(&field), Wanted::Set)).into_iter().collect(),
        Value::Group(tokens) => group(&word, tokens, errors),
    }
}

/// `when(kind = "a", tls = true)`
fn group(word: &Ident, tokens: TokenStream, errors: &mut Errors) -> Vec<(Name, Wanted)> {
    if let Ok(field) = syn::parse2::<LitStr>(tokens.clone()) {
        errors.push(field.span(), format!("a single field stands after `=`: write `{word} = \"{}\"`", field.value()));
        return Vec::new();
    }
    let mistakes = errors.count();
    let mut entries = Entries::inside(tokens, errors);
    entries.refuse_repeated(errors);
    let entries = entries.into_list();
    match entries.as_slice() {
        [] if errors.count() == mistakes => {
            errors.push(word.span(), format!("`{word}` needs a field: `{word}(field = ..)`"));
        }
        [_, second, ..] if word == words::UNLESS => errors.push(
            second.word.span(),
            "`unless` takes one field, since with two it could mean either or both: write the other after `when`",
        ),
        _ => {}
    }
    entries.iter().filter_map(|entry| one_of(word, entry, errors)).collect()
}

/// `kind = "a"` or `kind = ["a", "b"]`
fn one_of(condition: &Ident, entry: &Entry, errors: &mut Errors) -> Option<(Name, Wanted)> {
    let Entry { word, value } = entry;
    let field = Name::from(word);
    let Value::Expression(tokens) = value else {
        let message = format!(
            "`{word}` needs a value, as `{word} = \"..\"`; whether it is set is asked by `{condition} = \"{}\"`",
            field.text
        );
        errors.push(word.span(), message);
        return None;
    };
    let Some(values) = values(tokens.clone()) else {
        let message =
            format!("`{word}` is compared with what a file says: write a string, a number, a bool or a list of them");
        errors.push(entry.value_span(), message);
        return None;
    };
    if values.is_empty() {
        errors.push(entry.value_span(), format!("the list is empty: write a value that `{word}` may have"));
    }
    Some((field, Wanted::OneOf(values)))
}

fn values(tokens: TokenStream) -> Option<Vec<Literal>> {
    if let Some(value) = Literal::of(tokens.clone()) {
        return Some(vec![value]);
    }
    let list = Parser::parse2(list, tokens).ok()?;
    list.iter().map(Literal::of_expression).collect()
}

fn list(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let list;
    bracketed!(list in input);
    Ok(Punctuated::<Expr, Token![,]>::parse_terminated(&list)?.into_iter().collect())
}
