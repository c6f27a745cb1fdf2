//! The words of what went wrong with a write, and the next step for each.

use super::no_place::NoPlace;
use super::{Creation, Part};
use crate::error::{Problem, ProblemKind};
use crate::plan::{Request, SourceName};
use crate::source::{SourceError, SourceErrorKind};
use crate::spec::Field;
use serde::{Serialize, Serializer};

/// The service refused the write.
pub(super) fn refused(creation: &Creation, error: &SourceError) -> Problem {
    let source = creation.source;
    let (kind, message, help) = match error.kind {
        SourceErrorKind::Denied => {
            (ProblemKind::Denied, format!("{source} denies the write"), "allow the caller to write it")
        }
        SourceErrorKind::Undecryptable => (
            ProblemKind::Undecryptable,
            format!("{source} cannot encrypt it"),
            "see whether the KMS key exists, is enabled, and may be used by the caller",
        ),
        SourceErrorKind::Invalid if error.code.as_deref() == Some("ValidationException") => (
            ProblemKind::Refused,
            format!("{source} does not take it"),
            "see whether the value is one that it takes: not empty, without `{{..}}`, and at most 4096 bytes of UTF-8; and \
             the key and the tags",
        ),
        _ => return failed(source, error, "write").note("name", &creation.name),
    };
    told(Problem::new(kind, message), error, help).note("name", &creation.name)
}

/// What stood there could not be read.
pub(super) fn unread(request: &Request, error: &SourceError) -> Problem {
    let problem = match error.kind {
        SourceErrorKind::Denied => {
            let problem = Problem::new(ProblemKind::Denied, format!("{} denies access", request.source));
            told(problem, error, "allow the caller to read it")
        }
        SourceErrorKind::Undecryptable => {
            let problem = Problem::new(ProblemKind::Undecryptable, format!("{} cannot decrypt it", request.source));
            told(problem, error, "allow the caller to use its encryption key")
        }
        _ => failed(request.source, error, "read"),
    };
    problem.note("looked for", &request.key)
}

fn failed(source: SourceName, error: &SourceError, verb: &str) -> Problem {
    let (kind, message, help) = match error.kind {
        SourceErrorKind::NotFound => (ProblemKind::Missing, format!("not found in {source}"), "create it first"),
        SourceErrorKind::Throttled => {
            (ProblemKind::Throttled, format!("{source} is asked too often"), "try again: what is there is kept")
        }
        SourceErrorKind::Unreachable => {
            (ProblemKind::Unreachable, format!("{source} cannot be reached"), "try again: what is there is kept")
        }
        SourceErrorKind::Insecure => (ProblemKind::Insecure, format!("{source} is not asked"), ""),
        SourceErrorKind::NoCredentials => (
            ProblemKind::NoCredentials,
            "no AWS credentials".to_owned(),
            "try `aws sts get-caller-identity` in the same place",
        ),
        SourceErrorKind::NoRegion => (ProblemKind::NoRegion, "no AWS region is configured".to_owned(), ""),
        SourceErrorKind::NoSource => (ProblemKind::Definition, format!("there is no {source} here"), ""),
        SourceErrorKind::Denied | SourceErrorKind::Undecryptable | SourceErrorKind::Invalid => {
            (ProblemKind::Refused, format!("{source} refuses to {verb} it"), "see what its code means")
        }
    };
    told(Problem::new(kind, message), error, help)
}

