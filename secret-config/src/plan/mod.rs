//! The plan of a load: which fields still need a store, under which names, in how few requests. Pure.

mod leaf;
#[cfg(feature = "operator")]
mod outline;
mod route;
mod values;
mod words;

use crate::environment::Environment;
use crate::error::Problem;
use crate::key::Key;
use crate::layers::Layers;
use crate::path::{Path, Step};
use crate::spec::{Condition, Format, Kind, Lookup, Scope, Section, Shape, Spec};
use crate::template::{self, TemplateError, Variables};
use crate::tree::{At, Node};
use leaf::Leaf;
#[cfg(feature = "operator")]
pub(crate) use outline::{ANY, Outline, Outlined};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
pub(crate) use values::Values;

/// What a load asks the stores for.
#[derive(Default)]
pub(crate) struct Plan {
    /// Distinct keys, in the order of the fields that need them first.
    pub(crate) requests: Vec<Request>,
    /// The fields that are looked up.
    pub(crate) lookups: HashMap<Path, Planned>,
    /// What is looked up for places inside a leaf.
    pub(crate) fills: HashMap<Path, Vec<Fill>>,
    /// What files have in the places of leaves that stores are there for.
    pub(crate) in_files: HashMap<Path, Vec<At>>,
    /// Places inside leaves that are not filled, each with what its name lacks.
    pub(crate) unfilled: HashMap<Path, Vec<(String, String)>>,
    /// The fields that have a lookup, and are not looked up.
    pub(crate) unasked: HashMap<Path, Unasked>,
    pub(crate) problems: Vec<Problem>,
}

/// One key to fetch, however many fields it serves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Request {
    pub(crate) source: SourceName,
    pub(crate) key: Key,
}

/// Which of a load's sources is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum SourceName {
    Ssm,
    SecretsManager,
    File,
    Custom(&'static str),
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ssm => f.write_str("Parameter Store"),
            Self::SecretsManager => f.write_str("Secrets Manager"),
            Self::File => f.write_str("mounted file"),
            Self::Custom(name) => write!(f, "source `{name}`"),
        }
    }
}

/// Where a value is in what is fetched.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    /// The first that is found wins.
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) format: Option<Format>,
    /// Nothing stands in for it: a condition said that it is there.
    pub(crate) is_required: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) request: usize,
    /// The key of the JSON document.
    pub(crate) key: Option<Cow<'static, str>>,
}

/// A value for a place inside a leaf, or for the leaf itself.
pub(crate) struct Fill {
    /// The steps from the leaf.
    pub(crate) place: Vec<Step>,
    pub(crate) planned: Planned,
    /// The file that refers to it.
    pub(crate) referred_in: Option<At>,
}

/// Why a field with a lookup is not looked up.
pub(crate) enum Unasked {
    /// What is wrong with its name has been told.
    Told,
    /// A condition that does not hold, as the attribute has it.
    Condition(String),
    /// A configured value in its name that no layer has.
    Unset(String),
}

