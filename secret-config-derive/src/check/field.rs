//! The words of one field: which cannot stand together, and texts that must say something.

use super::lookup;
use crate::errors::Errors;
use crate::model::{DefaultValue, Field, Kind};
use crate::words;
use proc_macro2::Span;

pub(super) fn check(field: &Field<'_>, errors: &mut Errors) {
    match field.kind {
        Kind::Leaf => leaf(field, errors),
        Kind::Nested => nested(field, errors),
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
    for word in words::OF_A_SECTION {
        if let Some(span) = field.written.ours(word) {
            errors.push(span, format!("`{word}` on a field speaks for a struct inside: write `nested` beside it"));
        }
    }
    if field.written.ours(words::LOCAL).is_some() {
        for word in words::PLACES.iter().chain(words::BESIDE_A_STORE) {
            cannot_stand_beside(field, word, words::LOCAL, "a `local` field is never looked up: drop one", errors);
        }
    }
    lookup::places(&field.remote, &field.written, errors);
}

/// What a section cannot have, for it has no value of its own.
fn section(field: &Field<'_>, word: &str, errors: &mut Errors) {
    const OF_LEAVES: &[&str] = &[
        words::LOCAL,
        words::SSM,
        words::SSM_PATH,
        words::SECRETSMANAGER,
        words::FILE,
        words::SOURCE,
        words::NAME,
        words::KEY,
        words::STAGE,
        words::VERSION,
        words::FORMAT,
        words::FOR_EACH,
        words::SHARED,
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
    if let Some(span) = field.secret {
        errors.push(span, format!("`#[secret]` cannot stand beside `{word}`: mark the fields of the struct inside"));
    }
}

fn nested(field: &Field<'_>, errors: &mut Errors) {
    section(field, words::NESTED, errors);
    for other in [words::WITH, words::DESERIALIZE_WITH] {
        if let Some(span) = field.written.any(other) {
            errors.push(span, format!("`{other}` cannot stand beside `nested`: the struct inside says how it is read"));
        }
    }
    for injection in &field.injections {
        const MESSAGE: &str = "`inject` cannot stand beside `nested`: the fields of the struct inside are looked up by words of their own";
        errors.push(injection.word.span(), MESSAGE);
    }
}

fn flatten(field: &Field<'_>, errors: &mut Errors) {
    section(field, words::FLATTEN, errors);
    cannot_stand_beside(field, words::NESTED, words::FLATTEN, "`flatten` nests already: drop one", errors);
    for word in [words::RENAME, words::ALIAS] {
        cannot_stand_beside(field, word, words::FLATTEN, "a flattened field has no key of its own", errors);
    }
    for word in [words::WHEN, words::UNLESS] {
        cannot_stand_beside(field, word, words::FLATTEN, "write it on the struct inside", errors);
    }
    if field.is_flattened_leaf() {
        for word in words::OF_A_SECTION {
            if let Some(span) = field.written.ours(word) {
                let message =
                    format!("`{word}` speaks for a struct inside, and `with` and `inject` for a value: drop one");
                errors.push(span, message);
            }
        }
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
