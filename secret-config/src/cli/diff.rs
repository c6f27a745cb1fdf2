//! `diff`: how two environments differ, field by field. Values are compared in memory, and never shown.

use super::arguments::{environments, examples, value};
use super::{Exit, Session, Told, failure};
use crate::SecretConfig;
use crate::error::LoadError;
use crate::loader::Loader;
use crate::operator;
use crate::spec::Spec;
use clap::{Arg, ArgAction, ArgMatches, Command};

pub(super) fn command(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("diff dev prod", "a table of what is missing and what differs"),
        ("diff dev prod --fail-on missing", "in CI: fails if prod lacks what dev has"),
        ("diff dev prod --html > diff.html", "a page"),
    ];
    let of = |name: &'static str, value: &'static str, help: &'static str| {
        environments(Arg::new(name).value_name(value).required(true).help(help), spec)
    };
    Command::new("diff")
        .about("Compare two environments, field by field; values are compared and never shown")
        .arg(of("one", "ONE", "An environment, such as the one that works"))
        .arg(of("other", "OTHER", "The environment that it is compared with"))
        .arg(
            Arg::new("fail-on")
                .long("fail-on")
                .value_name("WHAT")
                .value_parser(["missing", "different"])
                .help("Fail if OTHER lacks what ONE has, or if anything is missing or different"),
        )
        .args(values_only())
        .arg(Arg::new("html").long("html").help("Write a page").action(ArgAction::SetTrue).conflicts_with("json"))
        .after_help(examples(program, &lines))
}

/// Nothing else is asked for where there is no store.
fn values_only() -> Option<Arg> {
    let help = "Compare nothing but values: tier and KMS key take calls, and permissions, that a load does not need";
    cfg!(feature = "aws").then(|| Arg::new("values-only").long("values-only").help(help).action(ArgAction::SetTrue))
}

#[cfg(feature = "aws")]
async fn compare<T: SecretConfig>(
    one: Loader<T>,
    other: Loader<T>,
    matches: &ArgMatches,
) -> Result<operator::Diff, LoadError> {
    match matches.get_flag("values-only") {
        true => operator::diff(one, other).await,
        false => operator::diff_with_descriptions(one, other).await,
    }
}

#[cfg(not(feature = "aws"))]
async fn compare<T: SecretConfig>(
    one: Loader<T>,
    other: Loader<T>,
    _: &ArgMatches,
) -> Result<operator::Diff, LoadError> {
    operator::diff(one, other).await
}

pub(super) async fn run<T: SecretConfig>(session: &Session<'_, T>, matches: &ArgMatches) -> Told {
    let (one, other) = (session.loader(value(matches, "one")), session.loader(value(matches, "other")));
    let mut diff = match compare(one, other, matches).await {
        Ok(diff) => diff,
        Err(error) => return failure::of(&error, session.arguments.json).exit(Exit::CouldNotRun),
    };
    for (environment, problems) in diff.problems_mut() {
        session.name_commands(environment, problems);
    }
    let is_failure = match value(matches, "fail-on") {
        "missing" => diff.missing_in_other().next().is_some(),
        "different" => !diff.is_same(),
        _ => false,
    };
    let told = match (session.arguments.json, matches.get_flag("html")) {
        (true, _) => failure::json(&diff),
        (_, true) => Told::ok(diff.html()),
        _ => Told::line(&diff),
    };
    told.exit(if is_failure { Exit::Problems } else { Exit::Ok })
}
