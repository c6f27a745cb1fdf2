//! A tree of values, each with the place it stands at. Layers and documents are trees; text in them is wiped.

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

    /// The value of `key`, if this is a table that has it.
    pub(crate) fn child(&self, key: &str) -> Option<&Self> {
        self.table()?.iter().find_map(|(name, child)| (name == key).then_some(child))
    }

    /// The value at `path`, where every step is a key.
    pub(crate) fn descendant(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.child(key))
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

    /// Puts `leaf` at `path`, making the tables on the way.
    pub(crate) fn insert(&mut self, path: &[&str], leaf: Self) {
        let at = leaf.at;
        let nested = path
            .iter()
            .rev()
            .fold(leaf, |inner, key| Self { value: Value::Table(vec![((*key).to_owned(), inner)]), at });
        self.overlay(nested);
    }

    pub(crate) fn empty_table() -> Self {
        Self { value: Value::Table(Table::new()), at: At::default() }
    }
}
