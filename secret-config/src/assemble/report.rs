//! The problems of fields: told once each, and together where they share a cause.

use super::{Assembler, words};
use crate::error::{Problem, ProblemKind};
use crate::layers::Layers;
use crate::path::Path;
use crate::plan::{Planned, SourceName, Unasked};
use crate::source::{Provenance, SourceError, SourceErrorKind};
use crate::spec::{Field, Kind};
use crate::text::Error;
use crate::tree::At;
use std::fmt;

/// The label of the files that were looked for in vain: told with the first value that is missing.
const NO_FILE: &str = "no file at";

/// What makes the problems of two fields one problem.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Cause {
    /// One key could not be had.
    Request(usize, ProblemKind),
    /// A whole source could not be asked.
    Source(SourceName, ProblemKind, Option<&'static str>),
    /// AWS could not be asked at all.
    Aws(ProblemKind),
}

/// What supplied a value.
pub(super) enum Supplied {
    /// The struct itself, since nothing else does; in words.
    Default(&'static str),
    Layer(At),
    Nothing,
    Store {
        source: SourceName,
        name: String,
        provenance: Provenance,
        /// Which of the plan's requests it answers.
        request: usize,
    },
}

impl Assembler<'_> {
    pub(super) fn wrong_type(&mut self, error: &Error, origin: &Supplied, type_name: &'static str) {
        let kind = if error.is_malformed() { ProblemKind::Malformed } else { ProblemKind::WrongType };
        let message = match error.place() {
            place if place.is_empty() => error.describe(words::target(type_name)),
            place => format!("at `{place}`: {}", error.describe(words::target(type_name))),
        };
        let mut problem = Problem::new(kind, message).note("found in", self.origin(origin));
        for (place, variable) in self.stage.plan.unfilled.get(&self.path).into_iter().flatten() {
            problem = problem.note("not asked", format_args!("{place}: `{{{variable}}}` in its name has no value"));
        }
        let help = match kind {
            ProblemKind::Malformed => "write JSON there, such as {\"key\": \"value\"} or [\"a\", \"b\"]",
            _ if error.is_of_shape() => "correct the value there, or read it with #[config(with = \"..\")]",
            _ => "correct the value there, or the type of the field",
        };
        self.problems.push(problem.field(&self.path).help(help));
    }

    /// Nothing supplies a leaf that no store is asked for.
    pub(super) fn unset(&self, field: &Field, type_name: &str) -> Problem {
        match self.stage.plan.unasked.get(&self.path) {
            Some(Unasked::Condition(condition)) => {
                return Problem::new(
                    ProblemKind::Missing,
                    format!("missing, and not looked up because of {condition}"),
                )
                .help(format!("make it an `Option` or give it a default; or {}", self.how_to_set(field)));
            }
            Some(Unasked::Unset(variable)) => {
                return Problem::new(
                    ProblemKind::Missing,
                    format!("missing, and not looked up because `{{{variable}}}` in its name has no value"),
                )
                .help(format!("configure that value; or {}", self.how_to_set(field)));
            }
            _ => {}
        }
        let mut problem = Problem::new(ProblemKind::Missing, "missing");
        let has_told = |told: &Problem| told.kind() == ProblemKind::Missing && told.has_note(NO_FILE);
        if let Some(absent) = self.stage.layers.absent_files().filter(|_| !self.problems.iter().any(has_told)) {
            problem = problem.note(NO_FILE, absent);
        }
        if lacks_attribute(field, type_name) && !self.stage.layers.is_offline {
            let variable = self.stage.layers.variable(field, &self.path).map(|name| format!(", or set {name}"));
            return problem
                .help(format!("mark the field #[secret], so that it is looked up{}", variable.unwrap_or_default()));
        }
        problem.help(self.how_to_set(field))
    }

