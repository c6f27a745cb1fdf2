//! The writes: one after the other, each with an outcome of its own and, if it was made, an audit line. Nothing returns
//! early, and a second run does what is still to be done.

use super::content::{Fallible, Given};
use super::places;
use super::values::Content;
use super::{Creation, NewValue, Part, Promotion, Values, document, patience, words};
use crate::assemble::entry;
use crate::error::Problem;
use crate::key::Key;
use crate::plan::{Request, SourceName};
use crate::source::writes::{self, Marks, NewParameter, Standing, Stores, already_exists, is_without_value};
use crate::source::{ParameterKind, Payload, SourceErrorKind};
use crate::tree::{Text, Value};
use serde::Serialize;
use std::fmt;

/// How things are written.
///
/// ```
/// use secret_config::operator::WriteOptions;
///
/// let options = WriteOptions::new().kms_key("alias/orders").tag("service", "orders");
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct WriteOptions {
    kms_key: Option<String>,
    tags: Vec<(String, String)>,
    overwrites: bool,
}

impl WriteOptions {
    /// With the account's default keys, without tags; what is there is kept.
    pub fn new() -> Self {
        Self::default()
    }

    /// Encrypts what is created with this KMS key: its id, its ARN or an alias.
    pub fn kms_key(mut self, key: impl Into<String>) -> Self {
        self.kms_key = Some(key.into());
        self
    }

    /// Tags what is created. What exists keeps its own tags.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.push((key.into(), value.into()));
        self
    }

    /// Writes a new version where there is a value already. Without it nothing that exists is changed, but for the keys
    /// that a document lacks.
    ///
    /// A parameter keeps its type. Of a new version of a SecureString AWS says that it takes the account's default key if
    /// none is given: so that no key is changed by accident, writing one without [`kms_key`](Self::kms_key) is refused, also
    /// where that adds keys to a document in Parameter Store.
    pub fn overwrite(mut self) -> Self {
        self.overwrites = true;
        self
    }
}

/// What became of the writes.
///
/// `Display` has a line for each, JSON a version number. No value is in it.
#[derive(Debug, Clone, Serialize)]
pub struct Written {
    version: u32,
    environment: String,
    writes: Vec<Write>,
    /// Fields with a value that nothing was to be written for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unused: Vec<String>,
}

/// What became of one of them.
#[derive(Debug, Clone, Serialize)]
pub struct Write {
    store: &'static str,
    name: String,
    fields: Vec<String>,
    action: Action,
    is_needed: bool,
    /// That was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "words::problem")]
    problem: Option<Problem>,
}

/// What was done about one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// It was not there, and is now.
    Created,
    /// A document has keys that it lacked; those that it had are as they were.
    Completed,
    /// It has a new version, as it was told.
    Overwritten,
    /// It is there, and was left as it is.
    Exists,
    /// There was no value for it, or not for each key that is needed. Nothing was written.
    WithoutValue,
    /// It could not be written.
    Failed,
}

impl Action {
    /// The word for people.
    fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Completed => "completed",
            Self::Overwritten => "overwritten",
            Self::Exists => "exists",
            Self::WithoutValue => "no value",
            Self::Failed => "failed",
        }
    }
}

impl Written {
    /// The environment that was written to.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// One for each thing that was to be written, in its order.
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// Fields with a value that nothing was to be written for: it is there already, or nothing asks for it.
    pub fn unused(&self) -> &[String] {
        &self.unused
    }

    /// Whether everything that a load needs is there now, and nothing failed.
    pub fn is_complete(&self) -> bool {
        self.writes.iter().all(|write| match write.action {
            Action::Created | Action::Completed | Action::Overwritten | Action::Exists => true,
            Action::WithoutValue => !write.is_needed,
            Action::Failed => false,
        })
    }
}

impl Write {
    /// `ssm` or `secretsmanager`.
    pub fn store(&self) -> &'static str {
        self.store
    }

    /// The full name there.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The fields that it is for.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// What was done.
    pub fn action(&self) -> Action {
        self.action
    }

    /// The version that was written.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Why nothing was written, if that is something to mend.
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}

