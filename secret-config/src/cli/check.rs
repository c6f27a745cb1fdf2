//! `check`: whether an environment has what the config needs, for a person and for CI.

use super::arguments::{age, environment, examples, max_age, value};
use super::{Exit, Session, Told, failure};
use crate::SecretConfig;
use crate::spec::Spec;
use clap::{Arg, ArgAction, ArgMatches, Command};

pub(super) fn command(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("check --env prod", "what is missing, denied or of a wrong type, field by field"),
        ("check --env prod --max-age 90d", "secrets that were not rotated for 90 days fail too"),
        ("check --env prod --github", "annotations, in a GitHub action"),
    ];
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help).action(ArgAction::SetTrue);
    Command::new("check")
        .about(
            "Ask the stores for everything that the config needs, and tell what is missing or wrong; nothing is written, no value is shown",
        )
        .arg(environment(spec))
        .arg(max_age())
        .arg(flag("strict", "Fail too for what only a file or variable can supply, and that is missing here"))
        .arg(flag("github", "Write annotations for a GitHub action, which its run shows").conflicts_with("json"))
        .after_help(examples(program, &lines))
}

pub(super) async fn run<T: SecretConfig>(session: &Session<'_, T>, matches: &ArgMatches) -> Told {
    let environment = value(matches, "env");
    let mut check = match session.loader(environment).check().await {
        Ok(check) => check,
        Err(error) => return failure::of(&error, session.arguments.json).exit(Exit::CouldNotRun),
    };
    session.name_commands(environment, check.problems_mut());
    if let Some(age) = age(matches) {
        check = check.with_max_age(age);
    }
    if matches.get_flag("strict") {
        check = check.strict();
    }
    let told = match (session.arguments.json, matches.get_flag("github")) {
        (true, _) => failure::json(&check),
        (_, true) => Told::line(check.github()),
        _ => Told::line(&check),
    };
    told.exit(if check.is_ok() { Exit::Ok } else { Exit::Problems })
}
