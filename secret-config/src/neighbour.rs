//! What the value of one field decides about another: `when`, `unless`, and `{self.x}` in names. Pure.

use crate::spec::{Condition, Literal, Wanted};
use crate::text::line;
use crate::tree::{Node, Value};

/// A value as a condition or a name sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen<'a> {
    /// Text, a number or a truth value, as it is written.
    Plain(&'a str),
    /// A list or a table; of an enum that is written as a table, the variant.
    Structure(Option<&'a str>),
}

impl<'a> Seen<'a> {
    /// What there is to see, if anything.
    pub(crate) fn of(node: &'a Node) -> Option<Self> {
        Some(match &node.value {
            Value::Null => return None,
            Value::Bool(true) => Self::Plain("true"),
            Value::Bool(false) => Self::Plain("false"),
            Value::Number(text) | Value::Text(text) | Value::Raw(text, _) => Self::Plain(line(text)),
            Value::Bytes(_) | Value::List(_) => Self::Structure(None),
            Value::Table(table) => Self::Structure(match table.as_slice() {
                [(variant, _)] => Some(variant),
                _ => None,
            }),
        })
    }
}

impl Condition {
    /// Whether `neighbour` is as the condition wants it.
    pub(crate) fn holds(&self, neighbour: Option<Seen<'_>>) -> bool {
        let is = match (&self.wanted, neighbour) {
            (_, None) => false,
            (Wanted::Set, Some(seen)) => seen != Seen::Plain("false"),
            (Wanted::OneOf(values), Some(Seen::Plain(text) | Seen::Structure(Some(text)))) => {
                values.iter().any(|value| value.is(text))
            }
            (Wanted::OneOf(_), Some(Seen::Structure(None))) => false,
        };
        is != self.is_negated
    }

    /// The condition as the attribute has it.
    pub(crate) fn describe(&self) -> String {
        let word = if self.is_negated { "unless" } else { "when" };
        match self.wanted {
            Wanted::Set => format!("`{word} = \"{}\"`", self.key),
            Wanted::OneOf([value]) => format!("`{word}({} = {})`", self.key, value.written()),
            Wanted::OneOf(values) => {
                let values: Vec<_> = values.iter().map(Literal::written).collect();
                format!("`{word}({} = [{}])`", self.key, values.join(", "))
            }
        }
    }
}

impl Literal {
    fn is(&self, text: &str) -> bool {
        match self {
            Self::Text(wanted) => *wanted == text,
            Self::Bool(wanted) => text.parse() == Ok(*wanted),
            // 3 and 3.0 are one number.
            Self::Number(wanted) => {
                *wanted == text
                    || matches!((wanted.parse::<f64>(), text.parse::<f64>()), (Ok(one), Ok(other)) if one == other)
            }
        }
    }

    fn written(&self) -> String {
        match self {
            Self::Text(text) => format!("{text:?}"),
            Self::Bool(is) => is.to_string(),
            Self::Number(number) => (*number).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{At, Elements};
    use zeroize::Zeroizing;

    fn raw(text: &str) -> Node {
        Node::new(Value::Raw(Zeroizing::new(text.to_owned()), Elements::Commas), At::default())
    }

    fn table(entries: &[(&str, &str)]) -> Node {
        let entries = entries.iter().map(|(key, text)| ((*key).to_owned(), raw(text))).collect();
        Node::new(Value::Table(entries), At::default())
    }

    #[test]
    fn a_switch_is_on_if_it_is_true_or_no_switch_at_all() {
        let on = Condition::set("x");
        for (node, is) in [
            (raw("true"), true),
            (raw("true\n"), true),
            (raw("false"), false),
            (raw("smtp"), true),
            (table(&[]), true),
            (Node::new(Value::Bool(false), At::default()), false),
            (Node::new(Value::Null, At::default()), false),
        ] {
            assert_eq!(on.holds(Seen::of(&node)), is);
            assert_eq!(on.negated().holds(Seen::of(&node)), !is);
        }
        assert!(!on.holds(None) && on.negated().holds(None));
    }

    #[test]
    fn values_are_compared_as_they_are_written() {
        let one_of = Condition::one_of("x", &[Literal::Text("a"), Literal::Number("3"), Literal::Bool(true)]);
        for (text, is) in [("a", true), ("A", false), ("3", true), ("3.0", true), ("true", true), ("1", false)] {
            assert_eq!(one_of.holds(Seen::of(&raw(text))), is, "{text}");
        }
        assert!(one_of.holds(Seen::of(&table(&[("a", "1")]))), "the variant of an enum with content");
        assert!(!one_of.holds(Seen::of(&table(&[("a", "1"), ("b", "2")]))));
        assert_eq!(one_of.describe(), "`when(x = [\"a\", 3, true])`");
    }
}
