//! The plan of a load: which fields still need a store, under which names, in how few requests. Pure.

use crate::environment::Environment;
use crate::error::{Problem, ProblemKind};
use crate::key::Key;
use crate::layers::{Layers, Standing};
use crate::path::Path;
use crate::spec::{Format, Kind, Lookup, Place, Scope, Section, Spec, Store};
use crate::template::{self, TemplateError, Variables};
use std::collections::{HashMap, HashSet};
use std::fmt;

/// What a load asks the stores for.
#[derive(Default)]
pub(crate) struct Plan {
    /// Distinct keys, in the order of the fields that need them first.
    pub(crate) requests: Vec<Request>,
    /// The fields that are looked up.
    pub(crate) lookups: HashMap<Path, Planned>,
    pub(crate) problems: Vec<Problem>,
    /// The fields whose names cannot be made: it is no news that they have no value.
    pub(crate) nameless: HashSet<Path>,
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

/// Where a field's value is in what is fetched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Planned {
    pub(crate) request: usize,
    /// The key of the JSON document, and how the value is read.
    pub(crate) key: Option<&'static str>,
    pub(crate) format: Option<Format>,
}

impl Plan {
    pub(crate) fn new(spec: &'static Spec, environment: &Environment, layers: &Layers) -> Self {
        let mut plan = Self::default();
        if spec.root.offline.contains(&environment.as_str()) {
            return plan;
        }
        let variables = Variables { environment: environment.as_str(), prefix: None, path: &[] };
        let prefix = match spec.root.prefix.map(|prefix| template::expand(prefix, &variables)).transpose() {
            Ok(prefix) => prefix,
            Err(error) => {
                plan.problems.push(definition(error, spec.root.prefix.unwrap_or_default()));
                return plan;
            }
        };
        let mut planner = Planner {
            plan,
            environment: environment.as_str(),
            prefix: prefix.as_deref(),
            layers,
            indexes: HashMap::new(),
        };
        planner.section(spec, Scope::new().enter(spec.scope), &mut Path::default(), &Path::default());
        planner.plan
    }
}

struct Planner<'a> {
    plan: Plan,
    environment: &'a str,
    prefix: Option<&'a str>,
    layers: &'a Layers,
    indexes: HashMap<Request, usize>,
}

impl Planner<'_> {
    /// Plans the fields below `path`; `own` is the path of the struct itself, which a flattened one shares.
    fn section(&mut self, spec: &'static Spec, scope: Scope, path: &mut Path, own: &Path) {
        for field in spec.fields {
            match &field.kind {
                Kind::Leaf { lookup: None } => {}
                Kind::Leaf { lookup: Some(lookup) } => {
                    path.push(field.key);
                    self.leaf(lookup, scope, path, own);
                    path.pop();
                }
                Kind::Section(section) if section.flatten => self.nested(section, scope, path),
                Kind::Section(section) => {
                    path.push(field.key);
                    self.nested(section, scope, path);
                    path.pop();
                }
            }
        }
    }

    fn nested(&mut self, section: &'static Section, scope: Scope, path: &mut Path) {
        if section.optional && !self.layers.has_section(section, path) {
            return;
        }
        let scope = scope.enter(section.spec.scope).overridden_by(section.scope);
        let own = path.clone();
        self.section(section.spec, scope, path, &own);
    }

    fn leaf(&mut self, lookup: &Lookup, scope: Scope, path: &Path, own: &Path) {
        if matches!(self.layers.standing(path), Standing::Above) {
            return;
        }
        let Some(template) = lookup.template(scope) else {
            let problem = Problem::new(ProblemKind::Definition, "the struct has no document to look the key up in");
            let help = "give the struct one: #[config(document(secretsmanager = \"..\"))]";
            self.plan.problems.push(problem.field(path).help(help));
            self.plan.nameless.insert(path.clone());
            return;
        };
        // A document is named after the struct, everything else after the field.
        let path_of_name = if lookup.place == Place::Document { own } else { path };
        let source = source(lookup, scope);
        match self.key(source, template, lookup, path_of_name) {
            Ok(key) => {
                let request = self.request(Request { source, key });
                let planned = Planned { request, key: lookup.key, format: lookup.format };
                self.plan.lookups.insert(path.clone(), planned);
            }
            Err(error) => {
                self.plan.problems.push(definition(error, template).field(path));
                self.plan.nameless.insert(path.clone());
            }
        }
    }

    fn key(&self, source: SourceName, template: &str, lookup: &Lookup, path: &Path) -> Result<Key, TemplateError> {
        let keys = path.keys();
        let variables = Variables { environment: self.environment, prefix: self.prefix, path: &keys };
        let mut name = template::expand(template, &variables)?;
        if source == SourceName::Ssm && name.contains('/') && !name.starts_with(['/']) && !name.starts_with("arn:") {
            name.insert(0, '/');
        }
        let mut key = Key::new(name);
        if let Some(stage) = lookup.stage {
            key = key.with_stage(stage);
        }
        if let Some(version) = lookup.version {
            key = key.with_version(version);
        }
        Ok(key)
    }

    /// Three fields of one document are one request.
    fn request(&mut self, request: Request) -> usize {
        let next = self.plan.requests.len();
        let index = *self.indexes.entry(request.clone()).or_insert(next);
        if index == next {
            self.plan.requests.push(request);
        }
        index
    }
}

/// The source of a lookup, where it stands.
fn source(lookup: &Lookup, scope: Scope) -> SourceName {
    let of = |store| match store {
        Store::Ssm => SourceName::Ssm,
        Store::SecretsManager => SourceName::SecretsManager,
    };
    match lookup.place {
        Place::Default => of(scope.store.unwrap_or(Store::Ssm)),
        Place::Document => scope.document.map_or(SourceName::SecretsManager, |(store, _)| of(store)),
        Place::Ssm => SourceName::Ssm,
        Place::SecretsManager => SourceName::SecretsManager,
        Place::File => SourceName::File,
        Place::Source(name) => SourceName::Custom(name),
    }
}

fn definition(error: TemplateError, template: &str) -> Problem {
    let (message, help) = match error {
        TemplateError::Absent(variable) if variable == "prefix" => (
            format!("the name `{template}` needs a prefix, and the config has none"),
            "give the config one: #[config(prefix = \"..\")]".to_owned(),
        ),
        TemplateError::Absent(variable) => {
            (format!("`{{{variable}}}` in the name `{template}` is empty here"), "write the name without it".to_owned())
        }
        TemplateError::Unknown(variable) => {
            (format!("the name `{template}` has an unknown variable"), format!("remove `{{{variable}}}`"))
        }
        TemplateError::Unbalanced => {
            (format!("the name `{template}` has a brace without its partner"), "close it or remove it".to_owned())
        }
        TemplateError::Empty => ("the name is empty".to_owned(), "write a name".to_owned()),
    };
    Problem::new(ProblemKind::Definition, message).help(help)
}
