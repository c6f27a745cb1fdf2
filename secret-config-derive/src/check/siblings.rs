//! The fields that other fields name: in `when` and `unless`, in `for_each` and in `{self.x}` of a name.
//!
//! All of these are settled before a store is asked, and show in what is asked for: only what is known by then, and is
//! no secret, can be named.

use crate::errors::Errors;
use crate::model::{Condition, Container, DefaultValue, Field, Kind, Lookup, Name, Wanted, names};
use crate::words;
use quote::ToTokens;
use syn::ext::IdentExt;

/// What a field is named for.
#[derive(Clone, Copy)]
enum Purpose<'a> {
    Decides(&'a Condition),
    Lists,
    Names,
}

/// `when` and `unless` of one field, of a section or of the whole struct.
pub(super) fn conditions(
    conditions: &[Condition],
    own: Option<&Field<'_>>,
    container: &Container<'_>,
    errors: &mut Errors,
) {
    for condition in conditions {
        check(&condition.field, Purpose::Decides(condition), own, container, errors);
    }
}

/// `for_each = ".."`
pub(super) fn for_each(name: &Name, own: &Field<'_>, container: &Container<'_>, errors: &mut Errors) {
    check(name, Purpose::Lists, Some(own), container, errors);
}

/// `{self.x}`
pub(super) fn in_name(name: &Name, own: Option<&Field<'_>>, container: &Container<'_>, errors: &mut Errors) {
    check(name, Purpose::Names, own, container, errors);
}

fn check(name: &Name, purpose: Purpose<'_>, own: Option<&Field<'_>>, container: &Container<'_>, errors: &mut Errors) {
    let Some(field) = container.field(&name.text) else {
        errors.push(name.span, unknown(name, own, container));
        return;
    };
    let problem = if own.is_some_and(|own| own.ident == field.ident) {
        Some(itself(purpose))
    } else {
        unfit(field, purpose, container)
    };
    if let Some(problem) = problem {
        errors.push(name.span, format!("`{}` {problem}", name.text));
    }
}

fn unknown(name: &Name, own: Option<&Field<'_>>, container: &Container<'_>) -> String {
    let others = container.fields.iter().filter(|field| own.is_none_or(|own| own.ident != field.ident));
    let fit = others.filter(|field| unfit(field, Purpose::Lists, container).is_none());
    let names: Vec<String> = fit.map(|field| field.ident.unraw().to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let suggestion = words::nearest(&name.text, &names).map(|near| format!(": did you mean `{near}`?"));
    let suggestion = suggestion.unwrap_or_else(|| ": write the name of a field beside this one".to_owned());
    format!("the struct has no field `{}`{suggestion}", name.text)
}

fn itself(purpose: Purpose<'_>) -> String {
    let cannot = match purpose {
        Purpose::Decides(_) => "cannot decide about itself",
        Purpose::Lists => "cannot list its own entries",
        Purpose::Names => "is this field itself, and cannot be in its own name",
    };
    format!("{cannot}: write the name of another field")
}

fn unfit(field: &Field<'_>, purpose: Purpose<'_>, container: &Container<'_>) -> Option<String> {
    let problem = match field.kind {
        Kind::Skipped => "is skipped, and never read: write the name of another field".to_owned(),
        Kind::Flatten => "is flattened, and has no value of its own: write the name of another field".to_owned(),
        _ if field.secret.is_some() || field.spells_secret() => {
            "is a secret, and what is looked up must not depend on one: write the name of another field".to_owned()
        }
        Kind::Nested => return of_section(field, purpose),
        Kind::Leaf if matches!(purpose, Purpose::Lists) && has_hidden_default(field) => {
            "has a default that no look-up can see: write the list into a file, or `default` alone".to_owned()
        }
        Kind::Leaf if matches!(purpose, Purpose::Names) && field.key.text.contains([':', '{', '}']) => {
            format!("has the key `{}`, which cannot stand in braces: rename it", field.key.text)
        }
        Kind::Leaf => match field.lookup(container)? {
            Lookup::Document(_) => {
                "is a key of the document, and not known before that is read: mark it `local`".to_owned()
            }
            Lookup::Default | Lookup::Place(_) => {
                "is looked up itself, and not known before the stores are asked: write the name of another field"
                    .to_owned()
            }
        },
    };
    Some(problem)
}

/// A default in code that only the program itself can make.
fn has_hidden_default(field: &Field<'_>) -> bool {
    matches!(field.default, Some(DefaultValue::Expression(_) | DefaultValue::Function(_)))
}

fn of_section(field: &Field<'_>, purpose: Purpose<'_>) -> Option<String> {
    let name = field.ident.unraw().to_string();
    match purpose {
        Purpose::Lists if names(field.ty.to_token_stream(), "Vec") => Some(
            "is a list of sections, which have no text for a name: list the entries in a field of their own".to_owned(),
        ),
        Purpose::Decides(Condition { wanted: Wanted::OneOf(_), is_negated, .. }) => {
            let word = if *is_negated { words::UNLESS } else { words::WHEN };
            Some(format!("is a section, and equal to no value: `{word} = \"{name}\"` asks whether it exists"))
        }
        Purpose::Names => Some("is a section, and no text for a name: write the name of another field".to_owned()),
        Purpose::Decides(_) if field.probe => Some(
            "is for the store to decide about, and not known before that is asked: write the name of another field"
                .to_owned(),
        ),
        Purpose::Decides(_) | Purpose::Lists => None,
    }
}
