//! From a tree to the user's types, by the target type alone: the looks of a text never decide what it is.
//!
//! The deserializer that never repeats its input where that is secret: see [`Error`].

mod elements;
mod error;
pub(crate) mod json;

pub use error::Error;
pub(crate) use error::Syntax;

use crate::secret::{self, Scope};
use crate::tree::{Elements, Node, Table, Text, Value};
use elements::Sequence;
use serde::de::{self, Deserialize, DeserializeSeed, IntoDeserializer, Visitor};
use std::mem::take;
use std::str::FromStr;
use zeroize::Zeroizing;

/// Hands one value to a type.
pub struct Deserializer(Node);

impl Deserializer {
    pub(crate) fn new(node: Node) -> Self {
        Self(node)
    }

    /// Another kind of value was expected. Only the kind of what was found is told.
    fn refuse(&self, expected: &'static str) -> Error {
        let found = match &self.0.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a truth value",
            Value::Number(_) => "a number",
            Value::Text(_) | Value::Raw(..) => "text",
            Value::Bytes(_) => "bytes",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        };
        Error::expected(expected, found)
    }

    /// The same where one plain value was asked for: that one is told, so that a person finds it.
    fn refuse_scalar(&self, expected: &'static str) -> Error {
        match &self.0.value {
            Value::Number(text) | Value::Text(text) | Value::Raw(text, _) => {
                Error::expected(expected, format_args!("{:?}", text.as_str()))
            }
            _ => self.refuse(expected),
        }
    }

    /// What a number may be written in.
    fn number(&self) -> Option<&str> {
        match &self.0.value {
            Value::Number(text) | Value::Text(text) | Value::Raw(text, _) => Some(line(text)),
            _ => None,
        }
    }

    /// Text without types, where the target type is one that only JSON can spell.
    fn parsed(self) -> Result<Node, Error> {
        let supplier = self.0.at.supplier;
        match &self.0.value {
            Value::Raw(text, _) => json::parse_document(text, supplier).map_err(Error::malformed),
            Value::Bytes(bytes) => json::parse_bytes(bytes, supplier).map_err(Error::malformed),
            _ => Ok(self.0),
        }
    }
}

/// Reads a `T`.
pub(crate) fn read<'de, T: Deserialize<'de>>(node: Node) -> Result<T, Error> {
    T::deserialize(Deserializer::new(node))
}

/// The text without the newline that an editor or a shell put behind it. Numbers and truth values have no use for one;
/// into text it goes as it is.
pub(crate) fn line(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

/// Of digits beyond the range of the type Rust makes infinity. Only the word for it means it.
fn fraction<N: FromStr + Copy>(text: &str, is_finite: fn(N) -> bool) -> Option<N> {
    let number = text.parse().ok()?;
    let is_word = || !text.contains(|letter: char| letter.is_ascii_digit());
    (is_finite(number) || is_word()).then_some(number)
}

macro_rules! numbers {
    ($($deserialize:ident $visit:ident $number:ty,)*) => {
        $(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let number: Option<$number> = self.number().and_then(|text| text.parse().ok());
            match number {
                Some(number) => visitor.$visit(number),
                None => Err(self.refuse_scalar(stringify!($number))),
            }
        })*
    };
}

impl<'de> de::Deserializer<'de> for Deserializer {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(is) => visitor.visit_bool(is),
            Value::Number(text) => visit_number(&text, visitor),
            Value::Text(text) | Value::Raw(text, _) => visitor.visit_str(&text),
            Value::Bytes(bytes) => visitor.visit_bytes(&bytes),
            Value::List(nodes) => visit_list(nodes, visitor),
            Value::Table(table) => visit_table(table, visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.0.value {
            Value::Bool(is) => visitor.visit_bool(*is),
            Value::Text(text) | Value::Raw(text, _) => match line(text) {
                "true" => visitor.visit_bool(true),
                "false" => visitor.visit_bool(false),
                _ => Err(self.refuse_scalar("`true` or `false`")),
            },
            _ => Err(self.refuse("`true` or `false`")),
        }
    }

