//! [`Path`]: the keys from the root of a config to one of its fields, as files spell them.

use std::borrow::Cow;
use std::fmt;

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Path(Vec<Cow<'static, str>>);

impl Path {
    pub(crate) fn push(&mut self, key: impl Into<Cow<'static, str>>) {
        self.0.push(key.into());
    }

    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }

    /// This path and one key more.
    pub(crate) fn join(&self, key: impl Into<Cow<'static, str>>) -> Self {
        let mut path = self.clone();
        path.push(key);
        path
    }

    pub(crate) fn keys(&self) -> Vec<&str> {
        self.0.iter().map(AsRef::as_ref).collect()
    }

    /// Whether this is `other`, or stands above it.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}
