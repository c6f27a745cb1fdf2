//! The arguments: which commands there are, and what all of them take.

use super::{Colours, check, completions, diff, explain, manifest, report, template};
#[cfg(feature = "aws")]
use super::{policy, writing};
use crate::spec::Spec;
use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

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

/// Whether they ask for JSON, also where the rest of them is wrong.
pub(super) fn ask_for_json(arguments: &[OsString]) -> bool {
    arguments.iter().take_while(|argument| *argument != "--").any(|argument| argument == "--json")
}

pub(super) fn command(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("check --env prod", "is everything there?"),
        ("explain --env prod", "where does each value come from?"),
        ("promote dev prod", "create what prod lacks"),
    ];
    let command = Command::new("config")
        .bin_name(program)
        .about(format!("What `{}` needs, where each value comes from, and whether it is there", spec.type_name))
        .after_help(format!(
            "Exit codes: 0 all is well, 1 something is wrong, 2 the command could not run\n\n{}",
            examples(program, &lines)
        ))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .args(everywhere());
    let commands = [
        manifest::command(spec, program),
        explain::command(spec, program),
        check::command(spec, program),
        diff::command(spec, program),
        report::command(spec, program),
        #[cfg(feature = "aws")]
        policy::command(spec, program),
        #[cfg(feature = "aws")]
        writing::init(spec, program),
        #[cfg(feature = "aws")]
        writing::promote(spec, program),
        #[cfg(feature = "aws")]
        writing::set(spec, program),
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
        Arg::new("json")
            .long("json")
            .help("Write one JSON document, with a `version`, whatever comes of it")
            .action(ArgAction::SetTrue)
            .global(true),
        option("root", "DIRECTORY", "Look for files below this directory")
            .value_parser(ValueParser::path_buf())
            .value_hint(clap::ValueHint::DirPath),
        #[cfg(feature = "aws")]
        option("region", "REGION", "Call AWS in this region"),
        #[cfg(feature = "aws")]
        option("endpoint-url", "URL", "Call AWS at this URL, such as that of an emulator").value_parser(parsed_url),
        option("color", "WHEN", "Write colours; `auto` heeds the terminal and NO_COLOR")
            .value_parser(["auto", "always", "never"])
            .default_value("auto"),
    ]
}

/// `--env`: of the struct's environments, if it names them.
pub(super) fn environment(spec: &'static Spec) -> Arg {
    let argument = Arg::new("env").long("env").short('e').value_name("ENVIRONMENT").required(true);
    environments(argument.help("The environment to work on"), spec)
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

/// `--max-age`
pub(super) fn max_age() -> Arg {
    Arg::new("max-age")
        .long("max-age")
        .value_name("AGE")
        .help("How long ago a secret may have been rotated before it is too old: 90d, 12w or 36h")
        .value_parser(parsed_age)
}

/// What it says.
pub(super) fn age(matches: &ArgMatches) -> Option<Duration> {
    matches.get_one("max-age").copied()
}

#[cfg(feature = "aws")]
fn parsed_url(text: &str) -> Result<String, String> {
    let is_url = ["http://", "https://"].iter().any(|scheme| text.len() > scheme.len() && text.starts_with(scheme));
    is_url.then(|| text.to_owned()).ok_or_else(|| "write a URL, as in `http://127.0.0.1:4566`".to_owned())
}

fn parsed_age(text: &str) -> Result<Duration, String> {
    let (number, hours) = match text.char_indices().next_back() {
        Some((at, 'h')) => (&text[..at], 1),
        Some((at, 'd')) => (&text[..at], 24),
        Some((at, 'w')) => (&text[..at], 24 * 7),
        _ => ("", 0),
    };
    let number: Option<u32> = number.parse().ok();
    let seconds = number.and_then(|number| u64::from(number).checked_mul(hours * 3600));
    seconds.map(Duration::from_secs).ok_or_else(|| "write a number and `h`, `d` or `w`, as in `90d`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_a_unit() {
        assert_eq!(parsed_age("36h"), Ok(Duration::from_secs(36 * 3600)));
        assert_eq!(parsed_age("90d"), Ok(Duration::from_secs(90 * 24 * 3600)));
        assert_eq!(parsed_age("2w"), Ok(Duration::from_secs(14 * 24 * 3600)));
        for wrong in ["", "90", "d", "-1d", "1.5d", "90m", "d90", "90\u{e9}"] {
            assert!(parsed_age(wrong).is_err(), "{wrong}");
        }
    }
}
