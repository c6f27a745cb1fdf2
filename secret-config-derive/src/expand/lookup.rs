//! Where a value is looked up, as the tail of a field's row.

use super::table::variant;
use crate::model::{Condition, Container, Field, Injection, Lookup, PlaceWord, Remote, RemotePlace, Siblings, Wanted};
use crate::template::{IN_NAMES, Template};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::LitStr;
use syn::spanned::Spanned;

// Expands to
//     .from(&__rt::Lookup::new(__rt::Place::Ssm).name("tokens/{entry}").for_each("ids"))
//         .entries::<BTreeMap<String, Secret<String>>>()
//         .inject(&[..])
pub(super) fn of(field: &Field<'_>, container: &Container<'_>) -> TokenStream {
    let siblings = Siblings::Of(container);
    let Field { ty, injections, .. } = field;
    let from = field.lookup(container).map(|lookup| {
        let lookup = self::lookup(&field.remote, &lookup, siblings);
        let for_each = field.for_each.as_ref().map(|list| {
            let key = siblings.key(&list.text);
            quote!(.for_each(#key))
        });
        quote!(.from(&#lookup #for_each))
    });
    let entries = field.has_entries().then(|| quote_spanned!(ty.span()=> .entries::<#ty>()));
    let injections = (!injections.is_empty()).then(|| {
        let injections = injections.iter().map(injection);
        quote!(.inject(&[#(#injections),*]))
    });
    quote!(#from #entries #injections)
}

// Expands to
//     __rt::Injection::new(&["client_secret"], __rt::Lookup::new(__rt::Place::Ssm).name("/token")).optional()
fn injection(injection: &Injection) -> TokenStream {
    let Injection { places, remote, .. } = injection;
    let place = remote.places.first().map(Lookup::Place).unwrap_or(Lookup::Default);
    let lookup = lookup(remote, &place, Siblings::Elsewhere);
    let optional = injection.optional.then(|| quote!(.optional()));
    quote!(__rt::Injection::new(&[#(#places),*], #lookup)#optional)
}

// Expands to
//     __rt::Lookup::new(__rt::Place::SecretsManager).name("{prefix}/db").or(&["shared/db"]).key("password")
fn lookup(remote: &Remote, lookup: &Lookup<'_>, siblings: Siblings<'_>) -> TokenStream {
    let key = remote.key.as_ref().map(LitStr::value);
    let (place, key) = match lookup {
        Lookup::Default => (quote!(Default), key),
        Lookup::Document(key) => (quote!(Document), Some(key.clone())),
        Lookup::Place(place) => (place_of(place), key),
    };
    let names: Vec<LitStr> = match lookup {
        Lookup::Place(PlaceWord { names, .. }) => names.iter().flatten().map(|name| template(name, siblings)).collect(),
        Lookup::Default | Lookup::Document(_) => Vec::new(),
    };
    let names = names.split_first().map(|(name, others)| {
        let or = (!others.is_empty()).then(|| quote!(.or(&[#(#others),*])));
        quote!(.name(#name)#or)
    });
    let below = matches!(lookup, Lookup::Place(PlaceWord { place: RemotePlace::SsmPath, .. }));
    let below = below.then(|| quote!(.below()));
    let when = conditions(&remote.conditions, siblings);
    let key = key.map(|key| quote!(.key(#key)));
    let stage = remote.stage.as_ref().map(|stage| quote!(.stage(#stage)));
    let version = remote.version.as_ref().map(|version| quote!(.version(#version)));
    let format = remote.format.as_ref().and_then(format);
    quote!(__rt::Lookup::new(__rt::Place::#place)#names #below #when #key #stage #version #format)
}

fn place_of(place: &PlaceWord) -> TokenStream {
    match &place.place {
        RemotePlace::Store(store) => variant(*store),
        RemotePlace::SsmPath => quote!(Ssm),
        RemotePlace::File => quote!(File),
        RemotePlace::Source(source) => quote!(Source(#source)),
    }
}

fn format(format: &LitStr) -> Option<TokenStream> {
    let variant = match format.value().as_str() {
        "text" => quote!(Text),
        "json" => quote!(Json),
        "list" => quote!(List),
        "binary" => quote!(Binary),
        _ => return None,
    };
    Some(quote!(.format(__rt::Format::#variant)))
}

// Expands to
//     .when(&[__rt::Condition::set("enabled"), __rt::Condition::one_of("kind", &[__rt::Literal::Text("a")]).negated()])
pub(super) fn conditions(conditions: &[Condition], siblings: Siblings<'_>) -> Option<TokenStream> {
    let rows = conditions.iter().map(|Condition { field, wanted, is_negated }| {
        let key = siblings.key(&field.text);
        let negated = is_negated.then(|| quote!(.negated()));
        match wanted {
            Wanted::Set => quote!(__rt::Condition::set(#key)#negated),
            Wanted::OneOf(values) => quote!(__rt::Condition::one_of(#key, &[#(#values),*])#negated),
        }
    });
    (!conditions.is_empty()).then(|| quote!(.when(&[#(#rows),*])))
}

/// A name as the user wrote it, but for the fields that it names: at load only their keys are known.
pub(super) fn template(name: &LitStr, siblings: Siblings<'_>) -> LitStr {
    match Template::parse(&name.value(), IN_NAMES) {
        Ok(template) => LitStr::new(&template.with_keys(|name| siblings.key(name)), name.span()),
        Err(_) => name.clone(),
    }
}
