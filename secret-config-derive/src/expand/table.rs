//! The const table: one row per field, and the words of the struct.

use crate::model::{Container, Field, Kind, Lookup, PlaceWord, RemotePlace, Scope, Store};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::LitStr;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

// Expands to
//     __rt::Spec::new("AppConfig", &[..]).prefix("orders/{env}").environments(&["dev", "prod"])
pub(super) fn spec(container: &Container<'_>) -> TokenStream {
    let name = container.ident.unraw().to_string();
    let rows = container.fields.iter().filter(|field| field.kind != Kind::Skipped).map(|field| row(field, container));
    let root = &container.root;
    let prefix = root.prefix.iter().map(|prefix| quote!(.prefix(#prefix)));
    let environments = root.environments.iter().map(|names| quote!(.environments(&[#(#names),*])));
    let offline = root.offline.iter().map(|names| quote!(.offline(&[#(#names),*])));
    let env_prefix = root.env_prefix.iter().map(|prefix| quote!(.env_prefix(#prefix)));
    let ignore_env = root.ignore_env.iter().map(|patterns| quote!(.ignore_env(&[#(#patterns),*])));
    let files = root.files.iter().map(|paths| quote!(.files(&[#(#paths),*])));
    let scope = scope(&container.scope).map(|scope| quote!(.scope(#scope))).into_iter();
    let allow_unknown = container.allow_unknown.then(|| quote!(.allow_unknown())).into_iter();
    quote! {
        __rt::Spec::new(#name, &[#(#rows),*])
            #(#prefix)* #(#environments)* #(#offline)* #(#env_prefix)* #(#ignore_env)* #(#files)* #(#scope)*
            #(#allow_unknown)*
    }
}

// Expands to
//     __rt::Field::leaf("password").secret::<Secret<String>>().from(..)
//     __rt::Field::nested("database", __rt::section::<Database>())
fn row(field: &Field<'_>, container: &Container<'_>) -> TokenStream {
    let Field { ty, aliases, key, .. } = field;
    let key = &key.text;
    let section = || {
        let place = scope(&field.scope).map(|scope| quote!(.scope(#scope)));
        quote_spanned!(ty.span()=> __rt::section::<#ty>()#place)
    };
    let start = match field.kind {
        Kind::Nested => {
            let section = section();
            quote!(__rt::Field::nested(#key, #section))
        }
        Kind::Flatten => {
            let section = section();
            quote!(__rt::Field::flatten(#section))
        }
        Kind::Leaf | Kind::Skipped => quote!(__rt::Field::leaf(#key)),
    };
    let aliases = (!aliases.is_empty()).then(|| quote!(.alias(&[#(#aliases),*])));
    let env = field.env.as_ref().map(|names| quote!(.env(&[#(#names),*])));
    let secret = field.secret.map(|_| quote_spanned!(ty.span()=> .secret::<#ty>()));
    let allow_in_files = field.allow_in_files.then(|| quote!(.allow_in_files()));
    let from = field.lookup(container).map(|lookup| {
        let lookup = self::lookup(field, &lookup);
        quote!(.from(#lookup))
    });
    quote!(#start #aliases #env #secret #allow_in_files #from)
}

// Expands to
//     __rt::Lookup::new(__rt::Place::SecretsManager).name("{prefix}/db").key("password")
fn lookup(field: &Field<'_>, lookup: &Lookup<'_>) -> TokenStream {
    let key = field.document_key.as_ref().map(LitStr::value);
    let (place, name, key) = match lookup {
        Lookup::Default => (quote!(Default), None, key),
        Lookup::Document(key) => (quote!(Document), None, Some(key.clone())),
        Lookup::Place(PlaceWord { place: RemotePlace::Store(store), name, .. }) => {
            (variant(*store), name.as_ref(), key)
        }
        Lookup::Place(PlaceWord { place: RemotePlace::File, name, .. }) => (quote!(File), name.as_ref(), key),
        Lookup::Place(PlaceWord { place: RemotePlace::Source(source), name, .. }) => {
            (quote!(Source(#source)), name.as_ref(), key)
        }
    };
    let name = name.map(|name| quote!(.name(#name)));
    let key = key.map(|key| quote!(.key(#key)));
    let stage = field.stage.as_ref().map(|stage| quote!(.stage(#stage)));
    let version = field.version.as_ref().map(|version| quote!(.version(#version)));
    let format = field.format.as_ref().and_then(format);
    quote!(__rt::Lookup::new(__rt::Place::#place)#name #key #stage #version #format)
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
//     __rt::Scope::new().names(__rt::Store::Ssm, "/{prefix}/{path}")
fn scope(scope: &Scope) -> Option<TokenStream> {
    let store = scope.store.map(|store| {
        let store = variant(store);
        quote!(.store(__rt::Store::#store))
    });
    let ssm = scope.ssm.as_ref().map(|name| quote!(.names(__rt::Store::Ssm, #name)));
    let secretsmanager = scope.secretsmanager.as_ref().map(|name| quote!(.names(__rt::Store::SecretsManager, #name)));
    let document = scope.document.as_ref().map(|(store, name)| {
        let store = variant(*store);
        quote!(.document(__rt::Store::#store, #name))
    });
    let words: TokenStream = [store, ssm, secretsmanager, document].into_iter().flatten().collect();
    (!words.is_empty()).then(|| quote!(__rt::Scope::new()#words))
}

fn variant(store: Store) -> TokenStream {
    match store {
        Store::Ssm => quote!(Ssm),
        Store::SecretsManager => quote!(SecretsManager),
    }
}
