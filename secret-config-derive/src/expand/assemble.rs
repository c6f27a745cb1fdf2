//! `fn assemble`: one call per field. All fields are assembled before the first that is missing ends it.

use crate::model::{Container, DefaultValue, Field, Kind};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;

// Expands to
//     fn assemble(__a: &mut __rt::Assembler<'_>, __base: Option<Self>) -> Option<Self> {
//         let (__b0, __b1) = match __base { .. };
//         let __0 = __a.leaf(0, __rt::Probe::<u16>::KIND, __b0);
//         let __1 = __a.leaf(1, __rt::Probe::<String>::KIND, __b1);
//         Some(Self { port: __0?, host: __1? })
//     }
pub(super) fn function(container: &Container<'_>) -> TokenStream {
    let here = Span::mixed_site();
    let fields = &container.fields;
    let names: Vec<&Ident> = fields.iter().map(|field| field.ident).collect();
    let values: Vec<Ident> = (0..fields.len()).map(|index| format_ident!("__{index}", span = here)).collect();
    let bases: Vec<Ident> = (0..fields.len()).map(|index| format_ident!("__b{index}", span = here)).collect();
    // Clippy would not like the empty tuple of a struct without fields.
    let bases_of = (!fields.is_empty()).then(|| bases_of(container, &bases));
    // The index is that of the row: a skipped field has none.
    let mut index = 0_usize;
    let calls = fields.iter().zip(&bases).map(|(field, base)| {
        if field.kind == Kind::Skipped {
            return skipped(field, base);
        }
        index += 1;
        call(field, index - 1, base)
    });
    quote_spanned! {here=>
        fn assemble(
            __a: &mut __rt::Assembler<'_>,
            __base: __rt::std::option::Option<Self>,
        ) -> __rt::std::option::Option<Self> {
            #bases_of
            #(let #values = #calls;)*
            __rt::std::option::Option::Some(Self { #(#names: #values?,)* })
        }
    }
}

// Expands to
//     let (__b0, __b1) = match __base {
//         Some(Self { port: __b0, token: _ }) => (Some(__b0), None),
//         None => (None, None),
//     };
// A secret has no default in code, so none is taken from a base. With a default of the struct's own the last arm is
//         None => match <Self as Default>::default() { Self { port: _, host: __b1 } => (None, Some(__b1)) },
// where a field with a default of its own takes that one, as with serde.
fn bases_of(container: &Container<'_>, bases: &[Ident]) -> TokenStream {
    let here = Span::mixed_site();
    let given = taken(container, bases, |field| field.secret.is_none());
    let own = match &container.default {
        Some(default) => {
            let span = container.written.any(crate::words::DEFAULT).unwrap_or(here);
            let default = function_of(default, &quote_spanned!(span=> Self));
            let (pattern, values) = taken(container, bases, |field| field.secret.is_none() && field.default.is_none());
            quote_spanned!(here=> match (#default)() { #pattern => #values })
        }
        None => {
            let nothings = bases.iter().map(|_| quote_spanned!(here=> __rt::std::option::Option::None));
            quote_spanned!(here=> (#(#nothings,)*))
        }
    };
    let (pattern, values) = given;
    quote_spanned! {here=>
        let (#(#bases,)*) = match __base {
            __rt::std::option::Option::Some(#pattern) => #values,
            __rt::std::option::Option::None => #own,
        };
    }
}

/// The pattern that takes a struct apart, and the values of the fields that are wanted of it.
fn taken(
    container: &Container<'_>,
    bases: &[Ident],
    is_wanted: impl Fn(&Field<'_>) -> bool,
) -> (TokenStream, TokenStream) {
    let here = Span::mixed_site();
    let (patterns, values): (Vec<_>, Vec<_>) = container
        .fields
        .iter()
        .zip(bases)
        .map(|(field, base)| {
            let name = field.ident;
            match is_wanted(field) {
                true => {
                    (quote_spanned!(here=> #name: #base), quote_spanned!(here=> __rt::std::option::Option::Some(#base)))
                }
                false => (quote_spanned!(here=> #name: _), quote_spanned!(here=> __rt::std::option::Option::None)),
            }
        })
        .unzip();
    (quote_spanned!(here=> Self { #(#patterns,)* }), quote_spanned!(here=> (#(#values,)*)))
}

// Expands to
//     __a.leaf_or(0, __rt::Probe::<u16>::KIND, __b0, || 8080)
//     __a.nested::<Database>(1, __b1)
//     __a.flatten(2, __rt::Probe::<HashMap<String, String>>::KIND, __b2)
fn call(field: &Field<'_>, index: usize, base: &Ident) -> TokenStream {
    let Field { ty, .. } = field;
    // The place is the type's: what is wrong with the type is told there.
    let here = Span::mixed_site().located_at(ty.span());
    let default = field.default.as_ref().map(|default| match default {
        DefaultValue::Trait if field.secret.is_some() => {
            quote_spanned!(ty.span()=> <#ty as __rt::MayBeAbsent>::absent)
        }
        default => function_of(default, &quote_spanned!(ty.span()=> #ty)),
    });
    let or = default.as_ref().map(|default| quote_spanned!(here=> , #default));
    if field.kind == Kind::Nested {
        let method = method("nested", here, default.is_some());
        return quote_spanned!(here=> __a.#method::<#ty>(#index, #base #or));
    }
    if let Some(with) = &field.with {
        let method = method("leaf_with", here, default.is_some());
        return quote_spanned!(here=> __a.#method(#index, |__d| #with(__d), #base #or));
    }
    let is_open = field.kind == Kind::Flatten && !field.is_flattened_leaf();
    let method = method(if is_open { "flatten" } else { "leaf" }, here, default.is_some());
    quote_spanned!(here=> __a.#method(#index, __rt::Probe::<#ty>::KIND, #base #or))
}

fn method(name: &str, span: Span, has_default: bool) -> Ident {
    let name = if has_default { format!("{name}_or") } else { name.to_owned() };
    Ident::new(&name, span)
}

// Expands to
//     Some(match __b3 { Some(__value) => __value, None => Default::default() })
fn skipped(field: &Field<'_>, base: &Ident) -> TokenStream {
    let here = Span::mixed_site();
    let Field { ty, .. } = field;
    let default = field.default.as_ref().unwrap_or(&DefaultValue::Trait);
    let default = function_of(default, &quote_spanned!(ty.span()=> #ty));
    quote_spanned! {here=>
        __rt::std::option::Option::Some(match #base {
            __rt::std::option::Option::Some(__value) => __value,
            __rt::std::option::Option::None => (#default)(),
        })
    }
}

/// A default as a function without arguments. A closure of ours can name no local of ours: nothing is captured.
fn function_of(default: &DefaultValue, ty: &TokenStream) -> TokenStream {
    let here = Span::mixed_site();
    match default {
        DefaultValue::Trait => {
            let span = ty.span();
            quote_spanned!(span=> <#ty as __rt::std::default::Default>::default)
        }
        DefaultValue::Expression(expression) => quote_spanned!(here=> || #expression),
        DefaultValue::Text(text) => {
            quote_spanned!(text.span()=> || __rt::std::convert::Into::into(#text))
        }
        DefaultValue::Function(path) => quote_spanned!(here=> #path),
    }
}
