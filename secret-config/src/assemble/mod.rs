//! From what was read and fetched to fields, each leaf by itself: a value or a problem, and every problem is kept.
//!
//! What is generic here is a shell around what is not: generated code calls it once for each field.

mod fetched;
mod kinds;
mod words;

pub use kinds::{AsLeaf, Leaf, Nested, Probe, section};

use crate::error::{Problem, ProblemKind};
use crate::fetch::Outcome;
use crate::layers::{Layers, Standing};
use crate::path::Path;
use crate::plan::{Plan, Planned, SourceName};
use crate::secret::Scope;
use crate::source::{Provenance, SourceError, SourceErrorKind};
use crate::spec::{Field, Kind, Section, Spec};
use crate::text::{Absent, Deserializer, Error};
use crate::tree::{At, Node, Value};
use fetched::{Fetched, entry, formatted};
use serde::de::Deserialize;
use std::any::type_name;
use std::collections::HashMap;
use std::fmt;

/// Builds the fields of a config, and collects what is wrong with them.
pub struct Assembler<'a> {
    stage: &'a Stage<'a>,
    fetched: Vec<Fetched>,
    spec: &'static Spec,
    path: Path,
    section: Option<&'static Section>,
    problems: Vec<Problem>,
    /// Problems that further fields may share.
    shared: HashMap<Cause, usize>,
}

/// What the stages before this one found.
pub(crate) struct Stage<'a> {
    pub(crate) environment: &'a str,
    pub(crate) is_offline: bool,
    pub(crate) layers: &'a Layers,
    pub(crate) plan: &'a Plan,
}

const FORGOTTEN: &str = "no store is asked for this secret: mark the field #[secret], or #[secret(local)]";

/// The label of the files that were looked for in vain: told with the first value that is missing.
const NO_FILE: &str = "no file at";

