//! [`Promotion`]: what the stores lack of what a load needs, as a plan that people can read; and the writes that make it
//! true. `init`, `promote` and `set` are made of it.
//!
//! `places` finds out what is missing, `values` has what is to be written, `content` makes text of it and `document` adds
//! keys to documents, `rehearsal` tries it, `write` writes it, `words` says what went wrong.

mod content;
mod document;
mod places;
mod rehearsal;
mod values;
mod words;
mod write;

pub use values::{NewValue, Values};
pub use write::{Action, Write, WriteOptions, Written};

use crate::SecretConfig;
use crate::error::{LoadError, Problem, ProblemKind};
use crate::loader::{Loader, Surveyed};
use crate::path::Path;
use crate::plan::{Request, SourceName};
use crate::source::writes::{Stores, Way};
use crate::source::{Body, Payload, SourceErrorKind};
use crate::spec::Field;
use crate::tree::Value;
use serde::{Serialize, Serializer};
use std::fmt;
use std::time::Duration;

/// What the stores lack of what a load needs, and the way to write it.
///
/// [`Loader::missing`] makes one for everything that is missing, [`Loader::place`] one for a single field. `Display` is the
/// plan, for people: names and no value. [`write`](Self::write) creates what there is a value for.
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
    #[serde(serialize_with = "words::problems")]
    problems: Vec<Problem>,
    #[serde(skip)]
    way: Way,
}

/// One parameter or secret that is to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Creation {
    #[serde(rename = "store", serialize_with = "word")]
    source: SourceName,
    name: String,
    is_secret: bool,
    exists: bool,
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

    /// What else is wrong with the load, which no write can mend: what is denied, malformed or not reached, and fields
    /// that no store is asked for.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether nothing is missing that a load needs. Fields that it can do without may still be.
    pub fn has_all(&self) -> bool {
        !self.creations.iter().any(Creation::is_needed)
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

    /// Whether it is there already, and lacks keys: those that it has are kept.
    pub fn exists(&self) -> bool {
        self.exists
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

    fn add(&mut self, part: Part) {
        match self.parts.iter_mut().find(|other| other.key == part.key) {
            Some(known) => {
                known.fields.extend(part.fields);
                known.is_secret |= part.is_secret;
            }
            None => self.parts.push(part),
        }
    }

    /// What a person calls it.
    fn kind(&self) -> &'static str {
        match (self.source, self.is_secret, self.parts.first()) {
            (SourceName::SecretsManager, ..) => "secret",
            (_, true, _) => "SecureString",
            (_, false, Some(part)) if part.is_list() => "StringList",
            (_, false, _) => "String",
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

    /// Whether a load fails without it. In the plan of [`Loader::place`] nobody has asked, and this is `true`.
    pub fn is_needed(&self) -> bool {
        self.is_needed
    }

    fn is_list(&self) -> bool {
        self.key.is_none() && self.type_name.contains("Vec<")
    }
}

/// The plan, for people.
impl fmt::Display for Promotion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { config, environment, creations, problems, .. } = self;
        match creations.iter().filter(|creation| creation.is_needed()).count() {
            0 if !problems.is_empty() => {
                write!(f, "nothing that a write mends is missing in `{environment}`, as far as can be seen")?;
            }
            0 => write!(f, "`{environment}` has everything that `{config}` needs of the stores")?,
            1 => write!(f, "`{environment}` lacks 1 thing that `{config}` needs")?,
            count => write!(f, "`{environment}` lacks {count} things that `{config}` needs")?,
        }
        for creation in creations {
            write!(f, "\n  {creation}")?;
        }
        if !problems.is_empty() {
            f.write_str("\n\nno write mends this:")?;
        }
        problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

/// One line of the plan.
impl fmt::Display for Creation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.exists { "add to" } else { "create" };
        write!(f, "{verb} {:<12} {}", self.kind(), self.name)?;
        let keys: Vec<_> = self.parts.iter().filter_map(Part::key).collect();
        if !keys.is_empty() {
            let plural = if keys.len() == 1 { "" } else { "s" };
            write!(f, "  key{plural} {}", keys.join(", "))?;
        }
        write!(f, "  for {}", self.fields().collect::<Vec<_>>().join(", "))?;
        let optional: Vec<_> = self.parts.iter().filter(|part| !part.is_needed).collect();
        match optional.as_slice() {
            [] => Ok(()),
            all if all.len() == self.parts.len() => f.write_str("  (optional)"),
            some => {
                let fields: Vec<_> = some.iter().flat_map(|part| &part.fields).map(String::as_str).collect();
                write!(f, "  (optional: {})", fields.join(", "))
            }
        }
    }
}