impl fmt::Display for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<11} {} {}", self.action.word(), self.store, self.name)?;
        if let Some(version) = &self.version {
            write!(f, " version {version}")?;
        }
        self.problem.as_ref().map_or(Ok(()), |problem| write!(f, ": {problem}"))
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.writes.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl Promotion {
    /// Writes what there is a value for, one after the other, and tells `on_write` of each as it is done.
    ///
    /// What exists is kept unless the options say otherwise, also if it came to be since the plan was made; a document gets
    /// the keys that it lacks, and is not created without all that a load needs. A failure ends nothing: run it again, and
    /// what is still missing is written. Each write that was made is an event of `tracing` at INFO with the target
    /// `secret_config::audit`: environment, store, name, action and version, and never the value.
    ///
    /// The AWS SDK makes copies of a value on its way that it does not wipe: write from a process that ends.
    pub async fn write(&self, values: &Values, options: &WriteOptions, mut on_write: impl FnMut(&Write)) -> Written {
        let stores = Stores::new(&self.way, patience(&self.way, self.creations.len()));
        let mut writes = Vec::with_capacity(self.creations.len());
        for creation in &self.creations {
            let job = Job { stores: &stores, options, creation };
            let done = job.run(values).await.unwrap_or_else(|problem| Done::failed(*problem));
            let write = Write {
                store: creation.store(),
                name: creation.name.clone(),
                fields: creation.fields().map(str::to_owned).collect(),
                action: done.action,
                is_needed: creation.is_needed(),
                version: done.version,
                problem: done.problem,
            };
            self.audit(&write);
            on_write(&write);
            writes.push(write);
        }
        let is_planned = |field: &str| self.creations.iter().any(|creation| creation.fields().any(|of| of == field));
        let unused = values.fields().filter(|field| !is_planned(field)).map(str::to_owned).collect();
        Written { version: 1, environment: self.environment.clone(), writes, unused }
    }

    fn audit(&self, write: &Write) {
        let (Action::Created | Action::Completed | Action::Overwritten) = write.action else { return };
        tracing::info!(
            target: "secret_config::audit",
            config = self.config,
            environment = self.environment,
            store = write.store,
            name = write.name,
            action = write.action.word(),
            version = write.version.as_deref().unwrap_or_default(),
            "written"
        );
    }
}

/// One write.
struct Job<'a> {
    stores: &'a Stores,
    options: &'a WriteOptions,
    creation: &'a Creation,
}

/// What became of it.
struct Done {
    action: Action,
    version: Option<String>,
    problem: Option<Problem>,
}

impl Done {
    fn written(action: Action, version: Option<String>) -> Self {
        Self { action, version, problem: None }
    }

    fn exists() -> Self {
        Self::written(Action::Exists, None)
    }

    fn failed(problem: Problem) -> Self {
        Self { action: Action::Failed, version: None, problem: Some(problem) }
    }
}

