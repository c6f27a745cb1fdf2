//! What is wrong with a load or a command, as text and as JSON, and the exit code that comes of it.

use super::{Exit, Told};
use crate::error::{LoadError, Problem, ProblemKind};
use clap::error::{ContextKind, ContextValue, ErrorKind};
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

/// Why a command did not run, where it is no matter of a load: `text` is what a person reads of it.
pub(super) fn of_command(text: &str, is_json: bool) -> Told {
    let message = text.trim_end().trim_start_matches("error: ");
    match is_json {
        true => not_run("could-not-run", message, Vec::new(), None),
        false => Told::error(format!("error: {message}\n"), Exit::CouldNotRun),
    }
}

/// What clap says of arguments that are wrong: a paragraph with what is wrong, tips, how the command is used.
pub(super) fn of_arguments(error: &clap::Error, is_json: bool) -> Told {
    let text = without_values(error);
    if !is_json {
        return Told::error(text, Exit::CouldNotRun);
    }
    let joined = |lines: &str| lines.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let mut paragraphs = text.trim_end().split("\n\n");
    let message = joined(paragraphs.next().unwrap_or_default());
    let (mut tips, mut notes) = (Vec::new(), Vec::new());
    for paragraph in paragraphs {
        match (paragraph.trim_start().strip_prefix("tip: "), paragraph.strip_prefix("Usage: ")) {
            (Some(tip), _) => tips.push(joined(tip)),
            (_, Some(text)) => notes.push(Note { label: "usage", text }),
            // That there is a `--help`.
            _ => {}
        }
    }
    let tips = tips.join("; ");
    let step = if tips.is_empty() { "see `--help`" } else { &tips };
    not_run("arguments", message.trim_start_matches("error: "), notes, Some(step))
}

/// Values that somebody gave to a flag, or wrote behind a name, are not repeated: they may be secrets, and this may end in a
/// log.
fn without_values(error: &clap::Error) -> String {
    let mut text = error.render().to_string();
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.as_str(),
        _ => "",
    };
    let is_of_flag = error.kind() == ErrorKind::TooManyValues || argument.starts_with("--tag");
    for kind in [ContextKind::InvalidValue, ContextKind::InvalidSubcommand, ContextKind::InvalidArg] {
        if let Some(ContextValue::String(given)) = error.get(kind)
            && (kind == ContextKind::InvalidValue && is_of_flag || given.contains('=') && !given.starts_with('-'))
        {
            text = text.replace(given.as_str(), "..");
        }
    }
    text
}

fn not_run(kind: &'static str, message: &str, notes: Vec<Note<'_>>, next_step: Option<&str>) -> Told {
    let problems = vec![Shown { kind, fields: &[], message, notes, next_step }];
    json(&Failure { version: 1, environment: None, problems }).exit(Exit::CouldNotRun)
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
