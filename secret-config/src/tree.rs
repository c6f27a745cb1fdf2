//! A tree of values, each with the place it stands at. Layers and documents are trees; text in them is wiped.

use crate::path::Step;
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use zeroize::Zeroizing;

/// Text that may be secret, in a buffer of its exact size.
pub(crate) type Text = Zeroizing<String>;

/// One value and where it stands.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) at: At,
}

/// A place: the index of what supplied the value, and the line there (0 where there are no lines).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) supplier: u32,
    pub(crate) line: u32,
}

impl At {
    /// The place of what a store supplied.
    pub(crate) const STORE: Self = Self { supplier: u32::MAX, line: 0 };
}

#[derive(Clone)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// A number as it was written, in decimal.
    Number(Text),
    /// A string of a format that has types.
    Text(Text),
    /// Text of a source that has no types, such as a variable: the target type decides what it is.
    Raw(Text, Elements),
    Bytes(Zeroizing<Vec<u8>>),
    List(Vec<Node>),
    Table(Table),
}

/// How a sequence is written in text without types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Elements {
    /// `a,b,c`
    Commas,
    /// `["a", "b", "c"]`
    Json,
}

/// Keys in the order they were written.
pub(crate) type Table = Vec<(String, Node)>;

impl Node {
    pub(crate) fn new(value: Value, at: At) -> Self {
        Self { value, at }
    }

