//! The const table: one row per field, and the words of the struct.

use super::lookup;
use crate::literal::Literal;
use crate::model::{Container, DefaultValue, Field, Kind, Scope, Siblings, Store};
use crate::words;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
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
    let references = root.references.then(|| quote!(.references())).into_iter();
    let files_over_env = root.files_over_env.then(|| quote!(.files_over_env())).into_iter();
    let deny_env_secrets = root.deny_env_secrets.then(|| quote!(.deny_env_secrets())).into_iter();
    let siblings = Siblings::Of(container);
    let conditions = lookup::conditions(&container.conditions, siblings);
    let scope = scope(&container.scope, conditions, siblings).map(|scope| quote!(.scope(#scope))).into_iter();
    let allow_unknown = container.allow_unknown.then(|| quote!(.allow_unknown())).into_iter();
    quote! {
        __rt::Spec::new(#name, &[#(#rows),*])
            #(#prefix)* #(#environments)* #(#offline)* #(#env_prefix)* #(#ignore_env)* #(#files)*
            #(#references)* #(#files_over_env)* #(#deny_env_secrets)* #(#scope)* #(#allow_unknown)*
    }
}

// Expands to
//     __rt::Field::leaf("password").secret::<Secret<String>>().from(..)
//     __rt::Field::leaf("port").literal("8080")
//     __rt::Field::nested("database", __rt::section::<Database>())
fn row(field: &Field<'_>, container: &Container<'_>) -> TokenStream {
    let Field { ty, aliases, key, .. } = field;
    let key = &key.text;
    let start = match field.kind {
        Kind::Nested => {
            let section = section(field, container);
            quote!(__rt::Field::nested(#key, #section))
        }
        Kind::Flatten => flatten(field, container),
        Kind::Leaf | Kind::Skipped => quote!(__rt::Field::leaf(#key)),
    };
    let aliases = (!aliases.is_empty()).then(|| quote!(.alias(&[#(#aliases),*])));
    let env = field.env.as_ref().map(|names| quote!(.env(&[#(#names),*])));
    let literal = literal(field).map(|text| quote!(.literal(#text)));
    let described = described(field);
    let shared = field.shared.then(|| quote!(.shared()));
    let converted = field.with.is_some().then(|| quote!(.converted()));
    let secret = field.secret.map(|_| quote_spanned!(ty.span()=> .secret::<#ty>()));
    let holds_secret = (field.secret.is_none() && field.spells_secret()).then(|| quote!(.holds_secret()));
    let allow_in_files = field.allow_in_files.then(|| quote!(.allow_in_files()));
    let lookup = lookup::of(field, container);
    quote!(#start #described #converted #shared #aliases #env #literal #secret #holds_secret #allow_in_files #lookup)
}

// Expands to
//     .described("What the shop is called.", "Option<String>", "8080")
// for people and tools: a load does not look at it.
fn described(field: &Field<'_>) -> TokenStream {
    let default = match &field.default {
        None => String::new(),
        Some(DefaultValue::Trait) => "Default::default()".to_owned(),
        Some(DefaultValue::Text(text)) => text.value(),
        Some(DefaultValue::Expression(tokens)) => spelt(tokens),
        Some(DefaultValue::Function(path)) => format!("{}()", spelt(path)),
    };
    // The literal of a secret is one for a test or a wish, and stays in the program's own text.
    let default = if field.secret.is_some() || field.spells_secret() { "" } else { &default };
    let (doc, type_name) = (&field.doc, spelt(field.ty));
    quote!(.described(#doc, #type_name, #default))
}

/// The code as people write it: tokens alone stand too far apart.
fn spelt(tokens: impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let mut spelt = String::with_capacity(text.len());
    for (index, letter) in text.char_indices() {
        if letter == ' ' {
            let (before, after) = (spelt.chars().next_back(), text[index + 1..].chars().next());
            let parts_words = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '"' | '\'');
            let is_needed = match (before, after) {
                (Some(',' | ';' | '='), _) | (_, Some('=')) => true,
                (Some(before), Some(after)) => parts_words(before) && parts_words(after),
                _ => false,
            };
            if !is_needed {
                continue;
            }
        }
        spelt.push(letter);
    }
    spelt
}

// Expands to
//     __rt::section::<Database>().scope(..).probe().defaulted()
fn section(field: &Field<'_>, container: &Container<'_>) -> TokenStream {
    let Field { ty, .. } = field;
    // The names at the place are filled in inside; its conditions speak of what is beside it.
    let conditions = lookup::conditions(&field.remote.conditions, Siblings::Of(container));
    let place = scope(&field.scope, conditions, Siblings::Elsewhere);
    let place = place.map(|scope| quote_spanned!(ty.span()=> .scope(&#scope)));
    let probe = field.probe.then(|| quote_spanned!(ty.span()=> .probe()));
    // `default` alone is an empty section, or none.
    let is_value = !matches!(field.default, None | Some(DefaultValue::Trait));
    let defaulted = is_value.then(|| quote_spanned!(ty.span()=> .defaulted()));
    quote_spanned!(ty.span()=> __rt::section::<#ty>()#place #probe #defaulted)
}

// Expands to
//     __rt::Field::flatten("rest", __rt::Probe::<HashMap<String, String>>::SECTION)
// The type decides whether it is a section; a word that only one of the two has decides before.
fn flatten(field: &Field<'_>, container: &Container<'_>) -> TokenStream {
    let Field { ty, ident, .. } = field;
    let name = ident.unraw().to_string();
    let is_section = words::OF_A_SECTION.iter().any(|word| field.written.ours(word).is_some());
    let section = if field.is_flattened_leaf() {
        quote!(__rt::std::option::Option::None)
    } else if is_section {
        let section = section(field, container);
        quote!(__rt::std::option::Option::Some(#section))
    } else {
        quote_spanned!(ty.span()=> __rt::Probe::<#ty>::SECTION)
    };
    quote_spanned!(ty.span()=> __rt::Field::flatten(#name, #section))
}

/// The default of a leaf as text, where it is a literal: conditions and names see no other.
fn literal(field: &Field<'_>) -> Option<String> {
    if field.kind != Kind::Leaf || field.secret.is_some() {
        return None;
    }
    match field.default.as_ref()? {
        DefaultValue::Text(text) => Some(text.value()),
        DefaultValue::Expression(tokens) => Literal::of(tokens.clone()).map(Literal::into_text),
        DefaultValue::Trait | DefaultValue::Function(_) => None,
    }
}

// Expands to
//     __rt::Scope::new().names(__rt::Store::Ssm, "/{prefix}/{path}").when(&[..])
fn scope(scope: &Scope, conditions: Option<TokenStream>, siblings: Siblings<'_>) -> Option<TokenStream> {
    let store = scope.store.map(|store| {
        let store = variant(store);
        quote!(.store(__rt::Store::#store))
    });
    let template = |name: &LitStr| lookup::template(name, siblings);
    let ssm = scope.ssm.as_ref().map(template).map(|name| quote!(.names(__rt::Store::Ssm, #name)));
    let secretsmanager = scope.secretsmanager.as_ref().map(template);
    let secretsmanager = secretsmanager.map(|name| quote!(.names(__rt::Store::SecretsManager, #name)));
    let document = scope.document.as_ref().map(|(store, name)| {
        let (store, name) = (variant(*store), template(name));
        quote!(.document(__rt::Store::#store, #name))
    });
    let words: TokenStream = [store, ssm, secretsmanager, document, conditions].into_iter().flatten().collect();
    (!words.is_empty()).then(|| quote!(__rt::Scope::new()#words))
}

pub(super) fn variant(store: Store) -> TokenStream {
    match store {
        Store::Ssm => quote!(Ssm),
        Store::SecretsManager => quote!(SecretsManager),
    }
}
