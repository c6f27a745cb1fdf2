//! `manifest`: every field, and where its value may come from.

use super::arguments::{environment, examples, value};
use super::{Session, Told, failure};
use crate::spec::Spec;
use crate::{LoadError, SecretConfig};
use clap::{ArgMatches, Command};

pub(super) fn command(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("manifest --env prod", "a table"),
        ("manifest --env prod --json", "with types, doc comments and conditions, for a program"),
    ];
    Command::new("manifest")
        .about("List every field, and where its value may come from; no store is asked")
        .arg(environment(spec))
        .after_help(examples(program, &lines))
}

pub(super) fn run<T: SecretConfig>(session: &Session<'_, T>, matches: &ArgMatches) -> Result<Told, LoadError> {
    let manifest = session.loader(value(matches, "env")).manifest()?;
    Ok(match session.arguments.json {
        true => failure::json(&manifest),
        false => Told::ok(format!("{manifest}\n")),
    })
}
