//! [`Check`]: whether an environment has what the config needs, looked up as a load does, for every field. No value.

mod github;
mod text;

use super::date;
use super::sight::{Seen, Sight, Status, ToldProblem, View};
use crate::error::{LoadError, Problem};
use crate::loader::Loader;
use crate::source::ParameterKind;
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::hash::RandomState;
use std::time::{Duration, SystemTime};

/// Whether an environment has what a config needs. Made by [`Loader::check`].
///
/// There is a row for each field that is looked up or has a problem. `Display` is for people, [`github`](Self::github)
/// for GitHub Actions, and it serializes to JSON:
///
/// ```json
/// {
///   "version": 1,
///   "config": "AppConfig",
///   "environment": "prod",
///   "is_ok": false,
///   "rows": [
///     {
///       "field": "stripe_key",
///       "is_secret": true,
///       "status": "ok",
///       "store": "ssm",
///       "name": "/orders/prod/stripe_key",
///       "origin": "Parameter Store arn:aws:ssm:eu-west-1:123456789012:parameter/orders/prod/stripe_key version 3",
///       "layer": "remote",
///       "arn": "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/prod/stripe_key",
///       "version": "3",
///       "modified": "2026-01-31T12:00:00Z",
///       "parameter_type": "SecureString",
///       "findings": [{"kind": "too-old", "level": "error", "message": "not rotated for more than 90 days: .."}]
///     }
///   ],
///   "problems": [{"kind": "unknown-variable", "message": "..", "next_step": ".."}]
/// }
/// ```
///
/// A row's words are those of a [`Sight`], with `findings`; what is absent is left out. `problems` are those that concern no
/// field. Further keys may come in the same version.
#[derive(Debug, Clone)]
pub struct Check {
    config: &'static str,
    environment: String,
    rows: Vec<CheckRow>,
    problems: Vec<Problem>,
    is_strict: bool,
}

/// What was seen of one field.
#[derive(Debug, Clone, serde::Serialize)]
pub struct CheckRow {
    field: String,
    is_secret: bool,
    #[serde(flatten)]
    sight: Sight,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Finding>,
}

/// Something about a value that a load does not mind, and a person may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    kind: FindingKind,
    message: String,
}

/// What was found about a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FindingKind {
    /// A SecureString is read into a field that is no secret, so that the program may show it.
    SecureStringInPlainField,
    /// A secret is kept in a parameter that is not encrypted.
    PlainParameterInSecretField,
    /// The value nearly fills a standard parameter, or is an advanced one that nearly could be standard.
    NearLimit,
    /// The secret is older than [`with_max_age`](Check::with_max_age) allows. This one fails the check.
    TooOld,
}

impl FindingKind {
    /// Whether it fails the check.
    pub fn is_problem(self) -> bool {
        self == Self::TooOld
    }
}

impl Finding {
    /// What was found, for a program.
    pub fn kind(&self) -> FindingKind {
        self.kind
    }

    /// What was found, for people.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl Check {
    pub(in crate::operator) fn new(view: View) -> Self {
        let View { config, environment, fields, problems } = view;
        let is_told = |seen: &Seen| {
            let sight = &seen.sight;
            let is_remote = sight.origin.as_ref().is_some_and(|origin| origin.layer == crate::Layer::Remote);
            sight.is_looked_up() || is_remote || sight.problem.is_some()
        };
        let rows = fields.into_iter().filter(is_told).map(CheckRow::new).collect();
        Self { config, environment, rows, problems, is_strict: false }
    }

