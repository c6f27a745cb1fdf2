//! Secrets in files: refused where they stand, before anything reads them, unless the environment is offline or the field
//! allows it.

use super::Layers;
use crate::error::{Problem, ProblemKind};
use crate::path::Path;
use crate::spec::{Field, Kind};
use crate::tree::{At, Node};

impl Layers {
    /// Refuses what a file has for the field at `path`, if that is a secret.
    pub(super) fn refuse_secret_in(&mut self, node: &Node, field: &Field, path: &Path) {
        let is_secret = field.secret || field.holds_secret;
        if !is_secret || self.is_offline || field.allow_in_files {
            return;
        }
        if let Some(at) = self.value_in(node) {
            let problem = self.secret_in_file(field, path, at);
            self.problems.push(problem);
            self.refused.push(path.clone());
        }
    }

    /// The words for a secret that stands in a file.
    pub(crate) fn secret_in_file(&self, field: &Field, path: &Path, at: At) -> Problem {
        let secret = if field.secret { "a secret" } else { "a value with a secret in it" };
        let store = match field.kind {
            Kind::Leaf { lookup: Some(_), .. } => "keep it in its store",
            _ => "give the field a store",
        };
        let or_variable = self.variable(field, path).map(|variable| format!(", or set {variable}")).unwrap_or_default();
        let message = format!("{secret} stands in a file, which `{}` does not allow", self.environment);
        let problem = Problem::new(ProblemKind::RefusedSecret, message).field(path).note("found in", self.origin(at));
        problem.help(format!("remove it from that file, and change it if the file was shared; {store}{or_variable}"))
    }
}
