//! [`Path`]: the keys from the root of a config to one of its fields, as files spell them.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Path(Vec<Step>);

/// One step down: to a field, or to an entry of a map or list.
#[derive(Debug, Clone)]
pub struct Step {
    text: Text,
    kind: StepKind,
    /// Where in its table an entry was seen: it is looked for from there. No part of what the step is.
    near: usize,
}

/// Paths are copied often, for each field several times: what they are made of is not.
#[derive(Debug, Clone)]
enum Text {
    Static(&'static str),
    Shared(Arc<str>),
}

impl From<Cow<'static, str>> for Text {
    fn from(text: Cow<'static, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::Static(text),
            Cow::Owned(text) => Self::Shared(text.into()),
        }
    }
}

impl PartialEq for Step {
    fn eq(&self, other: &Self) -> bool {
        (self.text(), self.kind) == (other.text(), other.kind)
    }
}

impl Eq for Step {}

impl Hash for Step {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.text(), self.kind).hash(state);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum StepKind {
    Field,
    Entry,
    Index,
    /// A leaf that reads the keys that are left: its name is no key, and never that of another field.
    Rest,
}

impl Step {
    /// The name of a leaf without a key of its own.
    pub(crate) fn rest(name: &'static str) -> Self {
        Self { text: Text::Static(name), kind: StepKind::Rest, near: 0 }
    }

    /// The entry of a map.
    pub(crate) fn entry(key: impl Into<Arc<str>>) -> Self {
        Self { text: Text::Shared(key.into()), kind: StepKind::Entry, near: 0 }
    }

    /// The same, where it stands at `near` in its table.
    pub(crate) fn entry_near(key: impl Into<Arc<str>>, near: usize) -> Self {
        Self { near, ..Self::entry(key) }
    }

    pub(crate) fn near(&self) -> usize {
        self.near
    }

    /// The element of a list.
    pub(crate) fn index(index: usize) -> Self {
        Self { text: Text::Shared(index.to_string().into()), kind: StepKind::Index, near: index }
    }

    pub(crate) fn text(&self) -> &str {
        match &self.text {
            Text::Static(text) => text,
            Text::Shared(text) => text,
        }
    }

    /// Whether this is the name of a leaf without a key of its own.
    #[cfg(feature = "operator")]
    pub(crate) fn is_rest(&self) -> bool {
        matches!(self.kind, StepKind::Rest)
    }

    /// Whether this is no field, but one of many below it.
    pub(crate) fn is_entry(&self) -> bool {
        matches!(self.kind, StepKind::Entry | StepKind::Index)
    }
}

impl<T: Into<Cow<'static, str>>> From<T> for Step {
    fn from(key: T) -> Self {
        Self { text: Text::from(key.into()), kind: StepKind::Field, near: 0 }
    }
}

impl Path {
    /// The path in the form that reports show: `database.host`, `providers[2].id`, `keys."a.b".algorithm`; an index may
    /// stand between dots as well.
    pub(crate) fn parse(text: &str) -> Self {
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            if let Some((key, after)) = rest.strip_prefix('"').and_then(|quoted| quoted.split_once('"')) {
                steps.push(Step::from(key.to_owned()));
                rest = after;
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                // Nothing stands between two indexes, or between an index and the dot behind it.
                if end > 0 || !rest.starts_with('[') {
                    steps.push(Step::from(rest[..end].to_owned()));
                }
                rest = &rest[end..];
            }
            while let Some((index, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                steps.push(Step::from(index.to_owned()));
                rest = after;
            }
            match rest.strip_prefix(['.', '[']) {
                Some(after) => rest = after,
                None => return Self(steps),
            }
        }
    }

    pub(crate) fn push(&mut self, step: impl Into<Step>) {
        self.0.push(step.into());
    }

    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }

    /// The path of the struct that the field at this one is in.
    pub(crate) fn parent(&self) -> Self {
        let mut path = self.clone();
        path.pop();
        path
    }

    /// This path and one step more.
    pub(crate) fn join(&self, step: impl Into<Step>) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step.into());
        Self(steps)
    }

    /// This path and those steps more.
    pub(crate) fn join_all(&self, steps: &[Step]) -> Self {
        Self(self.0.iter().chain(steps).cloned().collect())
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.0
    }

    pub(crate) fn keys(&self) -> Vec<&str> {
        self.0.iter().map(Step::text).collect()
    }

    pub(crate) fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an entry of a map or list is on the way.
    pub(crate) fn has_entry(&self) -> bool {
        self.0.iter().any(Step::is_entry)
    }

    /// Whether this is `other`, or stands above it.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }
}

/// `oidc.key.k1.private_key`, `providers[2].client_secret`. A key of an entry that would be misread stands in quotes.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_bare = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
        for (index, step) in self.0.iter().enumerate() {
            let text = step.text();
            if step.kind == StepKind::Index {
                write!(f, "[{text}]")?;
                continue;
            }
            if index > 0 {
                f.write_str(".")?;
            }
            match step.kind {
                StepKind::Entry if text.is_empty() || !text.chars().all(is_bare) => {
                    write!(f, "{text:?}")?;
                }
                _ => f.write_str(text)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_report_shows_is_read() {
        let path = Path::default().join("oidc").join(Step::entry("a.b")).join("keys").join(Step::index(2)).join("id");
        assert_eq!(path.to_string(), "oidc.\"a.b\".keys[2].id");
        for text in ["oidc.\"a.b\".keys[2].id", "oidc.\"a.b\".keys.2.id"] {
            assert_eq!(Path::parse(text).keys(), path.keys(), "{text}");
        }
        assert_eq!(Path::parse("a[0][1]").keys(), ["a", "0", "1"]);
        assert_eq!(Path::parse("port").keys(), ["port"]);
        for text in ["", ".", "a..b", "[", "]", "a[", "\"", "a.\"b"] {
            assert!(!Path::parse(text).keys().is_empty(), "{text}");
        }
    }
}
