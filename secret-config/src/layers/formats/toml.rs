//! TOML, with the line of every value.

use crate::text::Syntax;
use crate::tree::{At, Node, Table, Value};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

pub(super) fn parse(text: &str, supplier: u32) -> Result<Node, Syntax> {
    let newlines = text.bytes().enumerate().filter_map(|(at, byte)| (byte == b'\n').then_some(at)).collect();
    let places = Places { newlines, supplier };
    match DeTable::parse(text) {
        Ok(table) => Ok(Node::new(Value::Table(places.table(table.into_inner())), At { supplier, line: 1 })),
        Err(error) => Err(places.syntax(error.span(), error.message())),
    }
}

struct Places {
    newlines: Vec<usize>,
    supplier: u32,
}

impl Places {
    fn at(&self, span: &Range<usize>) -> At {
        At { supplier: self.supplier, line: self.line_and_column(span.start).0 }
    }

    fn line_and_column(&self, offset: usize) -> (u32, u32) {
        let line = self.newlines.partition_point(|newline| *newline < offset);
        let start = line.checked_sub(1).map_or(0, |previous| self.newlines[previous] + 1);
        let (line, column) = (line + 1, offset - start + 1);
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    /// The parser's words are fixed ones, but nothing promises that: only those that are known are shown.
    fn syntax(&self, span: Option<Range<usize>>, message: &str) -> Syntax {
        const KNOWN: [(&str, &str); 9] = [
            ("duplicate key", "duplicate key"),
            ("cannot extend", "a table or array cannot be extended here"),
            ("string", "a text lacks its quotes, is not closed, or has a wrong escape"),
            ("key with no value", "a key without `= value`"),
            ("missing value", "a key without a value"),
            ("array", "an array is not closed"),
            ("table", "the header of a table is not closed"),
            ("number", "this is no number"),
            ("expected newline", "unexpected text after the value"),
        ];
        let reason = KNOWN.iter().find(|(part, _)| message.contains(part));
        let reason = reason.map_or("it cannot be read from here on", |(_, reason)| reason);
        let (line, column) = self.line_and_column(span.map_or(0, |span| span.start));
        Syntax { line, column, reason }
    }

    fn table(&self, table: DeTable<'_>) -> Table {
        let entry = |(key, value): (Spanned<_>, _)| {
            let key: std::borrow::Cow<'_, str> = key.into_inner();
            (key.into_owned(), self.node(value))
        };
        table.into_iter().map(entry).collect()
    }

    fn node(&self, spanned: Spanned<DeValue<'_>>) -> Node {
        let at = self.at(&spanned.span());
        let value = match spanned.into_inner() {
            DeValue::String(text) => Value::Text(Zeroizing::new(text.into_owned())),
            DeValue::Boolean(is) => Value::Bool(is),
            DeValue::Datetime(datetime) => Value::Text(Zeroizing::new(datetime.to_string())),
            DeValue::Float(float) => Value::Number(Zeroizing::new(float.as_str().to_owned())),
            DeValue::Integer(integer) => Value::Number(Zeroizing::new(decimal(integer.as_str(), integer.radix()))),
            DeValue::Array(array) => Value::List(array.into_iter().map(|element| self.node(element)).collect()),
            DeValue::Table(table) => Value::Table(self.table(table)),
        };
        Node::new(value, at)
    }
}

/// `0xFF` as `255`; what is too large stays as it is, and is no number to any type.
fn decimal(digits: &str, radix: u32) -> String {
    match i128::from_str_radix(digits, radix) {
        Ok(number) if radix != 10 => number.to_string(),
        _ => digits.to_owned(),
    }
}
