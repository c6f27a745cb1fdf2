//! JSON documents with new keys: what stands in one stays as it is written. All of it in wiped buffers of the exact size.

use crate::tree::{At, Node, Text, Value};
use std::fmt::{self, Write};
use zeroize::Zeroizing;

/// Puts `value` under a key of the document, or at a JSON pointer; `false` if another value stands in the way.
#[must_use]
pub(super) fn put(document: &mut Node, key: &str, value: Value) -> bool {
    let leaf = Node::new(value, At::STORE);
    let steps: Vec<String> = match key.strip_prefix('/') {
        None => vec![key.to_owned()],
        Some(pointer) => pointer.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect(),
    };
    put_at(document, &steps, leaf)
}

fn put_at(node: &mut Node, steps: &[String], leaf: Node) -> bool {
    let [step, rest @ ..] = steps else {
        *node = leaf;
        return true;
    };
    if let Value::Null = node.value {
        node.value = Value::Table(Vec::new());
    }
    match &mut node.value {
        Value::List(nodes) => match step.parse::<usize>().ok().and_then(|index| nodes.get_mut(index)) {
            Some(child) => put_at(child, rest, leaf),
            None => false,
        },
        Value::Table(table) => {
            let at = table.iter().position(|(key, _)| key == step).unwrap_or_else(|| {
                table.push((step.clone(), Node::new(Value::Null, At::STORE)));
                table.len() - 1
            });
            put_at(&mut table[at].1, rest, leaf)
        }
        _ => false,
    }
}

/// The document as JSON.
pub(super) fn rendered(document: &Node) -> Text {
    let mut length = Length(0);
    // Neither of the two can fail.
    let _ = render(document, &mut length);
    let mut text = Zeroizing::new(String::with_capacity(length.0));
    let _ = render(document, &mut *text);
    text
}

struct Length(usize);

impl Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

fn render(node: &Node, out: &mut impl Write) -> fmt::Result {
    match &node.value {
        Value::Null | Value::Bytes(_) => out.write_str("null"),
        Value::Bool(truth) => out.write_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => out.write_str(number),
        Value::Text(text) | Value::Raw(text, _) => quoted(text, out),
        Value::List(nodes) => {
            out.write_char('[')?;
            for (index, node) in nodes.iter().enumerate() {
                if index > 0 {
                    out.write_char(',')?;
                }
                render(node, out)?;
            }
            out.write_char(']')
        }
        Value::Table(table) => {
            out.write_char('{')?;
            for (index, (key, node)) in table.iter().enumerate() {
                if index > 0 {
                    out.write_char(',')?;
                }
                quoted(key, out)?;
                out.write_char(':')?;
                render(node, out)?;
            }
            out.write_char('}')
        }
    }
}

fn quoted(text: &str, out: &mut impl Write) -> fmt::Result {
    out.write_char('"')?;
    for letter in text.chars() {
        match letter {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            '\0'..='\u{1f}' => write!(out, "\\u{:04x}", u32::from(letter))?,
            letter => out.write_char(letter)?,
        }
    }
    out.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::json;

    fn with(document: &str, keys: &[(&str, &str)]) -> String {
        let mut document = json::parse_document(document, 0).unwrap();
        for (key, text) in keys {
            assert!(put(&mut document, key, Value::Text(Zeroizing::new((*text).to_owned()))));
        }
        let text = rendered(&document);
        assert_eq!(text.len(), text.capacity(), "a buffer of the exact size");
        text.to_string()
    }

    #[test]
    fn what_stands_in_a_document_stays_as_it_is_written() {
        let document = r#"{"b":1.50,"a":[true,null,{"x":"\u00e9\n"}],"n":12345678901234567890}"#;
        let same = "{\"b\":1.50,\"a\":[true,null,{\"x\":\"é\\n\"}],\"n\":12345678901234567890";
        assert_eq!(with(document, &[]), format!("{same}}}"));
        assert_eq!(with(document, &[("p.w", "q\"\\\u{1}")]), format!("{same},\"p.w\":\"q\\\"\\\\\\u0001\"}}"));
    }

    #[test]
    fn a_pointer_makes_its_way() {
        assert_eq!(with("{}", &[("/a/b~1c", "x"), ("/a/d", "y")]), r#"{"a":{"b/c":"x","d":"y"}}"#);
        assert_eq!(with(r#"{"a":[1,2]}"#, &[("/a/1", "x")]), r#"{"a":[1,"x"]}"#);
        let mut in_the_way = json::parse_document(r#"{"a":"text","b":[1]}"#, 0).unwrap();
        assert!(!put(&mut in_the_way, "/a/x", Value::Null) && !put(&mut in_the_way, "/b/1", Value::Null));
        assert_eq!(*rendered(&in_the_way), r#"{"a":"text","b":[1]}"#);
        assert_eq!(with(r#"{"a":null,"b":null}"#, &[("/a/x", "y"), ("b", "z")]), r#"{"a":{"x":"y"},"b":"z"}"#);
    }
}
