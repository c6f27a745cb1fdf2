//! Where a leaf is looked up: the words beside a store, and the name as far as it is known.

use super::{lacks_prefix, name, name_template};
use crate::errors::Errors;
use crate::model::{Container, Field, Kind, Lookup, PlaceWord, RemotePlace, Store};
use crate::names;
use crate::template::{DEFAULT_NAME, Filled, IN_NAMES, Template, Variable};
use crate::words;
use proc_macro2::Span;
use syn::LitStr;

pub(super) fn check(field: &Field<'_>, container: &Container<'_>, errors: &mut Errors) {
    if field.kind != Kind::Leaf || field.written.ours(words::LOCAL).is_some() {
        return;
    }
    texts(field, errors);
    let lookup = field.lookup(container);
    let Some(lookup) = lookup else {
        without_a_place(field, errors);
        return;
    };
    beside(field, &lookup, container, errors);
    match lookup {
        Lookup::Document(_) => {}
        Lookup::Default if field.document_key.is_some() => {}
        Lookup::Default => default_name(field, container.default_store(), container, errors),
        Lookup::Place(place) => own_name(field, place, container, errors),
    }
}

fn texts(field: &Field<'_>, errors: &mut Errors) {
    let texts = [(words::KEY, &field.document_key), (words::STAGE, &field.stage), (words::VERSION, &field.version)];
    for (word, text) in texts {
        if let Some(text) = text.as_ref().filter(|text| text.value().is_empty()) {
            errors.push(text.span(), format!("`{word}` is empty: write a value, or drop the word"));
        }
    }
    if let Some(format) = &field.format
        && !words::FORMATS.contains(&format.value().as_str())
    {
        let suggestion = words::did_you_mean(&format.value(), words::FORMATS);
        errors.push(format.span(), format!("unknown format `{}`{suggestion}", format.value()));
    }
}

const KEY_NEEDS_A_STORE: &str = "`key` needs a store: it is looked up inside that document";

fn without_a_place(field: &Field<'_>, errors: &mut Errors) {
    // `name` without a source is told already.
    for word in words::BESIDE_A_STORE {
        if let Some(span) = field.written.ours(word) {
            let message = match *word {
                words::KEY => KEY_NEEDS_A_STORE.to_owned(),
                _ => format!("`{word}` needs a store: write `ssm` or `secretsmanager` beside it"),
            };
            errors.push(span, message);
        }
    }
}

/// `key`, `stage`, `version` and `format`, at the place that was chosen.
fn beside(field: &Field<'_>, lookup: &Lookup<'_>, container: &Container<'_>, errors: &mut Errors) {
    let store = match lookup {
        Lookup::Default => container.default_store(),
        Lookup::Document(_) => container.scope.document.as_ref().map(|(store, _)| *store),
        Lookup::Place(PlaceWord { place: RemotePlace::Store(store), .. }) => Some(*store),
        Lookup::Place(_) => None,
    };
    // A source of the user's own decides what a stage and a version are.
    let is_source = matches!(lookup, Lookup::Place(PlaceWord { place: RemotePlace::Source(_), .. }));
    if let (Lookup::Default, Some(span)) = (lookup, field.written.ours(words::KEY)) {
        errors.push(span, KEY_NEEDS_A_STORE);
    }
    if let Some(span) = field.written.ours(words::STAGE)
        && store != Some(Store::SecretsManager)
        && !is_source
    {
        errors.push(span, "`stage` is a word of Secrets Manager: write `secretsmanager` beside it, or drop it");
    }
    if let Some(version) = &field.version
        && let Some(span) = field.written.ours(words::VERSION)
    {
        match store {
            Some(Store::Ssm) => parameter_version(version, errors),
            Some(Store::SecretsManager) => {}
            None if is_source => {}
            None => errors.push(span, "`version` needs its store: write `ssm` or `secretsmanager` beside it"),
        }
    }
    format_beside_key(field, lookup, errors);
}

