//! [`Sight`]: what was seen of one field in one environment. No value, not its length, not a hash.

use super::date;
use crate::error::{LoadError, Problem, ProblemKind};
use crate::explanation::{Layer, Origin};
use crate::loader::{Asked, Observed, Placed, is_within};
use crate::source::ParameterKind;
use serde::{Serialize, Serializer};
use std::fmt;
use std::time::SystemTime;

/// What came of looking for one field in one environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Status {
    /// It is there, and of the field's type.
    Ok,
    /// No layer and no store has it, and the struct can do without: its default stands in, or the `Option` is `None`.
    #[serde(rename = "default")]
    Defaulted,
    /// No layer has it *here*, and no store is asked for it. A variable may supply it where the program runs.
    Unset,
    /// It is needed, and no layer and no store has it, or the document lacks the key.
    Missing,
    /// The store refuses to let it be read.
    Denied,
    /// It is there, and cannot be decrypted.
    Undecryptable,
    /// It is there, and not of the field's type.
    WrongType,
    /// It is there, and not what its format demands.
    Malformed,
    /// The load refuses it as it stands: a secret in a file, a name that cannot be, a key that no field has.
    Refused,
    /// The store gave no answer.
    Unknown,
    /// The config of this environment has no such field: no such entry, no such section, a condition that does not hold.
    Absent,
}

impl Status {
    /// Whether a load fails because of it.
    pub fn is_problem(self) -> bool {
        !matches!(self, Self::Ok | Self::Defaulted | Self::Unset | Self::Absent)
    }

    /// In a word or two, for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Defaulted => "default",
            Self::Unset => "unset",
            Self::Missing => "missing",
            Self::Denied => "denied",
            Self::Undecryptable => "undecryptable",
            Self::WrongType => "wrong type",
            Self::Malformed => "malformed",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Absent => "absent",
        }
    }

    fn of(kind: ProblemKind) -> Self {
        match kind {
            ProblemKind::Missing | ProblemKind::NoSuchKey => Self::Missing,
            ProblemKind::Denied => Self::Denied,
            ProblemKind::Undecryptable => Self::Undecryptable,
            ProblemKind::WrongType => Self::WrongType,
            ProblemKind::Malformed => Self::Malformed,
            ProblemKind::Throttled
            | ProblemKind::Unreachable
            | ProblemKind::Insecure
            | ProblemKind::NoCredentials
            | ProblemKind::NoRegion => Self::Unknown,
            ProblemKind::UnknownKey
            | ProblemKind::UnknownVariable
            | ProblemKind::RefusedSecret
            | ProblemKind::Refused
            | ProblemKind::UnknownEnvironment
            | ProblemKind::File
            | ProblemKind::Ambiguous
            | ProblemKind::Reference
            | ProblemKind::Definition => Self::Refused,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// What was seen of one field in one environment.
///
/// It serializes to an object with `status` (`ok`, `default`, `unset`, `missing`, `denied`, `undecryptable`, `wrong-type`,
/// `malformed`, `refused`, `unknown`, `absent`) and, where they are known, `store`, `name` and `key` of what was looked
/// up, `origin` in words and `layer` of what was found, its `arn`, `version`, `modified` (UTC, as in
/// `2026-11-27T07:54:17Z`) and `parameter_type`, and `problem` with `kind`, `message` and `next_step`; and, where they
/// were [asked for](super::diff_with_descriptions), `tier` and `kms_key`.
#[derive(Debug, Clone)]
pub struct Sight {
    pub(super) status: Status,
    pub(super) asked: Option<Asked>,
    pub(super) origin: Option<Origin>,
    pub(super) tier: Option<&'static str>,
    pub(super) kms_key: Option<String>,
    /// The struct says that all environments have the same value.
    pub(super) is_shared: bool,
    pub(super) problem: Option<Problem>,
}

impl Sight {
    /// The environment's config has no such field.
    pub(super) fn absent() -> Self {
        Self {
            status: Status::Absent,
            asked: None,
            origin: None,
            tier: None,
            kms_key: None,
            is_shared: false,
            problem: None,
        }
    }

    /// What came of it.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Whether a store is asked for it.
    pub fn is_looked_up(&self) -> bool {
        self.asked.is_some()
    }

    /// The store that is asked: `ssm`, `secretsmanager`, `file` or the name of a source of the program's own.
    pub fn store(&self) -> Option<&'static str> {
        self.asked.as_ref().map(|asked| asked.store)
    }

    /// The full name there. Of several candidates the first; [`origin`](Self::origin) tells which one was found.
    pub fn name(&self) -> Option<&str> {
        self.asked.as_ref().map(|asked| asked.name.as_str())
    }

    /// The key of the JSON document of that name.
    pub fn key(&self) -> Option<&str> {
        self.asked.as_ref()?.key.as_deref()
    }

    /// Where the value comes from, if there is one: a default, a file and its line, a variable, or a store with the full
    /// name and the version.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// The ARN, if a store told it.
    pub fn arn(&self) -> Option<&str> {
        self.origin.as_ref()?.arn()
    }

    /// The version, if a store told it.
    pub fn version(&self) -> Option<&str> {
        self.origin.as_ref()?.version()
    }

    /// When that version was written, if a store told it.
    pub fn modified(&self) -> Option<SystemTime> {
        self.origin.as_ref()?.modified()
    }

    /// `String`, `StringList` or `SecureString`, if a parameter supplies the value.
    pub fn parameter_type(&self) -> Option<&'static str> {
        Some(match self.origin.as_ref()?.provenance.parameter? {
            ParameterKind::String => "String",
            ParameterKind::StringList => "StringList",
            ParameterKind::SecureString => "SecureString",
        })
    }

    /// `Standard` or `Advanced`, if a parameter supplies the value and was [described](super::diff_with_descriptions).
    pub fn tier(&self) -> Option<&'static str> {
        self.tier
    }

    /// The KMS key that the value is encrypted with, as whoever wrote it named it (an id, an ARN or an alias), if a store
    /// supplies the value and was asked to [describe](super::diff_with_descriptions) it.
    pub fn kms_key(&self) -> Option<&str> {
        self.kms_key.as_deref()
    }

    /// What is wrong with it. One problem may concern several fields.
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// Whether a value was found, of whatever type.
    pub(super) fn is_found(&self) -> bool {
        self.origin.as_ref().is_some_and(|origin| origin.layer != Layer::Defaults)
    }

    /// Of a version what a table has room for.
    pub(super) fn short_version(&self) -> Option<String> {
        let version = self.version()?;
        Some(match version.chars().count() {
            0..=12 => version.to_owned(),
            _ => version.chars().take(8).collect(),
        })
    }

    /// What was looked up, or where it comes from, in one line.
    pub(super) fn place(&self) -> String {
        let Some(Asked { store, name, key }) = &self.asked else {
            let words = self.origin.as_ref().map(|origin| match origin.layer {
                Layer::Defaults => "default",
                _ => origin.origin(),
            });
            return words.unwrap_or_default().to_owned();
        };
        match key {
            Some(key) => format!("{store} {name} key {key}"),
            None => format!("{store} {name}"),
        }
    }
}