/// What makes the problems of two fields one problem.
#[derive(PartialEq, Eq, Hash)]
enum Cause {
    /// One key could not be had.
    Request(usize, ProblemKind),
    /// A whole source could not be asked.
    Source(SourceName, ProblemKind, Option<&'static str>),
    /// AWS could not be asked at all.
    Aws(ProblemKind),
}

/// Where the value of a leaf was found.
enum Located {
    Found(Found),
    /// No layer and no store has it; the problem to tell if nothing else stands in.
    Nowhere(Problem),
    /// Something is wrong with it, and has been told.
    Failed,
}

struct Found {
    value: Value,
    origin: Supplied,
    is_secret: bool,
}

/// What supplied a value.
enum Supplied {
    Layer(At),
    Store { source: SourceName, name: String, provenance: Provenance },
}

impl<'a> Assembler<'a> {
    pub(crate) fn new(spec: &'static Spec, stage: &'a Stage<'a>, outcomes: Vec<Outcome>) -> Self {
        let mut fetched: Vec<_> = outcomes.into_iter().map(Fetched::new).collect();
        for planned in stage.plan.lookups.values() {
            fetched[planned.request].waiting += 1;
        }
        let (path, problems, shared) = (Path::default(), Vec::new(), HashMap::new());
        Self { stage, fetched, spec, path, section: None, problems, shared }
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Field `index` of the struct: from its place, else from `base`, else absent as its type sees it.
    pub fn leaf<L: Leaf>(&mut self, index: usize, _kind: L, base: Option<L::Value>) -> Option<L::Value> {
        self.read(index, Deserialize::deserialize, || base.or_else(|| Deserialize::deserialize(Absent).ok()))
    }

    /// The same, with `default` as the last resort.
    pub fn leaf_or<L: Leaf>(
        &mut self,
        index: usize,
        _kind: L,
        base: Option<L::Value>,
        default: fn() -> L::Value,
    ) -> Option<L::Value> {
        self.read(index, Deserialize::deserialize, || base.or_else(|| Some(default())))
    }

    /// Field `index`, read by a function of the user's; serde's rule: not even an `Option` may be absent then.
    pub fn leaf_with<T>(
        &mut self,
        index: usize,
        with: fn(Deserializer) -> Result<T, Error>,
        base: Option<T>,
    ) -> Option<T> {
        self.read(index, with, || base)
    }

    /// The same, with `default` as the last resort.
    pub fn leaf_with_or<T>(
        &mut self,
        index: usize,
        with: fn(Deserializer) -> Result<T, Error>,
        base: Option<T>,
        default: fn() -> T,
    ) -> Option<T> {
        self.read(index, with, || base.or_else(|| Some(default())))
    }

    /// The nested struct that is field `index`.
    pub fn nested<T: Nested>(&mut self, index: usize, base: Option<T>) -> Option<T> {
        let outer = self.enter(index)?;
        let section = T::assemble(self, base);
        self.leave(outer);
        section
    }

    /// The same, with `default` for what no layer and no store has.
    pub fn nested_or<T: Nested>(&mut self, index: usize, base: Option<T>, default: fn() -> T) -> Option<T> {
        self.nested(index, base.or_else(|| Some(default())))
    }

    fn read<T>(
        &mut self,
        index: usize,
        read: fn(Deserializer) -> Result<T, Error>,
        absent: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        let field = self.spec.fields.get(index)?;
        self.path.push(field.key);
        let value = match self.locate(field, type_name::<T>()) {
            Located::Found(Found { value, origin, is_secret }) => {
                let scope = is_secret.then(Scope::enter);
                let (result, has_secret) = Scope::watch(|| read(Deserializer::new(value)));
                drop(scope);
                match result {
                    _ if has_secret && !self.accepts_secret_within(field) => None,
                    Ok(value) => Some(value),
                    Err(error) => {
                        let error = if has_secret { error.redact() } else { error };
                        self.wrong_type(&error, &origin, type_name::<T>());
                        None
                    }
                }
            }
            Located::Nowhere(missing) => {
                let value = absent();
                match value {
                    Some(_) => {
                        let origin = "default: no layer and no store has it";
                        tracing::debug!(target: "secret_config", field = %self.path, origin, "loaded");
                        if lacks_attribute(field, type_name::<T>()) {
                            tracing::warn!(target: "secret_config", field = %self.path, "{FORGOTTEN}");
                        }
                    }
                    None if self.stage.layers.is_broken(&self.path) => {}
                    None if self.stage.plan.nameless.contains(&self.path) => {}
                    None => self.miss(missing),
                }
                value
            }
            Located::Failed => None,
        };
        self.path.pop();
        value
    }

    fn enter(&mut self, index: usize) -> Option<Outer> {
        let field = self.spec.fields.get(index)?;
        let Kind::Section(section) = &field.kind else { return None };
        if !section.flatten {
            self.path.push(field.key);
        }
        let outer = Outer { spec: self.spec, section: self.section };
        (self.spec, self.section) = (section.spec, Some(section));
        Some(outer)
    }

    fn leave(&mut self, outer: Outer) {
        if self.section.is_some_and(|section| !section.flatten) {
            self.path.pop();
        }
        (self.spec, self.section) = (outer.spec, outer.section);
    }

    /// Whether the optional section that was entered is there.
    pub fn section_exists(&self) -> bool {
        self.section.is_none_or(|section| self.stage.layers.has_section(section, &self.path))
    }

    /// Finds the value of a leaf, the highest layer first.
    fn locate(&mut self, field: &'static Field, type_name: &str) -> Located {
        if field.secret && !self.accepts_secret_in_file(field) {
            return Located::Failed;
        }
        let standing = self.stage.layers.standing(&self.path);
        if let Standing::Above = standing {
            return self.in_layers(field);
        }
        let planned = self.stage.plan.lookups.get(&self.path).copied();
        let missing = match planned.map(|planned| self.look_up(field, planned, type_name)) {
            Some(Located::Nowhere(missing)) => missing,
            Some(located) => return located,
            None => self.unset(field, type_name),
        };
        match standing {
            Standing::Nowhere => Located::Nowhere(missing),
            Standing::Above | Standing::Below => self.in_layers(field),
        }
    }

    fn in_layers(&mut self, field: &Field) -> Located {
        let Some(Node { value, at }) = self.stage.layers.value(&self.path) else { return Located::Failed };
        let format = match field.kind {
            // A variable stands in for the remote value, and is read as that one would be.
            Kind::Leaf { lookup: Some(lookup) } if matches!(value, Value::Raw(..)) => lookup.format,
            _ => None,
        };
        match formatted(value, format) {
            Ok(value) => {
                let layers = self.stage.layers;
                tracing::debug!(target: "secret_config", field = %self.path, origin = %layers.origin(at), "loaded");
                let is_secret = field.secret || !layers.may_be_shown(at);
                Located::Found(Found { value, origin: Supplied::Layer(at), is_secret })
            }
            Err(syntax) => {
                let problem = Problem::new(ProblemKind::Malformed, format!("expected a JSON document: {syntax}"))
                    .note("found in", self.stage.layers.origin(at));
                self.problems.push(problem.field(&self.path).help("write a JSON document there"));
                Located::Failed
            }
        }
    }

    /// Finds the value of a leaf in what was fetched.
    fn look_up(&mut self, field: &'static Field, planned: Planned, type_name: &str) -> Located {
        let Some(request) = self.stage.plan.requests.get(planned.request) else { return Located::Failed };
        let (source, name) = (request.source, request.key.to_string());
        let fetched = &mut self.fetched[planned.request];
        if let Err(error) = &fetched.outcome {
            let error = error.clone();
            if error.kind == SourceErrorKind::NotFound {
                return Located::Nowhere(words::not_found(source, &name, field.secret, type_name.contains("Vec<")));
            }
            self.fail(planned.request, source, &name, &error);
            return Located::Failed;
        }
        fetched.waiting = fetched.waiting.saturating_sub(1);
        let provenance = fetched.provenance();
        let key = planned.key;
        let value = match key {
            Some(key) => match fetched.document() {
                Ok(document) => match field
                    .aliases
                    .iter()
                    .fold(entry(document, key), |found, alias| found.or_else(|| entry(document, alias)))
                {
                    Some(node) => Ok(node.value.clone()),
                    None => return Located::Nowhere(words::no_such_key(source, &name, key, document)),
                },
                Err(syntax) => Err(*syntax),
            },
            None => fetched.take(),
        };
        let value = value.and_then(|value| formatted(value, planned.format));
        match value {
            Ok(value) => {
                let origin = Supplied::Store { source, name, provenance };
                tracing::debug!(target: "secret_config", field = %self.path, origin = %self.origin(&origin), "loaded");
                self.warn_of_newline(field, &value);
                // What a store keeps is not shown, whatever the field's attribute.
                Located::Found(Found { value, origin, is_secret: true })
            }
            Err(syntax) => {
                let problem = Problem::new(ProblemKind::Malformed, format!("expected a JSON document: {syntax}"))
                    .note("found in", self.origin(&Supplied::Store { source, name, provenance }))
                    .help("store a JSON document there, such as {\"key\": \"value\"}");
                self.share(Cause::Request(planned.request, ProblemKind::Malformed), problem);
                Located::Failed
            }
        }
    }

    /// A newline at the end of a one-line secret is most often an editor's. It is kept, and told by name.
    fn warn_of_newline(&self, field: &Field, value: &Value) {
        if let (true, Value::Raw(text, _)) = (field.secret, value)
            && text.find('\n').is_some_and(|at| at + 1 == text.len())
        {
            tracing::warn!(target: "secret_config", field = %self.path, "the secret ends with a newline, which is kept");
        }
    }

    /// Refuses a secret that stands in a file, unless the environment is offline or the field allows it.
    fn accepts_secret_in_file(&mut self, field: &Field) -> bool {
        match self.stage.layers.in_file(&self.path) {
            Some(at) if !self.stage.is_offline && !field.allow_in_files => {
                self.refuse_secret(field, at);
                false
            }
            _ => true,
        }
    }

    /// The same for a secret that only the type's own deserialization brought to light.
    fn accepts_secret_within(&mut self, field: &'static Field) -> bool {
        field.secret || self.accepts_secret_in_file(field)
    }

    fn refuse_secret(&mut self, field: &Field, at: At) {
        let store = match field.kind {
            Kind::Leaf { lookup: Some(_) } => "keep it in its store",
            _ => "give the field a store",
        };
        let elsewhere = match self.stage.layers.variable(field, &self.path) {
            Some(variable) => format!("{store}, or set {variable}"),
            None => store.to_owned(),
        };
        let secret = if field.secret { "a secret" } else { "a value with a secret in it" };
        let message = format!("{secret} stands in a file, which `{}` does not allow", self.stage.environment);
        let problem = Problem::new(ProblemKind::RefusedSecret, message)
            .note("found in", self.stage.layers.origin(at))
            .help(format!("remove it from that file, and change it if the file was shared; {elsewhere}"));
        self.problems.push(problem.field(&self.path));
    }

    fn wrong_type(&mut self, error: &Error, origin: &Supplied, type_name: &'static str) {
        let kind = if error.is_malformed() { ProblemKind::Malformed } else { ProblemKind::WrongType };
        let message = match error.place() {
            place if place.is_empty() => error.describe(words::target(type_name)),
            place => format!("at `{place}`: {}", error.describe(words::target(type_name))),
        };
        let problem = Problem::new(kind, message).note("found in", self.origin(origin));
        let help = match kind {
            ProblemKind::Malformed => "write JSON there, such as {\"key\": \"value\"} or [\"a\", \"b\"]",
            _ if error.is_of_shape() => "correct the value there, or read it with #[config(with = \"..\")]",
            _ => "correct the value there, or the type of the field",
        };
        self.problems.push(problem.field(&self.path).help(help));
    }

    /// Nothing supplies a leaf that no store is asked for.
    fn unset(&self, field: &Field, type_name: &str) -> Problem {
        let mut problem = Problem::new(ProblemKind::Missing, "missing");
        let has_told = |told: &Problem| told.kind() == ProblemKind::Missing && told.has_note(NO_FILE);
        if let Some(absent) = self.stage.layers.absent_files().filter(|_| !self.problems.iter().any(has_told)) {
            problem = problem.note(NO_FILE, absent);
        }
        if lacks_attribute(field, type_name) && !self.stage.is_offline {
            let variable = self.stage.layers.variable(field, &self.path).map(|name| format!(", or set {name}"));
            return problem
                .help(format!("mark the field #[secret], so that it is looked up{}", variable.unwrap_or_default()));
        }
        problem.help(self.how_to_set(field))
    }

    fn how_to_set(&self, field: &Field) -> String {
        let (layers, path) = (self.stage.layers, &self.path);
        let may_stand_in_file = !field.secret || self.stage.is_offline || field.allow_in_files;
        let file = layers.own_file.as_ref().filter(|_| may_stand_in_file);
        match (layers.variable(field, path), file) {
            (Some(variable), Some(file)) => format!("set `{path}` in {file}, or {variable}"),
            (None, Some(file)) => format!("set `{path}` in {file}"),
            (Some(variable), None) => format!("set {variable}"),
            (None, None) => "give the field a store, or a variable with #[config(env = \"..\")]".to_owned(),
        }
    }

    /// Tells that a leaf is nowhere; fields of one document share the problem.
    fn miss(&mut self, missing: Problem) {
        match self.stage.plan.lookups.get(&self.path) {
            Some(planned) if planned.key.is_none() || missing.kind() == ProblemKind::Missing => {
                self.share(Cause::Request(planned.request, missing.kind()), missing);
            }
            _ => self.problems.push(missing.field(&self.path)),
        }
    }

    /// Tells that a request failed. Fields with the same cause share the problem.
    fn fail(&mut self, request: usize, source: SourceName, name: &str, error: &SourceError) {
        let is_of_one_name = !matches!(
            error.kind,
            SourceErrorKind::NoCredentials
                | SourceErrorKind::NoRegion
                | SourceErrorKind::NoSource
                | SourceErrorKind::Throttled
                | SourceErrorKind::Unreachable
        );
        let problem = words::failed(source, is_of_one_name.then_some(name), error);
        let kind = problem.kind();
        let cause = match error.kind {
            _ if is_of_one_name => Cause::Request(request, kind),
            SourceErrorKind::NoCredentials | SourceErrorKind::NoRegion => Cause::Aws(kind),
            _ => Cause::Source(source, kind, error.reason),
        };
        self.share(cause, problem);
    }

    /// Adds the current field to the problem with this cause, or tells it for the first time.
    fn share(&mut self, cause: Cause, problem: Problem) {
        match self.shared.get(&cause) {
            Some(index) => self.problems[*index].add_field(&self.path),
            None => {
                self.shared.insert(cause, self.problems.len());
                self.problems.push(problem.field(&self.path));
            }
        }
    }

    fn origin<'o>(&'o self, from: &'o Supplied) -> Origin<'o> {
        Origin { layers: self.stage.layers, from }
    }
}

/// Whether the type holds a secret and the field does not say so: then it was most likely forgotten.
fn lacks_attribute(field: &Field, type_name: &str) -> bool {
    !field.secret && matches!(field.kind, Kind::Leaf { lookup: None }) && type_name.contains("secret::Secret<")
}

struct Origin<'a> {
    layers: &'a Layers,
    from: &'a Supplied,
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.from {
            Supplied::Layer(at) => self.layers.origin(*at).fmt(f),
            Supplied::Store { source, name, provenance } => {
                write!(f, "{source} {}", provenance.arn.as_deref().unwrap_or(name))?;
                provenance.version.as_ref().map_or(Ok(()), |version| write!(f, " version {version}"))
            }
        }
    }
}

/// Where the assembler was before it entered a section.
#[derive(Clone, Copy)]
struct Outer {
    spec: &'static Spec,
    section: Option<&'static Section>,
}
