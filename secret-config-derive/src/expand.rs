//! Model to code: one const row per field, one `assemble` call per field, and nothing that could live in the runtime.
//!
//! Everything is named through `__rt`, and locals have the macro's own hygiene, so that no name of the user's is in the way.

mod assemble;
mod bounds;
mod lookup;
mod table;

use crate::model::Container;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;

// Expands to
//     const _: () = {
//         use ::secret_config::__private as __rt;
//         use __rt::AsLeaf as _;
//         impl __rt::Nested for AppConfig { const SPEC: .. = ..; fn assemble(..) { .. } }
//         impl __rt::SecretConfig for AppConfig {}
//     };
pub(crate) fn container(container: &Container<'_>) -> TokenStream {
    let spec = table::spec(container);
    let assemble = assemble::function(container);
    let predicates = bounds::predicates(container);
    // The trait is only in scope for `Probe`: with sections alone it is not used.
    implementation(
        container,
        &quote!(
            #[allow(unused_imports)]
            use __rt::AsLeaf as _;
        ),
        &predicates,
        &spec,
        &assemble,
    )
}

/// An implementation that holds nothing, beside the mistakes: `AppConfig::load` adds no message of its own to them.
pub(crate) fn fallback(container: &Container<'_>, errors: &syn::Error) -> TokenStream {
    let name = container.ident.unraw().to_string();
    let spec = quote!(__rt::Spec::new(#name, &[]));
    let assemble = quote! {
        fn assemble(
            _: &mut __rt::Assembler<'_>,
            _: __rt::std::option::Option<Self>,
        ) -> __rt::std::option::Option<Self> {
            __rt::std::option::Option::None
        }
    };
    let implementation = implementation(container, &TokenStream::new(), &[], &spec, &assemble);
    let errors = errors.to_compile_error();
    quote!(#errors #implementation)
}

fn implementation(
    container: &Container<'_>,
    imports: &TokenStream,
    predicates: &[TokenStream],
    spec: &TokenStream,
    assemble: &TokenStream,
) -> TokenStream {
    let Container { ident, generics, runtime, .. } = container;
    let runtime = runtime.as_ref().map_or_else(|| quote!(::secret_config), ToTokens::to_token_stream);
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let written = where_clause.into_iter().flat_map(|clause| &clause.predicates).map(ToTokens::to_token_stream);
    let predicates: Vec<TokenStream> = written.chain(predicates.iter().cloned()).collect();
    let where_clause = (!predicates.is_empty()).then(|| quote!(where #(#predicates),*));
    // Tokens with the user's spans would be judged as the user's own code.
    quote! {
        #[allow(deprecated, unused_qualifications)]
        const _: () = {
            use #runtime::__private as __rt;
            #imports
            #[automatically_derived]
            impl #impl_generics __rt::Nested for #ident #type_generics #where_clause {
                const SPEC: &'static __rt::Spec = &#spec;
                #assemble
            }
            #[automatically_derived]
            impl #impl_generics __rt::SecretConfig for #ident #type_generics #where_clause {}
        };
    }
}
