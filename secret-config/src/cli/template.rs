//! `template`: files for a person to begin with.

use super::arguments::{environment, examples, value};
use super::{Session, Told};
use crate::spec::Spec;
use crate::{LoadError, SecretConfig};
use clap::{Arg, ArgMatches, Command};

pub(super) fn command(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("template toml --env prod > config/default.toml", "defaults and doc comments"),
        ("template env --env prod > .env.example", "the variables"),
        ("template schema --env prod > config/schema.json", "for editors: `#:schema schema.json` in the TOML"),
    ];
    Command::new("template")
        .about("Write a config/default.toml, a .env.example or a JSON schema to begin with")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(["toml", "env", "schema"])
                .help("Which of them"),
        )
        .arg(environment(spec))
        .after_help(examples(program, &lines))
}

pub(super) fn run<T: SecretConfig>(session: &Session<'_, T>, matches: &ArgMatches) -> Result<Told, LoadError> {
    let manifest = session.loader(value(matches, "env")).manifest()?;
    let (name, text) = match value(matches, "file") {
        "schema" => ("config/schema.json", manifest.json_schema()),
        "env" => (".env.example", manifest.env_example()),
        _ => ("config/default.toml", manifest.default_toml()),
    };
    Ok(Told::file(name, text, session.arguments.json))
}
