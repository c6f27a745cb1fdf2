//! A parameter as a test writes it down, before the store has it.

use std::fmt;

/// A value for [`FakeAws::put_parameter`](super::FakeAws::put_parameter), with its type.
///
/// ```
/// use secret_config::testing::{FakeAws, Parameter};
///
/// # fn main() -> std::io::Result<()> {
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let aws = FakeAws::start().await?;
/// aws.put_parameter("/orders/prod/port", Parameter::string("8080"));
/// aws.put_parameter("/orders/prod/origins", Parameter::string_list("https://a.example,https://b.example"));
/// aws.put_parameter("/orders/prod/stripe_key", Parameter::secure_string("sk_live"));
/// # Ok(()) })
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Parameter {
    pub(super) kind: Kind,
    pub(super) value: String,
}

impl Parameter {
    /// A `String`.
    pub fn string(value: impl Into<String>) -> Self {
        Self { kind: Kind::String, value: value.into() }
    }

    /// A `StringList`: entries separated by commas, which cannot be escaped.
    pub fn string_list(value: impl Into<String>) -> Self {
        Self { kind: Kind::StringList, value: value.into() }
    }

    /// A `SecureString`.
    pub fn secure_string(value: impl Into<String>) -> Self {
        Self { kind: Kind::SecureString, value: value.into() }
    }
}

/// By hand: the value stays out of it.
impl fmt::Debug for Parameter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Parameter").field("type", &self.kind.name()).finish_non_exhaustive()
    }
}

/// The types of Parameter Store.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    String,
    StringList,
    SecureString,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::StringList => "StringList",
            Self::SecureString => "SecureString",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::String, Self::StringList, Self::SecureString].into_iter().find(|kind| kind.name() == name)
    }
}
