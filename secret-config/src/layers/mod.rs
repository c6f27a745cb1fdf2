//! The ordinary layers: files, the program's own layers, variables and `set`, as two trees with the remote values
//! between them. Synchronous; knows nothing of stores.

mod files;
mod formats;
mod known;
mod providers;
mod value;
mod variables;

pub use value::Value;

use crate::environment::Environment;
use crate::error::Problem;
use crate::path::Path;
use crate::spec::{Field, Kind, Section, Spec};
use crate::tree::{At, Node, Value as Tree};
use figment::Figment;
use std::ffi::OsString;
use std::fmt;
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
    /// Files and the program's layers: a remote value wins over them.
    below: Node,
    /// Variables and `set`: they win over a remote value.
    above: Node,
    suppliers: Suppliers,
    /// Places that could not be read: what is missing below them is not worth a second problem.
    broken: Vec<Path>,
    env_prefix: Option<&'static str>,
    /// Files that were looked for and are not there.
    absent: Vec<String>,
    /// The file in which a person would set a value for this environment.
    pub(crate) own_file: Option<String>,
    pub(crate) problems: Vec<Problem>,
}

/// Where a field's own value stands in the ordinary layers.
pub(crate) enum Standing {
    /// A variable or the program supplies it: nothing is looked up.
    Above,
    /// A file supplies it, if no store does.
    Below,
    /// Nothing does.
    Nowhere,
}

impl Layers {
    pub(crate) fn read(spec: &'static Spec, environment: &Environment, given: Given) -> Self {
        let mut layers = Self {
            below: Node::empty_table(),
            above: Node::empty_table(),
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
        variables::read(&mut layers, spec, given.variables, given.named_by.as_deref());
        for (path, value) in given.set {
            layers.set(spec, &path, value);
        }
        layers
    }

    /// Lays a tree of files over what is below, after its keys were held against the struct's.
    fn lay_below(&mut self, spec: &'static Spec, mut tree: Node) {
        known::check(self, spec, &mut tree, &mut Path::default());
        self.below.overlay(tree);
    }

    fn set(&mut self, spec: &'static Spec, path: &str, value: Value) {
        let supplier = self.suppliers.add(Supplier::Program);
        let at = At { supplier, line: 0 };
        let keys: Vec<_> = path.split('.').collect();
        let Some(value) = value.into_node(at) else { return };
        let mut tree = Node::empty_table();
        tree.insert(&keys, value);
        known::check(self, spec, &mut tree, &mut Path::default());
        self.above.overlay(tree);
    }

    pub(crate) fn standing(&self, path: &Path) -> Standing {
        let keys = path.keys();
        if self.above.descendant(&keys).is_some() {
            Standing::Above
        } else if self.below.descendant(&keys).is_some() {
            Standing::Below
        } else {
            Standing::Nowhere
        }
    }

    /// The value at `path`, all layers merged.
    pub(crate) fn value(&self, path: &Path) -> Option<Node> {
        let keys = path.keys();
        match (self.below.descendant(&keys), self.above.descendant(&keys)) {
            (Some(below), Some(above)) => {
                let mut merged = below.clone();
                merged.overlay(above.clone());
                Some(merged)
            }
            (one, other) => one.or(other).cloned(),
        }
    }

    /// Where a file supplies the value at `path`, whatever stands above it.
    pub(crate) fn in_file(&self, path: &Path) -> Option<At> {
        let node = self.below.descendant(&path.keys())?;
        (!matches!(node.value, Tree::Null)).then_some(node.at)
    }

    /// Whether a report may repeat a plain value that stands there: a person finds it in a file or a variable anyway.
    pub(crate) fn may_be_shown(&self, at: At) -> bool {
        matches!(self.suppliers.get(at), Supplier::File(_) | Supplier::Variable(_))
    }

    /// Whether a layer has a key of the section that stands at `path`.
    pub(crate) fn has_section(&self, section: &Section, path: &Path) -> bool {
        if !section.flatten {
            return !matches!(self.standing(path), Standing::Nowhere);
        }
        section.spec.fields.iter().any(|field| match &field.kind {
            Kind::Section(inner) if inner.flatten => self.has_section(inner, path),
            _ => !matches!(self.standing(&path.join(field.key)), Standing::Nowhere),
        })
    }

    /// The files that were looked for and are not there, as a list.
    pub(crate) fn absent_files(&self) -> Option<String> {
        (!self.absent.is_empty()).then(|| self.absent.join(", "))
    }

    /// Whether the layer that should hold `path` could not be read.
    pub(crate) fn is_broken(&self, path: &Path) -> bool {
        self.broken.iter().any(|broken| broken.contains(path))
    }

    pub(crate) fn origin(&self, at: At) -> Origin<'_> {
        Origin { supplier: self.suppliers.get(at), line: at.line }
    }

    /// The variable that would supply `field`, if one can.
    pub(crate) fn variable(&self, field: &Field, path: &Path) -> Option<String> {
        variables::names(self.env_prefix, field, path).into_iter().next()
    }

    /// Keeps a problem with what stands at `at`.
    fn push(&mut self, at: At, problem: Problem) {
        let problem = problem.note("found in", self.origin(at));
        self.problems.push(problem);
    }
}

/// Everything that supplied a value, by the index in [`At`].
#[derive(Default)]
struct Suppliers(Vec<Supplier>);

enum Supplier {
    File(String),
    Provider(String),
    Variable(String),
    Program,
}

impl Suppliers {
    fn add(&mut self, supplier: Supplier) -> u32 {
        self.0.push(supplier);
        u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX)
    }

    fn get(&self, at: At) -> &Supplier {
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
