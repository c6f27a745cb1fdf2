//! A plain value for a person to read, in one line. Of a table only that it is one: it may have keys that no type looks at.

use crate::error::printable;
use crate::tree::{Node, Value};

/// How many characters of a text are shown.
const SHOWN: usize = 60;

pub(super) fn shown(node: &Node) -> Option<String> {
    let text = match &node.value {
        Value::List(nodes) => {
            let elements: Option<Vec<_>> = nodes.iter().map(scalar).collect();
            format!("[{}]", elements?.join(", "))
        }
        Value::Table(_) => "{..}".to_owned(),
        _ => scalar(node)?,
    };
    Some(match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}..", &text[..at]),
        None => text,
    })
}

fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::Bool(flag) => Some(flag.to_string()),
        // Perhaps a document in a variable, which is a table to its type.
        Value::Raw(text, _) if text.trim_start().starts_with('{') => Some("{..}".to_owned()),
        Value::Raw(text, _) if text.trim_start().starts_with('[') => Some("[..]".to_owned()),
        Value::Number(text) => Some(printable(text.as_str())),
        // It has no quotes where it stands, unless without them it would not be seen.
        Value::Raw(text, _) if !text.is_empty() && text.trim() == text.as_str() => Some(printable(text.as_str())),
        Value::Text(text) | Value::Raw(text, _) => Some(format!("{:?}", text.as_str())),
        Value::Null | Value::Bytes(_) | Value::List(_) | Value::Table(_) => None,
    }
}
