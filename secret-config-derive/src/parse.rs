//! Attributes to model. Only the kind of each value is judged here; whether words fit together is for `check`.

mod conditions;
mod inject;

use crate::case::Rule;
use crate::entries::{Entries, Entry, Value};
use crate::errors::Errors;
use crate::model::{
    Container, DefaultValue, Field, Key, Kind, Name, PlaceWord, Remote, RemotePlace, Root, Scope, Store, Written,
};
use crate::serde;
use crate::words::{self, Place};
use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::{
    Attribute, Data, DeriveInput, Expr, ExprLit, ExprPath, Fields, Lit, LitStr, Meta, MetaNameValue, PathSegment,
};

/// The struct, as far as it could be read.
pub(crate) fn container<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Container<'a> {
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident(words::SECRET)) {
        errors.push(span_of(attribute), "`#[secret]` belongs on a field, not on the struct");
    }
    let mistakes = errors.count();
    let mut ours = ours(&input.attrs, &[words::CONFIG], Place::Struct, errors);
    let misread = errors.count() > mistakes;
    let mut serdes = serde::entries(&input.attrs, Place::Struct, errors);
    let written = written(&ours, &serdes);
    let rename_all = rename_all(&mut ours, &mut serdes, errors);
    Container {
        ident: &input.ident,
        generics: &input.generics,
        misread,
        runtime: ours.text(words::CRATE, errors).and_then(|path| {
            errors.parsed(&path, "`crate` needs the path of secret-config, such as \"my_framework::secret_config\"")
        }),
        root: Root {
            prefix: ours.text(words::PREFIX, errors),
            environments: ours.texts(words::ENVIRONMENTS, errors),
            offline: ours.texts(words::OFFLINE, errors),
            env_prefix: ours.text(words::ENV_PREFIX, errors),
            ignore_env: ours.texts(words::IGNORE_ENV, errors),
            files: ours.texts(words::FILES, errors),
            references: ours.flag(words::REFERENCES, errors),
            files_over_env: ours.flag(words::FILES_OVER_ENV, errors),
            deny_env_secrets: ours.flag(words::DENY_ENV_SECRETS, errors),
        },
        scope: scope(&mut ours, errors),
        conditions: conditions::of(&mut ours, errors),
        allow_unknown: ours.flag(words::ALLOW_UNKNOWN, errors),
        deny_unknown: written.any(words::DENY_UNKNOWN_FIELDS),
        default: default(&mut ours, &mut serdes, errors),
        bound: bound(&mut ours, &mut serdes, errors),
        fields: fields(input, rename_all, errors),
        written,
    }
}

/// The fields of a struct that has named ones.
fn fields<'a>(input: &'a DeriveInput, rename_all: Option<Rule>, errors: &mut Errors) -> Vec<Field<'a>> {
    const NEEDED: &str = "`SecretConfig` is for structs with named fields";
    let instead = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => {
                return fields.named.iter().filter_map(|field| self::field(field, rename_all, errors)).collect();
            }
            Fields::Unnamed(_) => "name the fields of this one: each name is a key",
            Fields::Unit => "this one has no fields to fill",
        },
        Data::Enum(_) => "derive `Deserialize` for an enum, and use it as an ordinary field",
        Data::Union(_) => "a union has no keys",
    };
    errors.push(input.ident.span(), format!("{NEEDED}: {instead}"));
    Vec::new()
}

fn field<'a>(field: &'a syn::Field, rename_all: Option<Rule>, errors: &mut Errors) -> Option<Field<'a>> {
    let ident = field.ident.as_ref()?;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident(words::CONFIG)) {
        if matches!(attribute.meta, Meta::Path(_)) {
            errors.push(span_of(attribute), "`#[config]` alone says nothing: write a word in it, as `#[config(ssm)]`");
        }
    }
    let secret = field.attrs.iter().find(|attribute| attribute.path().is_ident(words::SECRET)).map(span_of);
    let mut ours = ours(&field.attrs, &[words::CONFIG, words::SECRET], Place::Field, errors);
    let mut serdes = serde::entries(&field.attrs, Place::Field, errors);
    let written = written(&ours, &serdes);
    Some(Field {
        ident,
        ty: &field.ty,
        doc: doc(&field.attrs),
        kind: kind(&mut ours, &mut serdes, errors),
        secret,
        key: key(ident, &mut ours, &mut serdes, rename_all, errors),
        aliases: aliases(&mut ours, &mut serdes, errors),
        env: ours.text_or_texts(words::ENV, errors),
        allow_in_files: ours.flag(words::ALLOW_IN_FILES, errors),
        default: default(&mut ours, &mut serdes, errors),
        with: with(&mut ours, errors).or_else(|| with(&mut serdes, errors)),
        remote: remote(&mut ours, errors),
        for_each: ours.text(words::FOR_EACH, errors).as_ref().map(Name::from),
        shared: ours.flag(words::SHARED, errors),
        injections: inject::all(&mut ours, errors),
        scope: scope(&mut ours, errors),
        probe: ours.flag(words::PROBE, errors),
        bound: bound(&mut Entries::default(), &mut serdes, errors),
        written,
    })
}

