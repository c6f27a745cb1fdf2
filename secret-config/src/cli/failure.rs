//! What is wrong with a load, as text and as JSON, and the exit code that comes of it.

use super::{Exit, Told};
use crate::error::{LoadError, Problem, ProblemKind};
use serde::Serialize;

/// A problem, for a program.
#[derive(Serialize)]
pub(super) struct Shown<'a> {
    kind: &'static str,
    fields: &'a [String],
    message: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<Note<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_step: Option<&'a str>,
}

#[derive(Serialize)]
struct Note<'a> {
    label: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Failure<'a> {
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    problems: Vec<Shown<'a>>,
}

pub(super) fn of(error: &LoadError, is_json: bool) -> Told {
    let exit = exit(error.problems());
    if !is_json {
        return Told::error(format!("{error}\n"), exit);
    }
    let (environment, problems) = (error.environment(), problems(error.problems()));
    json(&Failure { version: 1, environment, problems }).exit(exit)
}

/// What a command tells a program.
pub(super) fn json(value: &impl Serialize) -> Told {
    match serde_json::to_string_pretty(value) {
        Ok(text) => Told::ok(text + "\n"),
        Err(error) => Told::error(format!("error: {error}\n"), Exit::CouldNotRun),
    }
}

pub(super) fn problems(problems: &[Problem]) -> Vec<Shown<'_>> {
    let told = |problem| {
        let notes = Problem::notes(problem).filter(|(label, _)| *label != "next step");
        Shown {
            kind: problem.kind().word(),
            fields: problem.fields(),
            message: problem.message(),
            notes: notes.map(|(label, text)| Note { label, text }).collect(),
            next_step: problem.next_step(),
        }
    };
    problems.iter().map(told).collect()
}

/// Nothing was learnt of the config if this is all that was.
pub(super) fn exit(problems: &[Problem]) -> Exit {
    let says_nothing = |problem: &Problem| {
        matches!(
            problem.kind(),
            ProblemKind::NoCredentials
                | ProblemKind::NoRegion
                | ProblemKind::Unreachable
                | ProblemKind::Throttled
                | ProblemKind::Insecure
                | ProblemKind::UnknownEnvironment
        )
    };
    match problems {
        [] => Exit::Ok,
        problems if problems.iter().all(says_nothing) => Exit::CouldNotRun,
        _ => Exit::Problems,
    }
}
