//! Types that refuse what they read, as those of users do: with words that repeat it.

use secret_config::Secret;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error};
use std::fmt::Debug;

/// What any field may be.
pub(crate) trait Kind: DeserializeOwned + Debug + Send + 'static {}

impl<T: DeserializeOwned + Debug + Send + 'static> Kind for T {}

/// Takes any text, and does not show it.
#[derive(serde::Deserialize)]
pub(crate) struct Hidden(#[allow(dead_code)] String);

impl Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden")
    }
}

#[derive(Debug, serde::Deserialize)]
pub(crate) enum Mode {
    Fast,
}

/// A type whose own error repeats what it was given, as those of many crates do.
#[derive(Debug)]
pub(crate) struct Repeating;

impl<'de> Deserialize<'de> for Repeating {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Err(D::Error::custom(format!("`{text}` ({text:?}) of {} bytes is not it", text.len())))
    }
}

/// The same by `FromStr`.
#[derive(Debug, serde::Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Parsed;

impl TryFrom<String> for Parsed {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl std::str::FromStr for Parsed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Err(format!("{text:?} of {} characters cannot be parsed", text.chars().count()))
    }
}

/// A type that panics with what the deserializer told it.
#[derive(Debug)]
pub(crate) struct Panicking;

impl<'de> Deserialize<'de> for Panicking {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u16::deserialize(deserializer).map_err(|error| error.to_string()).unwrap();
        Err(D::Error::custom(number))
    }
}

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code)]
pub(crate) struct Account {
    user: String,
    pin: u16,
}

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code)]
pub(crate) struct Holder<T: 'static> {
    user: String,
    password: Secret<T>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(tag = "type")]
#[allow(dead_code)]
pub(crate) enum Tagged<T: 'static> {
    A { user: String, password: Secret<T> },
}

#[derive(Debug, serde::Deserialize)]
#[serde(untagged)]
#[allow(dead_code)]
pub(crate) enum Untagged {
    A { user: u16 },
    B { user: bool },
}

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code)]
pub(crate) struct Flattened {
    user: String,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code)]
pub(crate) struct Rest {
    pin: u16,
}
