//! `report`: all environments beside each other.

use super::arguments::{age, environments, examples, max_age};
use super::{Exit, Session, Told, failure};
use crate::SecretConfig;
use crate::operator;
use crate::spec::Spec;
use clap::{Arg, ArgAction, ArgMatches, Command};

pub(super) fn command(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("report dev staging prod --html > report.html", "a page that needs no other file"),
        ("report dev prod --json --max-age 90d", "for a program; what was not rotated for 90 days is stale"),
    ];
    let names = Arg::new("environments").value_name("ENVIRONMENT").required(true).num_args(1..);
    Command::new("report")
        .about("Put environments beside each other: what each field has where, and when it was rotated")
        .arg(environments(names.help("The environments, one column for each"), spec))
        .arg(max_age())
        .arg(
            Arg::new("html")
                .long("html")
                .help("Write an HTML page that needs no other file; say this or --json")
                .action(ArgAction::SetTrue)
                .conflicts_with("json"),
        )
        .after_help(examples(program, &lines))
}

pub(super) async fn run<T: SecretConfig>(session: &Session<'_, T>, matches: &ArgMatches) -> Told {
    // clap would ask for --html alone.
    if !session.arguments.json && !matches.get_flag("html") {
        return failure::of_command("say what to write: a page with `--html`, or JSON with `--json`", false);
    }
    let names = matches.get_many::<String>("environments").into_iter().flatten();
    let loaders: Vec<_> = names.map(|name| session.loader(name)).collect();
    let mut report = match operator::report(loaders).await {
        Ok(report) => report,
        Err(error) => return failure::of(&error, session.arguments.json).exit(Exit::CouldNotRun),
    };
    if let Some(age) = age(matches) {
        report = report.with_max_age(age);
    }
    match session.arguments.json {
        true => failure::json(&report),
        false => Told::ok(report.html()),
    }
}
