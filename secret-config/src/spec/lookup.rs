//! The rows of what is looked up: where, under which names, on which conditions.

/// Where a leaf's remote value is looked up; what is `None` comes from the scope.
#[derive(Debug, Clone, Copy)]
pub struct Lookup {
    pub(crate) place: Place,
    pub(crate) name: Option<&'static str>,
    /// Further candidates, for when the first is not found.
    pub(crate) others: &'static [&'static str],
    /// Every parameter below the name, as a map.
    pub(crate) below: bool,
    /// The list beside the field, each element of which is an entry of it.
    pub(crate) for_each: Option<&'static str>,
    pub(crate) when: &'static [Condition],
    pub(crate) key: Option<&'static str>,
    pub(crate) stage: Option<&'static str>,
    pub(crate) version: Option<&'static str>,
    pub(crate) format: Option<Format>,
}

/// The kinds of places a remote value can come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The store that `store` names: a bare `#[secret]`.
    Default,
    /// The struct's JSON document.
    Document,
    /// Parameter Store.
    Ssm,
    /// Secrets Manager.
    SecretsManager,
    /// A mounted file.
    File,
    /// A source of the user's own.
    Source(&'static str),
}

/// How a remote value is read, where the target type does not decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text, as it is.
    Text,
    /// A JSON document.
    Json,
    /// A list, split at commas.
    List,
    /// Bytes.
    Binary,
}

/// `inject(..)`: a remote value for places inside a leaf.
#[derive(Debug, Clone, Copy)]
pub struct Injection {
    pub(crate) places: &'static [&'static str],
    pub(crate) lookup: Lookup,
    pub(crate) optional: bool,
}

impl Injection {
    /// `inject([".."], ..)`
    pub const fn new(places: &'static [&'static str], lookup: Lookup) -> Self {
        Self { places, lookup, optional: false }
    }

    /// `optional`
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
}

impl Lookup {
    /// At `place`, by the names of the scope.
    pub const fn new(place: Place) -> Self {
        Self {
            place,
            name: None,
            others: &[],
            below: false,
            for_each: None,
            when: &[],
            key: None,
            stage: None,
            version: None,
            format: None,
        }
    }

    /// The name template: `ssm = ".."`, `secretsmanager = ".."`, `file = ".."`, `name = ".."`.
    pub const fn name(mut self, template: &'static str) -> Self {
        self.name = Some(template);
        self
    }

    /// `ssm = ["..", ".."]`: the names after the first.
    pub const fn or(mut self, templates: &'static [&'static str]) -> Self {
        self.others = templates;
        self
    }

    /// `ssm_path = ".."`: the name is that of a level, and everything below it is wanted.
    pub const fn below(mut self) -> Self {
        self.below = true;
        self
    }

    /// `for_each = ".."`: once for each element of the list under this key.
    pub const fn for_each(mut self, key: &'static str) -> Self {
        self.for_each = Some(key);
        self
    }

    /// `when` and `unless`: all of these hold, or nothing is looked up.
    pub const fn when(mut self, conditions: &'static [Condition]) -> Self {
        self.when = conditions;
        self
    }

    /// `key = ".."`: a key of the JSON document, or a JSON pointer.
    pub const fn key(mut self, key: &'static str) -> Self {
        self.key = Some(key);
        self
    }

    /// `stage = ".."`
    pub const fn stage(mut self, stage: &'static str) -> Self {
        self.stage = Some(stage);
        self
    }

    /// `version = ".."`
    pub const fn version(mut self, version: &'static str) -> Self {
        self.version = Some(version);
        self
    }

    /// `format = ".."`
    pub const fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }
}

/// What the value of a field beside it decides: one of `when` or `unless`.
#[derive(Debug, Clone, Copy)]
pub struct Condition {
    pub(crate) key: &'static str,
    pub(crate) wanted: Wanted,
    pub(crate) is_negated: bool,
}

/// What a condition wants of the field.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted {
    /// `true`; or, if the value is no bool, any.
    Set,
    /// One of these.
    OneOf(&'static [Literal]),
}

/// A value as the attribute spells it.
#[derive(Debug, Clone, Copy)]
pub enum Literal {
    /// `true` or `false`
    Bool(bool),
    /// A number, as it is written.
    Number(&'static str),
    /// Text, or the name of a variant.
    Text(&'static str),
}

impl Condition {
    /// `when = "enabled"`
    pub const fn set(key: &'static str) -> Self {
        Self { key, wanted: Wanted::Set, is_negated: false }
    }

    /// `when(kind = ["a", "b"])`
    pub const fn one_of(key: &'static str, values: &'static [Literal]) -> Self {
        Self { key, wanted: Wanted::OneOf(values), is_negated: false }
    }

    /// The same under `unless`.
    pub const fn negated(mut self) -> Self {
        self.is_negated = true;
        self
    }
}