/// The text of a doc comment. What `doc` is given otherwise, such as `hidden` or a macro, is none.
fn doc(attributes: &[Attribute]) -> String {
    let text = |attribute: &Attribute| match &attribute.meta {
        Meta::NameValue(MetaNameValue { path, value: Expr::Lit(ExprLit { lit: Lit::Str(text), .. }), .. })
            if path.is_ident("doc") =>
        {
            Some(text.value())
        }
        _ => None,
    };
    let lines: Vec<_> = attributes.iter().filter_map(text).collect();
    let lines: Vec<_> =
        lines.iter().flat_map(|text| text.lines()).map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n").trim().to_owned()
}

/// The words of our own attributes of these names, the known ones, each once.
fn ours(attributes: &[Attribute], names: &[&str], place: Place, errors: &mut Errors) -> Entries {
    let mut entries = Entries::default();
    for attribute in attributes.iter().filter(|attribute| names.iter().any(|name| attribute.path().is_ident(name))) {
        entries.append(Entries::of(attribute, errors));
    }
    entries.refuse_unknown(place, errors);
    entries.refuse_repeated(errors);
    entries
}

fn written(ours: &Entries, serdes: &Entries) -> Written {
    Written { ours: ours.words().cloned().collect(), serdes: serdes.words().cloned().collect() }
}

fn span_of(attribute: &Attribute) -> Span {
    attribute.path().get_ident().map_or_else(Span::call_site, Ident::span)
}

fn kind(ours: &mut Entries, serdes: &mut Entries, errors: &mut Errors) -> Kind {
    // Every flag is read, so that none is left over, before one of them decides.
    ours.flag(words::LOCAL, errors);
    let skipped = [
        ours.flag(words::SKIP, errors),
        serdes.flag(words::SKIP, errors),
        serdes.flag(words::SKIP_DESERIALIZING, errors),
    ];
    let flatten = [ours.flag(words::FLATTEN, errors), serdes.flag(words::FLATTEN, errors)];
    let nested = ours.flag(words::NESTED, errors);
    if skipped.contains(&true) {
        Kind::Skipped
    } else if flatten.contains(&true) {
        Kind::Flatten
    } else if nested {
        Kind::Nested
    } else {
        Kind::Leaf
    }
}

fn key(ident: &Ident, ours: &mut Entries, serdes: &mut Entries, rename_all: Option<Rule>, errors: &mut Errors) -> Key {
    let written = agreed(words::RENAME, ours, serdes, errors);
    if let Some(rename) = written {
        return Key { text: rename.value(), span: rename.span() };
    }
    let name = ident.unraw().to_string();
    Key { text: rename_all.map_or_else(|| name.clone(), |rule| rule.apply(&name)), span: ident.span() }
}

fn rename_all(ours: &mut Entries, serdes: &mut Entries, errors: &mut Errors) -> Option<Rule> {
    let written = agreed(words::RENAME_ALL, ours, serdes, errors)?;
    Rule::parse(&written.value()).map_err(|message| errors.push(written.span(), message)).ok()
}

/// A word that may stand in `#[config(..)]` and in `#[serde(..)]`, if both say the same.
fn agreed(word: &str, ours: &mut Entries, serdes: &mut Entries, errors: &mut Errors) -> Option<LitStr> {
    let our = ours.text(word, errors);
    let serdes = serde::text(serdes, word, errors);
    if let (Some(our), Some(serdes)) = (&our, &serdes)
        && our.value() != serdes.value()
    {
        let message =
            format!("`#[serde({word})]` says \"{}\", so this would read another key: drop one", serdes.value());
        errors.push(our.span(), message);
    }
    our.or(serdes)
}

fn aliases(ours: &mut Entries, serdes: &mut Entries, errors: &mut Errors) -> Vec<LitStr> {
    let mut all = Vec::new();
    for entries in [ours, serdes] {
        while let Some(aliases) = entries.text_or_texts(words::ALIAS, errors) {
            all.extend(aliases);
        }
    }
    all
}

fn default(ours: &mut Entries, serdes: &mut Entries, errors: &mut Errors) -> Option<DefaultValue> {
    let serdes = serdes.take(words::DEFAULT);
    if let Some(entry) = ours.take(words::DEFAULT) {
        return our_default(entry, errors);
    }
    let entry = serdes?;
    if serde::is_flag(&entry) {
        return Some(DefaultValue::Trait);
    }
    const NEEDED: &str =
        "`#[serde(default)]` takes the path of a function: for a value write `#[config(default = ..)]`";
    let Some(path) = entry.as_text() else {
        errors.push(entry.word.span(), NEEDED);
        return None;
    };
    errors.parsed(&path, NEEDED).map(DefaultValue::Function)
}

