//! [`Manifest`]: every field of a config and where its value may come from, as data. Nothing is read, nothing is asked.

use super::layout::Layout;
use crate::environment::Environment;
use crate::error::{LoadError, Problem};
use crate::layers::variable_names;
use crate::loader::Loader;
use crate::path::{Path, Step};
use crate::plan::{ANY, Outline, Outlined};
use crate::spec::{Condition, Field, Kind, Lookup, Scope, Section, Shape, Spec};
use serde::Serialize;
use std::borrow::Cow;
use std::ops::Not;

/// Every field of a config, and where its value may come from in one environment.
///
/// Made by [`SecretConfig::manifest`](crate::SecretConfig::manifest); it needs no AWS and reads no file. It serializes to
/// JSON with a version number, for documentation, audits and tools of your own:
///
/// ```
/// use secret_config::{Secret, SecretConfig};
///
/// #[derive(SecretConfig)]
/// #[config(prefix = "orders/{env}", env_prefix = "ORDERS")]
/// struct AppConfig {
///     /// Where the service listens.
///     #[config(default = 8080)]
///     port: u16,
///     #[secret]
///     stripe_key: Secret<String>,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let manifest = serde_json::to_value(AppConfig::manifest("prod")?)?;
/// assert_eq!(manifest["version"], 1);
/// assert_eq!(manifest["fields"][0]["doc"], "Where the service listens.");
/// assert_eq!(manifest["fields"][0]["variables"][0], "ORDERS_PORT");
/// assert_eq!(manifest["fields"][1]["type"], "Secret<String>");
/// assert_eq!(manifest["fields"][1]["remotes"][0]["name"], "/orders/prod/stripe_key");
/// # Ok(())
/// # }
/// ```
///
/// `*` stands in paths and names for what only the layers know: the key of an entry of a map or list, or another value of
/// the config. Fields are in the order of the structs, and what is absent is left out of the JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manifest {
    version: u32,
    config: &'static str,
    environment: String,
    is_offline: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
    fields: Vec<FieldManifest>,
    /// The tables that files have for them.
    #[serde(skip)]
    pub(super) layout: Layout,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldManifest {
    path: String,
    #[serde(rename = "type")]
    type_name: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    doc: &'static str,
    is_secret: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    variables: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remotes: Vec<Remote>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conditions: Vec<String>,
    #[serde(skip_serializing_if = "Not::not")]
    allow_in_files: bool,
    #[serde(skip_serializing_if = "Not::not")]
    is_shared: bool,
}

/// A place in a store that a field's value may come from. Of several the first that is found wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remote {
    store: &'static str,
    name: String,
    /// The key of the JSON document.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// All parameters below the name, as a map.
    #[serde(skip_serializing_if = "Not::not")]
    is_level: bool,
    /// Once for each element of this field.
    #[serde(skip_serializing_if = "Option::is_none")]
    for_each: Option<String>,
    /// The place inside the field's value, for `inject(..)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conditions: Vec<String>,
}

impl<T: crate::SecretConfig> Loader<T> {
    pub(crate) fn manifest(self) -> Result<Manifest, LoadError> {
        let environment = self.environment(T::SPEC)?;
        Manifest::new(T::SPEC, &environment)
            .map_err(|problems| LoadError::new(T::SPEC.type_name, Some(environment.to_string()), problems))
    }
}

impl Manifest {
    /// The config's type.
    pub fn config(&self) -> &'static str {
        self.config
    }

    /// The environment that the names are resolved for.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// Whether it never calls AWS.
    pub fn is_offline(&self) -> bool {
        self.is_offline
    }

    /// The fields, in the order of the structs.
    pub fn fields(&self) -> &[FieldManifest] {
        &self.fields
    }

    pub(crate) fn new(spec: &'static Spec, environment: &Environment) -> Result<Self, Vec<Problem>> {
        let outline = Outline::new(spec, environment).map_err(|problem| vec![problem])?;
        let prefix = outline.prefix().map(str::to_owned);
        let mut walk = Walk { root: spec, outline, fields: Vec::new(), problems: Vec::new() };
        let site = Site { path: Path::default(), scope: Scope::new().enter(spec.scope), conditions: Vec::new() };
        walk.fields_of(spec, &Site { conditions: described(spec.scope.when), ..site });
        if !walk.problems.is_empty() {
            return Err(walk.problems);
        }
        let environment = environment.as_str();
        Ok(Self {
            version: 1,
            config: spec.type_name,
            environment: environment.to_owned(),
            is_offline: spec.root.offline.contains(&environment),
            prefix,
            fields: walk.fields,
            layout: Layout::of(spec),
        })
    }
}