fn format_beside_key(field: &Field<'_>, lookup: &Lookup<'_>, errors: &mut Errors) {
    let Some(format) = &field.format else { return };
    let has_key = matches!(lookup, Lookup::Document(_)) || field.document_key.is_some();
    if has_key && matches!(format.value().as_str(), "list" | "binary") {
        let message = format!("a key is looked up in a JSON document, which has no \"{}\": drop one", format.value());
        errors.push(format.span(), message);
    }
}

/// A number, or a label: up to 100 letters, digits and `.-_`, not beginning with a digit, `aws` or `ssm`.
fn parameter_version(version: &LitStr, errors: &mut Errors) {
    let text = version.value();
    if text.is_empty() || text.parse::<u64>().is_ok_and(|number| number > 0) {
        return;
    }
    let start = text.to_ascii_lowercase();
    let is_label = text.len() <= 100
        && text.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_'))
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && !start.starts_with("aws")
        && !start.starts_with("ssm");
    if !is_label {
        let rule = "a label has at most 100 letters, digits and `.-_`, and does not begin with a digit, `aws` or `ssm`";
        errors.push(version.span(), format!("`{text}` is neither a version number nor a label: {rule}"));
    }
}

fn own_name(field: &Field<'_>, place: &PlaceWord, container: &Container<'_>, errors: &mut Errors) {
    let Some(literal) = &place.name else {
        if let RemotePlace::Store(store) = place.place {
            default_name(field, Some(store), container, errors);
        }
        return;
    };
    if let RemotePlace::Source(source) = &place.place
        && source.value().is_empty()
    {
        errors.push(source.span(), "`source` is empty: write the name under which the loader has it");
    }
    let Some(template) = name_template(literal, container, errors) else { return };
    match place.place {
        RemotePlace::Store(store) => name(store, literal, &template, container, of_field(field, container), errors),
        RemotePlace::File | RemotePlace::Source(_) if literal.value().is_empty() => {
            errors.push(literal.span(), "the name is empty: write where the value is");
        }
        RemotePlace::File | RemotePlace::Source(_) => {}
    }
}

/// A leaf that takes its name from the struct's `names(..)`, or from the template that holds without.
fn default_name(field: &Field<'_>, store: Option<Store>, container: &Container<'_>, errors: &mut Errors) {
    let span = word_span(field);
    let literal = match store {
        Some(Store::Ssm) => container.scope.ssm.as_ref(),
        Some(Store::SecretsManager) => container.scope.secretsmanager.as_ref(),
        None => None,
    };
    if literal.is_none() && lacks_prefix(container) {
        let message = format!(
            "the name of this field is `{DEFAULT_NAME}`, and there is no `prefix`: add `prefix = \"..\"` to the \
             struct's `#[config(..)]`, or write the name here"
        );
        errors.push(span, message);
        return;
    }
    // What is wrong with the struct's own template is told there, once.
    let text = literal.map_or_else(|| DEFAULT_NAME.to_owned(), LitStr::value);
    let (Some(store), Ok(template)) = (store, Template::parse(&text, IN_NAMES)) else { return };
    let names = |of_field: &dyn Fn(Variable) -> Option<Filled>| {
        super::names_in_environments(&template, container, of_field)
            .map(|name| names::problems(store, &name))
            .find(|problems| !problems.is_empty())
            .unwrap_or_default()
    };
    if names(&|_| None).is_empty() {
        names(&of_field(field, container)).iter().for_each(|problem| errors.push(span, problem));
    } else if literal.is_none()
        && let Some(prefix) = &container.root.prefix
    {
        names(&|_| None).iter().for_each(|problem| errors.push(prefix.span(), problem));
    }
}

/// The word that sends the field to its place.
fn word_span(field: &Field<'_>) -> Span {
    field.places.first().map(|place| place.word.span()).or(field.secret).unwrap_or_else(|| field.ident.span())
}

/// What a field knows of its own name. The path begins at the root, so only a root's fields know it.
fn of_field(field: &Field<'_>, container: &Container<'_>) -> impl Fn(Variable) -> Option<Filled> {
    let key = field.key.text.clone();
    let is_root = container.is_root();
    move |variable| match variable {
        Variable::Field => Some(Filled::known(&key)),
        Variable::Path if is_root => Some(Filled::known(&key)),
        _ => None,
    }
}
