//! `init`, `promote` and `set`: the plan is shown, a person agrees, then it is written, and each write is told.

mod values;

use super::arguments::{environment, environments, examples, value};
use super::{Console, Exit, Session, Told, failure};
use crate::SecretConfig;
use crate::error::LoadError;
use crate::loader::Loader;
use crate::operator::{Creation, Part, Promotion, Write, WriteOptions};
use crate::spec::Spec;
use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgAction, ArgMatches, Command};
use values::Failed;

pub(super) fn init(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("init --env prod --plan", "what would be created; fails if anything is missing"),
        ("init --env prod --generate session_key=32", "asks for the other values, without showing them"),
        ("init --env prod --yes --stdin < values", "in a script: lines of FIELD=VALUE"),
    ];
    let command = Command::new("init")
        .about("Create what an environment lacks; what exists is kept")
        .arg(environment(spec))
        .after_help(examples(program, &lines));
    command.args(writing()).args(values())
}

pub(super) fn promote(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("promote dev prod --plan", "what would be created; fails if anything is missing"),
        ("promote dev prod --copy allowed_origins", "copies what both share, and asks for the other values"),
        ("promote dev prod --kms-key alias/orders --tag service=orders", "with a key and tags"),
    ];
    let of = |name: &'static str, value: &'static str, help: &'static str| {
        environments(Arg::new(name).value_name(value).required(true).help(help), spec)
    };
    let copy = Arg::new("copy").long("copy").value_name("FIELD").action(ArgAction::Append);
    let command = Command::new("promote")
        .about("Create what one environment lacks, with values of another where they are the same")
        .arg(of("one", "ONE", "The environment that values are copied from"))
        .arg(of("other", "OTHER", "The environment that is written to"))
        .arg(copy.help("Copy the value of this field; may be repeated. No other value of ONE is read"))
        .after_help(examples(program, &lines));
    command.args(writing()).args(values())
}

pub(super) fn set(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("set stripe_key --env prod", "asks for the value, without showing it"),
        ("set stripe_key --env prod --overwrite < key.txt", "a new version, from a file"),
        ("set session_key --env prod --generate", "32 letters and digits, made here"),
    ];
    let generate =
        Arg::new("generate").long("generate").value_name("LENGTH").num_args(0..=1).default_missing_value("32");
    let command = Command::new("set")
        .about("Write the value of one field; one that exists is kept unless you say otherwise")
        .arg(Arg::new("field").value_name("FIELD").required(true).help("The field, as in `database.password`"))
        .arg(environment(spec))
        .arg(
            generate
                .value_parser(clap::value_parser!(u16).range(1..))
                .help("Make a value of so many letters and digits [default: 32]"),
        )
        .after_help(examples(program, &lines));
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
        flag("overwrite", "Write a new version where there is a value already"),
        key.help("Encrypt what is created with this KMS key: its id, ARN or alias"),
        tag.help("Tag what is created; may be repeated"),
    ]
}

