//! References to a store in the values of files.

use super::Layers;
use crate::path::{Path, Step};
use crate::reference::{self, Misspelt, Reference};
use crate::tree::{Node, Value};

impl Layers {
    /// The reference that `node` is, if this config has references and a file supplies it.
    pub(crate) fn reference<'n>(&self, node: &'n Node) -> Option<Result<Reference<'n>, Misspelt>> {
        match &node.value {
            Value::Text(text) if self.has_references && self.is_file(node.at) => reference::parse(text),
            _ => None,
        }
    }

    /// Whether a file refers to a store in the value at `path`, whatever stands above it.
    pub(crate) fn refers(&self, path: &Path) -> bool {
        fn refers(layers: &Layers, node: &Node) -> bool {
            layers.reference(node).is_some() || node.children().into_iter().any(|(_, child)| refers(layers, child))
        }
        self.has_references && self.files.descendant(path.steps()).is_some_and(|node| refers(self, node))
    }

    /// The references in the value at `path`, each with the steps to it.
    pub(crate) fn references(&self, path: &Path) -> Vec<(Vec<Step>, Node)> {
        fn collect(layers: &Layers, node: &Node, steps: &mut Vec<Step>, found: &mut Vec<(Vec<Step>, Node)>) {
            if layers.reference(node).is_some() {
                found.push((steps.clone(), node.clone()));
            }
            for (step, child) in node.children() {
                steps.push(step);
                collect(layers, child, steps, found);
                steps.pop();
            }
        }
        let mut found = Vec::new();
        if self.has_references
            && let Some(value) = self.value(path)
        {
            collect(self, &value, &mut Vec::new(), &mut found);
        }
        found
    }

    /// Whether the value at `path` is a reference.
    pub(crate) fn is_reference(&self, path: &Path) -> bool {
        let (below, above) = self.find(path);
        above.or(below).is_some_and(|node| self.reference(node).is_some())
    }
}
