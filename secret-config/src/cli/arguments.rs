//! The arguments: which commands there are, and what all of them take.

use super::{Colours, completions, explain, manifest, template};
use crate::spec::Spec;
use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What all commands take.
pub(super) struct Arguments {
    pub(super) json: bool,
    pub(super) colours: Option<Colours>,
    pub(super) root: Option<PathBuf>,
    #[cfg(feature = "aws")]
    pub(super) region: Option<String>,
    #[cfg(feature = "aws")]
    pub(super) endpoint_url: Option<String>,
}

impl Arguments {
    pub(super) fn of(matches: &ArgMatches) -> Self {
        Self {
            json: matches.get_flag("json"),
            colours: match matches.get_one::<String>("color").map(String::as_str) {
                Some("always") => Some(Colours::Always),
                Some("never") => Some(Colours::Never),
                _ => None,
            },
            root: matches.get_one("root").cloned(),
            #[cfg(feature = "aws")]
            region: matches.get_one("region").cloned(),
            #[cfg(feature = "aws")]
            endpoint_url: matches.get_one("endpoint-url").cloned(),
        }
    }
}

/// The program's name, as it was called.
pub(super) fn program(arguments: &[OsString]) -> String {
    let stem = arguments.first().and_then(|first| Path::new(first).file_stem());
    stem.map_or_else(|| "config".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

pub(super) fn command(spec: &'static Spec, program: &str) -> Command {
    let command = Command::new("config")
        .bin_name(program)
        .about(format!("What `{}` needs, where each value comes from, and whether it is there", spec.type_name))
        .after_help(format!(
            "Exit codes: 0 all is well, 1 something is wrong, 2 the command could not run\n\n{}",
            examples(program, &[("explain --env ENVIRONMENT", "where each value comes from")])
        ))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .args(everywhere());
    let commands = [
        manifest::command(spec, program),
        explain::command(spec, program),
        template::command(spec, program),
        completions::command(program),
    ];
    command.subcommands(commands)
}

fn everywhere() -> Vec<Arg> {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .help(help)
            .global(true)
            .value_parser(NonEmptyStringValueParser::new())
    };
    vec![
        Arg::new("json").long("json").help("Write JSON").action(ArgAction::SetTrue).global(true),
        option("root", "DIRECTORY", "Look for files below this directory")
            .value_parser(ValueParser::path_buf())
            .value_hint(clap::ValueHint::DirPath),
        #[cfg(feature = "aws")]
        option("region", "REGION", "Call AWS in this region"),
        #[cfg(feature = "aws")]
        option("endpoint-url", "URL", "Call AWS at this URL, such as that of an emulator"),
        option("color", "WHEN", "Write colours; `auto` heeds the terminal and NO_COLOR")
            .value_parser(["auto", "always", "never"])
            .default_value("auto"),
    ]
}

/// `--env`: of the struct's environments, if it names them.
pub(super) fn environment(spec: &'static Spec) -> Arg {
    let argument = Arg::new("env").long("env").short('e').value_name("ENVIRONMENT").required(true);
    environments(argument.help("The environment"), spec)
}

/// An argument that names an environment.
pub(super) fn environments(argument: Arg, spec: &'static Spec) -> Arg {
    if spec.root.environments.is_empty() {
        return argument.value_parser(NonEmptyStringValueParser::new());
    }
    let names = spec.root.environments.iter().chain(spec.root.offline).copied();
    argument.value_parser(PossibleValuesParser::new(names))
}

/// The value of an argument that clap has seen to.
pub(super) fn value<'a>(matches: &'a ArgMatches, name: &str) -> &'a str {
    matches.get_one::<String>(name).map_or("", String::as_str)
}

/// The part of a help text that shows how it is done.
pub(super) fn examples(program: &str, lines: &[(&str, &str)]) -> String {
    let width = lines.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
    let line = |(command, what): &(&str, &str)| format!("  {program} {command:<width$}  {what}").trim_end().to_owned();
    let lines = [String::from("Examples:")].into_iter().chain(lines.iter().map(line));
    lines.collect::<Vec<_>>().join("\n")
}
