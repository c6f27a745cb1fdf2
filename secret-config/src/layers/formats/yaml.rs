//! YAML, with the line of every value: the core schema, one document, no duplicate keys, and no aliases, which can
//! make a short file long.

use crate::text::Syntax;
use crate::tree::{At, Node, Table, Value};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle};
use std::collections::HashSet;
use zeroize::Zeroizing;

const DEEPEST: usize = 64;

pub(super) fn parse(text: &str, supplier: u32) -> Result<Node, Syntax> {
    let mut reader = Reader { events: Parser::new_from_str(text), supplier, depth: 0 };
    let mut document = None;
    loop {
        let (event, marker) = reader.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
            Event::StreamEnd => break,
            _ if document.is_some() => return Err(syntax(marker, "a second document in one file")),
            event => document = Some(reader.node(event, marker)?),
        }
    }
    let empty = || Node::new(Value::Null, At { supplier, line: 1 });
    Ok(document.unwrap_or_else(empty))
}

fn syntax(marker: Marker, reason: &'static str) -> Syntax {
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    Syntax { line: number(marker.line()), column: number(marker.col() + 1), reason }
}

struct Reader<'a> {
    events: Parser<'a, saphyr_parser::StrInput<'a>>,
    supplier: u32,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Marker), Syntax> {
        match self.events.next_event() {
            Some(Ok((event, span))) => Ok((event, span.start)),
            Some(Err(error)) => Err(syntax(*error.marker(), "it cannot be read from here on")),
            None => Ok((Event::StreamEnd, Marker::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, marker: Marker) -> Result<Node, Syntax> {
        let at = At { supplier: self.supplier, line: syntax(marker, "").line };
        let value = match event {
            Event::Scalar(text, style, _, None) => scalar(text.into_owned(), style),
            Event::Scalar(text, _, _, Some(tag)) if tag.is_yaml_core_schema() && tag.suffix == "str" => {
                Value::Text(Zeroizing::new(text.into_owned()))
            }
            Event::Scalar(_, _, _, Some(_)) => return Err(syntax(marker, "a tag that is not supported")),
            Event::SequenceStart(..) => self.deeper(marker, Self::list)?,
            Event::MappingStart(..) => self.deeper(marker, Self::table)?,
            Event::Alias(_) => return Err(syntax(marker, "aliases are not supported")),
            _ => return Err(syntax(marker, "expected a value")),
        };
        Ok(Node::new(value, at))
    }

    fn deeper(&mut self, marker: Marker, read: fn(&mut Self) -> Result<Value, Syntax>) -> Result<Value, Syntax> {
        if self.depth == DEEPEST {
            return Err(syntax(marker, "more than 64 levels"));
        }
        self.depth += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn list(&mut self) -> Result<Value, Syntax> {
        let mut nodes = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::List(nodes)),
                (event, marker) => nodes.push(self.node(event, marker)?),
            }
        }
    }

    fn table(&mut self) -> Result<Value, Syntax> {
        let mut table = Table::new();
        let mut seen = HashSet::new();
        loop {
            let (key, marker) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(Value::Table(table)),
                (Event::Scalar(key, ..), marker) => (key.into_owned(), marker),
                (_, marker) => return Err(syntax(marker, "a key is not a plain text")),
            };
            if !seen.insert(key.clone()) {
                return Err(syntax(marker, "duplicate key"));
            }
            let (event, marker) = self.next()?;
            table.push((key, self.node(event, marker)?));
        }
    }
}

/// The core schema of YAML 1.2, for scalars without quotes.
fn scalar(text: String, style: ScalarStyle) -> Value {
    let text = Zeroizing::new(text);
    if style != ScalarStyle::Plain {
        return Value::Text(text);
    }
    match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" => Value::Number(Zeroizing::new("inf".to_owned())),
        "-.inf" | "-.Inf" | "-.INF" => Value::Number(Zeroizing::new("-inf".to_owned())),
        ".nan" | ".NaN" | ".NAN" => Value::Number(Zeroizing::new("NaN".to_owned())),
        digits => match number(digits) {
            Some(number) => Value::Number(Zeroizing::new(number)),
            None => Value::Text(text),
        },
    }
}

fn number(text: &str) -> Option<String> {
    for (mark, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(mark) {
            return u64::from_str_radix(digits, radix).ok().map(|number| number.to_string());
        }
    }
    let begins_as_one =
        text.trim_start_matches(['-', '+']).starts_with(|first: char| first.is_ascii_digit() || first == '.');
    (begins_as_one && text.parse::<f64>().is_ok()).then(|| text.to_owned())
}
