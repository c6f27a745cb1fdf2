//! What `init`, `promote` and `set` take, and their help.

use crate::cli::arguments::{environment, environments, examples};
use crate::spec::Spec;
use clap::builder::{NonEmptyStringValueParser, ValueParser};
use clap::{Arg, ArgAction, Command};

/// What the codes mean to `init` and `promote`.
const EXIT_CODES: &str = "Exit codes: 0 everything is there, 1 something is not: nobody gave a value, a store refused it, or \
                          you did not agree; 2 the command could not run";

/// What they mean to `set`.
const EXIT_CODES_OF_SET: &str = "Exit codes: 0 it is written, 1 it is not: a value is there already, a store refused it, or you \
                                 did not agree; 2 the command could not run";

pub(in crate::cli) fn init(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("init --env prod --plan", "what would be created; fails if anything is missing"),
        ("init --env prod --generate session_key=32", "asks for the other values, without showing them"),
        ("init --env prod --yes --stdin < values", "in a script: lines of FIELD=VALUE"),
    ];
    let command = Command::new("init")
        .about("Create what an environment lacks; what exists is kept")
        .arg(environment(spec))
        .after_help(help(EXIT_CODES, program, &lines));
    command.args(writing()).args(values())
}

pub(in crate::cli) fn promote(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("promote dev prod --plan", "what would be created; fails if anything is missing"),
        ("promote dev prod", "copies what the struct marks as shared, and asks for the other values"),
        ("promote dev prod --copy allowed_origins", "copies this one too"),
        ("promote dev prod --kms-key alias/orders --tag service=orders", "with a key and tags"),
    ];
    let of = |name: &'static str, value: &'static str, help: &'static str| {
        environments(Arg::new(name).value_name(value).required(true).help(help), spec)
    };
    let copy = Arg::new("copy").long("copy").value_name("FIELD").action(ArgAction::Append);
    let command = Command::new("promote")
        .about("Create what one environment lacks, with values of another where both share them")
        .arg(of("one", "ONE", "The environment that values are copied from"))
        .arg(of("other", "OTHER", "The environment that is written to"))
        .arg(copy.help("Copy this field too, beside those that the struct marks as shared; may be repeated"))
        .after_help(help(EXIT_CODES, program, &lines));
    command.args(writing()).args(values())
}

pub(in crate::cli) fn set(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("set stripe_key --env prod", "asks for the value, without showing it"),
        ("set stripe_key --env prod --overwrite", "a new version, in the place of the one that is there"),
        ("set stripe_key --env prod --yes < key.txt", "in a script: the value from a file"),
        ("set session_key --env prod --generate", "32 letters and digits, made here"),
    ];
    let generate =
        Arg::new("generate").long("generate").value_name("LENGTH").num_args(0..=1).default_missing_value("32");
    let generate = generate.help("Make a value of so many letters and digits, 1 to 4096 [default: 32]");
    let command = Command::new("set")
        .about("Write the value of one field; one that exists is kept unless you say otherwise")
        .arg(Arg::new("field").value_name("FIELD").required(true).help("The field, as in `database.password`"))
        .arg(environment(spec))
        .arg(generate)
        .after_help(help(EXIT_CODES_OF_SET, program, &lines));
    command.args(writing())
}

/// How things are written.
fn writing() -> Vec<Arg> {
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help).action(ArgAction::SetTrue);
    let key = Arg::new("kms-key").long("kms-key").value_name("KEY").value_parser(NonEmptyStringValueParser::new());
    let tag = Arg::new("tag").long("tag").value_name("KEY=VALUE").action(ArgAction::Append).value_parser(pair);
    vec![
        flag("plan", "Show what would be written, and write nothing"),
        flag("yes", "Do not ask whether to write it").short('y'),
        flag("overwrite", "Write a new version where a field that you name has a value already"),
        key.help("Encrypt with this KMS key: its id, ARN or alias; a SecureString that is overwritten keeps its own"),
        tag.help("Tag what is created; may be repeated"),
        // Values that somebody writes here: clap would repeat them.
        Arg::new("extra").num_args(0..).hide(true).value_parser(ValueParser::os_string()),
    ]
}

/// Where the values of several fields come from.
fn values() -> Vec<Arg> {
    let generate = Arg::new("generate").long("generate").value_name("FIELD=LENGTH").action(ArgAction::Append);
    let stdin = Arg::new("stdin").long("stdin").action(ArgAction::SetTrue);
    vec![
        generate.help("Make the value of this field: so many letters and digits, 1 to 4096; may be repeated"),
        stdin.help("Read lines of FIELD=VALUE from the standard input, and ask nobody"),
    ]
}

fn help(exit_codes: &str, program: &str, lines: &[(&str, &str)]) -> String {
    format!("{exit_codes}\n\n{}", examples(program, lines))
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}
