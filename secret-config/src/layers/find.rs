//! What stands at a path: the value of a field, the entries of a map or list, all layers merged.

use super::{Layers, known};
use crate::neighbour::Seen;
use crate::path::{Path, Step};
use crate::spec::{Kind, Section, Spec};
use crate::tree::{Elements, Node, Value};
use std::collections::HashSet;

/// Where a field's own value stands in the ordinary layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A variable or the program supplies it: nothing is looked up.
    Above,
    /// A file supplies it, if no store does.
    Below,
    /// Nothing does.
    Nowhere,
}

impl Layers {
    /// What stands at `path` below the stores and above them. What is above hides what it replaces as a whole.
    pub(super) fn find(&self, path: &Path) -> (Option<&Node>, Option<&Node>) {
        let (mut below, mut above) = ((!self.files_over_env).then_some(&self.files), Some(&self.above));
        for step in path.steps() {
            if above.is_some_and(|node| !matches!(node.value, Value::Table(_))) {
                below = None;
            }
            below = below.and_then(|node| node.child_at(step));
            above = above.and_then(|node| node.child_at(step));
        }
        (below, above)
    }

    pub(crate) fn standing(&self, path: &Path) -> Standing {
        match self.find(path) {
            (_, Some(_)) => Standing::Above,
            (Some(_), None) => Standing::Below,
            (None, None) => Standing::Nowhere,
        }
    }

    /// The value at `path`, all layers merged.
    pub(crate) fn value(&self, path: &Path) -> Option<Node> {
        match self.find(path) {
            (Some(below), Some(above)) => {
                let mut merged = below.clone();
                merged.patch(above.clone());
                Some(merged)
            }
            (one, other) => one.or(other).cloned(),
        }
    }

    /// What the table at `path` has beside the keys of `spec`, for a leaf that reads the keys that are left.
    pub(crate) fn rest(&self, spec: &'static Spec, path: &Path) -> Option<Node> {
        let mut table = self.value(path)?;
        if let Value::Table(entries) = &mut table.value {
            entries.retain(|(key, _)| !self.is_claimed(spec, key));
        }
        Some(table)
    }

    /// Whether a field of `spec` has this key.
    pub(crate) fn is_claimed(&self, spec: &'static Spec, key: &str) -> bool {
        known::fields(spec).iter().any(|field| known::has_key(field) && field.key == key)
    }

    /// Whether something stands at `path`, be it empty.
    pub(crate) fn is_there(&self, path: &Path) -> bool {
        let (below, above) = self.find(path);
        above.or(below).is_some_and(|node| !matches!(node.value, Value::Null))
    }

    /// Whether a variable or the program supplies the place at `path` inside a leaf, alone or with all around it.
    pub(crate) fn is_supplied_above(&self, path: &Path) -> bool {
        let mut above = Some(&self.above);
        for step in path.steps() {
            let Some(node) = above else { return false };
            if !matches!(node.value, Value::Table(_)) && !self.is_file(node.at) {
                return true;
            }
            above = node.child_at(step);
        }
        above.is_some()
    }

    /// The elements of the list at `path`, or the keys of the map, as text.
    ///
    /// # Errors
    ///
    /// Why there are none that could be part of a name.
    pub(crate) fn elements(&self, path: &Path) -> Result<Vec<String>, &'static str> {
        let Some(value) = self.value(path) else { return Ok(Vec::new()) };
        let text = |node: &Node| match Seen::of(node) {
            _ if self.reference(node).is_some() => Err("an element is a reference, which no name can be made of"),
            Some(Seen::Plain(text)) => Ok(text.to_owned()),
            _ => Err("an element is no plain value"),
        };
        let mut elements = match &value.value {
            Value::Null => Vec::new(),
            Value::Raw(text, _) if text.is_empty() => Vec::new(),
            Value::Raw(text, Elements::Commas) => text.split(',').map(str::to_owned).collect(),
            Value::List(nodes) => nodes.iter().map(text).collect::<Result<_, _>>()?,
            Value::Table(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
            _ => return Err("it is neither a list nor a map"),
        };
        let mut seen = HashSet::new();
        elements.retain(|element| seen.insert(element.clone()));
        Ok(elements)
    }

    /// Runs `look` on what a condition or a name sees of the value at `path`. References are for the stores to answer.
    pub(crate) fn glimpse<R>(&self, path: &Path, look: impl FnOnce(Option<Seen<'_>>) -> R) -> R {
        let (below, above) = self.find(path);
        let node = above.or(below).filter(|node| self.reference(node).is_none());
        look(node.and_then(Seen::of))
    }

    /// The entries of the map or list at `path`, if it is there.
    pub(crate) fn entries(&self, path: &Path) -> Option<Vec<Step>> {
        let value = match self.find(path) {
            (Some(below), Some(above)) => {
                // Only the keys matter.
                let mut entries: Vec<_> = below.children().into_iter().map(|(step, _)| step).collect();
                if let Value::Table(table) = &above.value {
                    if matches!(below.value, Value::Table(_)) {
                        let is_new = |key: &&str| !entries.iter().any(|step| step.text() == *key);
                        let new: Vec<_> =
                            table.iter().map(|(key, _)| key.as_str()).filter(is_new).map(Step::entry).collect();
                        entries.extend(new);
                    }
                    return Some(entries);
                }
                above
            }
            (one, other) => one.or(other)?,
        };
        match &value.value {
            Value::Null => None,
            _ => Some(value.children().into_iter().map(|(step, _)| step).collect()),
        }
    }

    /// Whether a layer has a key of the section that stands at `path`.
    pub(crate) fn has_section(&self, section: &Section, path: &Path) -> bool {
        if !section.flatten {
            return self.standing(path) != Standing::Nowhere;
        }
        section.spec.fields.iter().any(|field| match &field.kind {
            Kind::Section(inner) if inner.flatten => self.has_section(inner, path),
            Kind::Rest { .. } => false,
            _ => self.standing(&path.join(field.key)) != Standing::Nowhere,
        })
    }
}
