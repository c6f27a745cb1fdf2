//! [`Promotion`]: what the stores lack of what a load needs, as a plan that people can read; and the writes that make it
//! true. `init`, `promote` and `set` are made of it.
//!
//! `places` finds out what is missing, `standing` what is there of single fields, `plan` shows it, `values` has what is to
//! be written, `copy` has it from another environment, `content` makes text of it and `document` adds keys to documents,
//! `rehearsal` tries it, `write` writes it, `words` says what went wrong, and `no_place` why nothing can be written.

mod content;
mod copy;
mod document;
mod no_place;
mod places;
mod plan;
mod rehearsal;
mod standing;
mod values;
mod words;
mod write;

#[cfg(feature = "cli")]
pub(crate) use no_place::NoPlace;
pub use standing::Existing;
pub use values::{NewValue, Values};
pub use write::{Action, Write, WriteOptions, Written};

use crate::SecretConfig;
use crate::error::{LoadError, Problem, ProblemKind};
use crate::loader::{Loader, Surveyed};
use crate::plan::{Request, SourceName};
use crate::source::writes::{Stores, Way};
use crate::source::{ParameterKind, Payload};
use serde::{Serialize, Serializer};
use std::ops::Not;
use std::time::Duration;

/// What the stores lack of what a load needs, and the way to write it.
///
/// [`Loader::missing`] makes one for everything that is missing, [`Loader::standing`] one for single fields, whether or not
/// they are, and [`and`](Self::and) one of both. `Display` is the plan, for people: names and no value.
/// [`write`](Self::write) creates what there is a value for.
///
/// ```no_run
/// use secret_config::operator::{NewValue, Values, WriteOptions};
/// use secret_config::{Secret, SecretConfig};
///
/// #[derive(Debug, SecretConfig)]
/// #[config(prefix = "orders/{env}")]
/// struct AppConfig {
///     #[secret]
///     stripe_key: Secret<String>,
///     #[secret]
///     session_key: Secret<String>,
/// }
///
/// # async fn run() -> Result<(), secret_config::LoadError> {
/// let missing = AppConfig::loader("prod").missing().await?;
/// println!("{missing}");
/// let mut values = Values::new().with("session_key", NewValue::generated(32));
/// // What both environments have in common.
/// values.extend(AppConfig::loader("dev").copy(["stripe_key"]).await?);
/// let options = WriteOptions::new().kms_key("alias/orders").tag("service", "orders");
/// let written = missing.write(&values, &options, |write| println!("{write}")).await;
/// assert!(written.is_complete());
/// # Ok(())
/// # }
/// ```
#[derive(Serialize)]
pub struct Promotion {
    version: u32,
    config: &'static str,
    environment: String,
    creations: Vec<Creation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kept: Vec<Creation>,
    #[serde(serialize_with = "words::problems")]
    problems: Vec<Problem>,
    #[serde(skip)]
    scope: Scope,
    #[serde(skip)]
    way: Way,
}

/// What a plan is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// All that a load needs.
    All,
    /// Fields that somebody named.
    Named,
}

/// One parameter or secret that is to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Creation {
    #[serde(rename = "store", serialize_with = "word")]
    source: SourceName,
    name: String,
    is_secret: bool,
    exists: bool,
    /// That is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// Of the SecureString that is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key: Option<String>,
    /// Of the parameter that is there.
    #[serde(skip)]
    parameter: Option<ParameterKind>,
    #[serde(skip)]
    arn: Option<String>,
    parts: Vec<Part>,
}

/// A value that is to be written: the whole of a parameter or secret, or a key of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    fields: Vec<String>,
    #[serde(rename = "type", skip_serializing_if = "str::is_empty")]
    type_name: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    doc: &'static str,
    is_secret: bool,
    is_needed: bool,
    #[serde(skip_serializing_if = "Not::not")]
    is_shared: bool,
    #[serde(skip_serializing_if = "Not::not")]
    has_value: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    copied_from: Option<String>,
    /// Other keys that its fields read.
    #[serde(skip)]
    aliases: &'static [&'static str],
}

fn word<S: Serializer>(source: &SourceName, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(source.word())
}

