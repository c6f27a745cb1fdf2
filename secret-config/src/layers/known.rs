//! Holds the keys of a layer against the struct's: unknown ones are problems, aliases become the field's own key.

use super::Layers;
use crate::error::{Problem, ProblemKind};
use crate::path::{Path, Step};
use crate::spec::{Field, Kind, Section, Shape, Spec};
use crate::suggest::nearest;
use crate::tree::{At, Node, Value};

/// Checks the section `tree` at `path`, and leaves in it only what the struct knows.
pub(super) fn check(layers: &mut Layers, spec: &'static Spec, tree: &mut Node, path: &mut Path) {
    let at = tree.at;
    let entries = match std::mem::replace(&mut tree.value, Value::Table(Vec::new())) {
        Value::Table(entries) => entries,
        // An empty file, in YAML.
        Value::Null => return,
        _ => return wrong_shape(layers, at, path, "expected a table with the keys of the section"),
    };
    let fields = fields(spec);
    // What no field claims is for the leaf that reads the rest.
    let has_rest = fields.iter().any(|field| matches!(field.kind, Kind::Rest { .. }));
    let mut known: Vec<(String, Node)> = Vec::with_capacity(entries.len());
    for (key, mut node) in entries {
        let is_of = |field: &&&Field| has_key(field) && (field.key == key || field.aliases.contains(&key.as_str()));
        let Some(field) = fields.iter().find(is_of) else {
            if has_rest {
                known.push((key, node));
            } else if !spec.allow_unknown {
                layers.push(node.at, unknown(&key, &node, &fields, path));
            }
            continue;
        };
        // `database:` without anything behind it, in YAML, says nothing of the section.
        if matches!((&field.kind, &node.value), (Kind::Section(_), Value::Null)) {
            continue;
        }
        path.push(field.key);
        match &field.kind {
            Kind::Section(section) => check_shape(layers, section, section.shape, &mut node, path),
            Kind::Leaf { .. } | Kind::Rest { .. } => {
                layers.refuse_secret_in(&node, field, path);
            }
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

/// Checks what stands in the place of a section, however many of them that are.
fn check_shape(layers: &mut Layers, section: &'static Section, shape: &Shape, node: &mut Node, path: &mut Path) {
    let at = node.at;
    match (shape, &mut node.value) {
        (Shape::One, _) => check(layers, section.spec, node, path),
        (Shape::Optional(_), Value::Null) => {}
        (Shape::Optional(inner), _) => check_shape(layers, section, inner, node, path),
        (Shape::Map(inner), Value::Table(entries)) => {
            for (key, entry) in entries {
                path.push(Step::entry(key.as_str()));
                check_shape(layers, section, inner, entry, path);
                path.pop();
            }
        }
        (Shape::List(inner), Value::List(nodes)) => {
            for (index, element) in nodes.iter_mut().enumerate() {
                path.push(Step::index(index));
                check_shape(layers, section, inner, element, path);
                path.pop();
            }
        }
        // The program may change single elements: `.set("providers.0.id", ..)`.
        (Shape::List(inner), Value::Table(entries)) if !layers.is_file(at) => {
            let there = layers.entries(path).unwrap_or_default();
            entries.retain_mut(|(key, element)| {
                let Some(step) = there.iter().find(|step| step.text() == key) else {
                    let problem = Problem::new(ProblemKind::UnknownKey, format!("the list has no element `{key}`"));
                    layers.push(at, problem.field(&*path).help("set the whole list, or an element that a file has"));
                    return false;
                };
                path.push(step.clone());
                check_shape(layers, section, inner, element, path);
                path.pop();
                true
            });
        }
        (Shape::Map(_) | Shape::List(_), value) => {
            *value = Value::Null;
            let message = match shape {
                Shape::List(_) => "expected a list of sections",
                _ => "expected a table with a section under each key",
            };
            wrong_shape(layers, at, path, message);
        }
    }
}

fn wrong_shape(layers: &mut Layers, at: At, path: &Path, message: &str) {
    let problem = Problem::new(ProblemKind::WrongType, message);
    let problem = if path.is_root() { problem } else { problem.field(path) };
    layers.push(at, problem.help("write `key = value` below it, as the format has it"));
    layers.broken.push(path.clone());
}

/// Whether the field's key is one in files: that of a leaf that reads the rest is only its name.
pub(super) fn has_key(field: &Field) -> bool {
    !matches!(field.kind, Kind::Rest { .. })
}

fn unknown(key: &str, node: &Node, fields: &[&'static Field], path: &Path) -> Problem {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    if matches!(node.value, Value::Null) || !key.chars().all(is_name) {
        // As in `password:hunter2`, which is one key to YAML.
        let problem = Problem::new(ProblemKind::UnknownKey, "a key there is none of a field");
        let problem = if path.is_root() { problem } else { problem.field(path) };
        return problem.help("it is not shown, since it may be a value: see whether a space is missing behind a colon");
    }
    if let Some((section, rest)) = key.split_once('.') {
        let problem =
            Problem::new(ProblemKind::UnknownKey, "a dot in a key is no path").field(path.join(key.to_owned()));
        return problem.help(format!("write `{rest}` in the section `{section}`"));
    }
    let keys = fields.iter().filter(|field| has_key(field)).map(|field| field.key);
    let help = match nearest(key, keys) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "remove it, or take unknown keys with #[config(allow_unknown)]".to_owned(),
    };
    Problem::new(ProblemKind::UnknownKey, "no field has this key").field(path.join(key.to_owned())).help(help)
}

/// Tells of fields that have one key between them: flattened structs do not know of each other's.
pub(super) fn check_spec(layers: &mut Layers, spec: &'static Spec, path: &mut Path) {
    let fields = fields(spec);
    let claims = |field: &Field, key: &str| has_key(field) && (field.key == key || field.aliases.contains(&key));
    for (index, field) in fields.iter().enumerate() {
        path.push(field.key);
        let keys = [field.key].into_iter().chain(field.aliases.iter().copied()).filter(|_| has_key(field));
        if keys.into_iter().any(|key| fields[..index].iter().any(|earlier| claims(earlier, key))) {
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
