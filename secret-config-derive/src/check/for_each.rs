//! `for_each`: a list beside the field, and a name that differs from entry to entry.

use super::lookup::own_scope;
use super::siblings;
use crate::errors::Errors;
use crate::model::{Container, Field, Lookup, PlaceWord, RemotePlace};
use crate::template::{IN_NAMES, Template, Variable};
use crate::words;
use syn::LitStr;

pub(super) fn check(field: &Field<'_>, lookup: &Lookup<'_>, container: &Container<'_>, errors: &mut Errors) {
    let (Some(list), Some(span)) = (&field.for_each, field.written.ours(words::FOR_EACH)) else { return };
    siblings::for_each(list, field, container, errors);
    let store = match lookup {
        Lookup::Document(_) => {
            const SAME: &str = "`for_each` needs a store of its own: every entry would be the same key of the document";
            return errors.push(span, SAME);
        }
        Lookup::Place(PlaceWord { place: RemotePlace::SsmPath, .. }) => {
            const TWO: &str =
                "`for_each` cannot stand beside `ssm_path`: the parameters below the path are the entries";
            return errors.push(span, TWO);
        }
        Lookup::Place(PlaceWord { names: Some(names), .. }) => {
            // One candidate may well be for all.
            if let Some(first) = names.first().filter(|_| names.iter().all(is_one_for_all)) {
                errors.push(first.span(), "every entry would be the same value: write `{entry}` in the name");
            }
            return;
        }
        Lookup::Place(place) => place.store(),
        Lookup::Default => container.default_store(),
    };
    if let Some(name) = own_scope(store, container).filter(|name| is_one_for_all(name)) {
        let name = name.value();
        errors.push(span, format!("every entry would be the same value, `{name}`: write a name with `{{entry}}` here"));
    }
}

/// Whether nothing in the name tells one entry from the other, as far as it can be read.
fn is_one_for_all(name: &LitStr) -> bool {
    let of_entry = |variable| matches!(variable, Variable::Entry | Variable::Path | Variable::Field);
    Template::parse(&name.value(), IN_NAMES).is_ok_and(|template| !template.any(of_entry))
}