impl Job<'_> {
    async fn run(&self, values: &Values) -> Fallible<Done> {
        let creation = self.creation;
        let given_for = |part: &Part| part.fields.iter().any(|field| values.has(field));
        let lacking: Vec<_> =
            creation.parts.iter().filter(|part| part.is_needed && !part.has_value && !given_for(part)).collect();
        let given = creation.given(values);
        if given.is_empty() || !lacking.is_empty() {
            let problem = (!lacking.is_empty()).then(|| words::without_value(creation, &lacking, !given.is_empty()));
            return Ok(Done { action: Action::WithoutValue, version: None, problem });
        }
        match (creation.source, given.as_slice()) {
            (SourceName::Ssm, [(Part { key: None, .. }, field, value)]) => self.parameter(field, value).await,
            (SourceName::Ssm, keys) => self.parameter_document(keys).await,
            (_, [(Part { key: None, .. }, field, value)]) => self.secret(field, value).await,
            (_, keys) => self.secret_document(keys).await,
        }
    }

    fn marks(&self) -> Marks<'_> {
        Marks { kms_key: self.options.kms_key.as_deref(), tags: &self.options.tags }
    }

    /// A parameter with a value of its own.
    async fn parameter(&self, field: &str, value: &NewValue) -> Fallible<Done> {
        let creation = self.creation;
        let kind = creation.parameter_kind(value);
        let text = self.creation.text(field, value)?;
        if self.options.overwrites {
            match self.stores.parameter(&creation.name).await {
                Ok(former) => return self.overwrite_parameter(&former, &text, Action::Overwritten).await,
                Err(error) if error.kind == SourceErrorKind::NotFound => {}
                Err(error) => return Err(self.unread(&error)),
            }
        }
        self.create_parameter(kind, &text).await
    }

    async fn create_parameter(&self, kind: ParameterKind, value: &str) -> Fallible<Done> {
        self.creation.check_list(kind, value)?;
        let (name, marks) = (self.creation.name.as_str(), self.marks());
        let new = NewParameter { name, kind, value, standing: Standing::Keep, marks };
        match self.stores.put_parameter(&new).await {
            Ok(version) => Ok(Done::written(Action::Created, version)),
            Err(error) if already_exists(&error) => Ok(Done::exists()),
            Err(error) => Err(self.refused(&error)),
        }
    }

    /// A new version of one that is there. It keeps its type, and its key if that is known or given.
    async fn overwrite_parameter(&self, former: &Payload, value: &str, action: Action) -> Fallible<Done> {
        let kind = former.provenance.parameter.unwrap_or(ParameterKind::SecureString);
        if self.creation.is_secret && kind != ParameterKind::SecureString {
            return Err(words::not_encrypted(self.creation).into());
        }
        self.creation.check_list(kind, value)?;
        let kms_key = self.options.kms_key.as_deref().or(self.creation.kms_key.as_deref());
        if kind == ParameterKind::SecureString && kms_key.is_none() {
            return Err(words::which_key(self.creation).into());
        }
        let (name, marks) = (self.creation.name.as_str(), Marks { kms_key, ..self.marks() });
        let new = NewParameter { name, kind, value, standing: Standing::Overwrite, marks };
        let version = self.stores.put_parameter(&new).await.map_err(|error| self.refused(&error))?;
        Ok(Done::written(action, version))
    }

    async fn parameter_document(&self, keys: &[Given<'_>]) -> Fallible<Done> {
        match self.stores.parameter(&self.creation.name).await {
            Ok(former) => match self.completed(&former, keys)? {
                Some((document, action)) => self.overwrite_parameter(&former, &document, action).await,
                None => Ok(Done::exists()),
            },
            Err(error) if error.kind == SourceErrorKind::NotFound => {
                let kind = self.creation.document_kind();
                self.create_parameter(kind, &self.creation.document(keys)?).await
            }
            Err(error) => Err(self.unread(&error)),
        }
    }

    /// A secret that is read whole.
    async fn secret(&self, field: &str, value: &NewValue) -> Fallible<Done> {
        if let Content::Bytes(bytes) = &value.content {
            return self.put_secret(writes::Content::Bytes(bytes.expose_secret())).await;
        }
        let text = self.creation.text(field, value)?;
        self.put_secret(writes::Content::Text(&text)).await
    }

    async fn put_secret(&self, content: writes::Content<'_>) -> Fallible<Done> {
        match self.stores.secret(&self.creation.name).await {
            Ok(_) if !self.options.overwrites => Ok(Done::exists()),
            Ok(_) => self.new_version(content, Action::Overwritten).await,
            // It was made without a value, which is no value to keep.
            Err(error) if is_without_value(&error) => self.new_version(content, Action::Created).await,
            Err(error) if error.kind == SourceErrorKind::NotFound => self.create_secret(content).await,
            Err(error) => Err(self.unread(&error)),
        }
    }

    async fn secret_document(&self, keys: &[Given<'_>]) -> Fallible<Done> {
        match self.stores.secret(&self.creation.name).await {
            Ok(former) => match self.completed(&former, keys)? {
                Some((document, action)) => self.new_version(writes::Content::Text(&document), action).await,
                None => Ok(Done::exists()),
            },
            Err(error) if error.kind == SourceErrorKind::NotFound => {
                let document = self.creation.document(keys)?;
                let content = writes::Content::Text(&document);
                match is_without_value(&error) {
                    true => self.new_version(content, Action::Created).await,
                    false => self.create_secret(content).await,
                }
            }
            Err(error) => Err(self.unread(&error)),
        }
    }

    async fn create_secret(&self, content: writes::Content<'_>) -> Fallible<Done> {
        match self.stores.create_secret(&self.creation.name, content, self.marks()).await {
            Ok(version) => Ok(Done::written(Action::Created, version)),
            Err(error) if already_exists(&error) => Ok(Done::exists()),
            Err(error) => Err(self.refused(&error)),
        }
    }

    async fn new_version(&self, content: writes::Content<'_>, action: Action) -> Fallible<Done> {
        let version = self.stores.put_secret(&self.creation.name, content).await;
        Ok(Done::written(action, version.map_err(|error| self.refused(&error))?))
    }

    /// What is there with the keys that it lacks, or with all that are given if it may be overwritten; `None` if it has them.
    fn completed(&self, former: &Payload, keys: &[Given<'_>]) -> Fallible<Option<(Text, Action)>> {
        let mut document = places::read(former)
            .filter(|document| document.table().is_some())
            .ok_or_else(|| words::malformed(self.creation))?;
        let mut action = None;
        for (part, field, value) in keys {
            let key = part.key.as_deref().unwrap_or_default();
            let has_it = entry(&document, key).is_some_and(|node| !matches!(node.value, Value::Null));
            if has_it && !self.options.overwrites {
                continue;
            }
            action = match (action, has_it) {
                (Some(Action::Overwritten), _) | (_, true) => Some(Action::Overwritten),
                _ => Some(Action::Completed),
            };
            self.creation.put(&mut document, part, field, value)?;
        }
        Ok(action.map(|action| (document::rendered(&document), action)))
    }

    fn refused(&self, error: &crate::source::SourceError) -> Box<Problem> {
        words::refused(self.creation, error).into()
    }

    fn unread(&self, error: &crate::source::SourceError) -> Box<Problem> {
        let request = Request { source: self.creation.source, key: Key::new(&self.creation.name) };
        words::unread(&request, error).into()
    }
}
