//! JSON, read into a tree without keeping or repeating any of it.
//!
//! Stricter than the grammar where leniency loses or leaks something: no duplicate keys, no trailing data, at most
//! 32 levels. A string is unescaped into a wiped buffer of its exact size.

use super::error::Syntax;
use crate::tree::{At, Node, Table, Text, Value};
use std::collections::HashSet;
use zeroize::Zeroizing;

const DEEPEST: u32 = 32;

/// A document is no larger in either store.
const LARGEST: usize = 64 * 1024;

/// Reads a document of a store, or one in a variable.
pub(crate) fn parse_document(text: &str, supplier: u32) -> Result<Node, Syntax> {
    if text.len() > LARGEST {
        return Err(Syntax { line: 1, column: 1, reason: "larger than 64 KiB" });
    }
    parse(text, supplier)
}

/// The same, of bytes that should be text.
pub(crate) fn parse_bytes(bytes: &[u8], supplier: u32) -> Result<Node, Syntax> {
    let text = std::str::from_utf8(bytes);
    parse_document(text.map_err(|_| Syntax { line: 1, column: 1, reason: "not valid UTF-8" })?, supplier)
}

/// Reads the whole of `text`, whatever its size. Places carry `supplier` and the line.
pub(crate) fn parse(text: &str, supplier: u32) -> Result<Node, Syntax> {
    let mut parser = Parser { text, position: 0, line: 1, line_start: 0, depth: 0, supplier };
    let node = parser.value()?;
    parser.skip_space();
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(parser.error("unexpected text after the end of the document")),
    }
}

