//! [`NewValue`] and [`Values`]: what is to be written, and where it comes from. Nothing in here shows any of it.

use crate::secret::Secret;
use crate::source::ParameterKind;
use crate::tree::Text;
use std::collections::BTreeMap;
use std::fmt;
use zeroize::Zeroizing;

/// A value to be written for a field.
///
/// `Debug` tells nothing of it. It is made of text that the program has, of JSON, or of the system's randomness;
/// [`Loader::copy`](crate::Loader::copy) makes values of what another environment has.
///
/// ```
/// use secret_config::Secret;
/// use secret_config::operator::NewValue;
///
/// let typed = NewValue::text(Secret::new(String::from("sk_live_1")));
/// let made = NewValue::generated(32);
/// assert_eq!(format!("{typed:?} {made:?}"), "NewValue([redacted]) NewValue([redacted])");
/// ```
pub struct NewValue {
    pub(super) content: Content,
    /// The type of the parameter that it was copied from.
    pub(super) parameter: Option<ParameterKind>,
    /// The environment that it was copied from.
    pub(super) copied_from: Option<String>,
}

pub(super) enum Content {
    Text(Secret<String>),
    Json(Secret<String>),
    Bytes(Secret<Vec<u8>>),
    Generated(usize),
}

impl NewValue {
    /// This text, byte for byte. As a key of a document it becomes a JSON string, which fields of numbers and truth values
    /// read too.
    pub fn text(text: impl Into<Secret<String>>) -> Self {
        Self::new(Content::Text(text.into()))
    }

    /// This JSON: as a key of a document it stands there as it is, for lists and tables.
    pub fn json(json: impl Into<Secret<String>>) -> Self {
        Self::new(Content::Json(json.into()))
    }

    /// So many letters and digits of the system's randomness, made when they are written; 22 have 128 bits.
    pub fn generated(length: usize) -> Self {
        Self::new(Content::Generated(length))
    }

    pub(super) fn bytes(bytes: Vec<u8>) -> Self {
        Self::new(Content::Bytes(Secret::new(bytes)))
    }

    fn new(content: Content) -> Self {
        Self { content, parameter: None, copied_from: None }
    }
}

impl fmt::Debug for NewValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewValue([redacted])")
    }
}

/// The values to be written, each for a field.
///
/// ```
/// use secret_config::operator::{NewValue, Values};
///
/// let values = Values::new()
///     .with("stripe_key", NewValue::text(String::from("sk_live_1")))
///     .with("database.password", NewValue::generated(32));
/// assert!(values.has("database.password"));
/// assert_eq!(format!("{values:?}"), r#"Values({"database.password", "stripe_key"})"#);
/// ```
#[derive(Default)]
#[must_use]
pub struct Values(BTreeMap<String, NewValue>);

impl Values {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// These, and one for `field`: its path as reports show it. A later one for the same field takes the place of an earlier.
    pub fn with(mut self, field: impl Into<String>, value: NewValue) -> Self {
        self.insert(field, value);
        self
    }

    /// Adds one for `field`.
    pub fn insert(&mut self, field: impl Into<String>, value: NewValue) {
        self.0.insert(field.into(), value);
    }

    /// Whether there is one for `field`.
    pub fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    /// The fields.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn of(&self, field: &str) -> Option<&NewValue> {
        self.0.get(field)
    }
}

/// The first of two for one field is the later one's.
impl Extend<(String, NewValue)> for Values {
    fn extend<I: IntoIterator<Item = (String, NewValue)>>(&mut self, values: I) {
        self.0.extend(values);
    }
}

impl IntoIterator for Values {
    type Item = (String, NewValue);
    type IntoIter = std::collections::btree_map::IntoIter<String, NewValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// The fields, and nothing of their values.
impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Fields<'a>(&'a Values);
        impl fmt::Debug for Fields<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_set().entries(self.0.fields()).finish()
            }
        }
        f.debug_tuple("Values").field(&Fields(self)).finish()
    }
}

/// Letters and digits: what shells, URLs, JSON and connection strings take as it is.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The largest multiple of the alphabet in a byte: what is above would make its first letters likelier.
const FAIR: u8 = 248;

/// `None` if the system gives no random numbers.
pub(super) fn generate(length: usize) -> Option<Text> {
    let mut text = Zeroizing::new(String::with_capacity(length));
    let mut bytes = Zeroizing::new([0; 64]);
    while text.len() < length {
        getrandom::fill(bytes.as_mut_slice()).ok()?;
        let fair = bytes.iter().filter(|byte| **byte < FAIR);
        fair.take(length - text.len()).for_each(|byte| text.push(char::from(ALPHABET[usize::from(byte % 62)])));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_generated_is_of_the_length_and_the_alphabet_and_no_other_time_the_same() {
        let (one, other) = (generate(32).unwrap(), generate(32).unwrap());
        assert_ne!(*one, *other);
        assert_eq!(one.len(), 32);
        // Exactly as much as was asked for, so that no part is left behind by a buffer that grows.
        assert_eq!(generate(1000).unwrap().len(), 1000);
        assert!(generate(5000).unwrap().bytes().all(|byte| ALPHABET.contains(&byte)));
        assert_eq!(*generate(0).unwrap(), "");
    }

    #[test]
    fn every_letter_is_as_likely() {
        let text = generate(62_000).unwrap();
        for letter in ALPHABET {
            let count = text.bytes().filter(|byte| byte == letter).count();
            assert!((800..1200).contains(&count), "{}: {count}", char::from(*letter));
        }
    }
}
