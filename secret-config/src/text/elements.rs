//! The elements of a sequence: of a list, of bytes, or of a text whose elements tell what it is.
//!
//! serde asks a byte vector for its elements like any other sequence. So the first element is handed a deserializer
//! that waits to be asked: for a `u8`, the text is bytes; for anything else, it is a list as the place writes one.

use super::{Deserializer, Error, json};
use crate::secret::{self, Scope};
use crate::tree::{At, Elements, Node, Text, Value};
use serde::de::value::U8Deserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};
use std::cell::Cell;
use std::vec;
use zeroize::Zeroizing;

pub(super) struct Sequence {
    state: State,
    taken: usize,
}

enum State {
    /// Nothing was asked for yet; `None` where the place has no way to write a list as text.
    Undecided(Text, Option<Elements>, At),
    Bytes(Zeroizing<Vec<u8>>),
    Nodes(vec::IntoIter<Node>),
}

impl Sequence {
    pub(super) fn nodes(nodes: Vec<Node>) -> Self {
        Self { state: State::Nodes(nodes.into_iter()), taken: 0 }
    }

    pub(super) fn bytes(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self { state: State::Bytes(bytes), taken: 0 }
    }

    /// Text, with the way in which its place writes a list; `None` for a string of a format that has lists of its own.
    pub(super) fn text(text: Text, elements: Option<Elements>, at: At) -> Self {
        Self { state: State::Undecided(text, elements, at), taken: 0 }
    }

    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    pub(super) fn remaining(&self) -> usize {
        match &self.state {
            State::Undecided(..) => 0,
            State::Bytes(bytes) => bytes.len() - self.taken,
            State::Nodes(nodes) => nodes.len(),
        }
    }

    /// The first element of a text decides what the text is.
    fn decide<'de, S: DeserializeSeed<'de>>(
        &mut self,
        mut text: Text,
        elements: Option<Elements>,
        at: At,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let is_bytes = Cell::new(false);
        // A plain variable is a list of numbers; the bytes of a secret may hold commas.
        let may_be_bytes = elements != Some(Elements::Commas) || Scope::is_entered();
        let mut listed = list(&text, elements, at).map(Vec::into_iter);
        let first = listed.as_mut().ok().and_then(Iterator::next);
        let is_last = first.is_none();
        let asked = First { byte: text.as_bytes().first().copied(), node: first, may_be_bytes, is_bytes: &is_bytes };
        let result = seed.deserialize(asked);
        if is_bytes.get() {
            let is_empty = text.is_empty();
            self.state = State::Bytes(Zeroizing::new(std::mem::take(&mut *text).into_bytes()));
            return if is_empty { Ok(None) } else { result.map(Some) };
        }
        self.state = State::Nodes(listed?);
        if is_last { Ok(None) } else { result.map(Some).map_err(|error| error.inside(0, at)) }
    }
}

fn list(text: &Text, elements: Option<Elements>, at: At) -> Result<Vec<Node>, Error> {
    match elements {
        Some(Elements::Commas) if text.is_empty() => Ok(Vec::new()),
        Some(Elements::Commas) => {
            let element = |part: &str| Value::Raw(Zeroizing::new(part.to_owned()), Elements::Json);
            Ok(text.split(',').map(|part| Node::new(element(part), at)).collect())
        }
        Some(Elements::Json) => match json::parse_document(text, at.supplier).map(|node| node.value) {
            Ok(Value::List(nodes)) => Ok(nodes),
            _ => Err(Error::expected(
                "a list: a StringList, a JSON array, or text with `format = \"list\"`",
                "other text",
            )),
        },
        None => Err(Error::expected("a list", "text")),
    }
}

impl<'de> de::SeqAccess<'de> for &mut Sequence {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let index = self.taken;
        let element = match &mut self.state {
            State::Undecided(text, elements, at) => {
                let (text, elements, at) = (std::mem::take(text), *elements, *at);
                self.decide(text, elements, at, seed)?
            }
            State::Bytes(bytes) => {
                let byte = bytes.get(index).map(|byte| byte.into_deserializer());
                byte.map(|byte: U8Deserializer<Error>| seed.deserialize(byte)).transpose()?
            }
            State::Nodes(nodes) => {
                let node = nodes.next().map(|node| {
                    let at = node.at;
                    seed.deserialize(Deserializer::new(node)).map_err(|error| error.inside(index, at))
                });
                node.transpose()?
            }
        };
        self.taken += usize::from(element.is_some());
        Ok(element)
    }

    fn size_hint(&self) -> Option<usize> {
        match &self.state {
            State::Undecided(text, ..) => Some(text.len()),
            _ => Some(self.remaining()),
        }
    }
}

/// The first element of a text that is bytes or a list.
struct First<'a> {
    byte: Option<u8>,
    node: Option<Node>,
    may_be_bytes: bool,
    is_bytes: &'a Cell<bool>,
}

impl First<'_> {
    fn node(self) -> Result<Deserializer, Error> {
        // Without a node the list is empty or none at all, and `decide` has a better answer than this one.
        self.node.map(Deserializer::new).ok_or_else(|| de::Error::missing_field(""))
    }
}

macro_rules! as_the_node {
    ($($deserialize:ident($($argument:ident: $kind:ty),*))*) => {
        $(fn $deserialize<V: Visitor<'de>>(self, $($argument: $kind,)* visitor: V) -> Result<V::Value, Error> {
            self.node()?.$deserialize($($argument,)* visitor)
        })*
    };
}

impl<'de> de::Deserializer<'de> for First<'_> {
    type Error = Error;

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if !self.may_be_bytes {
            return self.node()?.deserialize_u8(visitor);
        }
        self.is_bytes.set(true);
        match self.byte {
            Some(byte) => visitor.visit_u8(byte),
            None => Err(de::Error::missing_field("")),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if name == secret::NAME {
            Scope::note(self.node.as_ref().map_or(At::STORE, |node| node.at));
        }
        visitor.visit_newtype_struct(self)
    }

    as_the_node! {
        deserialize_any()
        deserialize_bool()
        deserialize_i8()
        deserialize_i16()
        deserialize_i32()
        deserialize_i64()
        deserialize_i128()
        deserialize_u16()
        deserialize_u32()
        deserialize_u64()
        deserialize_u128()
        deserialize_f32()
        deserialize_f64()
        deserialize_char()
        deserialize_str()
        deserialize_string()
        deserialize_bytes()
        deserialize_byte_buf()
        deserialize_option()
        deserialize_unit()
        deserialize_unit_struct(name: &'static str)
        deserialize_seq()
        deserialize_tuple(length: usize)
        deserialize_tuple_struct(name: &'static str, length: usize)
        deserialize_map()
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
        deserialize_identifier()
        deserialize_ignored_any()
    }
}
