//! The ordinary layers: files, the program's own layers, variables and `set`, as two trees with the remote values
//! between them. Synchronous; knows nothing of stores.

mod files;
mod find;
mod formats;
mod known;
mod origin;
mod providers;
mod references;
mod secrets;
mod value;
mod variables;

pub(crate) use find::Standing;
use origin::{Supplier, Suppliers};
pub use value::Value;
#[cfg(feature = "operator")]
pub(crate) use variables::names as variable_names;

use crate::environment::Environment;
use crate::error::Problem;
use crate::path::Path;
use crate::spec::{Field, Kind, Spec};
use crate::tree::{At, Node};
use figment::Figment;
use std::ffi::OsString;
use std::path::PathBuf;

/// What the loader was given for the ordinary layers.
#[derive(Default)]
pub(crate) struct Given {
    pub(crate) root: Option<PathBuf>,
    pub(crate) variables: Option<Vec<(OsString, OsString)>>,
    pub(crate) providers: Vec<Figment>,
    pub(crate) set: Vec<(String, Value)>,
    /// The variable that named the environment: no field reads it, and it is not unknown.
    pub(crate) named_by: Option<String>,
}

/// The ordinary layers, read and merged.
pub(crate) struct Layers {
    /// Files and the program's layers.
    files: Node,
    /// Variables and `set`.
    above: Node,
    /// Files win over variables, and so over the stores: `above` has them too.
    files_over_env: bool,
    has_references: bool,
    environment: String,
    pub(crate) is_offline: bool,
    /// No secret may stand in a variable.
    pub(crate) denies_variables: bool,
    suppliers: Suppliers,
    /// Fields whose secret stands in a file, which has been told.
    refused: Vec<Path>,
    /// Places that could not be read: what is missing below them is not worth a second problem.
    broken: Vec<Path>,
    env_prefix: Option<&'static str>,
    /// Files that were looked for and are not there.
    absent: Vec<String>,
    /// The file in which a person would set a value for this environment.
    pub(crate) own_file: Option<String>,
    pub(crate) problems: Vec<Problem>,
}

impl Layers {
    pub(crate) fn read(spec: &'static Spec, environment: &Environment, given: Given) -> Self {
        let mut layers = Self {
            files: Node::empty_table(),
            above: Node::empty_table(),
            files_over_env: false,
            environment: environment.to_string(),
            is_offline: spec.root.offline.contains(&environment.as_str()),
            denies_variables: spec.root.deny_env_secrets,
            refused: Vec::new(),
            has_references: spec.root.references,
            suppliers: Suppliers::default(),
            broken: Vec::new(),
            env_prefix: spec.root.env_prefix,
            absent: Vec::new(),
            own_file: None,
            problems: Vec::new(),
        };
        known::check_spec(&mut layers, spec, &mut Path::default());
        files::read(&mut layers, spec, environment, given.root.as_deref());
        for provider in given.providers {
            providers::read(&mut layers, spec, environment, &provider);
        }
        // Before the variables, which make no entries and reach into those that are there.
        for (path, value) in given.set {
            layers.set(spec, &path, value);
        }
        let variables = variables::read(&mut layers, spec, given.variables, given.named_by.as_deref());
        if spec.root.files_over_env {
            layers.files_over_env = true;
            let set = std::mem::replace(&mut layers.above, layers.files.clone());
            layers.above.underlay(variables);
            layers.above.patch(set);
        } else {
            layers.above.underlay(variables);
        }
        layers
    }

    /// Lays a tree of files over what is there, after its keys were held against the struct's.
    fn lay_file(&mut self, spec: &'static Spec, mut tree: Node) {
        known::check(self, spec, &mut tree, &mut Path::default());
        self.files.overlay(tree);
    }

    fn set(&mut self, spec: &'static Spec, path: &str, value: Value) {
        let supplier = self.suppliers.add(Supplier::Program);
        let at = At { supplier, line: 0 };
        let Some(value) = value.into_node(at) else { return };
        let mut tree = Node::empty_table();
        tree.insert(Path::parse(path).steps(), value);
        known::check(self, spec, &mut tree, &mut Path::default());
        self.above.patch(tree);
    }

    /// The files that were looked for and are not there, as a list.
    pub(crate) fn absent_files(&self) -> Option<String> {
        (!self.absent.is_empty()).then(|| self.absent.join(", "))
    }

    /// Whether a section around `path` is none.
    pub(crate) fn is_in_broken_section(&self, path: &Path) -> bool {
        self.broken.iter().any(|broken| !broken.is_root() && broken.contains(path))
    }

    /// Whether the layer that should hold `path` could not be read.
    pub(crate) fn is_broken(&self, path: &Path) -> bool {
        self.broken.iter().any(|broken| broken.contains(path))
    }

    /// The variable that would supply `field`, if one can.
    pub(crate) fn variable(&self, field: &Field, path: &Path) -> Option<String> {
        if matches!(field.kind, Kind::Section(_) | Kind::Rest { .. }) {
            return None;
        }
        variables::names(self.env_prefix, field.env, path).into_iter().next()
    }

    /// Keeps a problem with what stands at `at`.
    fn push(&mut self, at: At, problem: Problem) {
        let problem = problem.note("found in", self.origin(at));
        self.problems.push(problem);
    }
}