    numbers! {
        deserialize_i8 visit_i8 i8,
        deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64,
        deserialize_i128 visit_i128 i128,
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
        deserialize_u128 visit_u128 u128,
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.number().and_then(|text| fraction(text, f32::is_finite)) {
            Some(number) => visitor.visit_f32(number),
            None => Err(self.refuse_scalar("f32")),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.number().and_then(|text| fraction(text, f64::is_finite)) {
            Some(number) => visitor.visit_f64(number),
            None => Err(self.refuse_scalar("f64")),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.0.value {
            Value::Text(text) | Value::Raw(text, _) => visitor.visit_str(text),
            Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => visitor.visit_str(text),
                Err(_) => Err(self.refuse("text in UTF-8")),
            },
            _ => Err(self.refuse("text")),
        }
    }

    /// The type asks for a text of its own: the buffer moves into it.
    fn deserialize_string<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        match &mut self.0.value {
            Value::Text(text) | Value::Raw(text, _) => visitor.visit_string(take(&mut **text)),
            _ => self.deserialize_str(visitor),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.0.value {
            Value::Bytes(bytes) => visitor.visit_bytes(bytes),
            Value::Text(text) | Value::Raw(text, _) => visitor.visit_bytes(text.as_bytes()),
            Value::List(_) => self.deserialize_seq(visitor),
            _ => Err(self.refuse("bytes")),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        match &mut self.0.value {
            Value::Bytes(bytes) => visitor.visit_byte_buf(take(&mut **bytes)),
            Value::Text(text) | Value::Raw(text, _) => visitor.visit_byte_buf(take(&mut **text).into_bytes()),
            Value::List(_) => self.deserialize_seq(visitor),
            _ => Err(self.refuse("bytes")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.value {
            Value::Null => visitor.visit_unit(),
            _ => Err(self.refuse("nothing")),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if name == secret::NAME {
            Scope::note(self.0.at);
            if let Value::Text(text) | Value::Raw(text, _) = &self.0.value
                && text.as_str() == secret::REDACTED
            {
                return Err(Error::expected("a secret, not the `[redacted]` in its place", "that"));
            }
        }
        visitor.visit_newtype_struct(self)
    }

    /// A list; or text, which is bytes if the elements are, and otherwise a list as the place writes one.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.value {
            Value::List(nodes) => visit_list(nodes, visitor),
            Value::Bytes(bytes) => visit_whole(Sequence::bytes(bytes), visitor),
            Value::Raw(text, elements) => visit_whole(Sequence::text(text, Some(elements), self.0.at), visitor),
            Value::Text(text) => visit_whole(Sequence::text(text, None, self.0.at), visitor),
            _ => Err(self.refuse("a list")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    /// A table: never a list, which serde's derive would take for a struct.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let node = self.parsed()?;
        match node.value {
            Value::Table(table) => visit_table(table, visitor),
            _ => Err(Self(node).refuse("a table")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    /// The name of a variant; or a table with the variant as its one key.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let names_a_variant = |text: &Text| variants.contains(&text.as_str());
        let at = self.0.at;
        let value = match self.0.value {
            Value::Raw(text, _) if !names_a_variant(&text) => match json::parse_document(&text, at.supplier) {
                Ok(Node { value: value @ Value::Table(_), .. }) => value,
                _ => Value::Text(text),
            },
            value => value,
        };
        match value {
            Value::Text(text) | Value::Raw(text, _) => visitor.visit_enum(text.as_str().into_deserializer()),
            Value::Table(mut table) if table.len() == 1 => match table.pop() {
                Some((name, node)) => visitor.visit_enum(Variant { name, node }),
                None => Err(de::Error::invalid_length(0, &"one variant")),
            },
            other => Err(Self(Node::new(other, at)).refuse("the name of a variant")),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

fn visit_number<'de, V: Visitor<'de>>(text: &Text, visitor: V) -> Result<V::Value, Error> {
    if let Ok(number) = text.parse() {
        visitor.visit_u64(number)
    } else if let Ok(number) = text.parse() {
        visitor.visit_i64(number)
    } else if let Some(number) = fraction(text, f64::is_finite) {
        visitor.visit_f64(number)
    } else {
        Err(Error::expected("a number in range", "one that is not"))
    }
}

fn visit_list<'de, V: Visitor<'de>>(nodes: Vec<Node>, visitor: V) -> Result<V::Value, Error> {
    visit_whole(Sequence::nodes(nodes), visitor)
}

/// Refuses a list that is longer than its type.
fn visit_whole<'de, V: Visitor<'de>>(mut elements: Sequence, visitor: V) -> Result<V::Value, Error> {
    let value = visitor.visit_seq(&mut elements)?;
    match elements.remaining() {
        0 => Ok(value),
        more => Err(Error::expected("fewer elements", elements.taken() + more)),
    }
}

fn visit_table<'de, V: Visitor<'de>>(table: Table, visitor: V) -> Result<V::Value, Error> {
    visitor.visit_map(Entries { entries: table.into_iter(), current: None })
}

struct Entries {
    entries: std::vec::IntoIter<(String, Node)>,
    current: Option<(String, Node)>,
}

impl<'de> de::MapAccess<'de> for Entries {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.current = self.entries.next();
        match &self.current {
            Some((key, node)) => {
                let key = Value::Raw(Zeroizing::new(key.clone()), Elements::Json);
                seed.deserialize(Deserializer::new(Node::new(key, node.at))).map(Some)
            }
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        match self.current.take() {
            Some((key, node)) => {
                let at = node.at;
                seed.deserialize(Deserializer::new(node)).map_err(|error| error.inside(key, at))
            }
            None => Err(de::Error::custom("a value was asked for before its key")),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// An enum written as a table of one key.
struct Variant {
    name: String,
    node: Node,
}

impl<'de> de::EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Content;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Content), Error> {
        let name: de::value::StrDeserializer<'_, Error> = self.name.as_str().into_deserializer();
        Ok((seed.deserialize(name)?, Content(self.node)))
    }
}

struct Content(Node);

impl<'de> de::VariantAccess<'de> for Content {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        read(self.0)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(Deserializer::new(self.0))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        de::Deserializer::deserialize_seq(Deserializer::new(self.0), visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        de::Deserializer::deserialize_map(Deserializer::new(self.0), visitor)
    }
}

/// Stands in the place of a value that is nowhere: an `Option` takes it for `None`, as with serde's own missing keys.
pub(crate) struct Absent;

impl<'de> de::Deserializer<'de> for Absent {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(de::Error::missing_field(""))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_none()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests;
