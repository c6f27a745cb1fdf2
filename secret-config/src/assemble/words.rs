//! The words of the problems that stores give cause to, and the next step for each.

use crate::error::{Problem, ProblemKind};
use crate::plan::SourceName;
use crate::source::{SourceError, SourceErrorKind};
use crate::suggest::nearest;
use crate::tree::Node;

/// What is wrong when `source` could not answer, with what the service said of it; `name` if it is about that one.
pub(super) fn failed(source: SourceName, name: Option<&str>, error: &SourceError) -> Problem {
    let (kind, message) = match error.kind {
        SourceErrorKind::NotFound => (ProblemKind::Missing, format!("not found in {source}")),
        SourceErrorKind::Denied => (ProblemKind::Denied, format!("{source} denies access")),
        SourceErrorKind::Undecryptable => (ProblemKind::Undecryptable, format!("{source} cannot decrypt it")),
        SourceErrorKind::Throttled => (ProblemKind::Throttled, format!("{source} is asked too often")),
        SourceErrorKind::Unreachable => (ProblemKind::Unreachable, format!("{source} cannot be reached")),
        SourceErrorKind::Invalid => (ProblemKind::Refused, format!("{source} refuses the request")),
        SourceErrorKind::Insecure => (ProblemKind::Insecure, format!("{source} is not asked")),
        SourceErrorKind::NoCredentials => (ProblemKind::NoCredentials, "no AWS credentials".to_owned()),
        SourceErrorKind::NoRegion => (ProblemKind::NoRegion, "no AWS region is configured".to_owned()),
        SourceErrorKind::NoSource => (ProblemKind::Definition, format!("the loader has no {source}")),
    };
    let message = error.reason.map_or(message.clone(), |reason| format!("{message}: {reason}"));
    let mut problem = Problem::new(kind, message);
    if let Some(name) = name {
        problem = problem.note("looked for", name);
    }
    if let Some(code) = &error.code {
        let request_id = error.request_id.as_ref().map(|id| format!(" (request {id})")).unwrap_or_default();
        problem = problem.note("answer", format_args!("{code}{request_id}"));
    }
    match error.help.as_deref().or_else(|| next_step(error.kind)) {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// What a person can do if the source itself knows no better.
fn next_step(kind: SourceErrorKind) -> Option<&'static str> {
    Some(match kind {
        SourceErrorKind::Denied => "allow the program to read it",
        SourceErrorKind::Undecryptable => "allow the program to use its encryption key",
        SourceErrorKind::Throttled => {
            "start fewer instances at once, give `.deadline(..)` more time, or raise the quota"
        }
        SourceErrorKind::Unreachable => "try again, and see whether the service is in health",
        SourceErrorKind::Invalid => "correct the name, the stage or the version on the field",
        SourceErrorKind::NoCredentials => "try `aws sts get-caller-identity` in the same place",
        _ => return None,
    })
}

/// Typed without an echo and handed on without a newline; in no shell's history and no list of processes.
const TYPED: &str = "read -rs value; printf %s \"$value\" |";

/// It is there, and what is asked for is not in it.
pub(super) fn without_value(source: SourceName, name: &str, reason: &'static str) -> Problem {
    let problem = Problem::new(ProblemKind::Missing, format!("not found in {source}: {reason}"));
    let name = quotable(name);
    problem.note("looked for", &name).help(format!(
        "{TYPED} aws secretsmanager put-secret-value --secret-id '{name}' --secret-string file:///dev/stdin"
    ))
}

/// A key of an entry may hold anything, and people paste commands.
fn quotable(name: &str) -> String {
    name.replace('\'', "'\\''")
}

pub(super) fn not_found(source: SourceName, name: &str, is_level: bool, is_secret: bool, is_list: bool) -> Problem {
    let problem = Problem::new(ProblemKind::Missing, format!("not found in {source}")).note("looked for", name);
    let name = quotable(name);
    match source {
        SourceName::Ssm if is_level => problem.help("create a parameter below it, for each entry"),
        SourceName::Ssm => {
            let kind = match (is_secret, is_list) {
                (true, _) => "SecureString",
                (false, true) => "StringList",
                (false, false) => "String",
            };
            let command =
                format!("{TYPED} aws ssm put-parameter --name '{name}' --type {kind} --value file:///dev/stdin");
            problem.help(command)
        }
        SourceName::SecretsManager => {
            let command =
                format!("{TYPED} aws secretsmanager create-secret --name '{name}' --secret-string file:///dev/stdin");
            problem.help(command)
        }
        SourceName::File => problem.help("mount the secret there"),
        SourceName::Custom(_) => problem.help("create it there"),
    }
}

pub(super) fn no_such_key(source: SourceName, name: &str, key: &str, document: &Node) -> Problem {
    let keys = document.table().into_iter().flatten().map(|(key, _)| key.as_str());
    let help = match nearest(key, keys) {
        Some(near) => format!("did you mean `{near}`? If so: #[config(key = \"{near}\")]"),
        None => format!("add `{key}` to the document"),
    };
    let document = if document.table().is_some() { "the document" } else { "the document is no table: it" };
    Problem::new(ProblemKind::NoSuchKey, format!("{document} has no key `{key}`"))
        .note("looked for", format_args!("{source} {name}"))
        .help(help)
}

/// The type that a person wrote, without the modules and wrappers around it.
pub(super) fn target(type_name: &str) -> String {
    let mut short = String::new();
    for part in type_name.split_inclusive(|letter: char| !letter.is_alphanumeric() && letter != '_') {
        if part.ends_with(':') {
            let keep = short.rfind(|letter: char| !letter.is_alphanumeric() && letter != '_').map_or(0, |at| at + 1);
            short.truncate(keep);
        } else {
            short.push_str(part);
        }
    }
    let mut inner = short.as_str();
    while let Some(unwrapped) =
        ["Option<", "Secret<"].iter().find_map(|wrapper| inner.strip_prefix(wrapper)?.strip_suffix('>'))
    {
        inner = unwrapped;
    }
    inner.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_the_quotes_of_a_suggested_command() {
        let problem = not_found(SourceName::Ssm, "/a'; b", false, true, false);
        assert!(problem.next_step().is_some_and(|command| command.contains("--name '/a'\\''; b' ")), "{problem}");
    }
}
