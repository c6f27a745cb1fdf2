//! The ordinary layers: files, the program's own layers, variables and `set`, as two trees with the remote values
//! between them. Synchronous; knows nothing of stores.

mod files;
mod formats;
mod known;
mod providers;
mod secrets;
mod value;
mod variables;

pub use value::Value;

use crate::environment::Environment;
use crate::error::Problem;
use crate::neighbour::Seen;
use crate::path::{Path, Step};
use crate::reference::{self, Misspelt, Reference};
use crate::spec::{Field, Kind, Section, Spec};
use crate::tree::{At, Elements, Node, Value as Tree};
use figment::Figment;
use std::collections::HashSet;
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

    /// What stands at `path` below the stores and above them. What is above hides what it replaces as a whole.
    fn find(&self, path: &Path) -> (Option<&Node>, Option<&Node>) {
        let (mut below, mut above) = ((!self.files_over_env).then_some(&self.files), Some(&self.above));
        for step in path.steps() {
            if above.is_some_and(|node| !matches!(node.value, Tree::Table(_))) {
                below = None;
            }
            below = below.and_then(|node| node.child(step.text()));
            above = above.and_then(|node| node.child(step.text()));
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
        if let Tree::Table(entries) = &mut table.value {
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
        above.or(below).is_some_and(|node| !matches!(node.value, Tree::Null))
    }

    /// Whether a variable or the program supplies the place at `path` inside a leaf, alone or with all around it.
    pub(crate) fn is_supplied_above(&self, path: &Path) -> bool {
        let mut above = Some(&self.above);
        for step in path.steps() {
            let Some(node) = above else { return false };
            if !matches!(node.value, Tree::Table(_)) && !self.is_file(node.at) {
                return true;
            }
            above = node.child(step.text());
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
            Tree::Null => Vec::new(),
            Tree::Raw(text, _) if text.is_empty() => Vec::new(),
            Tree::Raw(text, Elements::Commas) => text.split(',').map(str::to_owned).collect(),
            Tree::List(nodes) => nodes.iter().map(text).collect::<Result<_, _>>()?,
            Tree::Table(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
            _ => return Err("it is neither a list nor a map"),
        };
        let mut seen = HashSet::new();
        elements.retain(|element| seen.insert(element.clone()));
        Ok(elements)
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
                Tree::Table(entries) => {
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
                Tree::Table(entries) => entries.iter().find_map(|(_, child)| variable(layers, child)),
                _ => layers.is_variable(node.at).then_some(node.at),
            }
        }
        variable(self, self.find(path).1?)
    }

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

    /// The reference that `node` is, if this config has references and a file supplies it.
    pub(crate) fn reference<'n>(&self, node: &'n Node) -> Option<Result<Reference<'n>, Misspelt>> {
        match &node.value {
            Tree::Text(text) if self.has_references && self.is_file(node.at) => reference::parse(text),
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
                if let Tree::Table(table) = &above.value {
                    if matches!(below.value, Tree::Table(_)) {
                        let is_new = |key: &String| !entries.iter().any(|step| step.text() == key);
                        let new: Vec<_> =
                            table.iter().map(|(key, _)| key).filter(|key| is_new(key)).map(Step::entry).collect();
                        entries.extend(new);
                    }
                    return Some(entries);
                }
                above
            }
            (one, other) => one.or(other)?,
        };
        match &value.value {
            Tree::Null => None,
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

    /// The files that were looked for and are not there, as a list.
    pub(crate) fn absent_files(&self) -> Option<String> {
        (!self.absent.is_empty()).then(|| self.absent.join(", "))
    }

    /// Whether a section around `path` is none.
    pub(crate) fn is_in_broken_section(&self, path: &Path) -> bool {
        self.broken.iter().any(|broken| !broken.is_root() && broken.contains(path))
    }

    /// Whether the value at `path` is a reference.
    pub(crate) fn is_reference(&self, path: &Path) -> bool {
        let (below, above) = self.find(path);
        above.or(below).is_some_and(|node| self.reference(node).is_some())
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