/// With what the service said of it.
fn told(problem: Problem, error: &SourceError, otherwise: &str) -> Problem {
    let problem = match error.reason {
        Some(reason) => problem.note("reason", reason),
        None => problem,
    };
    let problem = match &error.code {
        Some(code) => {
            let request_id = error.request_id.as_ref().map(|id| format!(" (request {id})")).unwrap_or_default();
            problem.note("answer", format_args!("{code}{request_id}"))
        }
        None => problem,
    };
    match error.help.as_deref().or(Some(otherwise)).filter(|help| !help.is_empty()) {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// A write that was not tried.
fn unfit(creation: &Creation, message: &str, help: &str) -> Problem {
    Problem::new(ProblemKind::Refused, message).note("name", &creation.name).help(help)
}

/// Nothing was given for these, though a load needs them; if `has_others`, it was for other keys of the document.
pub(super) fn without_value(creation: &Creation, parts: &[&Part], has_others: bool) -> Problem {
    let fields = parts.iter().flat_map(|part| &part.fields);
    let problem = Problem::new(ProblemKind::Missing, "there was no value for it").note("name", &creation.name);
    let problem = fields.fold(problem, Problem::field);
    match has_others {
        true => problem.help("give a value for each key that a field needs: half a document is not written"),
        false => problem,
    }
}

pub(super) fn malformed(creation: &Creation) -> Problem {
    let problem = Problem::new(ProblemKind::Malformed, "what is there is no JSON document that keys can be added to");
    problem.note("name", &creation.name).help("correct it, or give the fields another document")
}

pub(super) fn in_the_way(creation: &Creation, key: &str) -> Problem {
    let problem = Problem::new(ProblemKind::Malformed, format!("another value stands in the way of `{key}`"));
    problem.note("name", &creation.name).help("correct the document, or the `key` of the field")
}

pub(super) fn no_json(creation: &Creation, field: &str) -> Problem {
    let problem = Problem::new(ProblemKind::Malformed, "the value is not JSON").field(field);
    problem.note("name", &creation.name).help("give JSON, or give it as text")
}

pub(super) fn list_as_json(creation: &Creation) -> Problem {
    unfit(creation, "a StringList is no JSON", "give the elements with commas between them, and no blanks")
}

pub(super) fn list_without_json(creation: &Creation) -> Problem {
    unfit(
        creation,
        "the parameter that is there is a String, which has a list as JSON",
        "give it as JSON, as in `[\"a\",\"b\"]`",
    )
}

pub(super) fn no_text(creation: &Creation) -> Problem {
    unfit(creation, "bytes can be written only as the whole of a secret in Secrets Manager", "give the value as text")
}

pub(super) fn no_randomness(creation: &Creation) -> Problem {
    unfit(creation, "the system gives no random numbers", "give the value as text")
}

pub(super) fn not_encrypted(creation: &Creation) -> Problem {
    unfit(
        creation,
        "the parameter that is there is not encrypted, and keeps its type",
        "remove it, and what was in it from wherever it was read; then create it anew",
    )
}

pub(super) fn which_key(creation: &Creation) -> Problem {
    unfit(
        creation,
        "it is not said with which KMS key: a new version of a SecureString may not keep that of the one before",
        "give the KMS key that it has, on the command line with `--kms-key`; `alias/aws/ssm` is the account's default, which a \
         SecureString has if none was given",
    )
}

pub(super) fn no_place(field: &str, why: &NoPlace) -> Problem {
    let message = match why {
        NoPlace::Unknown { .. } => "there is no such field".to_owned(),
        NoPlace::Unasked { why } => format!("no store is asked for it: {why}"),
    };
    let problem = Problem::new(ProblemKind::Definition, message).field(field);
    match why {
        NoPlace::Unknown { near: Some(near) } => problem.help(format!("did you mean `{near}`?")),
        _ => problem.help(
            "name a field of Parameter Store or Secrets Manager that a load of this environment looks up: one that a \
             variable supplies, or whose condition does not hold, is not",
        ),
    }
}

pub(super) fn not_copied(request: &Request) -> Problem {
    let problem = Problem::new(ProblemKind::Definition, "only what Parameter Store or Secrets Manager has is copied");
    problem.note("looked for", format_args!("{} {}", request.source, request.key)).help("give its value as text")
}

pub(super) fn nothing_to_copy(candidates: &[(&Request, Option<&str>, &'static Field)]) -> Problem {
    let problem = Problem::new(ProblemKind::Missing, "there is nothing to copy");
    let problem = candidates.iter().fold(problem, |problem, (request, key, _)| match key {
        Some(key) => problem.note("looked for", format_args!("{} key {key}", request.key)),
        None => problem.note("looked for", &request.key),
    });
    problem.help("give its value in another way")
}

/// Problems as tools read them.
pub(super) fn problems<S: Serializer>(problems: &[Problem], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(problems.iter().map(Told::of))
}

/// One of them.
pub(super) fn problem<S: Serializer>(problem: &Option<Problem>, serializer: S) -> Result<S::Ok, S::Error> {
    problem.as_ref().map(Told::of).serialize(serializer)
}

#[derive(Serialize)]
struct Told<'a> {
    kind: &'static str,
    fields: &'a [String],
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_step: Option<&'a str>,
}

impl<'a> Told<'a> {
    fn of(problem: &'a Problem) -> Self {
        Self {
            kind: problem.kind().word(),
            fields: problem.fields(),
            message: problem.message(),
            next_step: problem.next_step(),
        }
    }
}