/// Reads the value that `text` begins with. Answers what follows it, too.
#[cfg(feature = "aws")]
pub(crate) fn parse_first(text: &str, supplier: u32) -> Result<(Node, &str), Syntax> {
    let mut parser = Parser { text, position: 0, line: 1, line_start: 0, depth: 0, supplier };
    let node = parser.value()?;
    Ok((node, &text[parser.position..]))
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
    line: u32,
    line_start: usize,
    depth: u32,
    supplier: u32,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn error(&self, reason: &'static str) -> Syntax {
        let column = self.position.saturating_sub(self.line_start) + 1;
        Syntax { line: self.line, column: u32::try_from(column).unwrap_or(u32::MAX), reason }
    }

    fn skip_space(&mut self) {
        while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = self.peek() {
            self.position += 1;
            if byte == b'\n' {
                self.line += 1;
                self.line_start = self.position;
            }
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.position += usize::from(is_next);
        is_next
    }

    fn value(&mut self) -> Result<Node, Syntax> {
        self.skip_space();
        let at = At { supplier: self.supplier, line: self.line };
        let value = match self.peek() {
            Some(b'"') => Value::Text(self.string()?),
            Some(b'{') => self.nested(Self::table)?,
            Some(b'[') => self.nested(Self::list)?,
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            Some(0xEF) if self.text[self.position..].starts_with('\u{FEFF}') => {
                return Err(self.error("unexpected byte order mark"));
            }
            Some(_) => return Err(self.error("expected a value")),
            None => return Err(self.error("unexpected end of the document")),
        };
        Ok(Node::new(value, at))
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Syntax> {
        if !self.text[self.position..].starts_with(word) {
            return Err(self.error("expected a value"));
        }
        self.position += word.len();
        Ok(value)
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Syntax>) -> Result<Value, Syntax> {
        if self.depth == DEEPEST {
            return Err(self.error("more than 32 levels"));
        }
        self.depth += 1;
        self.position += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn list(&mut self) -> Result<Value, Syntax> {
        let mut nodes = Vec::new();
        self.skip_space();
        if self.take(b']') {
            return Ok(Value::List(nodes));
        }
        loop {
            nodes.push(self.value()?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Value::List(nodes));
            }
            if !self.take(b',') {
                return Err(self.error("expected `,` or `]`"));
            }
        }
    }

    fn table(&mut self) -> Result<Value, Syntax> {
        let mut table = Table::new();
        let mut seen = HashSet::new();
        self.skip_space();
        if self.take(b'}') {
            return Ok(Value::Table(table));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.error("expected a key in double quotes"));
            }
            let start = (self.position, self.line, self.line_start);
            let mut key = self.string()?;
            if !seen.insert(key.as_str().to_owned()) {
                (self.position, self.line, self.line_start) = start;
                return Err(self.error("duplicate key"));
            }
            self.skip_space();
            if !self.take(b':') {
                return Err(self.error("expected `:`"));
            }
            table.push((std::mem::take(&mut *key), self.value()?));
            self.skip_space();
            if self.take(b'}') {
                return Ok(Value::Table(table));
            }
            if !self.take(b',') {
                return Err(self.error("expected `,` or `}`"));
            }
        }
    }

    fn number(&mut self) -> Result<Text, Syntax> {
        let start = self.position;
        self.take(b'-');
        if self.take(b'0') {
            if let Some(b'0'..=b'9') = self.peek() {
                return Err(self.error("a number does not begin with 0"));
            }
        } else {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(Zeroizing::new(self.text[start..self.position].to_owned()))
    }

    fn digits(&mut self) -> Result<(), Syntax> {
        let start = self.position;
        while let Some(b'0'..=b'9') = self.peek() {
            self.position += 1;
        }
        if self.position == start { Err(self.error("expected a digit")) } else { Ok(()) }
    }

    /// Finds the end first, so that the buffer has its exact size and never moves.
    fn string(&mut self) -> Result<Text, Syntax> {
        self.position += 1;
        let start = self.position;
        let mut escapes = 0;
        loop {
            match self.peek() {
                None => return Err(self.error("unexpected end inside a string")),
                Some(b'"') => break,
                Some(b'\\') => {
                    escapes += 1;
                    self.position += 1;
                    if self.peek().is_none() {
                        return Err(self.error("unexpected end inside a string"));
                    }
                }
                Some(0..=0x1F) => return Err(self.error("control character inside a string")),
                Some(_) => {}
            }
            self.position += 1;
        }
        let written = &self.text[start..self.position];
        let end = self.position + 1;
        if escapes == 0 {
            self.position = end;
            return Ok(Zeroizing::new(written.to_owned()));
        }
        // An escape is at least as long as what it stands for.
        let mut text = Zeroizing::new(String::with_capacity(written.len()));
        self.position = start;
        while self.position + 1 < end {
            let rest = &self.text[self.position..end - 1];
            match rest.find('\\') {
                Some(0) => {
                    self.position += 1;
                    text.push(self.escape()?);
                }
                Some(length) => {
                    text.push_str(&rest[..length]);
                    self.position += length;
                }
                None => {
                    text.push_str(rest);
                    self.position += rest.len();
                }
            }
        }
        self.position = end;
        Ok(text)
    }

    fn escape(&mut self) -> Result<char, Syntax> {
        let letter = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.error("unknown escape")),
        };
        self.position += 1;
        Ok(letter)
    }

    fn unicode(&mut self) -> Result<char, Syntax> {
        let first = self.hexadecimal()?;
        let code = match first {
            0xD800..=0xDBFF if self.take(b'\\') && self.peek() == Some(b'u') => {
                let second = self.hexadecimal()?;
                if !(0xDC00..=0xDFFF).contains(&second) {
                    return Err(self.error("half of a surrogate pair"));
                }
                0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
            }
            code => code,
        };
        char::from_u32(code).ok_or_else(|| self.error("half of a surrogate pair"))
    }

    /// The four digits after the `u` that is next.
    fn hexadecimal(&mut self) -> Result<u32, Syntax> {
        self.position += 1;
        let digits = self.text.as_bytes().get(self.position..self.position + 4).unwrap_or_default();
        let mut code = 0;
        for digit in digits {
            let value =
                char::from(*digit).to_digit(16).ok_or_else(|| self.error("expected four hexadecimal digits"))?;
            code = code * 16 + value;
        }
        if digits.len() < 4 {
            return Err(self.error("expected four hexadecimal digits"));
        }
        self.position += 4;
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(json: &str) -> Result<String, Syntax> {
        match parse(json, 0)?.value {
            Value::Text(text) | Value::Number(text) => Ok(text.to_string()),
            _ => Ok("another kind".to_owned()),
        }
    }

    #[test]
    fn escapes_become_what_they_stand_for() {
        assert_eq!(text_of(r#""a\n\"\\\/\u00e9\uD83D\uDE00z""#).as_deref(), Ok("a\n\"\\/é😀z"));
        assert_eq!(text_of("\"plain é\"").as_deref(), Ok("plain é"));
    }

    #[test]
    fn numbers_stay_as_they_are_written() {
        for number in ["0", "-1", "5432", "1.50", "1e5", "12345678901234567890"] {
            assert_eq!(text_of(number).as_deref(), Ok(number));
        }
    }

    #[test]
    fn what_is_no_json_is_told_by_place_and_reason() {
        for (json, line, column, reason) in [
            ("", 1, 1, "unexpected end of the document"),
            ("{\n  \"a\": 1,\n  \"a\": 2}", 3, 3, "duplicate key"),
            ("{\"a\" 1}", 1, 6, "expected `:`"),
            ("[1 2]", 1, 4, "expected `,` or `]`"),
            ("{} x", 1, 4, "unexpected text after the end of the document"),
            ("\u{FEFF}{}", 1, 1, "unexpected byte order mark"),
            ("hunter2", 1, 1, "expected a value"),
            ("01", 1, 2, "a number does not begin with 0"),
            ("1.", 1, 3, "expected a digit"),
            (r#""\ud800""#, 1, 8, "half of a surrogate pair"),
            (r#""\ud800\u0041""#, 1, 14, "half of a surrogate pair"),
            (r#""\u12"#, 1, 6, "unexpected end inside a string"),
            (r#""\u12""#, 1, 4, "expected four hexadecimal digits"),
            (r#""\x""#, 1, 3, "unknown escape"),
            ("\"a\nb\"", 1, 3, "control character inside a string"),
            ("\"a\\", 1, 4, "unexpected end inside a string"),
        ] {
            let syntax = parse(json, 0).err();
            assert_eq!(syntax, Some(Syntax { line, column, reason }), "{json:?}");
        }
        assert_eq!(parse(&"[".repeat(10_000), 0).err().map(|syntax| syntax.reason), Some("more than 32 levels"));
        assert!(parse(&format!("{}{}", "[".repeat(32), "]".repeat(32)), 0).is_ok());
    }
}