    /// Fails the check for each secret whose version is older than this, as far as the store tells.
    ///
    /// ```
    /// use secret_config::source::{Memory, Payload};
    /// use secret_config::{Secret, SecretConfig};
    /// use std::time::{Duration, SystemTime};
    ///
    /// #[derive(SecretConfig)]
    /// struct AppConfig {
    ///     #[secret(source = "vault", name = "token")]
    ///     token: Secret<String>,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), secret_config::LoadError> {
    /// let vault = Memory::new().with("token", Payload::text("hunter2").with_modified(SystemTime::UNIX_EPOCH));
    /// let check = AppConfig::loader("prod").source("vault", vault).check().await?;
    /// assert!(check.is_ok());
    /// assert!(!check.with_max_age(Duration::from_secs(90 * 24 * 60 * 60)).is_ok());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_max_age(mut self, age: Duration) -> Self {
        let now = SystemTime::now();
        self.rows.iter_mut().for_each(|row| row.limit_age(age, now));
        self
    }

    /// Fails the check for what is [unset](Status::Unset) too: for a check in the place where the program itself runs, with
    /// the variables and files that it will have.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.is_strict = true;
        self
    }

    /// The config's type.
    pub fn config(&self) -> &'static str {
        self.config
    }

    /// The environment that was looked at.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// A row for each field that is looked up or has a problem, in the order of the structs.
    pub fn rows(&self) -> &[CheckRow] {
        &self.rows
    }

    /// Everything a load fails with, each once, whether it concerns fields or none. What is only [unset](Status::Unset) is
    /// among it.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether a load succeeds, as far as can be seen from here, and no secret is too old.
    pub fn is_ok(&self) -> bool {
        self.count(Level::Error) == 0
    }

    /// Whether there is something that does not fail the check: findings, and what is unset.
    pub fn has_warnings(&self) -> bool {
        self.count(Level::Warning) > 0
    }

    /// Annotations for GitHub Actions, a line each, in the place of the text.
    ///
    /// ```
    /// # use secret_config::SecretConfig;
    /// #[derive(SecretConfig)]
    /// struct AppConfig {
    ///     port: u16,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), secret_config::LoadError> {
    /// let check = AppConfig::loader("prod").set("port", "eighty").check().await?;
    /// let annotations = check.github().to_string();
    /// assert!(annotations.starts_with("::error title=AppConfig in prod%3A port::expected u16%0A"), "{annotations}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn github(&self) -> impl fmt::Display + '_ {
        github::Annotations(self)
    }

    /// What there is to tell: problems first in the order of the report, then findings in the order of the rows.
    fn notices(&self) -> Vec<Notice<'_>> {
        let of_problem = |problem: &'_ Problem| {
            let is_unset = |field: &String| {
                let row = self.rows.iter().find(|row| row.field == *field);
                row.is_some_and(|row| row.sight.status == Status::Unset)
            };
            let is_unset = !problem.fields().is_empty() && problem.fields().iter().all(is_unset);
            if is_unset && !self.is_strict { Level::Warning } else { Level::Error }
        };
        let problems = self.problems.iter().map(|problem| Notice::Problem(of_problem(problem), problem));
        let findings = self.rows.iter().flat_map(|row| {
            row.findings.iter().map(|finding| {
                let level = if finding.kind.is_problem() { Level::Error } else { Level::Warning };
                Notice::Finding(level, row, finding)
            })
        });
        problems.chain(findings).collect()
    }

    /// All that is wrong, for whoever knows a better next step. A row repeats the problem of its field.
    #[cfg(feature = "cli")]
    pub(crate) fn problems_mut(&mut self) -> impl Iterator<Item = &mut Problem> {
        let of_rows = self.rows.iter_mut().filter_map(|row| row.sight.problem.as_mut());
        self.problems.iter_mut().chain(of_rows)
    }

    fn count(&self, level: Level) -> usize {
        self.notices().iter().filter(|notice| notice.level() == level).count()
    }
}

/// How much something matters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing to tell.
enum Notice<'a> {
    Problem(Level, &'a Problem),
    Finding(Level, &'a CheckRow, &'a Finding),
}

impl Notice<'_> {
    fn level(&self) -> Level {
        match self {
            Self::Problem(level, _) | Self::Finding(level, ..) => *level,
        }
    }
}

impl CheckRow {
    fn new(seen: Seen) -> Self {
        let Seen { field, is_secret, sight } = seen;
        let findings = findings(is_secret, &sight);
        Self { field, is_secret, sight, findings }
    }

    fn limit_age(&mut self, age: Duration, now: SystemTime) {
        self.findings.retain(|finding| finding.kind != FindingKind::TooOld);
        let Some(modified) = self.sight.modified().filter(|_| self.is_secret) else { return };
        if now.duration_since(modified).is_ok_and(|passed| passed > age) {
            let (kind, age) = (FindingKind::TooOld, date::span(age));
            let message = format!("not rotated for more than {age}: written on {}", date::day(modified));
            self.findings.push(Finding { kind, message });
        }
    }

