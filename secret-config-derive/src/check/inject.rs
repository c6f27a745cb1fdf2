//! `inject(..)`: the places inside a leaf, and the store of each.

use super::{Speaker, lookup};
use crate::errors::Errors;
use crate::model::{Container, Field, Injection, Kind, Lookup};
use crate::words;
use syn::LitStr;

pub(super) fn check(field: &Field<'_>, container: &Container<'_>, errors: &mut Errors) {
    if matches!(field.kind, Kind::Leaf | Kind::Flatten) {
        beside_a_lookup(field, container, errors);
    }
    for injection in &field.injections {
        places(injection, errors);
        store(injection, container, errors);
    }
}

/// A value that is looked up as a whole has no places to fill.
fn beside_a_lookup(field: &Field<'_>, container: &Container<'_>, errors: &mut Errors) {
    let Some(lookup) = field.lookup(container) else { return };
    let message = match lookup {
        Lookup::Document(_) => "`inject` fills a value that is not in the document: write `local` beside it".to_owned(),
        Lookup::Default => {
            "`inject` cannot stand beside a bare `#[secret]`, which is looked up as a whole: write `local` beside it"
                .to_owned()
        }
        Lookup::Place(place) => {
            format!("`inject` cannot stand beside `{}`: the field is looked up as a whole: drop one", place.word)
        }
    };
    for injection in &field.injections {
        errors.push(injection.word.span(), &message);
    }
}

fn places(injection: &Injection, errors: &mut Errors) {
    if injection.places.is_empty() {
        errors.push(injection.word.span(), "`inject` has no place: write a path, such as `client_secret`");
    }
    for (index, place) in injection.places.iter().enumerate() {
        let text = place.value();
        if let Some(problem) = problem_of_place(&text) {
            errors.push(place.span(), problem);
        } else if injection.places[..index].iter().any(|earlier: &LitStr| earlier.value() == text) {
            errors.push(place.span(), format!("`{text}` is named twice: drop one"));
        }
    }
}

/// A dotted path, or a JSON pointer, which begins with a slash.
fn problem_of_place(text: &str) -> Option<String> {
    let (separator, path) = match text.strip_prefix('/') {
        Some(path) => ('/', path),
        None => ('.', text),
    };
    let last = path.rsplit(separator).next();
    if path.is_empty() {
        Some("the place is empty: write a path, such as `client_secret`".to_owned())
    } else if path.split(separator).any(str::is_empty) {
        Some(format!("`{text}` has an empty part: write one `{separator}` between two keys, and none at the ends"))
    } else if let Some(last @ ("*" | "**")) = last {
        Some(format!("`{text}` ends in `{last}`: write the key that is filled in, such as `{text}{separator}password`"))
    } else {
        None
    }
}

fn store(injection: &Injection, container: &Container<'_>, errors: &mut Errors) {
    let Injection { remote, written, .. } = injection;
    lookup::places(remote, written, errors);
    for condition in remote.conditions.iter().filter(|condition| condition.field.text.is_empty()) {
        errors.push(condition.field.span, "the name is empty: write a key beside the place");
    }
    let Some(place) = remote.places.first() else {
        // `name` without a source is told already.
        if written.ours(words::NAME).is_none() && !injection.misread {
            errors
                .push(injection.word.span(), "`inject` needs a store: write `ssm` or `secretsmanager` after the place");
        }
        return;
    };
    let asked = lookup::Asked { remote, written, lookup: Lookup::Place(place), speaker: Speaker::Another };
    lookup::words_and_name(&asked, container, errors);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_path_or_a_pointer_to_a_key() {
        for text in ["a", "a.b", "/c/0/d", "connectors.*.secret", "**.password", "/**/password", "a b", "/a.b"] {
            assert_eq!(problem_of_place(text), None, "{text}");
        }
        for text in ["", "/", ".", "a.", ".a", "a..b", "/a/", "//a", "*", "**", "a.*", "/a/**"] {
            assert!(problem_of_place(text).is_some(), "{text}");
        }
    }
}