impl FieldManifest {
    /// The path from the root, as in files: `database.password`, `tenants.*.token`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The type as the struct spells it.
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The doc comment.
    pub fn doc(&self) -> &'static str {
        self.doc
    }

    /// Whether the field is marked as a secret, or its type says so.
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// The default as the struct spells it, if it has one and is no secret.
    pub fn default(&self) -> Option<&'static str> {
        self.default
    }

    /// Other keys that files may have for it.
    pub fn aliases(&self) -> &[&'static str] {
        &self.aliases
    }

    /// The environment variables that supply it, the first one first. `ENTRY` stands for the key of an entry.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// Where a store may have it.
    pub fn remotes(&self) -> &[Remote] {
        &self.remotes
    }

    /// What must hold for it to be looked up, as the attributes say it.
    pub fn conditions(&self) -> &[String] {
        &self.conditions
    }

    /// Whether a secret may stand in a file outside offline environments.
    pub fn allow_in_files(&self) -> bool {
        self.allow_in_files
    }

    /// Whether all environments have the same value of it, as `#[config(shared)]` says: `promote` copies it. The JSON has
    /// `is_shared` where it is true.
    pub fn is_shared(&self) -> bool {
        self.is_shared
    }
}

impl Remote {
    /// `ssm`, `secretsmanager`, `file`, or the name of a source of the program's own.
    pub fn store(&self) -> &'static str {
        self.store
    }

    /// The full name there.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key of the JSON document.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }
}

fn described(conditions: &[Condition]) -> Vec<String> {
    conditions.iter().map(|condition| condition.describe().trim_matches('`').to_owned()).collect()
}

/// A struct where it stands.
struct Site {
    path: Path,
    scope: Scope,
    conditions: Vec<String>,
}

struct Walk<'a> {
    root: &'static Spec,
    outline: Outline<'a>,
    fields: Vec<FieldManifest>,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    fn fields_of(&mut self, spec: &'static Spec, site: &Site) {
        for field in spec.fields {
            match &field.kind {
                Kind::Section(section) if section.flatten => self.section(section, site, &site.path),
                Kind::Section(section) => self.section(section, site, &site.path.join(field.key)),
                Kind::Leaf { .. } | Kind::Rest { .. } => self.leaf(field, site),
            }
        }
    }

    fn section(&mut self, section: &'static Section, outer: &Site, path: &Path) {
        let when = if section.scope.when.is_empty() { section.spec.scope.when } else { section.scope.when };
        let conditions = outer.conditions.iter().cloned().chain(described(when)).collect();
        let scope = outer.scope.enter(section.spec.scope).overridden_by(*section.scope);
        let path = below(path.clone(), section.shape);
        self.fields_of(section.spec, &Site { path, scope, conditions });
    }

    fn leaf(&mut self, field: &'static Field, site: &Site) {
        let path = site.path.join(field.step());
        let (lookup, injections) = match field.kind {
            Kind::Leaf { lookup, injections } => (lookup, injections),
            Kind::Rest { injections } => (None, injections),
            Kind::Section(_) => return,
        };
        let mut remotes = Vec::new();
        let mut conditions = Vec::new();
        if let Some(lookup) = lookup {
            conditions = if lookup.when.is_empty() { site.conditions.clone() } else { described(lookup.when) };
            let of = match lookup.for_each {
                Some(_) => path.join(Step::entry(ANY)),
                None => path.clone(),
            };
            remotes.extend(self.remotes(lookup, site, &of, None));
        }
        for injection in injections {
            for place in injection.places {
                // Where in the value it is, only the value knows.
                remotes.extend(self.remotes(&injection.lookup, site, &path.join(Step::entry(ANY)), Some(place)));
            }
        }
        let variables = match field.kind {
            Kind::Rest { .. } => Vec::new(),
            _ => variable_names(self.root.root.env_prefix, field.env, &with_entries_named(&path)),
        };
        self.fields.push(FieldManifest {
            path: shown(&path),
            type_name: field.described.type_name,
            doc: field.described.doc,
            is_secret: field.secret || field.holds_secret,
            default: Some(field.described.default).filter(|default| !default.is_empty()),
            aliases: field.aliases.to_vec(),
            variables,
            remotes,
            conditions,
            allow_in_files: field.allow_in_files,
            is_shared: field.described.is_shared,
        });
    }

    fn remotes(&mut self, lookup: &Lookup, site: &Site, path: &Path, place: Option<&'static str>) -> Vec<Remote> {
        let requests = match self.outline.requests(lookup, site.scope, &site.path, path) {
            Ok(requests) => requests,
            Err(problem) => {
                self.problems.push(problem);
                return Vec::new();
            }
        };
        let remote = |(request, key): Outlined| Remote {
            store: request.source.word(),
            name: request.key.name().to_owned(),
            key: key.map(Cow::into_owned),
            stage: request.key.stage().map(str::to_owned),
            version: request.key.version().map(str::to_owned),
            is_level: request.key.is_level(),
            for_each: lookup.for_each.map(|list| shown(&site.path.join(list))),
            place,
            conditions: if place.is_some() { described(lookup.when) } else { Vec::new() },
        };
        requests.into_iter().map(remote).collect()
    }
}

/// The path of what is in the entries, if the section is a map or a list.
fn below(path: Path, shape: &Shape) -> Path {
    match shape {
        Shape::One => path,
        Shape::Optional(inner) => below(path, inner),
        Shape::Map(inner) | Shape::List(inner) => below(path.join(Step::entry(ANY)), inner),
    }
}

fn shown(path: &Path) -> String {
    path.keys().join(".")
}

fn with_entries_named(path: &Path) -> Path {
    let named = |step: &Step| if step.is_entry() { Step::entry("ENTRY") } else { step.clone() };
    Path::default().join_all(&path.steps().iter().map(named).collect::<Vec<_>>())
}
