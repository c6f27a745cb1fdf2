//! The words of the root of a load: prefix, environments, variables and files.

use crate::errors::Errors;
use crate::model::Container;
use crate::template::{ENV_ONLY, Template};
use crate::words;
use syn::LitStr;

pub(super) fn check(container: &Container<'_>, errors: &mut Errors) {
    let root = &container.root;
    if let Some(prefix) = &root.prefix {
        self::prefix(prefix, errors);
    }
    for (word, names) in [(words::ENVIRONMENTS, &root.environments), (words::OFFLINE, &root.offline)] {
        if let Some(names) = names {
            environments(word, names, container, errors);
        }
    }
    if let Some(prefix) = &root.env_prefix {
        env_prefix(prefix, errors);
    }
    for pattern in root.ignore_env.iter().flatten().filter(|pattern| pattern.value().is_empty()) {
        errors.push(pattern.span(), "the pattern is empty: write a name, such as `ORDERS_SERVICE_*`");
    }
    for path in root.files.iter().flatten() {
        file(path, errors);
    }
}

fn prefix(prefix: &LitStr, errors: &mut Errors) {
    if prefix.value().is_empty() {
        errors.push(prefix.span(), "`prefix` is empty: write what the names begin with, such as `orders/{env}`");
    }
    template(prefix, &prefix.value(), errors);
}

fn template(literal: &LitStr, text: &str, errors: &mut Errors) {
    for problem in Template::parse(text, ENV_ONLY).err().into_iter().flatten() {
        errors.push(literal.span(), problem);
    }
}

fn environments(word: &str, names: &[LitStr], container: &Container<'_>, errors: &mut Errors) {
    if names.is_empty()
        && let Some(span) = container.written.ours(word)
    {
        errors.push(span, format!("`{word}` is empty: name an environment, or drop the word"));
    }
    for (index, name) in names.iter().enumerate() {
        let text = name.value();
        if !is_environment(&text) {
            let rule = "1 to 32 letters, digits, `_` and `-`, a letter or digit first";
            errors.push(name.span(), format!("`{text}` is no name of an environment: write {rule}"));
        } else if names[..index].iter().any(|earlier| earlier.value() == text) {
            errors.push(name.span(), format!("`{text}` is named twice: drop one"));
        }
    }
}

/// `[A-Za-z0-9][A-Za-z0-9_-]{0,31}`
fn is_environment(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-'))
}

fn env_prefix(prefix: &LitStr, errors: &mut Errors) {
    let text = prefix.value();
    let message = if text.is_empty() {
        "`env_prefix` is empty: write a prefix such as `ORDERS`, or drop the word".to_owned()
    } else if text.contains("__") {
        "two `_` in a row separate the levels of a variable: write one".to_owned()
    } else if is_env_prefix(&text) {
        return;
    } else if text.ends_with('_') && is_env_prefix(text.trim_end_matches('_')) {
        format!("the `_` after the prefix is added: write `{}`", text.trim_end_matches('_'))
    } else if is_env_prefix(&text.to_ascii_uppercase()) {
        format!("names of variables are in upper case: write `{}`", text.to_ascii_uppercase())
    } else {
        format!("`{text}` cannot begin a variable: write upper-case letters, digits and `_`, a letter first")
    };
    errors.push(prefix.span(), message);
}

/// `[A-Z][A-Z0-9_]*`, without a `_` at the end.
fn is_env_prefix(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.chars().all(|character| matches!(character, 'A'..='Z' | '0'..='9' | '_'))
        && !text.ends_with('_')
}

fn file(literal: &LitStr, errors: &mut Errors) {
    const EXTENSIONS: [&str; 4] = ["toml", "yaml", "yml", "json"];
    let text = literal.value();
    let path = text.strip_suffix('?').unwrap_or(&text);
    template(literal, path, errors);
    if path.contains('?') {
        errors.push(literal.span(), "the `?` that makes a file optional stands at the end of its path");
        return;
    }
    let extension = path.rsplit(['/', '\\']).next().and_then(|file| file.rsplit_once('.')).map(|(_, end)| end);
    if !extension.is_some_and(|extension| EXTENSIONS.contains(&extension)) {
        errors.push(
            literal.span(),
            format!("\"{path}\" needs an extension that tells its format: .toml, .yaml, .yml or .json"),
        );
    }
}