impl Promotion {
    /// The environment that is written to.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// What is to be written, in the order of the fields.
    pub fn creations(&self) -> &[Creation] {
        &self.creations
    }

    /// What has a value already, and is left as it is: of fields that were asked for with [`Existing::Keep`].
    pub fn kept(&self) -> &[Creation] {
        &self.kept
    }

    /// What else is wrong with the load, which no write can mend: what is denied, malformed or not reached, and fields
    /// that no store is asked for.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether nothing is missing that a load needs. Fields that it can do without may still be.
    pub fn has_all(&self) -> bool {
        !self.creations.iter().any(Creation::lacks_a_needed)
    }

    /// This plan with what `other` has beyond it: what is missing, and fields that are written whether or not they are.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for creation in other.creations {
            match self.creations.iter_mut().find(|known| known.is_at(&creation)) {
                Some(known) => {
                    let is_new = |part: &Part| known.parts.iter().all(|other| other.key != part.key);
                    let new: Vec<_> = creation.parts.into_iter().filter(is_new).collect();
                    known.parts.extend(new);
                }
                None => self.creations.push(creation),
            }
        }
        self.kept.extend(other.kept);
        self.problems.extend(other.problems);
        self
    }

    /// The plan that tells which of `values` are copied, and from which environment.
    #[must_use]
    pub fn telling_copies_of(mut self, values: &Values) -> Self {
        for part in self.creations.iter_mut().flat_map(|creation| &mut creation.parts) {
            let value = part.fields.iter().find_map(|field| values.of(field));
            part.copied_from = value.and_then(|value| value.copied_from.clone());
        }
        self
    }

    fn new(config: &'static str, environment: String, scope: Scope, way: Way) -> Self {
        let (creations, kept, problems) = (Vec::new(), Vec::new(), Vec::new());
        Self { version: 1, config, environment, creations, kept, problems, scope, way }
    }
}

impl Creation {
    /// `ssm` or `secretsmanager`.
    pub fn store(&self) -> &'static str {
        self.source.word()
    }

    /// The full name there.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is written encrypted: as a SecureString, or to Secrets Manager.
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// Whether it is there already: as a document that lacks keys, or with values that are to be replaced. What else it has is
    /// kept. In the plan of [`Loader::place`] nobody has looked, and this is `false`.
    pub fn exists(&self) -> bool {
        self.exists
    }

    /// The version that is there.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The KMS key of a SecureString that is there, if `ssm:DescribeParameters` told it: a new version has the same one, unless
    /// it is given another.
    pub fn kms_key(&self) -> Option<&str> {
        self.kms_key.as_deref()
    }

    /// Whether a new version has to be told its KMS key: a SecureString that is there does not keep its own, and which one
    /// that is was not to be found out.
    pub fn needs_kms_key(&self) -> bool {
        self.parameter == Some(ParameterKind::SecureString) && self.kms_key.is_none()
    }

    /// Whether the parts are keys of a JSON document.
    pub fn is_document(&self) -> bool {
        self.parts.iter().any(|part| part.key.is_some())
    }

    /// Whether a load fails without it.
    pub fn is_needed(&self) -> bool {
        self.parts.iter().any(|part| part.is_needed)
    }

    /// The values that it lacks: one, or those of a document.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The fields that need it.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().flat_map(|part| &part.fields).map(String::as_str)
    }

    /// Whether a load fails for what it lacks.
    fn lacks_a_needed(&self) -> bool {
        self.parts.iter().any(|part| part.is_needed && !part.has_value)
    }

    fn is_at(&self, other: &Self) -> bool {
        self.source == other.source && self.name == other.name
    }

    fn add(&mut self, part: Part) {
        match self.parts.iter_mut().find(|other| other.key == part.key) {
            Some(known) => {
                known.fields.extend(part.fields);
                known.is_secret |= part.is_secret;
                known.is_shared |= part.is_shared;
            }
            None => self.parts.push(part),
        }
    }
}

