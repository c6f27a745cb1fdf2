//! What supplied a value, and the words for it.

use super::Layers;
use crate::explanation::Layer;
use crate::tree::{At, Node};
use std::fmt;

impl Layers {
    /// Whether `at` is a variable.
    pub(crate) fn is_variable(&self, at: At) -> bool {
        matches!(self.suppliers.get(at), Supplier::Variable(_))
    }

    /// Whether `at` is a place in a file, or in a layer that obeys the rules of files.
    pub(crate) fn is_file(&self, at: At) -> bool {
        matches!(self.suppliers.get(at), Supplier::File(_) | Supplier::Provider(_))
    }

    /// Whether a report may repeat the plain values in `node`: a person finds them in files or variables anyway.
    pub(crate) fn may_be_shown(&self, node: &Node) -> bool {
        let is_found = |node: &&Node| matches!(self.suppliers.get(node.at), Supplier::File(_) | Supplier::Variable(_));
        node.scalars().iter().all(is_found)
    }

    /// The layer of what stands at `at`.
    pub(crate) fn layer(&self, at: At) -> Layer {
        match self.suppliers.get(at) {
            Supplier::File(_) | Supplier::Provider(_) => Layer::File,
            Supplier::Variable(_) => Layer::Variable,
            Supplier::Program => Layer::Program,
        }
    }

    pub(crate) fn origin(&self, at: At) -> Origin<'_> {
        Origin { supplier: self.suppliers.get(at), line: at.line }
    }
}

/// Everything that supplied a value, by the index in [`At`].
#[derive(Default)]
pub(super) struct Suppliers(pub(super) Vec<Supplier>);

pub(super) enum Supplier {
    File(String),
    Provider(String),
    Variable(String),
    Program,
}

impl Suppliers {
    pub(super) fn add(&mut self, supplier: Supplier) -> u32 {
        self.0.push(supplier);
        u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX)
    }

    pub(super) fn get(&self, at: At) -> &Supplier {
        self.0.get(at.supplier as usize).unwrap_or(&Supplier::Program)
    }
}

/// Where a value came from, in words.
pub(crate) struct Origin<'a> {
    supplier: &'a Supplier,
    line: u32,
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.supplier {
            Supplier::File(path) if self.line > 0 => write!(f, "{path}:{}", self.line),
            Supplier::File(path) => f.write_str(path),
            Supplier::Provider(name) => f.write_str(name),
            Supplier::Variable(name) => write!(f, "environment variable {name}"),
            Supplier::Program => f.write_str("set by the program"),
        }
    }
}