fn our_default(entry: Entry, errors: &mut Errors) -> Option<DefaultValue> {
    match entry.value {
        Value::Nothing => Some(DefaultValue::Trait),
        Value::Expression(tokens) => Some(match syn::parse2(tokens.clone()) {
            Ok(text) => DefaultValue::Text(text),
            Err(_) => DefaultValue::Expression(tokens),
        }),
        Value::Group(_) => {
            errors.push(entry.word.span(), "`default` takes a value: write `default` or `default = ..`");
            None
        }
    }
}

fn bound(ours: &mut Entries, serdes: &mut Entries, errors: &mut Errors) -> Option<Vec<syn::WherePredicate>> {
    let our = ours.text(words::BOUND, errors);
    let serdes = serde::text(serdes, words::BOUND, errors);
    serde::bound(&our.or(serdes)?, errors)
}

/// `with = "module"` is `module::deserialize`; `deserialize_with = "function"` is the function.
fn with(entries: &mut Entries, errors: &mut Errors) -> Option<ExprPath> {
    let function = entries.text(words::DESERIALIZE_WITH, errors);
    let module = entries.text(words::WITH, errors);
    if let Some(function) = function {
        return errors
            .parsed(&function, "`deserialize_with` needs the path of a function, such as \"my_module::read\"");
    }
    let module = module?;
    let mut path: ExprPath = errors.parsed(&module, "`with` needs the path of a module, such as \"my_module\"")?;
    path.path.segments.push(PathSegment::from(Ident::new(words::DESERIALIZE, module.span())));
    Some(path)
}

/// The words of a store, on a field or inside `inject(..)`.
fn remote(entries: &mut Entries, errors: &mut Errors) -> Remote {
    Remote {
        places: places(entries, errors),
        key: entries.text(words::KEY, errors),
        stage: entries.text(words::STAGE, errors),
        version: entries.text(words::VERSION, errors),
        format: entries.text(words::FORMAT, errors),
        conditions: conditions::of(entries, errors),
    }
}

fn places(entries: &mut Entries, errors: &mut Errors) -> Vec<PlaceWord> {
    let mut places = Vec::new();
    for (word, store) in [(words::SSM, Store::Ssm), (words::SECRETSMANAGER, Store::SecretsManager)] {
        if let Some((word, names)) = entries.flag_or_texts(word, errors) {
            places.push(PlaceWord { word, place: RemotePlace::Store(store), names });
        }
    }
    for (word, place) in [(words::SSM_PATH, RemotePlace::SsmPath), (words::FILE, RemotePlace::File)] {
        if let Some(entry) = entries.take(word) {
            let names = entry.text(errors).map(|name| vec![name]);
            places.push(PlaceWord { word: entry.word, place, names });
        }
    }
    let name = entries.text(words::NAME, errors);
    if let Some(entry) = entries.take(words::SOURCE)
        && let Some(source) = entry.text(errors)
    {
        let names = name.map(|name| vec![name]);
        places.push(PlaceWord { word: entry.word, place: RemotePlace::Source(source), names });
    }
    places
}

fn scope(ours: &mut Entries, errors: &mut Errors) -> Scope {
    let mut scope = Scope::default();
    if let Some(store) = ours.text(words::STORE, errors) {
        scope.store = Store::parse(&store.value());
        if scope.store.is_none() {
            let suggestion = words::did_you_mean(&store.value(), words::STORES);
            errors.push(store.span(), format!("unknown store `{}`{suggestion}", store.value()));
        }
    }
    if let Some((word, names)) = ours.group(words::NAMES, errors) {
        for (store, template) in templates(&word, names, errors) {
            match store {
                Store::Ssm => scope.ssm = Some(template),
                Store::SecretsManager => scope.secretsmanager = Some(template),
            }
        }
    }
    if let Some((word, document)) = ours.group(words::DOCUMENT, errors) {
        let mut templates = templates(&word, document, errors).into_iter();
        scope.document = templates.next();
        if let Some((_, second)) = templates.next() {
            errors.push(second.span(), "a document is in one store: choose `ssm` or `secretsmanager`");
        }
    }
    scope
}

/// `ssm = "..", secretsmanager = ".."`
fn templates(word: &Ident, mut entries: Entries, errors: &mut Errors) -> Vec<(Store, LitStr)> {
    if entries.is_empty() {
        errors.push(word.span(), format!("`{word}` needs a store: `{word}(ssm = \"..\")`"));
    }
    entries.refuse(errors, |inner| {
        let suggestion = || words::did_you_mean(inner, words::STORES);
        (!words::STORES.contains(&inner)).then(|| format!("unknown store `{inner}`{}", suggestion()))
    });
    entries.refuse_repeated(errors);
    let stores = [(words::SSM, Store::Ssm), (words::SECRETSMANAGER, Store::SecretsManager)];
    stores.into_iter().filter_map(|(word, store)| Some((store, entries.text(word, errors)?))).collect()
}