    pub(crate) fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The value of `key`: of that name in a table, of that index in a list.
    pub(crate) fn child(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Table(table) => table.iter().find_map(|(name, child)| (name == key).then_some(child)),
            Value::List(nodes) => nodes.get(key.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// The same for a step. One table may have a thousand entries, and they are asked for in their order.
    pub(crate) fn child_at(&self, step: &Step) -> Option<&Self> {
        match &self.value {
            Value::Table(table) if step.near() < table.len() => {
                let (before, after) = table.split_at(step.near());
                let is_it = |(name, child)| (name == step.text()).then_some(child);
                after.iter().chain(before).map(|(name, child)| (name, child)).find_map(is_it)
            }
            _ => self.child(step.text()),
        }
    }

    /// The values inside, each with its key or index.
    pub(crate) fn children(&self) -> Vec<(Step, &Self)> {
        match &self.value {
            Value::Table(table) => {
                let entries = table.iter().enumerate();
                entries.map(|(near, (key, child))| (Step::entry_near(key.as_str(), near), child)).collect()
            }
            Value::List(nodes) => nodes.iter().enumerate().map(|(index, node)| (Step::index(index), node)).collect(),
            _ => Vec::new(),
        }
    }

    /// The value at the end of `steps`.
    pub(crate) fn descendant(&self, steps: &[Step]) -> Option<&Self> {
        steps.iter().try_fold(self, Self::child_at)
    }

    /// Lays `upper` over this: tables merge, everything else replaces.
    pub(crate) fn overlay(&mut self, upper: Self) {
        match (&mut self.value, upper.value) {
            (Value::Table(lower), Value::Table(entries)) => {
                for (key, entry) in entries {
                    match lower.iter_mut().find(|(name, _)| *name == key) {
                        Some((_, below)) => below.overlay(entry),
                        None => lower.push((key, entry)),
                    }
                }
            }
            (_, value) => *self = Self { value, at: upper.at },
        }
    }

    /// Lays `upper` over this where single elements of a list may be meant: a table of indexes changes those.
    pub(crate) fn patch(&mut self, upper: Self) {
        let Value::Table(entries) = upper.value else {
            *self = upper;
            return;
        };
        match &mut self.value {
            Value::Table(lower) => {
                for (key, entry) in entries {
                    match lower.iter_mut().find(|(name, _)| *name == key) {
                        Some((_, below)) => below.patch(entry),
                        None => lower.push((key, entry)),
                    }
                }
            }
            Value::List(nodes)
                if entries.iter().all(|(key, _)| key.parse().is_ok_and(|index: usize| index < nodes.len())) =>
            {
                for (key, entry) in entries {
                    if let Some(node) = key.parse::<usize>().ok().and_then(|index| nodes.get_mut(index)) {
                        node.patch(entry);
                    }
                }
            }
            _ => *self = Self { value: Value::Table(entries), at: upper.at },
        }
    }

    /// Takes from `lower` what this lacks. A table of indexes is for the elements of a list.
    pub(crate) fn underlay(&mut self, lower: Self) {
        if let Value::Null = self.value {
            *self = lower;
            return;
        }
        let Value::Table(entries) = lower.value else { return };
        for (key, entry) in entries {
            match &mut self.value {
                Value::Table(table) => match table.iter_mut().find(|(name, _)| *name == key) {
                    Some((_, node)) => node.underlay(entry),
                    None => table.push((key, entry)),
                },
                Value::List(nodes) => {
                    if let Some(node) = key.parse::<usize>().ok().and_then(|index| nodes.get_mut(index)) {
                        node.underlay(entry);
                    }
                }
                _ => {}
            }
        }
    }

    /// Puts `leaf` at the end of `steps`, making the tables on the way.
    pub(crate) fn insert(&mut self, steps: &[Step], leaf: Self) {
        let at = leaf.at;
        let nested = steps
            .iter()
            .rev()
            .fold(leaf, |inner, step| Self { value: Value::Table(vec![(step.text().to_owned(), inner)]), at });
        self.patch(nested);
    }

    /// The plain values in this, at any depth.
    pub(crate) fn scalars(&self) -> Vec<&Self> {
        match &self.value {
            Value::Null => Vec::new(),
            Value::Table(table) => table.iter().flat_map(|(_, child)| child.scalars()).collect(),
            Value::List(nodes) => nodes.iter().flat_map(Self::scalars).collect(),
            _ => vec![self],
        }
    }

    /// Puts `node` in the place of what stands at the end of `steps`, if that can be.
    pub(crate) fn replace(&mut self, steps: &[Step], node: Self) {
        let [step, rest @ ..] = steps else {
            *self = node;
            return;
        };
        match &mut self.value {
            Value::Table(table) => match table.iter_mut().find(|(key, _)| key == step.text()) {
                Some((_, child)) => child.replace(rest, node),
                None if rest.is_empty() => table.push((step.text().to_owned(), node)),
                None => {}
            },
            Value::List(nodes) => {
                let child = step.text().parse::<usize>().ok().and_then(|index| nodes.get_mut(index));
                if let Some(child) = child {
                    child.replace(rest, node);
                }
            }
            _ => {}
        }
    }

    /// What stands here, by a key: the same for the same text, whatever wrote it. The order of a table's keys is none.
    pub(crate) fn fingerprint(&self, key: &RandomState) -> Fingerprint {
        let mut hasher = key.build_hasher();
        match &self.value {
            Value::Null => hasher.write_u8(0),
            Value::Bool(flag) => hash_text(&mut hasher, flag.to_string().as_bytes()),
            Value::Number(text) | Value::Text(text) | Value::Raw(text, _) => hash_text(&mut hasher, text.as_bytes()),
            Value::Bytes(bytes) => hash_text(&mut hasher, bytes),
            Value::List(nodes) => {
                hasher.write_u8(2);
                nodes.iter().for_each(|node| hasher.write_u64(node.fingerprint(key).0));
            }
            Value::Table(table) => {
                hasher.write_u8(3);
                let mut entries: Vec<_> = table.iter().map(|(name, node)| (name, node.fingerprint(key).0)).collect();
                entries.sort_unstable();
                entries.hash(&mut hasher);
            }
        }
        Fingerprint(hasher.finish())
    }

    pub(crate) fn empty_table() -> Self {
        Self { value: Value::Table(Table::new()), at: At::default() }
    }
}

/// What stands for a value where two are compared. Not even this is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint(u64);

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint")
    }
}

fn hash_text(hasher: &mut impl Hasher, text: &[u8]) {
    hasher.write_u8(1);
    text.hash(hasher);
}

/// Where the keys of one table are, for whoever puts many values into it.
#[derive(Default)]
pub(crate) struct Keys(Option<HashMap<String, usize>>);

impl Keys {
    /// [`Node::replace`] for one step. All that is put into the table goes through here.
    pub(crate) fn put(&mut self, table: &mut Node, step: &Step, node: Node) {
        let Value::Table(entries) = &mut table.value else { return table.replace(std::slice::from_ref(step), node) };
        let known = self.0.get_or_insert_with(|| {
            entries.iter().enumerate().rev().map(|(index, (key, _))| (key.clone(), index)).collect()
        });
        match known.get(step.text()).and_then(|index| entries.get_mut(*index)) {
            Some((_, child)) => *child = node,
            None => {
                known.insert(step.text().to_owned(), entries.len());
                entries.push((step.text().to_owned(), node));
            }
        }
    }
}
