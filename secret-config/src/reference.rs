//! References in files: a whole value such as `${ssm:/orders/{env}/x}` or `${secretsmanager:orders/db#password}`. Pure.

use crate::spec::Store;
use crate::suggest::nearest;

/// What a value in a file refers to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reference<'a> {
    pub(crate) store: Store,
    /// The template of the name.
    pub(crate) name: &'a str,
    /// The key of the JSON document, after `#`.
    pub(crate) key: Option<&'a str>,
}

/// A value that was meant to be a reference, and is none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misspelt {
    pub(crate) message: String,
    pub(crate) help: String,
}

const SCHEMES: [(&str, Store); 2] = [("ssm", Store::Ssm), ("secretsmanager", Store::SecretsManager)];

/// The reference that `text` is; `None` if it is other text.
pub(crate) fn parse(text: &str) -> Option<Result<Reference<'_>, Misspelt>> {
    let (scheme, rest) = text.trim_start().strip_prefix("${")?.split_once(':')?;
    let is_word = |word: &str| word.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-'));
    let known = SCHEMES.iter().find(|(known, _)| *known == scheme);
    let Some((scheme, store)) = known else {
        let near = nearest(&scheme.trim().to_ascii_lowercase(), SCHEMES.iter().map(|(known, _)| *known));
        // Anything else is for another program to understand, such as a shell.
        let near = near.filter(|_| is_word(scheme.trim()))?;
        return Some(Err(Misspelt {
            message: format!("no store is called `{}`", scheme.trim()),
            help: format!("did you mean `${{{near}:..}}`?"),
        }));
    };
    Some(target(text, scheme, rest).map(|(name, key)| Reference { store: *store, name, key }))
}

fn target<'a>(text: &str, scheme: &str, rest: &'a str) -> Result<(&'a str, Option<&'a str>), Misspelt> {
    let misspelt = |message: &str, help: String| Err(Misspelt { message: message.to_owned(), help });
    let form = || format!("write `${{{scheme}:NAME}}` as the whole value");
    if text.starts_with(char::is_whitespace) {
        return misspelt("a reference has a blank before it", form());
    }
    let Some(inside) = rest.strip_suffix('}') else {
        return misspelt("a reference does not end where the value does", form());
    };
    let (name, key) = match inside.split_once('#') {
        Some((name, key)) => (name, Some(key)),
        None => (inside, None),
    };
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "/_.-+=@:{}".contains(letter);
    if name.is_empty() {
        return misspelt("a reference has no name", form());
    }
    if let Some(letter) = name.chars().find(|letter| !is_allowed(*letter)) {
        return misspelt(
            &format!("the name of a reference has a {letter:?}"),
            "names are of letters, digits and `/_+=.@-`".to_owned(),
        );
    }
    if key == Some("") {
        return misspelt(
            "a reference has no key behind its `#`",
            "write the key of the document, or drop the `#`".to_owned(),
        );
    }
    Ok((name, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Option<String> {
        parse(text)?.err().map(|misspelt| misspelt.message)
    }

    #[test]
    fn a_whole_value_is_a_reference() {
        let ssm = Reference { store: Store::Ssm, name: "/orders/{env}/x", key: None };
        assert_eq!(parse("${ssm:/orders/{env}/x}"), Some(Ok(ssm)));
        let keyed = Reference { store: Store::SecretsManager, name: "orders/{env}/db", key: Some("password") };
        assert_eq!(parse("${secretsmanager:orders/{env}/db#password}"), Some(Ok(keyed)));
    }

    #[test]
    fn other_text_is_left_alone() {
        for text in
            ["", "ssm:/x", "$ssm:/x", "${HOME}", "${HOME:-/root}", "${env:X}", "a ${ssm:/x}", "{ssm:/x}", "$${ssm:/x}"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_misspelt_one_is_no_text() {
        for (text, expected) in [
            ("${smm:/x}", "no store is called `smm`"),
            ("${SSM:/x}", "no store is called `SSM`"),
            ("${ ssm :/x}", "no store is called `ssm`"),
            ("${secretmanager:x}", "no store is called `secretmanager`"),
            ("${secrets-manager:x}", "no store is called `secrets-manager`"),
            ("${ssm:/x", "a reference does not end where the value does"),
            ("${ssm:/x} ", "a reference does not end where the value does"),
            (" ${ssm:/x}", "a reference has a blank before it"),
            ("${ssm:}", "a reference has no name"),
            ("${ssm:/a b}", "the name of a reference has a ' '"),
            ("${secretsmanager:db#}", "a reference has no key behind its `#`"),
        ] {
            assert_eq!(message(text).as_deref(), Some(expected), "{text}");
        }
    }
}
