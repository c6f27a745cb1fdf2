//! The values that are to be written: typed, from the standard input, or made here. Never from the arguments, which every
//! process on the machine can read and a shell remembers.

use super::fields::{By, Named};
use super::told::{Complaint, Stop};
use crate::cli::console::{Console, Echo};
use crate::error::printable;
use crate::operator::{Creation, NewValue, Part, Promotion, Values};
use crate::secret::Secret;
use clap::ArgMatches;
use std::io;

impl From<io::Error> for Complaint {
    fn from(error: io::Error) -> Self {
        Self::new(format!("cannot read what was given: {error}"))
    }
}

/// Values, with the fields that they were given for.
#[derive(Default)]
pub(super) struct Given {
    pub(super) values: Values,
    pub(super) named: Vec<Named>,
}

impl Given {
    fn add(&mut self, field: &str, value: NewValue, by: By) {
        self.values.insert(field, value);
        self.named.push(Named { field: field.to_owned(), by });
    }
}

/// Arguments in places where there are none: most likely values, which is why they are not repeated.
pub(super) fn refuse_in_arguments(name: &str, matches: &ArgMatches) -> Result<(), Complaint> {
    let is_with_value = match name {
        "set" => crate::cli::arguments::value(matches, "field").contains('='),
        "promote" => {
            matches.get_many::<String>("copy").is_some_and(|mut fields| fields.any(|field| field.contains('=')))
        }
        _ => false,
    };
    if !is_with_value && matches.get_raw("extra").is_none() {
        let length = (name == "set").then(|| matches.get_one::<String>("generate")).flatten();
        return length.map_or(Ok(()), |length| length_of(length).map(|_| ()));
    }
    let refused = Complaint::new(
        "a value is never taken from the command line, which every process on the machine can read and the shell remembers",
    );
    Err(refused.help(match name {
        "set" => {
            "leave it out: at a terminal it is asked for, and a script gives it as in `set FIELD --env ENVIRONMENT --yes < file`"
        }
        _ => {
            "leave it out: at a terminal it is asked for, and a script gives lines of FIELD=VALUE with `--yes --stdin < file`"
        }
    }))
}

/// What `set` writes, to the one field that its plan has.
pub(super) fn of_one(matches: &ArgMatches, console: &mut Console<'_>, promotion: &Promotion) -> Result<Values, Stop> {
    let part = promotion.creations().iter().flat_map(Creation::parts).next();
    let Some((part, field)) = part.and_then(|part| Some((part, part.fields().first()?))) else {
        return Ok(Values::new());
    };
    if let Some(length) = matches.get_one::<String>("generate") {
        return Ok(Values::new().with(field, NewValue::generated(length_of(length)?)));
    }
    if !console.has_person() {
        let text = console.read().map_err(Complaint::from)?;
        let text = line(&text);
        if text.is_empty() {
            return Err(Complaint::new("the standard input has no value").into());
        }
        return Ok(Values::new().with(field, NewValue::text(owned(text))));
    }
    match typed(console, part)? {
        Some(value) => Ok(Values::new().with(field, value)),
        None => Err(Complaint::new("no value was typed, and nothing written").into()),
    }
}

/// What `--generate` and `--stdin` say.
pub(super) fn of_several(matches: &ArgMatches, console: &mut Console<'_>) -> Result<Given, Stop> {
    let mut given = Given::default();
    for argument in matches.get_many::<String>("generate").into_iter().flatten() {
        let (field, length) = generated(argument)?;
        given.add(field, NewValue::generated(length), By::Argument);
    }
    if !matches.get_flag("stdin") {
        return Ok(given);
    }
    let text = console.read().map_err(Complaint::from)?;
    let mut complaints = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
        let number = index + 1;
        match line.split_once('=').filter(|(field, _)| !field.is_empty()) {
            // Most likely a variable of the script that is not set.
            Some((_, "")) => {
                complaints.push(Complaint::new(format!("line {number} of the standard input has no value")));
            }
            Some((field, value)) => given.add(field, NewValue::text(owned(value)), By::Line(number)),
            // Not even the line is repeated: it may be nothing but a value.
            None => complaints.push(
                Complaint::new(format!("line {number} of the standard input is not FIELD=VALUE"))
                    .help("a value of several lines is written by `set FIELD --env ENVIRONMENT --yes < file`"),
            ),
        }
    }
    if complaints.is_empty() { Ok(given) } else { Err(Stop::Refused(complaints)) }
}

/// `FIELD=LENGTH`, or `FIELD` alone. What is neither may be a value, and is not repeated.
fn generated(text: &str) -> Result<(&str, usize), Complaint> {
    let (field, length) = text.split_once('=').unwrap_or((text, "32"));
    match length_of(length) {
        Ok(length) if !field.is_empty() => Ok((field, length)),
        _ => Err(Complaint::new(
            "`--generate` takes FIELD=LENGTH with a length from 1 to 4096, as in `--generate session_key=32`",
        )),
    }
}

/// Of a value that is made: what a parameter of the standard tier can hold.
fn length_of(text: &str) -> Result<usize, Complaint> {
    let length = text.parse().ok().filter(|length| (1..=4096).contains(length));
    length.ok_or_else(|| Complaint::new("`--generate` takes a length from 1 to 4096, as in `--generate 32`"))
}

/// Two values for one field: nobody knows which one is meant.
pub(super) fn refuse_twice(named: &[Named]) -> Result<(), Stop> {
    let is_second = |(index, one): &(usize, &Named)| named[..*index].iter().any(|other| other.field == one.field);
    let twice = named.iter().enumerate().filter(is_second);
    let complaint = |(_, one): (usize, &Named)| {
        Complaint::new(format!("`{}` is given a value twice", printable(one.field.as_str())))
            .field(one.field.as_str())
            .help("keep one of `--copy`, `--generate` and the lines of `--stdin` for it")
    };
    let complaints: Vec<_> = twice.map(complaint).collect();
    if complaints.is_empty() { Ok(()) } else { Err(Stop::Refused(complaints)) }
}

/// Asks for what is still missing. No answer is none.
pub(super) fn ask(console: &mut Console<'_>, promotion: &Promotion, values: &mut Values) {
    for part in promotion.creations().iter().flat_map(Creation::parts).filter(|part| !part.has_value()) {
        let Some(field) = part.fields().first().filter(|_| !part.fields().iter().any(|field| values.has(field))) else {
            continue;
        };
        match typed(console, part) {
            Ok(Some(value)) => values.insert(field, value),
            Ok(None) => {}
            // Whoever went away answers no further question.
            Err(_) => return,
        }
    }
}

fn typed(console: &mut Console<'_>, part: &Part) -> Result<Option<NewValue>, Complaint> {
    let optional = if part.is_needed() { "" } else { ", optional" };
    let fields = part.fields().join(", ");
    let commas = if part.is_list() { ", separated by commas" } else { "" };
    let mut question = format!("{fields} ({}{commas}{optional}): ", part.type_name());
    if !part.doc().is_empty() {
        question = format!("# {}\n{question}", part.doc().replace('\n', "\n# "));
    }
    let echo = if part.is_secret() { Echo::Hidden } else { Echo::Shown };
    let Some(answer) = console.ask(&question, echo) else { return Ok(None) };
    let answer = answer?;
    let is_none = answer.expose_secret().is_empty();
    Ok((!is_none).then(|| NewValue::text(answer)))
}

/// Without the newline that an editor or a shell put behind it.
fn line(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

fn owned(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}
