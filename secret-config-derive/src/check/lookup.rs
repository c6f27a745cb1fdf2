//! Where a value is looked up: the words beside a store, and the name as far as it is known.

use super::{Speaker, for_each, lacks_prefix, name_template, names_in_environments, shared, siblings};
use crate::errors::Errors;
use crate::model::{Container, Field, Kind, Lookup, PlaceWord, Remote, RemotePlace, Store, Written};
use crate::names;
use crate::template::{DEFAULT_NAME, Filled, IN_NAMES, Part, Template, Variable};
use crate::words;
use proc_macro2::Span;
use syn::LitStr;

/// One value that a store is asked for: that of a leaf, or one that is injected into it.
pub(super) struct Asked<'a> {
    pub(super) remote: &'a Remote,
    pub(super) written: &'a Written,
    pub(super) lookup: Lookup<'a>,
    pub(super) speaker: Speaker<'a>,
}

pub(super) fn check(field: &Field<'_>, container: &Container<'_>, errors: &mut Errors) {
    if field.kind == Kind::Nested {
        siblings::conditions(&field.remote.conditions, Some(field), container, errors);
    }
    if field.kind != Kind::Leaf || field.written.ours(words::LOCAL).is_some() {
        return;
    }
    let Some(lookup) = field.lookup(container) else {
        texts(&field.remote, errors);
        without_a_place(field, errors);
        return;
    };
    siblings::conditions(&field.remote.conditions, Some(field), container, errors);
    let asked = Asked { remote: &field.remote, written: &field.written, lookup, speaker: Speaker::Field(field) };
    for_each::check(field, &asked.lookup, container, errors);
    shared::check(field, &asked.lookup, errors);
    words_and_name(&asked, container, errors);
}

