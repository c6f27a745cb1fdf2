//! The words of one field: which cannot stand together, and texts that must say something.

use crate::errors::Errors;
use crate::model::{DefaultValue, Field, Kind};
use crate::words;
use proc_macro2::Span;

pub(super) fn check(field: &Field<'_>, errors: &mut Errors) {
    match field.kind {
        Kind::Leaf => leaf(field, errors),
        Kind::Nested => section(field, words::NESTED, errors),
        Kind::Flatten => flatten(field, errors),
        Kind::Skipped => skipped(field, errors),
    }
    default(field, errors);
    env(field, errors);
    keys(field, errors);
    if let (Some(span), Some(_)) = (field.written.any(words::DESERIALIZE_WITH), field.written.any(words::WITH)) {
        errors.push(span, "`deserialize_with` cannot stand beside `with`: drop one");
    }
}

fn leaf(field: &Field<'_>, errors: &mut Errors) {
    for word in [words::NAMES, words::DOCUMENT] {
        if let Some(span) = field.written.ours(word) {
            errors.push(span, format!("`{word}` on a field speaks for a struct inside: write `nested` beside it"));
        }
    }
    if field.written.ours(words::LOCAL).is_some() {
        for word in words::PLACES.iter().chain(words::BESIDE_A_STORE) {
            cannot_stand_beside(field, word, words::LOCAL, "a `local` field is never looked up: drop one", errors);
        }
    }
    if let [first, others @ ..] = field.places.as_slice() {
        for other in others {
            let message = format!("`{}` cannot stand beside `{}`: a field has one place", other.word, first.word);
            errors.push(other.word.span(), message);
        }
    }
    let source = field.written.ours(words::SOURCE);
    match (source, field.written.ours(words::NAME)) {
        (Some(span), None) => errors.push(span, "`source` needs a `name`: write `source = \"..\", name = \"..\"`"),
        (None, Some(span)) => {
            errors.push(
                span,
                "`name` belongs to `source`; for a store write `ssm = \"..\"` or `secretsmanager = \"..\"`",
            );
        }
        _ => {}
    }
}

/// What a section cannot have, for it has no value of its own.
fn section(field: &Field<'_>, word: &str, errors: &mut Errors) {
    const OF_LEAVES: &[&str] = &[
        words::LOCAL,
        words::SSM,
        words::SECRETSMANAGER,
        words::FILE,
        words::SOURCE,
        words::NAME,
        words::KEY,
        words::STAGE,
        words::VERSION,
        words::FORMAT,
        words::ALLOW_IN_FILES,
    ];
    for other in OF_LEAVES {
        cannot_stand_beside(field, other, word, "write it on the fields of the struct inside", errors);
    }
    cannot_stand_beside(
        field,
        words::ENV,
        word,
        "a variable holds one value: write it on a field of the struct inside",
        errors,
    );
    for other in [words::WITH, words::DESERIALIZE_WITH] {
        if let Some(span) = field.written.any(other) {
            errors.push(span, format!("`{other}` cannot stand beside `{word}`: the struct inside says how it is read"));
        }
    }
    if let Some(span) = field.secret {
        errors.push(span, format!("`#[secret]` cannot stand beside `{word}`: mark the fields of the struct inside"));
    }
}

fn flatten(field: &Field<'_>, errors: &mut Errors) {
    section(field, words::FLATTEN, errors);
    cannot_stand_beside(field, words::NESTED, words::FLATTEN, "`flatten` nests already: drop one", errors);
    for word in [words::RENAME, words::ALIAS] {
        cannot_stand_beside(field, word, words::FLATTEN, "a flattened struct has no key of its own", errors);
    }
}

fn skipped(field: &Field<'_>, errors: &mut Errors) {
    const SKIPPED: &str = "a skipped field is never read: drop one";
    for word in &field.written.ours {
        if word != words::SKIP && word != words::DEFAULT {
            errors.push(word.span(), format!("`{word}` cannot stand beside `skip`: {SKIPPED}"));
        }
    }
    if let Some(span) = field.secret {
        errors.push(span, format!("`#[secret]` cannot stand beside `skip`: {SKIPPED}"));
    }
}

fn default(field: &Field<'_>, errors: &mut Errors) {
    let Some(span) = field.written.any(words::DEFAULT) else { return };
    if field.secret.is_some() && !matches!(field.default, None | Some(DefaultValue::Trait)) {
        errors.push(span, "a secret has no default in code, where anyone can read it: drop the value");
    }
}

fn env(field: &Field<'_>, errors: &mut Errors) {
    let Some(names) = &field.env else { return };
    if names.is_empty()
        && let Some(span) = field.written.ours(words::ENV)
    {
        errors.push(span, "`env` is empty: name a variable, or drop the word");
    }
    for name in names {
        let text = name.value();
        if text.is_empty() {
            errors.push(name.span(), "the name of the variable is empty");
        } else if text.contains(['=', '\0']) {
            errors.push(name.span(), "the name of a variable has neither `=` nor a NUL in it");
        }
    }
}

fn keys(field: &Field<'_>, errors: &mut Errors) {
    if field.key.text.is_empty() {
        errors.push(field.key.span, "the key is empty: write the name that the field has in files");
    }
    for alias in field.aliases.iter().filter(|alias| alias.value().is_empty()) {
        errors.push(alias.span(), "the alias is empty: write another name that the field has in files");
    }
}

fn cannot_stand_beside(field: &Field<'_>, word: &str, other: &str, reason: &str, errors: &mut Errors) {
    let span: Option<Span> = field.written.ours(word);
    if let Some(span) = span {
        errors.push(span, format!("`{word}` cannot stand beside `{other}`: {reason}"));
    }
}