    /// The field, as a dotted path from the root.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Whether the field says that it is a secret.
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// What came of it.
    pub fn status(&self) -> Status {
        self.sight.status
    }

    /// What was looked up, where it was found, and what is wrong with it.
    pub fn sight(&self) -> &Sight {
        &self.sight
    }

    /// What else there is to say of the value.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether it is a secret that is too old.
    pub(in crate::operator) fn is_stale(&self) -> bool {
        self.findings.iter().any(|finding| finding.kind == FindingKind::TooOld)
    }
}

fn findings(is_secret: bool, sight: &Sight) -> Vec<Finding> {
    let Some(origin) = &sight.origin else { return Vec::new() };
    let mut findings = Vec::new();
    let mut find = |kind, message: &str| findings.push(Finding { kind, message: message.to_owned() });
    match origin.provenance.parameter {
        // Most documents have both, and are encrypted for the secrets in them.
        Some(ParameterKind::SecureString) if !is_secret && sight.key().is_none() => find(
            FindingKind::SecureStringInPlainField,
            "a SecureString is read into a plain field: mark the field #[secret], or store a String",
        ),
        Some(ParameterKind::String | ParameterKind::StringList) if is_secret => find(
            FindingKind::PlainParameterInSecretField,
            "the secret is kept in a parameter that is not encrypted: store it as a SecureString, and change it",
        ),
        _ => {}
    }
    if origin.provenance.is_near_limit {
        find(
            FindingKind::NearLimit,
            "the value is at 90 % of what a standard parameter takes, or above: use the advanced tier before it grows",
        );
    }
    findings
}

impl<T: crate::SecretConfig> Loader<T> {
    /// Runs the load up to the config's types, and tells of every field that is looked up whether it is there, may be read,
    /// can be decrypted, and is of its type. It needs no more permissions than a load, and shows no value, not even a plain
    /// one.
    ///
    /// Files, variables and stores are those that a load from here has: to check another environment than the one this runs
    /// in, keep its variables away with [`env_vars`](Self::env_vars). What only a variable of that environment supplies is
    /// [unset](Status::Unset) then, which is no problem unless the check is [strict](Check::strict).
    ///
    /// ```
    /// use secret_config::operator::Status;
    /// use secret_config::source::{Memory, Payload};
    /// use secret_config::{Secret, SecretConfig};
    ///
    /// #[derive(SecretConfig)]
    /// struct AppConfig {
    ///     #[secret(source = "vault", name = "orders/{env}/token")]
    ///     token: Secret<String>,
    ///     #[secret(source = "vault", name = "orders/{env}/pin")]
    ///     pin: Secret<u16>,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), secret_config::LoadError> {
    /// let vault = Memory::new().with("orders/prod/token", Payload::text("hunter2"));
    /// let check = AppConfig::loader("prod").source("vault", vault).check().await?;
    /// assert!(!check.is_ok());
    /// let seen: Vec<_> = check.rows().iter().map(|row| (row.field(), row.status())).collect();
    /// assert_eq!(seen, [("token", Status::Ok), ("pin", Status::Missing)]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If it could not run at all: there is no such environment, no region, there are no credentials, the stores may not
    /// be asked ([`Insecure`](crate::ProblemKind::Insecure)), or none of them answered. That is for CI to tell from a check
    /// that found problems.
    pub async fn check(self) -> Result<Check, LoadError> {
        let observed = self.observe(RandomState::new()).await?;
        View::new(observed).map(Check::new)
    }
}

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Document<'a> {
            version: u32,
            config: &'static str,
            environment: &'a str,
            is_ok: bool,
            rows: &'a [CheckRow],
            problems: Vec<ToldProblem<'a>>,
        }
        let of_no_field = self.problems.iter().filter(|problem| problem.fields().is_empty());
        Document {
            version: 1,
            config: self.config,
            environment: &self.environment,
            is_ok: self.is_ok(),
            rows: &self.rows,
            problems: of_no_field.map(ToldProblem::new).collect(),
        }
        .serialize(serializer)
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Told<'a> {
            kind: FindingKind,
            level: &'static str,
            message: &'a str,
        }
        let level = if self.kind.is_problem() { Level::Error } else { Level::Warning };
        Told { kind: self.kind, level: level.word(), message: &self.message }.serialize(serializer)
    }
}