impl Plan {
    /// What the document has to have that this request is for.
    pub(crate) fn keys_of(&self, request: usize) -> Vec<&str> {
        let planned = self.lookups.values().chain(self.fills.values().flatten().map(|fill| &fill.planned));
        let candidates =
            planned.flat_map(|planned| &planned.candidates).filter(|candidate| candidate.request == request);
        let mut keys: Vec<_> = candidates.filter_map(|candidate| candidate.key.as_deref()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    pub(crate) fn new(spec: &'static Spec, environment: &Environment, layers: &Layers) -> Self {
        let is_offline = layers.is_offline;
        if is_offline && !spec.root.references {
            return Self::default();
        }
        let mut plan = Self::default();
        let variables = Variables::of_environment(environment.as_str());
        let prefix = match spec.root.prefix.map(|prefix| template::expand(prefix, &variables)).transpose() {
            Ok(prefix) => prefix,
            Err(error) => {
                plan.problems.push(words::definition(&error, spec.root.prefix.unwrap_or_default()));
                return plan;
            }
        };
        let environment = environment.as_str();
        let prefix = prefix.as_deref();
        let mut planner =
            Planner { plan, environment, is_offline, prefix, layers, root: spec, indexes: HashMap::new() };
        let (path, scope) = (Path::default(), Scope::new().enter(spec.scope));
        let gate = planner.gate(spec.scope.when, spec, &path);
        planner.section(&Site { spec, table: spec, path, scope, gate });
        planner.plan
    }
}

struct Planner<'a> {
    plan: Plan,
    environment: &'a str,
    is_offline: bool,
    prefix: Option<&'a str>,
    layers: &'a Layers,
    root: &'static Spec,
    indexes: HashMap<Request, usize>,
}

/// What the conditions around a struct say of its remote fields.
#[derive(Clone)]
enum Gate {
    Open,
    /// A condition said that they are there.
    Required,
    /// This one does not hold.
    Closed(String),
}

/// A struct where it stands.
struct Site {
    spec: &'static Spec,
    /// The struct whose keys stand in the same table, if this one is flattened; otherwise the same.
    table: &'static Spec,
    path: Path,
    scope: Scope,
    gate: Gate,
}

/// What a lookup in the making knows of its surroundings.
struct Around<'a> {
    scope: Scope,
    /// The path that names are made of.
    path: &'a Path,
    values: Values<'a>,
}

impl<'a> Planner<'a> {
    /// Plans the fields of a struct.
    fn section(&mut self, site: &Site) {
        for field in site.spec.fields {
            if let (Kind::Leaf { lookup: None, injections: [] }, false) = (&field.kind, self.root.root.references) {
                continue;
            }
            let path = site.path.join(field.step());
            match &field.kind {
                Kind::Leaf { lookup, injections } => {
                    if let Some(lookup) = lookup {
                        self.leaf(lookup, site, &path);
                    }
                    if !injections.is_empty()
                        && let Some(leaf) = self.layers.value(&path)
                    {
                        self.inject(injections, site, &Leaf { path: &path, at: &path, value: &leaf, table: &leaf });
                    }
                    self.references(&path, &path);
                }
                Kind::Rest { injections } => {
                    let table = self.layers.value(&site.path).unwrap_or_else(Node::empty_table);
                    let rest = self.layers.rest(site.table, &site.path).unwrap_or_else(Node::empty_table);
                    let leaf = Leaf { path: &path, at: &site.path, value: &rest, table: &table };
                    self.inject(injections, site, &leaf);
                    // Those of the fields beside it are found with them.
                    self.references_of_rest(site, &path);
                }
                Kind::Section(section) if section.flatten => self.nested(section, site, &site.path),
                Kind::Section(section) => self.nested(section, site, &path),
            }
        }
    }

    /// Whether all of `conditions` hold, which speak of the fields of `spec` at `path`.
    fn gate(&mut self, conditions: &'static [Condition], spec: &'static Spec, path: &Path) -> Gate {
        for path in conditions.iter().map(|condition| path.join(condition.key)) {
            if self.layers.is_reference(&path) && !matches!(self.plan.unasked.get(&path), Some(Unasked::Told)) {
                self.plan.problems.push(words::deciding_reference().field(&path));
                self.plan.unasked.insert(path, Unasked::Told);
            }
        }
        let values = Values::of_struct(self.layers, self.root, spec, path);
        match conditions.iter().find(|condition| !values.meet(condition)) {
            _ if conditions.is_empty() => Gate::Open,
            Some(condition) => Gate::Closed(condition.describe()),
            None => Gate::Required,
        }
    }

