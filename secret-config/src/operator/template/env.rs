//! `.env.example`. Everything in it is commented out: a variable that is set wins over stores and files, be it empty.

use super::{Default, comment, example, stores};
use crate::operator::layout::{Entry, Table, Value};
use crate::operator::manifest::Manifest;
use serde_json::Value as Json;
use std::fmt::Write;

pub(super) fn write(manifest: &Manifest) -> String {
    let mut text = format!(
        "# The variables of `{}`. A variable wins over files and stores, and one that is set to nothing is set.\n\
         # Remove the `#` before those that you want. What stands behind `=` is the default.\n",
        manifest.config()
    );
    let has_entries = |variable: &String| variable.contains("__ENTRY");
    if manifest.fields().iter().any(|field| field.variables().iter().any(has_entries)) {
        text.push_str("# ENTRY stands for the key of an entry that a file has, in capitals, or for its index.\n");
    }
    table(manifest, &manifest.layout.root, &mut text);
    text
}

fn table(manifest: &Manifest, table: &Table, text: &mut String) {
    for entry in &table.entries {
        match entry {
            Entry::Value(value) => variable(manifest, value, text),
            Entry::Section(section) => self::table(manifest, &section.table, text),
            Entry::Rest => {}
        }
    }
}

fn variable(manifest: &Manifest, value: &Value, text: &mut String) {
    let Some(field) = manifest.fields().get(value.index) else { return };
    let [variable, others @ ..] = field.variables() else { return };
    if field.is_secret() && manifest.layout.denies_variables {
        return;
    }
    let mut notes = vec![field.type_name().to_owned()];
    if field.is_secret() {
        notes.push("a secret".to_owned());
    }
    let (default, stores) = (Default::of(field, value), stores(manifest, field));
    let mut shown = String::new();
    if !field.is_secret() {
        notes.extend(default.words(&stores));
        match (default, example::of(field, value)) {
            (Default::Value(default), _) => shown = plain(&default),
            (_, Some(example)) if example != example::TEXT => notes.push(format!("for example {}", plain(&example))),
            _ => {}
        }
    }
    if !stores.is_empty() {
        notes.push(format!("without it {stores}"));
    }
    if !others.is_empty() {
        notes.push(format!("also {}", others.join(", ")));
    }
    text.push('\n');
    text.push_str(&comment(field.doc()));
    text.push_str(&comment(&notes.join("; ")));
    let _ = writeln!(text, "#{variable}={shown}");
}

/// A value as a variable has it, in quotes if a reader of such files would take it apart.
fn plain(value: &Json) -> String {
    let text = match value {
        Json::String(text) => text.clone(),
        // At each comma it is taken apart.
        Json::Array(elements) => elements.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    };
    let is_bare = |letter: char| letter.is_alphanumeric() || "_-./:,@%+={}[]".contains(letter);
    match text.chars().all(is_bare) {
        true => text,
        false => Json::from(text).to_string(),
    }
}
