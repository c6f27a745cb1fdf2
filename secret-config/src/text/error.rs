//! The error of every conversion here. Inside a [`Scope`] it keeps what was expected, and nothing of what was there.

use crate::secret::Scope;
use crate::suggest::nearest;
use crate::tree::At;
use serde::de::{Expected, Unexpected};
use std::fmt;

/// Why a value is not of the type that was asked for.
pub struct Error(Box<Inner>);

struct Inner {
    reason: Reason,
    /// Keys and indexes below the leaf, innermost first.
    place: Vec<String>,
    /// Where the innermost value came from.
    at: Option<At>,
}

/// What went wrong, in words that hold no input where it is secret.
enum Reason {
    /// Another kind of value was expected: words fixed in this crate, and what was found where that may be told.
    Expected { expected: &'static str, found: Option<String> },
    /// Words of serde's or of the user's own types; `None` where they might repeat a secret.
    Words(Option<String>),
    /// One of these variants or keys was expected.
    OneOf { names: &'static [&'static str], near: Option<&'static str> },
    /// A document that is none, with the place where it stops being one.
    Malformed(Syntax),
    /// A key that is not there.
    MissingKey(&'static str),
}

/// A syntax error: a place and a reason from a fixed set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Syntax {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) reason: &'static str,
}

impl fmt::Display for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {}, column {}", self.reason, self.line, self.column)
    }
}

impl Error {
    fn new(reason: Reason) -> Self {
        Self(Box::new(Inner { reason, place: Vec::new(), at: None }))
    }

    /// Another kind of value was expected. `found` is kept only outside secrets.
    pub(super) fn expected(expected: &'static str, found: impl fmt::Display) -> Self {
        Self::new(Reason::Expected { expected, found: (!Scope::is_entered()).then(|| found.to_string()) })
    }

    /// Words that this crate did not choose: none of them are kept where they might repeat a secret.
    fn words(words: impl fmt::Display) -> Self {
        Self::new(Reason::Words((!Scope::is_entered()).then(|| words.to_string())))
    }

    pub(crate) fn malformed(syntax: Syntax) -> Self {
        Self::new(Reason::Malformed(syntax))
    }

    /// The same error, one level further out: below `step`, in a value from `at`.
    pub(crate) fn inside(mut self, step: impl fmt::Display, at: At) -> Self {
        self.0.place.push(step.to_string());
        self.0.at.get_or_insert(at);
        self
    }

    /// Where the innermost value came from, if it is below the leaf.
    pub(crate) fn at(&self) -> Option<At> {
        self.0.at
    }

    /// Forgets what was found: for a leaf that turned out to hold a secret.
    pub(crate) fn redact(mut self) -> Self {
        match &mut self.0.reason {
            Reason::Expected { found: words, .. } | Reason::Words(words) => *words = None,
            Reason::OneOf { near, .. } => *near = None,
            Reason::Malformed(_) | Reason::MissingKey(_) => {}
        }
        self
    }

    /// Whether the value is no document, where one was asked for.
    pub(crate) fn is_malformed(&self) -> bool {
        matches!(self.0.reason, Reason::Malformed(_))
    }

    /// Whether a structure was expected, or the type has rules of its own: then the way of reading may be what is wrong.
    pub(crate) fn is_of_shape(&self) -> bool {
        match &self.0.reason {
            Reason::Expected { expected, .. } => matches!(*expected, "a table" | "nothing"),
            Reason::Words(_) => true,
            _ => false,
        }
    }

    /// What is wrong, for a person who knows the type by `name`.
    pub(crate) fn describe(&self, name: impl fmt::Display) -> String {
        match &self.0.reason {
            Reason::Words(Some(words)) => format!("not a valid `{name}`: {words}"),
            Reason::Words(None) => format!("not a valid `{name}`"),
            _ => self.to_string(),
        }
    }

    /// The keys and indexes below the leaf, outermost first.
    pub(crate) fn place(&self) -> String {
        let steps: Vec<_> = self.0.place.iter().rev().map(String::as_str).collect();
        steps.join(".")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.reason {
            Reason::Expected { expected, found: Some(found) } => write!(f, "expected {expected}, found {found}"),
            Reason::Expected { expected, found: None } => write!(f, "expected {expected}"),
            Reason::OneOf { names, near } => {
                write!(f, "expected {}", OneOf(names))?;
                near.map_or(Ok(()), |near| write!(f, ": did you mean `{near}`?"))
            }
            Reason::Malformed(syntax) => write!(f, "expected JSON: {syntax}"),
            Reason::Words(Some(words)) => f.write_str(words),
            Reason::Words(None) => f.write_str("its type refuses the value"),
            Reason::MissingKey(key) => write!(f, "missing key `{key}`"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({self})")
    }
}

impl std::error::Error for Error {}

/// What serde's code and the user's has to say. A value that it found is not repeated: the type around it may hold
/// secrets, and serde has not come to them yet.
impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self::words(words)
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::words(format_args!("expected {expected}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::words(format_args!("expected {expected}"))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::words(format_args!("expected {expected}"))
    }

    fn unknown_variant(found: &str, names: &'static [&'static str]) -> Self {
        let near = if Scope::is_entered() { None } else { nearest(found, names.iter().copied()) };
        Self::new(Reason::OneOf { names, near })
    }

    fn unknown_field(found: &str, names: &'static [&'static str]) -> Self {
        let near = if Scope::is_entered() { None } else { nearest(found, names.iter().copied()) };
        Self::new(Reason::OneOf { names, near })
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(Reason::MissingKey(key))
    }
}

struct OneOf(&'static [&'static str]);

impl fmt::Display for OneOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            let separator = match index {
                0 => "",
                _ if index + 1 == self.0.len() => " or ",
                _ => ", ",
            };
            write!(f, "{separator}`{name}`")?;
        }
        Ok(())
    }
}
