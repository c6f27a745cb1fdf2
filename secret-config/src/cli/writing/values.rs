//! The values that are to be written: typed, from the standard input, or made here. Never from the arguments, which every
//! process on the machine can read and a shell remembers.

use super::Console;
use crate::cli::console::Echo;
use crate::operator::{Creation, NewValue, Part, Promotion, Values};
use crate::secret::Secret;
use clap::ArgMatches;
use std::io;

/// Why there are no values, for a person. Nothing of a value is in it.
pub(super) struct Failed(pub(super) String);

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

/// `FIELD=LENGTH`, or `FIELD` alone.
pub(super) fn generated(text: &str) -> Result<(String, usize), String> {
    let (field, length) = text.split_once('=').unwrap_or((text, "32"));
    match length.parse::<u16>() {
        Ok(length) if length > 0 && !field.is_empty() => Ok((field.to_owned(), length.into())),
        _ => Err("write FIELD=LENGTH, as in `session_key=32`".to_owned()),
    }
}

/// What `set` writes.
pub(super) fn of_one(matches: &ArgMatches, console: &mut Console<'_>, promotion: &Promotion) -> Result<Values, Failed> {
    let field = crate::cli::arguments::value(matches, "field");
    if let Some(length) = matches.get_one::<u16>("generate") {
        return Ok(Values::new().with(field, NewValue::generated((*length).into())));
    }
    if !console.has_person() {
        let text = console.read()?;
        if text.is_empty() {
            return Err(Failed("the standard input has no value".to_owned()));
        }
        return Ok(Values::new().with(field, NewValue::text(owned(line(&text)))));
    }
    let part = promotion.creations().iter().flat_map(Creation::parts).next();
    match part.map(|part| typed(console, part)).transpose()?.flatten() {
        Some(value) => Ok(Values::new().with(field, value)),
        None => Err(Failed("no value was typed, and nothing written".to_owned())),
    }
}

/// What `--generate` and `--stdin` say.
pub(super) fn of_several(matches: &ArgMatches, console: &mut Console<'_>) -> Result<Values, Failed> {
    let mut values = Values::new();
    for (field, length) in matches.get_many::<(String, usize)>("generate").into_iter().flatten() {
        values.insert(field, NewValue::generated(*length));
    }
    if !matches.get_flag("stdin") {
        return Ok(values);
    }
    let text = console.read()?;
    for (index, given) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
        // Not even the line is repeated: it may be nothing but a value.
        let Some((field, value)) = given.split_once('=').filter(|(field, _)| !field.is_empty()) else {
            return Err(Failed(format!("line {} of the standard input is not FIELD=VALUE", index + 1)));
        };
        values.insert(field, NewValue::text(owned(value)));
    }
    Ok(values)
}

/// Asks for what is still missing. No answer is none.
pub(super) fn ask(console: &mut Console<'_>, promotion: &Promotion, values: &mut Values) {
    for part in promotion.creations().iter().flat_map(Creation::parts) {
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

fn typed(console: &mut Console<'_>, part: &Part) -> Result<Option<NewValue>, Failed> {
    let optional = if part.is_needed() { "" } else { ", optional" };
    let fields = part.fields().join(", ");
    let mut question = format!("{fields} ({}{optional}): ", part.type_name());
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
