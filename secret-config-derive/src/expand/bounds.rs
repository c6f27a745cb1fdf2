//! Where-predicates of a generic struct: for the fields whose type names a type parameter.

use crate::model::{Container, DefaultValue, Field, Kind, names};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

// Expands to
//     Vec<T>: __rt::DeserializeOwned, Section<T>: __rt::Nested
pub(super) fn predicates(container: &Container<'_>) -> Vec<TokenStream> {
    if let Some(bound) = &container.bound {
        return bound.iter().map(ToTokens::to_token_stream).collect();
    }
    let parameters: Vec<&Ident> = container.generics.type_params().map(|parameter| &parameter.ident).collect();
    if parameters.is_empty() {
        return container
            .fields
            .iter()
            .flat_map(|field| field.bound.iter().flatten())
            .map(ToTokens::to_token_stream)
            .collect();
    }
    container.fields.iter().flat_map(|field| of_field(field, &parameters)).collect()
}

fn of_field(field: &Field<'_>, parameters: &[&Ident]) -> Vec<TokenStream> {
    let Field { ty, .. } = field;
    if let Some(bound) = &field.bound {
        return bound.iter().map(ToTokens::to_token_stream).collect();
    }
    // A path's last segment of the same name costs a bound that holds anyway.
    if !parameters.iter().any(|parameter| names(ty.to_token_stream(), &parameter.to_string())) {
        return Vec::new();
    }
    let mut predicates = Vec::new();
    match field.kind {
        Kind::Nested => predicates.push(quote!(#ty: __rt::Nested)),
        Kind::Skipped => {}
        Kind::Leaf | Kind::Flatten if field.with.is_some() => {}
        // Of a flattened leaf that names a parameter `bound` has to tell.
        Kind::Flatten if !field.is_flattened_leaf() => predicates.push(quote!(#ty: __rt::Nested)),
        Kind::Leaf | Kind::Flatten => predicates.push(quote!(#ty: __rt::DeserializeOwned)),
    }
    let uses_default = match field.kind {
        Kind::Skipped => matches!(field.default, None | Some(DefaultValue::Trait)),
        _ => matches!(field.default, Some(DefaultValue::Trait)),
    };
    if uses_default {
        predicates.push(quote!(#ty: __rt::std::default::Default));
    }
    predicates
}