impl Part {
    /// The key of the document, or the JSON pointer; `None` if this is the whole value.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// The fields that read it. A value may be given for any of them.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// The type of the first of them, as the struct spells it; empty for a place inside a field's value.
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The doc comment of the first of them.
    pub fn doc(&self) -> &'static str {
        self.doc
    }

    /// Whether it is to be typed without an echo.
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// Whether a load fails without it. Where nobody has asked, as in the plan of [`Loader::place`], this is `true`.
    pub fn is_needed(&self) -> bool {
        self.is_needed
    }

    /// Whether the struct says that all environments have the same value: `#[config(shared)]`.
    pub fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// Whether there is a value, which is to be replaced or, in [`Promotion::kept`], stays.
    pub fn has_value(&self) -> bool {
        self.has_value
    }

    /// The environment that its value is copied from, as [`Promotion::telling_copies_of`] found it.
    pub fn copied_from(&self) -> Option<&str> {
        self.copied_from.as_deref()
    }

    pub(crate) fn is_list(&self) -> bool {
        self.key.is_none() && self.type_name.contains("Vec<")
    }
}

/// What operators do to an environment.
impl<T: SecretConfig> Loader<T> {
    /// Runs the load, for what the stores lack of it: what `init` and `promote` have to create. Only what a store says is
    /// not there counts as missing; what is denied or not reached is among the [`problems`](Promotion::problems).
    ///
    /// Fields that a variable or the program supplies are not looked up, as in a load: give the loader
    /// `.env_vars::<&str, &str>([])` if the variables of the place where it runs are not those of the environment.
    ///
    /// # Errors
    ///
    /// If there is no such environment. Everything else is in the [`Promotion`].
    pub async fn missing(self) -> Result<Promotion, LoadError> {
        let way = self.way();
        let Surveyed { environment, seen: mut creations, mut problems } = self.survey(places::missing).await?;
        let is_absence = |problem: &Problem| matches!(problem.kind(), ProblemKind::Missing | ProblemKind::NoSuchKey);
        for part in creations.iter_mut().flat_map(|creation| &mut creation.parts) {
            let mut absences = problems.iter().filter(|problem| is_absence(problem)).flat_map(Problem::fields);
            part.is_needed = absences.any(|field| part.fields.contains(field));
        }
        let is_planned = |field: &String| creations.iter().any(|creation| creation.fields().any(|of| of == field));
        problems.retain(|problem| {
            !is_absence(problem) || problem.fields().is_empty() || !problem.fields().iter().all(is_planned)
        });
        let mut plan =
            Promotion { creations, problems, ..Promotion::new(T::SPEC.type_name, environment, Scope::All, way) };
        plan.look_for_keys().await;
        Ok(plan)
    }

    /// The place in the stores of one field, by its path as reports show it, whether or not anything is there. Nothing is
    /// asked; [`standing`](Self::standing) looks what is there.
    ///
    /// # Errors
    ///
    /// If there is no such environment, or no store is asked for such a field.
    pub fn place(self, field: &str) -> Result<Promotion, LoadError> {
        let way = self.way();
        let (environment, creations) = self.places_of(&[field.to_owned()])?;
        Ok(Promotion { creations, ..Promotion::new(T::SPEC.type_name, environment, Scope::Named, way) })
    }
}

type Read<'r> = (&'r Request, Result<Payload, crate::source::SourceError>);

/// Asks each store once.
async fn read<'r>(stores: &Stores, requests: &[&'r Request]) -> Vec<Read<'r>> {
    let of = |source: SourceName| -> Vec<&'r Request> {
        requests.iter().copied().filter(|request| request.source == source).collect()
    };
    let keys = |requests: &[&Request]| requests.iter().map(|request| request.key.clone()).collect::<Vec<_>>();
    let (parameters, secrets) = (of(SourceName::Ssm), of(SourceName::SecretsManager));
    let mut found = Vec::new();
    if !parameters.is_empty() {
        let outcomes = stores.parameters(&keys(&parameters)).await;
        found.extend(parameters.into_iter().zip(outcomes));
    }
    if !secrets.is_empty() {
        let outcomes = stores.secrets(&keys(&secrets)).await;
        found.extend(secrets.into_iter().zip(outcomes));
    }
    found
}

/// For so many writes, more than the one load has: Parameter Store takes three of them a second.
fn patience(way: &Way, writes: usize) -> Duration {
    let writes = u32::try_from(writes).unwrap_or(u32::MAX);
    way.deadline.saturating_add(Duration::from_secs(2).saturating_mul(writes))
}