    fn nested(&mut self, section: &'static Section, outer: &Site, path: &Path) {
        let at_place = self.gate(section.scope.when, outer.spec, &outer.path);
        if let Shape::Optional(_) = section.shape {
            let exists = match at_place {
                Gate::Closed(_) => false,
                Gate::Required => true,
                Gate::Open => section.probe || section.defaulted || self.layers.has_section(section, path),
            };
            if !exists {
                return;
            }
        }
        let inherited = match (&outer.gate, at_place) {
            (Gate::Closed(condition), _) => Gate::Closed(condition.clone()),
            // That the section is there is all that the condition says of an `Option`.
            (_, Gate::Required) if matches!(section.shape, Shape::Optional(_)) => Gate::Open,
            // A flattened struct is part of the one around it.
            (Gate::Required, Gate::Open) if section.flatten => Gate::Required,
            (_, at_place) => at_place,
        };
        let scope = outer.scope.enter(section.spec.scope).overridden_by(*section.scope);
        let shape = match section.shape {
            Shape::Optional(inner) => inner,
            shape => shape,
        };
        self.shaped(section, shape, outer, scope, path, &inherited);
    }

    /// Plans the struct, as many times as the layers have it.
    fn shaped(
        &mut self,
        section: &'static Section,
        shape: &Shape,
        outer: &Site,
        scope: Scope,
        path: &Path,
        inherited: &Gate,
    ) {
        match shape {
            Shape::One => {
                let spec = section.spec;
                let gate = match inherited {
                    // Conditions at the place replace the struct's own.
                    Gate::Open if section.scope.when.is_empty() => self.gate(spec.scope.when, spec, path),
                    // A flattened struct has its own conditions beside those of the struct around it.
                    Gate::Required if section.scope.when.is_empty() => match self.gate(spec.scope.when, spec, path) {
                        Gate::Open => Gate::Required,
                        decided => decided,
                    },
                    decided => decided.clone(),
                };
                let table = if section.flatten { outer.table } else { spec };
                self.section(&Site { spec, table, path: path.clone(), scope, gate });
            }
            Shape::Optional(inner) => {
                if self.layers.is_there(path) {
                    self.shaped(section, inner, outer, scope, path, inherited);
                }
            }
            Shape::Map(inner) | Shape::List(inner) => {
                for entry in self.layers.entries(path).into_iter().flatten() {
                    self.shaped(section, inner, outer, scope, &path.join(entry), inherited);
                }
            }
        }
    }

    /// The requests for `lookup`; without any it has been told or kept why. `field` is what reports name.
    fn planned(&mut self, lookup: &Lookup, around: &Around<'_>, field: &Path) -> Option<Planned> {
        let Some(first) = lookup.template(around.scope) else {
            self.plan.problems.push(words::no_document().field(field));
            self.plan.unasked.insert(field.clone(), Unasked::Told);
            return None;
        };
        let mut candidates = Vec::new();
        for template in [first].into_iter().chain(lookup.others.iter().copied()) {
            match self.name(template, around) {
                Ok(name) => {
                    let route = route::Route::of_lookup(lookup, around.scope, name);
                    candidates.push(self.candidate(route));
                }
                Err(TemplateError::Unset(variable)) => {
                    self.plan.unasked.insert(field.clone(), Unasked::Unset(variable));
                }
                Err(error) => {
                    self.plan.problems.push(words::definition(&error, template).field(field));
                    self.plan.unasked.insert(field.clone(), Unasked::Told);
                    return None;
                }
            }
        }
        let is_asked = !candidates.is_empty();
        is_asked.then_some(Planned { candidates, format: lookup.format, is_required: false })
    }

    fn name(&self, template: &str, around: &Around<'_>) -> Result<String, TemplateError> {
        let configured = |name: &str| around.values.configured(name);
        let path = around.path.steps();
        let variables = Variables { environment: self.environment, prefix: self.prefix, path, configured: &configured };
        template::expand(template, &variables)
    }

    /// Three fields of one document are one request.
    fn candidate(&mut self, route: route::Route) -> Candidate {
        let next = self.plan.requests.len();
        let request = *self.indexes.entry(route.request.clone()).or_insert(next);
        if request == next {
            self.plan.requests.push(route.request);
        }
        Candidate { request, key: route.json_key }
    }
}
