//! From what was read and fetched to fields, each leaf by itself: a value or a problem, and every problem is kept.
//!
//! What is generic here is a shell around what is not: generated code calls it once for each field.

mod fetched;
mod kinds;
mod leaf;
mod plain;
mod policy;
mod report;
mod words;

pub use kinds::{AsLeaf, Flatten, Leaf, Nested, Probe, section};

use crate::error::Problem;
use crate::explanation::Origin;
use crate::fetch::Outcome;
use crate::layers::Layers;
use crate::path::{Path, Step};
use crate::plan::{Plan, Values};
use crate::spec::{Field, Kind, Section, Shape, Spec};
use crate::text::{Absent, Deserializer, Error};
use fetched::Fetched;
#[cfg(all(feature = "operator", feature = "aws"))]
pub(crate) use fetched::entry;
use report::{Cause, Supplied};
use serde::de::Deserialize;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::RandomState;

/// Builds the fields of a config, and collects what is wrong with them.
pub struct Assembler<'a> {
    stage: &'a Stage<'a>,
    fetched: Vec<Fetched>,
    spec: &'static Spec,
    /// The struct whose keys stand in the same table, if this one is flattened; otherwise the same.
    table: &'static Spec,
    path: Path,
    section: Option<Entered>,
    problems: Vec<Problem>,
    /// Problems that further fields may share.
    shared: HashMap<Cause, usize>,
    /// Where the values came from, if anybody wants to know.
    origins: Option<Noted>,
}

/// Where the values came from.
struct Noted {
    origins: RefCell<Vec<Origin>>,
    fingerprints: Option<RandomState>,
    keeps_values: bool,
}

/// What the stages before this one found.
pub(crate) struct Stage<'a> {
    pub(crate) root: &'static Spec,
    pub(crate) layers: &'a Layers,
    pub(crate) plan: &'a Plan,
}

/// A section that is being assembled.
#[derive(Clone, Copy)]
struct Entered {
    field: &'static Field,
    section: &'static Section,
    /// What still stands between the path and the struct.
    shape: &'static Shape,
    /// What a condition at its place decided.
    condition: Option<bool>,
}

impl<'a> Assembler<'a> {
    pub(crate) fn new(stage: &'a Stage<'a>, outcomes: Vec<Outcome>) -> Self {
        let mut fetched: Vec<_> = outcomes.into_iter().map(Fetched::new).collect();
        let in_leaves = stage.plan.fills.values().flatten().map(|fill| &fill.planned);
        for candidate in stage.plan.lookups.values().chain(in_leaves).flat_map(|planned| &planned.candidates) {
            fetched[candidate.request].waiting += 1;
        }
        let (path, problems, shared) = (Path::default(), Vec::new(), HashMap::new());
        let (spec, table, section, origins) = (stage.root, stage.root, None, None);
        Self { stage, fetched, spec, table, path, section, problems, shared, origins }
    }

    /// Keeps where each value comes from; and with a key what it is, to be compared with another load's.
    pub(crate) fn note_origins(&mut self, fingerprints: Option<RandomState>) {
        self.origins = Some(Noted { origins: RefCell::default(), fingerprints, keeps_values: false });
    }

    /// The same, and the plain values with it, for a person to read.
    #[cfg(feature = "cli")]
    pub(crate) fn note_values(&mut self) {
        self.origins = Some(Noted { origins: RefCell::default(), fingerprints: None, keeps_values: true });
    }

