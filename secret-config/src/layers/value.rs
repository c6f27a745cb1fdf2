//! [`Value`]: what a program may set in the highest layer.

use crate::secret::Secret;
use crate::tree::{At, Elements, Node, Value as Tree};
use std::fmt;
use zeroize::Zeroizing;

/// A value for [`Loader::set`](crate::Loader::set): text, a number, a truth value, a list or a table of these.
///
/// Text reaches the field as it is: `"8080"` is good for a `u16` and for a `String`.
///
/// ```
/// use secret_config::{Secret, Value};
///
/// let _: [Value; 4] = ["text".into(), 8080.into(), vec!["a", "b"].into(), Secret::new(String::from("hunter2")).into()];
/// ```
#[derive(Clone)]
pub struct Value(Given);

#[derive(Clone)]
enum Given {
    Nothing,
    Leaf(Tree),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
}

impl Value {
    /// A table.
    ///
    /// ```
    /// use secret_config::Value;
    ///
    /// let _ = Value::table([("host", Value::from("localhost")), ("port", 5432.into())]);
    /// ```
    pub fn table<K: Into<String>, V: Into<Self>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Self(Given::Table(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect()))
    }

    pub(super) fn into_node(self, at: At) -> Option<Node> {
        let value = match self.0 {
            Given::Nothing => return None,
            Given::Leaf(leaf) => leaf,
            Given::List(elements) => {
                Tree::List(elements.into_iter().filter_map(|element| element.into_node(at)).collect())
            }
            Given::Table(entries) => {
                Tree::Table(entries.into_iter().filter_map(|(key, value)| Some((key, value.into_node(at)?))).collect())
            }
        };
        Some(Node::new(value, at))
    }

    fn text(text: String) -> Self {
        Self(Given::Leaf(Tree::Raw(Zeroizing::new(text), Elements::Commas)))
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value")
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<Secret<String>> for Value {
    fn from(secret: Secret<String>) -> Self {
        Self::text(secret.expose_secret().clone())
    }
}

impl From<Secret<Vec<u8>>> for Value {
    fn from(secret: Secret<Vec<u8>>) -> Self {
        Self(Given::Leaf(Tree::Bytes(Zeroizing::new(secret.expose_secret().clone()))))
    }
}

impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Self(Given::Leaf(Tree::Bool(is)))
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self(Given::Leaf(Tree::Number(Zeroizing::new(number.to_string()))))
            }
        })*
    };
}

numbers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64);

impl<V: Into<Self>> From<Vec<V>> for Value {
    fn from(elements: Vec<V>) -> Self {
        Self(Given::List(elements.into_iter().map(Into::into).collect()))
    }
}

impl<V: Into<Self>, const N: usize> From<[V; N]> for Value {
    fn from(elements: [V; N]) -> Self {
        Self(Given::List(elements.into_iter().map(Into::into).collect()))
    }
}

/// `None` sets nothing: as for an argument of the command line that was not given.
impl<V: Into<Self>> From<Option<V>> for Value {
    fn from(value: Option<V>) -> Self {
        value.map_or(Self(Given::Nothing), Into::into)
    }
}
