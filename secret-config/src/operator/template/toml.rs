//! `config/default.toml`. `# ` begins what is for people, and `#` alone what may be switched on by removing it.

use super::{Default, comment, example, stores};
use crate::operator::layout::{Entry, Section, Table, Value};
use crate::operator::manifest::Manifest;
use crate::spec::Shape;
use serde_json::Value as Json;
use std::fmt::Write;

pub(super) fn write(manifest: &Manifest) -> String {
    let mut text = format!(
        "# `{}`, for all environments: config/default.toml. What config/ENVIRONMENT.toml has wins.\n\
         # Every value is commented out, so that this file changes nothing as it is: remove a `#` to set one.\n\
         # `#key = value` shows the default. With `# example` behind it, it only shows how a value is written.\n",
        manifest.config()
    );
    if manifest.fields().iter().any(|field| !field.remotes().is_empty()) {
        let _ = writeln!(text, "# The names in stores are those of `{}`.", manifest.environment());
    }
    let mut file = File { manifest, text };
    file.table(&manifest.layout.root, &Place::default());
    file.text
}

/// Where a table stands.
#[derive(Clone, Default)]
struct Place {
    header: String,
    /// Nothing of it may stand there unless a person wants it: the table alone would mean something.
    is_commented: bool,
}

struct File<'a> {
    manifest: &'a Manifest,
    text: String,
}

impl File<'_> {
    /// The values first: behind the header of another table they would be part of that.
    fn table(&mut self, table: &Table, place: &Place) {
        for entry in &table.entries {
            match entry {
                Entry::Value(value) => self.value(value),
                Entry::Rest => self.text.push_str("\n# Any other key is taken here as well.\n"),
                Entry::Section(_) => {}
            }
        }
        for entry in &table.entries {
            if let Entry::Section(section) = entry {
                self.section(section, place);
            }
        }
    }

    fn value(&mut self, value: &Value) {
        let Some(field) = self.manifest.fields().get(value.index) else { return };
        let (key, stores) = (quoted(value.key), stores(self.manifest, field));
        self.text.push('\n');
        self.text.push_str(&comment(field.doc()));
        if field.is_secret() && self.manifest.is_offline() {
            let file = format!("config/{}.toml", self.manifest.environment());
            let _ = writeln!(self.text, "# {key} is a secret: it stands in {file}, or in a variable, and not here");
            return;
        }
        if field.is_secret() {
            let origin = match (stores.as_str(), field.variables().first()) {
                ("", Some(variable)) => variable.clone(),
                ("", None) => "the program sets it".to_owned(),
                _ => stores,
            };
            let _ = writeln!(self.text, "# {key} is a secret, and has no place here: {origin}");
            return;
        }
        let default = Default::of(field, value);
        let mut notes = vec![field.type_name().to_owned()];
        notes.extend(default.words(&stores));
        let line = match (default, example::of(field, value)) {
            (Default::Value(default), _) => format!("#{key} = {}", inline(&default)),
            (_, Some(example)) => format!("#{key} = {} # example", inline(&example)),
            // How it is written only its type knows.
            (_, None) => format!("# {key} = .."),
        };
        if !stores.is_empty() {
            notes.push(format!("{stores} wins over what stands here"));
        }
        self.text.push_str(&comment(&notes.join("; ")));
        let _ = writeln!(self.text, "{line}");
    }

    fn section(&mut self, section: &Section, outer: &Place) {
        let key = quoted(section.key);
        let mut header = if outer.header.is_empty() { key } else { format!("{}.{key}", outer.header) };
        let is_list = entries(section.shape, &mut header);
        let is_one = matches!(section.shape, Shape::One | Shape::Optional(Shape::One));
        let is_commented = outer.is_commented || section.may_be_absent || !is_one;
        self.text.push('\n');
        self.text.push_str(&comment(section.doc));
        if is_commented {
            self.text.push_str("# Whoever wants it removes the `#` of its header first.\n");
        }
        let shown = if is_list { format!("[[{header}]]") } else { format!("[{header}]") };
        let mark = if is_commented { "#" } else { "" };
        let _ = writeln!(self.text, "{mark}{shown}");
        self.table(&section.table, &Place { header, is_commented });
    }
}

/// Adds to the header what stands for the keys of a map; whether the innermost is a list.
fn entries(shape: &Shape, header: &mut String) -> bool {
    match shape {
        Shape::One => false,
        Shape::Optional(inner) => entries(inner, header),
        Shape::List(Shape::One | Shape::Optional(_)) => true,
        // The keys of an element that is no table of its own are out of a header's reach.
        Shape::List(inner) => entries(inner, header),
        Shape::Map(inner) => {
            header.push_str(".NAME");
            entries(inner, header)
        }
    }
}

/// A value as TOML writes it: JSON, but for tables.
fn inline(value: &Json) -> String {
    match value {
        Json::Object(entries) if !entries.is_empty() => {
            let entries = entries.iter().map(|(key, value)| format!("{} = {}", quoted(key), inline(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Json::Array(elements) => format!("[{}]", elements.iter().map(inline).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// A key as TOML writes it.
fn quoted(key: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    match !key.is_empty() && key.chars().all(is_bare) {
        true => key.to_owned(),
        false => Json::from(key).to_string(),
    }
}