    /// What was kept.
    pub(crate) fn take_origins(&mut self) -> Vec<Origin> {
        self.origins.take().map(|noted| noted.origins.into_inner()).unwrap_or_default()
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

    /// The flattened field `index`: a section, or a leaf that reads the keys that are left.
    pub fn flatten<F: Flatten>(&mut self, index: usize, kind: F, base: Option<F::Value>) -> Option<F::Value> {
        kind.assemble(self, index, base, None)
    }

    /// The same, with `default` for what no layer and no store has.
    pub fn flatten_or<F: Flatten>(
        &mut self,
        index: usize,
        kind: F,
        base: Option<F::Value>,
        default: fn() -> F::Value,
    ) -> Option<F::Value> {
        kind.assemble(self, index, base, Some(default))
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

    fn enter(&mut self, index: usize) -> Option<Outer> {
        let field = self.spec.fields.get(index)?;
        let Kind::Section(section) = &field.kind else { return None };
        let (stage, when) = (self.stage, section.scope.when);
        let values = Values::of_struct(stage.layers, stage.root, self.spec, &self.path);
        let condition = (!when.is_empty()).then(|| when.iter().all(|condition| values.meet(condition)));
        if !section.flatten {
            self.path.push(field.key);
        }
        let outer = Outer { spec: self.spec, table: self.table, section: self.section };
        self.spec = section.spec;
        self.table = if section.flatten { self.table } else { section.spec };
        self.section = Some(Entered { field, section, shape: section.shape, condition });
        Some(outer)
    }

    fn leave(&mut self, outer: Outer) {
        if self.section.is_some_and(|entered| !entered.section.flatten) {
            self.path.pop();
        }
        (self.spec, self.table, self.section) = (outer.spec, outer.table, outer.section);
    }

    /// Whether the optional section that was entered is there.
    pub fn section_exists(&mut self) -> bool {
        let Some(Entered { section, shape, condition, .. }) = self.section else { return true };
        let layers = self.stage.layers;
        if !std::ptr::eq(shape, section.shape) {
            return layers.is_there(&self.path);
        }
        match condition {
            Some(true) if !section.probe => return true,
            Some(false) => return false,
            _ => {}
        }
        let path = self.path.clone();
        layers.has_section(section, &path) || section.probe && self.store_has_any(section.spec, &path)
    }

    /// Whether a default stands in for the section that was entered, with what the stores have for it.
    pub fn section_is_defaulted(&self) -> bool {
        self.section.is_some_and(|entered| entered.section.defaulted && entered.condition != Some(false))
    }

    /// Whether a store has a value for any field of the struct at `path`, or says other than that it has none.
    fn store_has_any(&mut self, spec: &'static Spec, path: &Path) -> bool {
        let plan = self.stage.plan;
        spec.fields.iter().any(|field| match &field.kind {
            Kind::Section(section) if section.flatten => self.store_has_any(section.spec, path),
            Kind::Section(section) => self.store_has_any(section.spec, &path.join(field.key)),
            Kind::Leaf { .. } | Kind::Rest { .. } => {
                let path = path.join(field.step());
                let fills = plan.fills.get(&path).into_iter().flatten().map(|fill| &fill.planned);
                let mut candidates =
                    plan.lookups.get(&path).into_iter().chain(fills).flat_map(|planned| &planned.candidates);
                candidates.any(|candidate| self.fetched[candidate.request].has(candidate.key.as_deref()))
            }
        })
    }

    /// Runs `assemble` for what stands inside the wrapper that was entered.
    pub fn inside<T>(&mut self, assemble: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let entered = self.section;
        if let Some(Entered { shape, .. }) = &mut self.section
            && let Shape::Optional(inner) | Shape::Map(inner) | Shape::List(inner) = shape
        {
            *shape = inner;
        }
        let value = assemble(self);
        self.section = entered;
        value
    }

    /// The entries of the map or list that was entered, if it is there.
    pub fn entries(&self) -> Option<Vec<Step>> {
        self.stage.layers.entries(&self.path)
    }

    /// One of them.
    pub fn entry<T>(&mut self, entry: Step, assemble: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.path.push(entry);
        let value = self.inside(assemble);
        self.path.pop();
        value
    }

    /// A map or list that no layer has: `base`, or a problem.
    pub fn absent<T>(&mut self, base: Option<T>) -> Option<T> {
        match (&base, self.section) {
            (None, Some(Entered { field, .. })) => {
                let missing = self.unset(field, "");
                self.miss(missing);
            }
            _ => self.trace(&self.path, &Supplied::Default("default: no layer has it"), None, false),
        }
        base
    }
}

/// Where the assembler was before it entered a section.
#[derive(Clone, Copy)]
struct Outer {
    spec: &'static Spec,
    table: &'static Spec,
    section: Option<Entered>,
}