    pub(super) fn how_to_set(&self, field: &Field) -> String {
        let (layers, path) = (self.stage.layers, &self.path);
        let may_stand_in_file = !field.secret || self.stage.layers.is_offline || field.allow_in_files;
        let file = layers.own_file.as_ref().filter(|_| may_stand_in_file);
        match (layers.variable(field, path), file) {
            (Some(variable), Some(file)) => format!("set `{path}` in {file}, or {variable}"),
            (None, Some(file)) => format!("set `{path}` in {file}"),
            (Some(variable), None) => format!("set {variable}"),
            (None, None) => "give the field a store, or a variable with #[config(env = \"..\")]".to_owned(),
        }
    }

    /// Tells that a leaf is nowhere, if that is news.
    pub(super) fn miss(&mut self, missing: Problem) {
        let (stage, path) = (self.stage, self.path.clone());
        if stage.layers.is_broken(&path) || matches!(stage.plan.unasked.get(&path), Some(Unasked::Told)) {
            return;
        }
        match stage.plan.lookups.get(&path) {
            Some(planned) => self.miss_at(planned, missing, &path),
            None => self.problems.push(missing.field(&path)),
        }
    }

    /// Tells that no store has what is planned for `path`; fields of one document share the problem.
    pub(super) fn miss_at(&mut self, planned: &Planned, missing: Problem, path: &Path) {
        match planned.candidates.as_slice() {
            [first] if first.key.is_none() || missing.kind() == ProblemKind::Missing => {
                self.share(Cause::Request(first.request, missing.kind()), missing, path);
            }
            _ => self.problems.push(missing.field(path)),
        }
    }

    /// Tells that a request failed. Fields with the same cause share the problem.
    pub(super) fn fail(&mut self, request: usize, source: SourceName, name: &str, error: &SourceError, path: &Path) {
        let is_of_one_name = !matches!(
            error.kind,
            SourceErrorKind::Insecure
                | SourceErrorKind::NoCredentials
                | SourceErrorKind::NoRegion
                | SourceErrorKind::NoSource
                | SourceErrorKind::Throttled
                | SourceErrorKind::Unreachable
        );
        let mut problem = words::failed(source, is_of_one_name.then_some(name), error);
        if error.is_too_late() {
            let received = self.fetched.iter().filter(|fetched| fetched.is_answered()).count();
            problem = problem.note("received", format_args!("{received} of {} values", self.fetched.len()));
            if let Some(operation) = error.waiting_for {
                problem = problem.note("waiting for", operation);
            }
        }
        let kind = problem.kind();
        let cause = match error.kind {
            _ if is_of_one_name => Cause::Request(request, kind),
            SourceErrorKind::NoCredentials | SourceErrorKind::NoRegion => Cause::Aws(kind),
            _ => Cause::Source(source, kind, error.reason),
        };
        self.share(cause, problem, path);
    }

    /// Adds `path` to the problem with this cause, or tells it for the first time.
    pub(super) fn share(&mut self, cause: Cause, problem: Problem, path: &Path) {
        match self.shared.get(&cause) {
            Some(index) => self.problems[*index].add_field(path),
            None => {
                self.shared.insert(cause, self.problems.len());
                self.problems.push(problem.field(path));
            }
        }
    }

    pub(super) fn origin<'o>(&'o self, from: &'o Supplied) -> Origin<'o> {
        Origin { layers: self.stage.layers, from }
    }
}

/// Whether the type holds a secret and the field does not say so: then it was most likely forgotten.
pub(super) fn lacks_attribute(field: &Field, type_name: &str) -> bool {
    !field.secret
        && matches!(field.kind, Kind::Leaf { lookup: None, injections: [] })
        && type_name.contains("secret::Secret<")
}

pub(super) struct Origin<'a> {
    layers: &'a Layers,
    from: &'a Supplied,
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.from {
            Supplied::Default(words) => f.write_str(words),
            Supplied::Layer(at) => self.layers.origin(*at).fmt(f),
            Supplied::Nothing => f.write_str("nothing: no key is left for it"),
            Supplied::Store { source, name, provenance, .. } => {
                write!(f, "{source} {}", provenance.arn.as_deref().unwrap_or(name))?;
                provenance.version.as_ref().map_or(Ok(()), |version| write!(f, " version {version}"))
            }
        }
    }
}
