//! `explain`: where each value comes from, as a tree; and what is wrong, since that is when one asks.

mod tree;

use super::arguments::{environment, examples, value};
use super::failure::{self, Shown};
use super::paint::{Colour, Paint};
use super::{Session, Told};
use crate::SecretConfig;
use crate::error::LoadError;
use crate::explanation::{Layer, Origin};
use crate::loader::Overview;
use crate::operator::Manifest;
use crate::operator::date::second;
use crate::spec::Spec;
use clap::{ArgMatches, Command};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use tree::Line;

const REDACTED: &str = "[redacted]";

pub(super) fn command(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("explain --env prod", "the layer, file and line, variable or ARN of every value"),
        ("explain --env prod --json", "the same for a program"),
        ("explain --env local --root deploy", "with the files below deploy/config"),
    ];
    Command::new("explain")
        .about("Load the config, and tell where each value comes from; secrets stay hidden")
        .arg(environment(spec))
        .after_help(examples(program, &lines))
}

pub(super) async fn run<T: SecretConfig>(session: &Session<'_, T>, matches: &ArgMatches) -> Result<Told, LoadError> {
    let environment = value(matches, "env");
    let manifest = session.loader(environment).manifest()?;
    let mut overview = session.loader(environment).overview().await?;
    session.name_commands(environment, &mut overview.problems);
    let exit = failure::exit(&overview.problems);
    let rows = rows(&overview, &manifest);
    if session.arguments.json {
        return Ok(json(&overview, &rows).exit(exit));
    }
    let mut told = Told::ok(text(&overview, &rows, session.paint)).exit(exit);
    if !overview.problems.is_empty() {
        let error = LoadError::new(overview.config, Some(overview.environment), overview.problems);
        told.error = format!("{error}\n");
    }
    Ok(told)
}

/// One value, and where it comes from.
struct Row<'a> {
    origin: &'a Origin,
    /// The value, if it is plain.
    value: Option<&'a str>,
}

fn rows<'a>(overview: &'a Overview, manifest: &'a Manifest) -> Vec<Row<'a>> {
    let fields = manifest.fields().iter().filter(|field| !field.is_secret());
    let defaults: HashMap<_, _> = fields
        .filter_map(|field| Some((field.path(), field.default().filter(|text| *text != "Default::default()")?)))
        .collect();
    let row = |origin: &'a Origin| {
        let of_struct = || defaults.get(origin.field()).copied().filter(|_| origin.layer() == Layer::Defaults);
        let value = origin.value.as_deref().or_else(of_struct).filter(|_| !origin.is_secret());
        Row { origin, value }
    };
    overview.origins.iter().map(row).collect()
}

/// The layer in one word, and its colour.
fn layer(layer: Layer) -> (&'static str, Colour) {
    match layer {
        Layer::Defaults => ("default", Colour::Dim),
        Layer::File => ("file", Colour::Cyan),
        Layer::Remote => ("store", Colour::Magenta),
        Layer::Variable => ("variable", Colour::Yellow),
        Layer::Program => ("program", Colour::Green),
    }
}

fn text(overview: &Overview, rows: &[Row<'_>], paint: Paint) -> String {
    let mut lines: Vec<_> = rows
        .iter()
        .map(|row| {
            let (word, colour) = layer(row.origin.layer());
            let value = match (row.value, row.origin.is_secret()) {
                (Some(value), _) => Some(value.to_owned()),
                (None, true) if row.origin.layer() != Layer::Defaults => Some(REDACTED.to_owned()),
                (None, _) => None,
            };
            Line { field: row.origin.field(), value, word, colour, told: told(row) }
        })
        .collect();
    for problem in &overview.problems {
        // The rest of it stands in the report below.
        let line = |field| Line {
            field,
            value: None,
            word: "problem",
            colour: Colour::Red,
            told: problem.message().to_owned(),
        };
        lines.extend(problem.fields().iter().map(|field| line(field.as_str())));
    }
    let headline = format!("{} for {}", overview.config, overview.environment);
    let mut text = paint.paint(Colour::Bold, &headline) + "\n";
    text.push_str(&tree::draw(&lines, paint));
    text.push('\n');
    text.push_str(&paint.paint(Colour::Dim, &overview.report.to_string()));
    text.push('\n');
    text
}

/// Where a value comes from, without what the word for the layer says.
fn told(row: &Row<'_>) -> String {
    let origin = row.origin;
    match origin.layer() {
        Layer::Defaults if row.value.is_some() => String::new(),
        Layer::Defaults => origin.origin().trim_start_matches("default: ").to_owned(),
        Layer::Variable => origin.origin().trim_start_matches("environment variable ").to_owned(),
        _ => {
            let stage = origin.stage().map(|stage| format!(" stage {stage}"));
            let written = origin.modified().map(|modified| format!(", written {}", second(modified)));
            origin.origin().to_owned() + &stage.unwrap_or_default() + &written.unwrap_or_default()
        }
    }
}

#[derive(Serialize)]
struct Explained<'a> {
    version: u32,
    config: &'a str,
    environment: &'a str,
    values: Vec<Value<'a>>,
    problems: Vec<Shown<'a>>,
    calls: usize,
    retries: usize,
    milliseconds: BTreeMap<&'a str, f64>,
}

#[derive(Serialize)]
struct Value<'a> {
    field: &'a str,
    layer: &'static str,
    origin: &'a str,
    is_secret: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
}

impl<'a> Value<'a> {
    fn of(row: &Row<'a>) -> Self {
        let origin = row.origin;
        Self {
            field: origin.field(),
            layer: origin.layer().word(),
            origin: origin.origin(),
            is_secret: origin.is_secret(),
            value: row.value,
            arn: origin.arn(),
            version: origin.version(),
            stage: origin.stage(),
            modified: origin.modified().map(second),
        }
    }
}

fn json(overview: &Overview, rows: &[Row<'_>]) -> Told {
    let Overview { config, environment, report, problems, .. } = overview;
    failure::json(&Explained {
        version: 1,
        config,
        environment,
        values: rows.iter().map(Value::of).collect(),
        problems: failure::problems(problems),
        calls: report.calls(),
        retries: report.retries(),
        milliseconds: report.stages().iter().map(|(name, time)| (*name, time.as_secs_f64() * 1000.0)).collect(),
    })
}
