//! Secrets in files, and in variables if the config denies that: refused where they stand, before anything reads them,
//! unless the environment is offline.

use super::Layers;
use crate::error::{Problem, ProblemKind};
use crate::path::Path;
use crate::spec::{Field, Kind};
use crate::tree::{At, Node, Value};

impl Layers {
    /// Refuses what a file or a variable has for the field at `path`, if that is a secret. Whether it was.
    pub(super) fn refuse_secret_in(&mut self, node: &Node, field: &Field, path: &Path) -> bool {
        let is_secret = field.secret || field.holds_secret;
        if !is_secret || self.is_offline {
            return false;
        }
        let in_file = self.value_in(node).filter(|_| !field.allow_in_files);
        let in_variable = || self.is_variable(node.at).then_some(node.at).filter(|_| self.denies_variables);
        let Some(at) = in_file.or_else(in_variable) else { return false };
        let problem = self.misplaced_secret(field, path, at);
        self.problems.push(problem);
        self.refused.push(path.clone());
        true
    }

    /// The words for a secret that stands in a file or a variable.
    pub(crate) fn misplaced_secret(&self, field: &Field, path: &Path, at: At) -> Problem {
        let secret = if field.secret { "a secret" } else { "a value with a secret in it" };
        let store = match field.kind {
            Kind::Leaf { lookup: Some(_), .. } => "keep it in its store",
            _ => "give the field a store",
        };
        let (message, help) = if self.is_variable(at) {
            (format!("{secret} stands in a variable, which this config does not allow"), format!("unset it; {store}"))
        } else {
            let variable = self.variable(field, path).filter(|_| !self.denies_variables);
            let or_variable = variable.map(|variable| format!(", or set {variable}")).unwrap_or_default();
            (
                format!("{secret} stands in a file, which `{}` does not allow", self.environment),
                format!("remove it from that file, and change it if the file was shared; {store}{or_variable}"),
            )
        };
        let problem = Problem::new(ProblemKind::RefusedSecret, message).field(path).note("found in", self.origin(at));
        problem.help(help)
    }

    /// Where a file has a value at `path`, whatever stands above it. A reference is no value.
    pub(crate) fn in_file(&self, path: &Path) -> Option<At> {
        self.value_in(self.files.descendant(path.steps())?)
    }

    /// Where in `node` a file has a value.
    pub(crate) fn value_in(&self, node: &Node) -> Option<At> {
        let is_value = |node: &&Node| self.is_file(node.at) && self.reference(node).is_none();
        node.scalars().into_iter().find(is_value).map(|node| node.at)
    }

    /// Where a file has what is replaced, at `path` or below it, by the value from `at`.
    pub(crate) fn in_file_behind(&self, path: &Path, at: At) -> Option<At> {
        fn behind(layers: &Layers, above: &Node, file: &Node, at: At) -> Option<At> {
            match &above.value {
                Value::Table(entries) => {
                    entries.iter().find_map(|(key, above)| behind(layers, above, file.child(key)?, at))
                }
                // The lines of a document in a variable are its own.
                _ if above.at.supplier == at.supplier => layers.value_in(file),
                _ => None,
            }
        }
        behind(self, self.above.descendant(path.steps())?, self.files.descendant(path.steps())?, at)
    }

    /// Whether a secret of the field at `path` stands in a file, which has been told.
    pub(crate) fn is_refused(&self, path: &Path) -> bool {
        self.refused.contains(path)
    }

    /// Where a variable supplies the value at `path`, or part of it.
    pub(crate) fn in_variable(&self, path: &Path) -> Option<At> {
        fn variable(layers: &Layers, node: &Node) -> Option<At> {
            match &node.value {
                Value::Table(entries) => entries.iter().find_map(|(_, child)| variable(layers, child)),
                _ => layers.is_variable(node.at).then_some(node.at),
            }
        }
        variable(self, self.find(path).1?)
    }
}