/// One place, and the name that belongs to it.
pub(super) fn places(remote: &Remote, written: &Written, errors: &mut Errors) {
    if let [first, others @ ..] = remote.places.as_slice() {
        for other in others {
            let message = format!("`{}` cannot stand beside `{}`: a field has one place", other.word, first.word);
            errors.push(other.word.span(), message);
        }
    }
    match (written.ours(words::SOURCE), written.ours(words::NAME)) {
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

/// The words beside the store, each by itself and all together, and the names.
pub(super) fn words_and_name(asked: &Asked<'_>, container: &Container<'_>, errors: &mut Errors) {
    texts(asked.remote, errors);
    beside(asked, container, errors);
    match &asked.lookup {
        Lookup::Document(_) => {}
        Lookup::Default if asked.remote.key.is_some() => {}
        Lookup::Default => default_name(asked, container.default_store(), container, errors),
        Lookup::Place(place) => own_names(asked, place, container, errors),
    }
}

fn texts(remote: &Remote, errors: &mut Errors) {
    let texts = [(words::KEY, &remote.key), (words::STAGE, &remote.stage), (words::VERSION, &remote.version)];
    for (word, text) in texts {
        if let Some(text) = text.as_ref().filter(|text| text.value().is_empty()) {
            errors.push(text.span(), format!("`{word}` is empty: write a value, or drop the word"));
        }
    }
    if let Some(format) = &remote.format
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
        let Some(span) = field.written.ours(word) else { continue };
        let message = match *word {
            words::KEY => KEY_NEEDS_A_STORE.to_owned(),
            words::WHEN | words::UNLESS if !field.injections.is_empty() => {
                format!("`{word}` decides whether something is looked up: write it inside `inject(..)`")
            }
            words::WHEN | words::UNLESS => {
                format!("`{word}` needs a store: it decides whether the field is looked up there")
            }
            words::FOR_EACH => "`for_each` needs a store: each entry is looked up there".to_owned(),
            words::SHARED if !field.injections.is_empty() => {
                "`shared` speaks of a value that is looked up as a whole, and `inject` fills places inside one: drop it"
                    .to_owned()
            }
            words::SHARED => {
                "`shared` needs a store: it says that all environments have the same value there".to_owned()
            }
            _ => format!("`{word}` needs a store: write `ssm` or `secretsmanager` beside it"),
        };
        errors.push(span, message);
    }
}

/// What the struct itself says of the names in a store.
pub(super) fn own_scope<'a>(store: Option<Store>, container: &'a Container<'_>) -> Option<&'a LitStr> {
    match store? {
        Store::Ssm => container.scope.ssm.as_ref(),
        Store::SecretsManager => container.scope.secretsmanager.as_ref(),
    }
}

/// `key`, `stage`, `version` and `format`, at the place that was chosen.
fn beside(asked: &Asked<'_>, container: &Container<'_>, errors: &mut Errors) {
    let Asked { remote, written, lookup, .. } = asked;
    let store = match lookup {
        Lookup::Default => container.default_store(),
        Lookup::Document(_) => container.scope.document.as_ref().map(|(store, _)| *store),
        Lookup::Place(place) => place.store(),
    };
    if let Lookup::Place(PlaceWord { place: RemotePlace::SsmPath, .. }) = lookup {
        beside_path(written, errors);
    }
    // A source of the user's own decides what a stage and a version are.
    let is_source = matches!(lookup, Lookup::Place(PlaceWord { place: RemotePlace::Source(_), .. }));
    if let (Lookup::Default, Some(span)) = (lookup, written.ours(words::KEY)) {
        errors.push(span, KEY_NEEDS_A_STORE);
    }
    if let Some(span) = written.ours(words::STAGE)
        && store != Some(Store::SecretsManager)
        && !is_source
    {
        errors.push(span, "`stage` is a word of Secrets Manager: write `secretsmanager` beside it, or drop it");
    }
    if let Some(version) = &remote.version
        && let Some(span) = written.ours(words::VERSION)
    {
        match store {
            // What a stage of a secret is called there, Secrets Manager says.
            Some(Store::Ssm) if is_reference(lookup) => {}
            Some(Store::Ssm) => parameter_version(version, errors),
            Some(Store::SecretsManager) => {}
            None if is_source => {}
            None => errors.push(span, "`version` needs its store: write `ssm` or `secretsmanager` beside it"),
        }
    }
    format_beside_key(asked, errors);
    selected_twice(asked, container, errors);
}

/// Whether a parameter is named that is a secret of Secrets Manager.
fn is_reference(lookup: &Lookup<'_>) -> bool {
    let Lookup::Place(PlaceWord { names: Some(names), .. }) = lookup else { return false };
    let templates = names.iter().filter_map(|name| Template::parse(&name.value(), IN_NAMES).ok());
    templates.map(|template| template.fill(|_| None)).any(|name| names::is_reference(&name))
}

fn beside_path(written: &Written, errors: &mut Errors) {
    for word in [words::KEY, words::VERSION, words::FORMAT] {
        if let Some(span) = written.ours(word) {
            let message = format!("`{word}` cannot stand beside `ssm_path`: each parameter below the path is an entry");
            errors.push(span, message);
        }
    }
}

fn format_beside_key(asked: &Asked<'_>, errors: &mut Errors) {
    let Some(format) = &asked.remote.format else { return };
    let has_key = matches!(asked.lookup, Lookup::Document(_)) || asked.remote.key.is_some();
    if has_key && matches!(format.value().as_str(), "list" | "binary") {
        let message = format!("a key is looked up in a JSON document, which has no \"{}\": drop one", format.value());
        errors.push(format.span(), message);
    }
}

/// A name can end in a key, a stage or a version of its own: a word beside it would say it again.
fn selected_twice(asked: &Asked<'_>, container: &Container<'_>, errors: &mut Errors) {
    let names: Vec<(Store, &LitStr)> = match &asked.lookup {
        Lookup::Document(_) => container.scope.document.iter().map(|(store, name)| (*store, name)).collect(),
        Lookup::Place(PlaceWord { place: RemotePlace::Store(store), names, .. }) => {
            names.iter().flatten().map(|name| (*store, name)).collect()
        }
        Lookup::Default | Lookup::Place(_) => Vec::new(),
    };
    let templates =
        names.into_iter().filter_map(|(store, name)| Some((store, Template::parse(&name.value(), IN_NAMES).ok()?)));
    let mut selected: Vec<&str> =
        templates.flat_map(|(store, template)| names::selected(store, &template.fill(|_| None))).collect();
    selected.dedup();
    for word in selected {
        if let Some(span) = asked.written.ours(word) {
            errors.push(span, format!("`{word}` is written twice: the name ends in one already"));
        }
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

/// The names beside the place, or that of the scope.
fn own_names(asked: &Asked<'_>, place: &PlaceWord, container: &Container<'_>, errors: &mut Errors) {
    let Some(literals) = &place.names else {
        if let RemotePlace::Store(store) = place.place {
            default_name(asked, Some(store), container, errors);
        }
        return;
    };
    if literals.is_empty() {
        errors.push(place.word.span(), format!("`{0}` is empty: write a name, or `{0}` alone", place.word));
    }
    if let RemotePlace::Source(source) = &place.place
        && source.value().is_empty()
    {
        errors.push(source.span(), "`source` is empty: write the name under which the loader has it");
    }
    for (index, literal) in literals.iter().enumerate() {
        if literals[..index].iter().any(|earlier| earlier.value() == literal.value()) {
            errors.push(literal.span(), format!("`{}` is named twice: drop one", literal.value()));
        } else {
            own_name(asked, place, literal, container, errors);
        }
    }
}

fn own_name(asked: &Asked<'_>, place: &PlaceWord, literal: &LitStr, container: &Container<'_>, errors: &mut Errors) {
    let Some(template) = name_template(literal, asked.speaker, container, errors) else { return };
    let of_field = of_field(asked.speaker, container);
    match place.place {
        RemotePlace::Store(store) => {
            let judge = |name: &Filled| names::problems(store, name);
            super::name(judge, literal, &template, container, of_field, errors);
        }
        RemotePlace::SsmPath => {
            super::name(names::problems_of_level, literal, &template, container, of_field, errors);
        }
        RemotePlace::File | RemotePlace::Source(_) if literal.value().is_empty() => {
            errors.push(literal.span(), "the name is empty: write where the value is");
        }
        RemotePlace::File | RemotePlace::Source(_) => {}
    }
}

/// The name that comes from the struct's `names(..)`, or from the template that holds without.
fn default_name(asked: &Asked<'_>, store: Option<Store>, container: &Container<'_>, errors: &mut Errors) {
    let span = word_span(asked);
    let literal = own_scope(store, container);
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
    if template.uses(Variable::Entry) && asked.speaker.is_no_entry(container) {
        let message = format!("the name of this field is `{text}`, and it is no entry of anything: write a name here");
        errors.push(span, message);
        return;
    }
    let names = |of_field: &dyn Fn(Variable) -> Option<Filled>| {
        names_in_environments(&template, container, of_field)
            .map(|name| names::problems(store, &name))
            .find(|problems| !problems.is_empty())
            .unwrap_or_default()
    };
    if names(&|_| None).is_empty() {
        names(&of_field(asked.speaker, container)).iter().for_each(|problem| errors.push(span, problem));
    } else if literal.is_none()
        && let Some(prefix) = &container.root.prefix
    {
        names(&|_| None).iter().for_each(|problem| errors.push(prefix.span(), problem));
    }
}

/// The word that sends the value to its place.
fn word_span(asked: &Asked<'_>) -> Span {
    match (&asked.lookup, asked.speaker) {
        (Lookup::Place(place), _) => place.word.span(),
        (_, Speaker::Field(field)) => field.secret.unwrap_or_else(|| field.ident.span()),
        _ => Span::call_site(),
    }
}

/// What a field knows of its own name. The path begins at the root, so only a root's fields know it.
fn of_field(speaker: Speaker<'_>, container: &Container<'_>) -> impl Fn(Variable) -> Option<Filled> {
    let field = match speaker {
        Speaker::Field(field) => Some((field.key.text.clone(), field.for_each.is_some())),
        _ => None,
    };
    let is_root = container.is_root();
    move |variable| match (variable, field.as_ref()?) {
        (Variable::Field, (key, false)) => Some(Filled::known(key)),
        (Variable::Path, (key, false)) if is_root => Some(Filled::known(key)),
        // The entry is the last part.
        (Variable::Path, (key, true)) if is_root => {
            Some(Filled(vec![Part::Known(format!("{key}/")), Part::Unknown("{entry}".to_owned())]))
        }
        _ => None,
    }
}