impl Serialize for Sight {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let origin = self.origin.as_ref();
        Told {
            status: self.status,
            store: self.store(),
            name: self.name(),
            key: self.key(),
            origin: origin.map(Origin::origin),
            layer: origin.map(|origin| origin.layer.word()),
            arn: self.arn(),
            version: self.version(),
            modified: self.modified().map(date::second),
            parameter_type: self.parameter_type(),
            tier: self.tier(),
            kms_key: self.kms_key(),
            problem: self.problem.as_ref().map(ToldProblem::new),
        }
        .serialize(serializer)
    }
}

#[derive(Serialize)]
struct Told<'a> {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ToldProblem<'a>>,
}

/// A problem as JSON has it.
#[derive(Serialize)]
pub(super) struct ToldProblem<'a> {
    kind: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_step: Option<&'a str>,
}

impl<'a> ToldProblem<'a> {
    pub(super) fn new(problem: &'a Problem) -> Self {
        let kind = problem.kind().word();
        Self { kind, message: problem.message(), next_step: problem.next_step() }
    }
}

/// One field, and what was seen of it.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) field: String,
    /// Whether the field says that it is a secret.
    pub(super) is_secret: bool,
    pub(super) sight: Sight,
}

/// All that is known of one environment.
pub(super) struct View {
    pub(super) config: &'static str,
    pub(super) environment: String,
    /// In the order of the structs: those that something is known of.
    pub(super) fields: Vec<Seen>,
    pub(super) problems: Vec<Problem>,
}

impl View {
    /// Puts together what a load saw; `Err` if it could not look.
    pub(super) fn new(observed: Observed) -> Result<Self, LoadError> {
        let Observed { config, environment, fields, origins, problems } = observed;
        let fields = with_the_rest(fields, &origins, &problems);
        let fields: Vec<_> = fields.into_iter().filter_map(|placed| seen(placed, &origins, &problems)).collect();
        let mut asked = fields.iter().filter(|seen| seen.sight.is_looked_up()).peekable();
        let is_silent = asked.peek().is_some() && asked.all(|seen| seen.sight.status == Status::Unknown);
        if is_silent || problems.iter().any(|problem| keeps_from_looking(problem.kind())) {
            return Err(LoadError::new(config, Some(environment), problems));
        }
        Ok(Self { config, environment, fields, problems })
    }
}

/// What keeps a load from asking any store, whatever the config is.
fn keeps_from_looking(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::NoCredentials | ProblemKind::NoRegion | ProblemKind::Insecure | ProblemKind::UnknownEnvironment
    )
}

/// `fields`, and whatever else an origin or a problem speaks of, each where it belongs.
fn with_the_rest(mut fields: Vec<Placed>, origins: &[Origin], problems: &[Problem]) -> Vec<Placed> {
    let of_problems = problems.iter().flat_map(Problem::fields);
    for name in origins.iter().map(|origin| &origin.field).chain(of_problems) {
        if fields.iter().any(|placed| placed.path == *name) {
            continue;
        }
        let above = fields.iter().rposition(|placed| is_within(name, &placed.path));
        let is_secret = above.is_some_and(|index| fields[index].is_secret);
        let place = above.map_or(0, |index| index + 1);
        let (path, asked) = (name.clone(), None);
        fields.insert(place, Placed { path, is_secret, asked, is_unasked: true, is_section: false, is_shared: false });
    }
    fields
}

fn seen(placed: Placed, origins: &[Origin], problems: &[Problem]) -> Option<Seen> {
    let Placed { path: field, is_secret, asked, is_unasked, is_section, is_shared } = placed;
    let origin = origins.iter().rfind(|origin| origin.field == field).cloned();
    let problem = problems.iter().find(|problem| problem.fields().contains(&field)).cloned();
    let is_unset = asked.is_none() && !is_unasked;
    let status = match problem.as_ref().map(Problem::kind) {
        Some(ProblemKind::Missing) if is_unset => Status::Unset,
        Some(kind) => Status::of(kind),
        None if origin.as_ref().is_some_and(|origin| origin.layer != Layer::Defaults) => Status::Ok,
        None if asked.is_none() && (is_section || origin.is_none()) => return None,
        None => Status::Defaulted,
    };
    Some(Seen {
        field,
        is_secret,
        sight: Sight { status, asked, origin, tier: None, kms_key: None, is_shared, problem },
    })
}
