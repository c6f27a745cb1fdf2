//! The configured values that names and conditions may use: those beside a field, and those from the root. They come from
//! the ordinary layers, and of defaults from literals: never from a store.

use crate::layers::Layers;
use crate::neighbour::Seen;
use crate::path::Path;
use crate::spec::{Condition, Field, Kind, Shape, Spec};
use crate::template::Configured;
use crate::tree::Node;

/// What a name or a condition can see from where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Values<'a> {
    layers: &'a Layers,
    root: &'static Spec,
    beside: Beside<'a>,
}

#[derive(Clone, Copy)]
enum Beside<'a> {
    /// The fields of this struct, at this path.
    Fields(&'static Spec, &'a Path),
    /// The keys of the object that holds an injected place.
    Keys(&'a Node),
    Nothing,
}

impl<'a> Values<'a> {
    pub(crate) fn of_struct(layers: &'a Layers, root: &'static Spec, spec: &'static Spec, path: &'a Path) -> Self {
        Self { layers, root, beside: Beside::Fields(spec, path) }
    }

    pub(super) fn of_document(layers: &'a Layers, root: &'static Spec, holder: &'a Node) -> Self {
        Self { layers, root, beside: Beside::Keys(holder) }
    }

    pub(super) fn of_root(layers: &'a Layers, root: &'static Spec) -> Self {
        Self { layers, root, beside: Beside::Nothing }
    }

    /// Whether the value beside it is as `condition` wants it.
    pub(crate) fn meet(&self, condition: &Condition) -> bool {
        match self.beside {
            Beside::Fields(spec, path) => {
                let literal =
                    spec.fields.iter().find(|field| field.key == condition.key).and_then(|field| field.literal);
                self.layers.glimpse(&path.join(condition.key), |seen| {
                    condition.holds(seen.or_else(|| literal.map(Seen::Plain)))
                })
            }
            Beside::Keys(holder) => condition.holds(self.of_key(holder, condition.key)),
            Beside::Nothing => false,
        }
    }

    /// `self.id` or `root.a.b`
    pub(super) fn configured(&self, name: &str) -> Configured {
        if let Some(path) = name.strip_prefix("root.") {
            let keys: Vec<_> = path.split('.').collect();
            let mut path = Path::default();
            keys.iter().for_each(|key| path.push((*key).to_owned()));
            return self.of_field(&field_at(self.root, &keys), &path);
        }
        let key = name.strip_prefix("self.").unwrap_or(name);
        match self.beside {
            Beside::Fields(spec, path) => self.of_field(&field_at(spec, &[key]), &path.join(key.to_owned())),
            Beside::Keys(holder) if holder.child(key).is_some_and(|node| self.layers.reference(node).is_some()) => {
                Configured::Unfit(REFERENCE)
            }
            Beside::Keys(holder) => text(self.of_key(holder, key), None),
            Beside::Nothing => Configured::Unfit("a reference stands beside nothing: use `{root.a.b}`"),
        }
    }

    /// A reference is nothing that can be seen.
    fn of_key(&self, holder: &'a Node, key: &str) -> Option<Seen<'a>> {
        holder.child(key).filter(|node| self.layers.reference(node).is_none()).and_then(Seen::of)
    }

    fn of_field(&self, field: &Result<Option<&'static Field>, NoField>, path: &Path) -> Configured {
        match field {
            Err(NoField) => Configured::Unfit("there is no such field where it stands"),
            Ok(Some(field)) if field.secret || field.holds_secret => {
                Configured::Unfit("a secret cannot stand in a name")
            }
            Ok(_) if self.layers.is_reference(path) => Configured::Unfit(REFERENCE),
            Ok(field) => {
                let literal = field.and_then(|field| field.literal);
                self.layers.glimpse(path, |seen| text(seen, literal))
            }
        }
    }
}

const REFERENCE: &str = "it is a reference, and names are made before a store is asked";

fn text(seen: Option<Seen<'_>>, literal: Option<&'static str>) -> Configured {
    match seen.or_else(|| literal.map(Seen::Plain)) {
        None => Configured::Nothing,
        Some(Seen::Plain(text)) => Configured::Text(text.to_owned()),
        Some(Seen::Structure(_)) => Configured::Unfit("it is no plain value"),
    }
}

/// No field of the config has such a key.
struct NoField;

/// The field at the end of `keys`; `None` where they end at an entry, or among the keys that no field claims.
fn field_at(spec: &'static Spec, keys: &[&str]) -> Result<Option<&'static Field>, NoField> {
    let [key, rest @ ..] = keys else { return Ok(None) };
    let mut has_rest = false;
    for field in spec.fields {
        match &field.kind {
            Kind::Rest { .. } => has_rest = true,
            Kind::Section(section) if section.flatten => {
                if let Ok(field) = field_at(section.spec, keys) {
                    return Ok(field);
                }
            }
            _ if field.key != *key => {}
            _ if rest.is_empty() => return Ok(Some(field)),
            // What stands inside a value may be a secret, which the table does not know.
            Kind::Leaf { .. } => return Err(NoField),
            Kind::Section(section) => {
                let depth = entries_deep(section.shape);
                return if rest.len() > depth { field_at(section.spec, &rest[depth..]) } else { Ok(None) };
            }
        }
    }
    if has_rest { Ok(None) } else { Err(NoField) }
}

/// How many keys of entries stand before the struct.
fn entries_deep(shape: &Shape) -> usize {
    match shape {
        Shape::One => 0,
        Shape::Optional(inner) => entries_deep(inner),
        Shape::Map(inner) | Shape::List(inner) => 1 + entries_deep(inner),
    }
}