/// Where the values of several fields come from.
fn values() -> Vec<Arg> {
    let generate = Arg::new("generate").long("generate").value_name("FIELD=LENGTH").action(ArgAction::Append);
    let stdin = Arg::new("stdin").long("stdin").action(ArgAction::SetTrue).requires("yes");
    vec![
        generate
            .value_parser(values::generated)
            .help("Make the value of this field: so many letters and digits; may be repeated"),
        stdin.help("Read lines of FIELD=VALUE from the standard input, and ask nobody"),
    ]
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// Runs one of the three.
pub(super) async fn run<T: SecretConfig>(
    name: &str,
    session: &Session<'_, T>,
    matches: &ArgMatches,
    console: &mut Console<'_>,
) -> Result<Told, LoadError> {
    // The variables here are those of a person's shell.
    let loader = |name: &str| session.loader(value(matches, name)).env_vars::<&str, &str>([]);
    for field in copied(name, matches) {
        // That there is such a field, before anything is asked.
        loader("other").place(field)?;
    }
    let (promotion, source) = match name {
        "set" => (loader("env").place(value(matches, "field"))?, None),
        "promote" => (loader("other").missing().await?, Some(loader("one"))),
        _ => (loader("env").missing().await?, None),
    };
    let is_json = session.arguments.json;
    let is_plan = matches.get_flag("plan");
    if is_plan && is_json {
        return Ok(failure::json(&promotion).exit(planned(&promotion)));
    }
    let plan = format!("{}\n", promotion.to_string().trim_end());
    if is_plan || promotion.creations().is_empty() {
        let told = if is_json { failure::json(&promotion) } else { Told::ok(plan) };
        return Ok(told.exit(planned(&promotion)));
    }
    console.say(&plan);
    if !matches.get_flag("yes") && !console.agrees("Write this? [y/N] ") {
        let why = if console.has_person() { "" } else { ": nobody could be asked, and there is no --yes" };
        return Ok(Told::error(format!("nothing was written{why}\n"), Exit::CouldNotRun));
    }
    let target = loader(if name == "promote" { "other" } else { "env" });
    write(name, session, matches, console, &promotion, Loaders { source, target }).await
}

/// What a command reads from and writes to.
struct Loaders<T> {
    source: Option<Loader<T>>,
    target: Loader<T>,
}

/// The fields that are to be copied.
fn copied<'a>(name: &str, matches: &'a ArgMatches) -> Vec<&'a String> {
    match name {
        "promote" => matches.get_many("copy").into_iter().flatten().collect(),
        _ => Vec::new(),
    }
}

fn planned(promotion: &Promotion) -> Exit {
    match promotion.problems() {
        [] if promotion.has_all() => Exit::Ok,
        // What is lacking, nobody may have been able to say.
        problems if promotion.has_all() => failure::exit(problems),
        _ => Exit::Problems,
    }
}

async fn write<T: SecretConfig>(
    name: &str,
    session: &Session<'_, T>,
    matches: &ArgMatches,
    console: &mut Console<'_>,
    promotion: &Promotion,
    loaders: Loaders<T>,
) -> Result<Told, LoadError> {
    let mut given = match name {
        "set" => values::of_one(matches, console, promotion),
        _ => values::of_several(matches, console),
    };
    if let (Ok(given), Some(source)) = (&mut given, loaders.source) {
        let fields = copied(name, matches).into_iter();
        let fields: Vec<_> = fields.filter(|field| is_lacking(promotion, field)).cloned().collect();
        if !fields.is_empty() {
            given.extend(source.copy(fields).await?);
        }
    }
    if let Ok(given) = &mut given
        && name != "set"
        && !matches.get_flag("stdin")
    {
        values::ask(console, promotion, given);
    }
    let values = match given {
        Ok(values) => values,
        Err(Failed(why)) => return Ok(Told::error(format!("error: {why}\n"), Exit::CouldNotRun)),
    };
    // What no load could read is told before any of it is written.
    loaders.target.rehearse(&values)?;
    let (mut done, all) = (0, promotion.creations().len());
    let tell = |write: &Write| {
        done += 1;
        console.say(&format!("[{done}/{all}] {write}\n"));
    };
    let written = promotion.write(&values, &options(matches), tell).await;
    let exit = if written.is_complete() && promotion.problems().is_empty() { Exit::Ok } else { Exit::Problems };
    let mut told = if session.arguments.json { failure::json(&written) } else { Told::nothing(Exit::Ok) };
    for field in written.unused() {
        told.error.push_str(&format!("nothing was to be written for {field}\n"));
    }
    Ok(told.exit(exit))
}

/// What is there already needs no copy.
fn is_lacking(promotion: &Promotion, field: &str) -> bool {
    let parts = promotion.creations().iter().flat_map(Creation::parts);
    parts.flat_map(Part::fields).any(|lacking| lacking == field)
}

fn options(matches: &ArgMatches) -> WriteOptions {
    let mut options = WriteOptions::new();
    if let Some(key) = matches.get_one::<String>("kms-key") {
        options = options.kms_key(key);
    }
    for (key, value) in matches.get_many::<(String, String)>("tag").into_iter().flatten() {
        options = options.tag(key, value);
    }
    match matches.get_flag("overwrite") {
        true => options.overwrite(),
        false => options,
    }
}
