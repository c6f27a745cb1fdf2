//! Holds the keys of a layer against the struct's: unknown ones are problems, aliases become the field's own key.

use super::Layers;
use crate::error::{Problem, ProblemKind};
use crate::path::Path;
use crate::spec::{Field, Kind, Spec};
use crate::suggest::nearest;
use crate::tree::{Node, Value};

/// Checks the section `tree` at `path`, and leaves in it only what the struct knows.
pub(super) fn check(layers: &mut Layers, spec: &'static Spec, tree: &mut Node, path: &mut Path) {
    let at = tree.at;
    let entries = match std::mem::replace(&mut tree.value, Value::Table(Vec::new())) {
        Value::Table(entries) => entries,
        // An empty file, in YAML.
        Value::Null => return,
        _ => {
            let problem = Problem::new(ProblemKind::WrongType, "expected a table with the keys of the section");
            let problem = if *path == Path::default() { problem } else { problem.field(&*path) };
            layers.push(at, problem.help("write `key = value` below it, as the format has it"));
            layers.broken.push(path.clone());
            return;
        }
    };
    let fields = fields(spec);
    let mut known: Vec<(String, Node)> = Vec::with_capacity(entries.len());
    for (key, mut node) in entries {
        let is_of = |field: &&&Field| field.key == key || field.aliases.contains(&key.as_str());
        let Some(field) = fields.iter().find(is_of) else {
            if !spec.allow_unknown {
                layers.push(node.at, unknown(&key, &node, &fields, path));
            }
            continue;
        };
        // `database:` without anything behind it, in YAML, says nothing of the section.
        if matches!((&field.kind, &node.value), (Kind::Section(_), Value::Null)) {
            continue;
        }
        path.push(field.key);
        if let Kind::Section(section) = &field.kind {
            check(layers, section.spec, &mut node, path);
        }
        if known.iter().any(|(earlier, _)| *earlier == field.key) {
            let problem = Problem::new(ProblemKind::Ambiguous, "the key is given twice, once by an alias");
            layers.push(node.at, problem.field(&*path).help(format!("keep `{}` only", field.key)));
        } else {
            known.push((field.key.to_owned(), node));
        }
        path.pop();
    }
    tree.value = Value::Table(known);
}

fn unknown(key: &str, node: &Node, fields: &[&'static Field], path: &Path) -> Problem {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    if matches!(node.value, Value::Null) || !key.chars().all(is_name) {
        // As in `password:hunter2`, which is one key to YAML.
        let problem = Problem::new(ProblemKind::UnknownKey, "a key there is none of a field");
        let problem = if *path == Path::default() { problem } else { problem.field(path) };
        return problem.help("it is not shown, since it may be a value: see whether a space is missing behind a colon");
    }
    if let Some((section, rest)) = key.split_once('.') {
        let problem =
            Problem::new(ProblemKind::UnknownKey, "a dot in a key is no path").field(path.join(key.to_owned()));
        return problem.help(format!("write `{rest}` in the section `{section}`"));
    }
    let help = match nearest(key, fields.iter().map(|field| field.key)) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "remove it, or take unknown keys with #[config(allow_unknown)]".to_owned(),
    };
    Problem::new(ProblemKind::UnknownKey, "no field has this key").field(path.join(key.to_owned())).help(help)
}

/// Tells of fields that have one key between them: flattened structs do not know of each other's.
pub(super) fn check_spec(layers: &mut Layers, spec: &'static Spec, path: &mut Path) {
    let fields = fields(spec);
    for (index, field) in fields.iter().enumerate() {
        path.push(field.key);
        if fields[..index].iter().any(|earlier| earlier.key == field.key) {
            let problem = Problem::new(ProblemKind::Definition, "two fields have this key, one of them by `flatten`");
            layers.problems.push(problem.field(&*path).help("rename one of them: #[config(rename = \"..\")]"));
        }
        if let Kind::Section(section) = &field.kind {
            check_spec(layers, section.spec, path);
        }
        path.pop();
    }
}

/// The fields whose keys stand in the table of `spec`: its own, and those of what is flattened into it.
pub(super) fn fields(spec: &'static Spec) -> Vec<&'static Field> {
    let mut fields = Vec::new();
    for field in spec.fields {
        match &field.kind {
            Kind::Section(section) if section.flatten => fields.extend(self::fields(section.spec)),
            _ => fields.push(field),
        }
    }
    fields
}