/// As `Display`: nothing else of it is for people.
impl fmt::Debug for Promotion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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
        let config = T::SPEC.type_name;
        Ok(Promotion { version: 1, config, environment, creations, problems, way })
    }

    /// The place in the stores of one field, by its path as reports show it, whether or not anything is there: for `set`.
    /// Nothing is asked.
    ///
    /// # Errors
    ///
    /// If there is no such environment, or no store is asked for such a field.
    pub fn place(self, field: &str) -> Result<Promotion, LoadError> {
        let (config, way) = (T::SPEC.type_name, self.way());
        let (environment, plan) = self.whole_plan()?;
        let path = Path::parse(field);
        let mut creations = places::all(T::SPEC, &plan);
        let reads = |part: &Part| part.fields.iter().any(|field| Path::parse(field).keys() == path.keys());
        let known: Vec<_> = creations.iter().flat_map(Creation::fields).map(str::to_owned).collect();
        for creation in &mut creations {
            creation.parts.retain(reads);
            creation.parts.iter_mut().for_each(|part| part.is_needed = true);
        }
        creations.retain(|creation| !creation.parts.is_empty());
        if creations.is_empty() {
            let problem = words::no_place(field, known.iter().map(String::as_str));
            return Err(LoadError::new(config, Some(environment), vec![problem]));
        }
        Ok(Promotion { version: 1, config, environment, creations, problems: Vec::new(), way })
    }

    /// Reads these fields from the stores, to write them to another environment: by their paths as reports show them. Only
    /// what is named is read. Which fields two environments share, the struct does not say: name them.
    ///
    /// # Errors
    ///
    /// Every problem at once: of a field that no store is asked for, and of a value that cannot be had.
    pub async fn copy<F: Into<String>>(self, fields: impl IntoIterator<Item = F>) -> Result<Values, LoadError> {
        let fields: Vec<String> = fields.into_iter().map(Into::into).collect();
        self.copied(&fields).await
    }

    async fn copied(self, fields: &[String]) -> Result<Values, LoadError> {
        let (config, way) = (T::SPEC.type_name, self.way());
        let (environment, plan) = self.whole_plan()?;
        let (mut values, mut problems) = (Values::new(), Vec::new());
        let mut sought = Vec::new();
        for field in fields {
            match places::candidates(T::SPEC, &plan, field) {
                Some(candidates) => sought.push((field, candidates)),
                None => {
                    let creations = places::all(T::SPEC, &plan);
                    problems.push(words::no_place(field, creations.iter().flat_map(Creation::fields)));
                }
            }
        }
        let mut requests: Vec<&Request> = Vec::new();
        for (request, ..) in sought.iter().flat_map(|(_, candidates)| candidates) {
            if !requests.contains(request) {
                requests.push(request);
            }
        }
        let found = read(&Stores::new(&way, way.deadline), &requests).await;
        for (field, candidates) in sought {
            let mut outcomes = candidates.iter().map(|(request, key, field)| {
                let outcome = found.iter().find(|(of, _)| of == request).map(|(_, outcome)| outcome);
                (*request, outcome.map(|outcome| outcome.as_ref().map(|payload| value(payload, *key, field))))
            });
            let first = outcomes.find(|(_, outcome)| match outcome {
                Some(Ok(value)) => value.is_some(),
                Some(Err(error)) => error.kind != SourceErrorKind::NotFound,
                None => true,
            });
            match first {
                Some((_, Some(Ok(Some(value))))) => values.insert(field, value),
                Some((request, Some(Err(error)))) => problems.push(words::unread(request, error).field(field)),
                Some((request, _)) => problems.push(words::not_copied(request).field(field)),
                None => problems.push(words::nothing_to_copy(&candidates).field(field)),
            }
        }
        match problems.as_slice() {
            [] => Ok(values),
            _ => Err(LoadError::new(config, Some(environment), problems)),
        }
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

/// The value of a field as it can be written again.
fn value(payload: &Payload, key: Option<&str>, field: &Field) -> Option<NewValue> {
    if let Some(key) = key {
        let document = places::read(payload)?;
        let keys = [key].into_iter().chain(field.aliases.iter().copied());
        let mut nodes = keys.filter_map(|key| crate::assemble::entry(&document, key));
        let node = nodes.find(|node| !matches!(node.value, Value::Null))?;
        return Some(match &node.value {
            Value::Text(text) => NewValue::text(text.to_string()),
            _ => NewValue::json(std::mem::take(&mut *document::rendered(node))),
        });
    }
    let value = match &payload.body {
        Body::Text(text) | Body::List(text) => NewValue::text(text.to_string()),
        Body::Bytes(bytes) => NewValue::bytes(bytes.to_vec()),
        Body::Level(_) => return None,
    };
    Some(NewValue { parameter: payload.provenance.parameter, ..value })
}

/// For so many writes, more than the one load has: Parameter Store takes three of them a second.
fn patience(way: &Way, writes: usize) -> Duration {
    let writes = u32::try_from(writes).unwrap_or(u32::MAX);
    way.deadline.saturating_add(Duration::from_secs(2).saturating_mul(writes))
}
