//! The const table that the derive emits: everything a load has to know of a struct, as data.
//!
//! Rows are built by `const fn`s so that generated code stays short. Nothing here reads, plans or converts anything.

use crate::secret::SecretType;

/// One struct: the words of its own, and a row for each field.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    pub(crate) type_name: &'static str,
    pub(crate) root: Root,
    pub(crate) scope: Scope,
    pub(crate) allow_unknown: bool,
    pub(crate) fields: &'static [Field],
}

/// The words that count only where the struct is the root of a load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Root {
    pub(crate) prefix: Option<&'static str>,
    pub(crate) environments: &'static [&'static str],
    pub(crate) offline: &'static [&'static str],
    pub(crate) env_prefix: Option<&'static str>,
    pub(crate) ignore_env: &'static [&'static str],
    pub(crate) files: Option<&'static [&'static str]>,
}

impl Spec {
    /// The table of a struct without words of its own.
    pub const fn new(type_name: &'static str, fields: &'static [Field]) -> Self {
        let root =
            Root { prefix: None, environments: &[], offline: &[], env_prefix: None, ignore_env: &[], files: None };
        Self { type_name, root, scope: Scope::new(), allow_unknown: false, fields }
    }

    /// `prefix = ".."`
    pub const fn prefix(mut self, template: &'static str) -> Self {
        self.root.prefix = Some(template);
        self
    }

    /// `environments = [..]`
    pub const fn environments(mut self, names: &'static [&'static str]) -> Self {
        self.root.environments = names;
        self
    }

    /// `offline = [..]`
    pub const fn offline(mut self, names: &'static [&'static str]) -> Self {
        self.root.offline = names;
        self
    }

    /// `env_prefix = ".."`
    pub const fn env_prefix(mut self, prefix: &'static str) -> Self {
        self.root.env_prefix = Some(prefix);
        self
    }

    /// `ignore_env = [..]`
    pub const fn ignore_env(mut self, patterns: &'static [&'static str]) -> Self {
        self.root.ignore_env = patterns;
        self
    }

    /// `files = [..]`
    pub const fn files(mut self, paths: &'static [&'static str]) -> Self {
        self.root.files = Some(paths);
        self
    }

    /// `store`, `names(..)` and `document(..)`.
    pub const fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// `allow_unknown`
    pub const fn allow_unknown(mut self) -> Self {
        self.allow_unknown = true;
        self
    }
}

/// Where names come from when a field gives none: on a struct, and at the place where a struct is nested.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope {
    pub(crate) store: Option<Store>,
    pub(crate) ssm: Option<&'static str>,
    pub(crate) secretsmanager: Option<&'static str>,
    pub(crate) document: Option<(Store, &'static str)>,
}

impl Scope {
    /// No word of its own.
    pub const fn new() -> Self {
        Self { store: None, ssm: None, secretsmanager: None, document: None }
    }

    /// `store = ".."`
    pub const fn store(mut self, store: Store) -> Self {
        self.store = Some(store);
        self
    }

    /// `names(ssm = "..")` or `names(secretsmanager = "..")`
    pub const fn names(mut self, store: Store, template: &'static str) -> Self {
        match store {
            Store::Ssm => self.ssm = Some(template),
            Store::SecretsManager => self.secretsmanager = Some(template),
        }
        self
    }

    /// `document(ssm = "..")` or `document(secretsmanager = "..")`
    pub const fn document(mut self, store: Store, template: &'static str) -> Self {
        self.document = Some((store, template));
        self
    }

    /// What holds inside `inner`, when it is nested in a place where `self` holds. A document is not inherited.
    pub(crate) const fn enter(self, inner: Self) -> Self {
        Self { document: None, ..self }.overridden_by(inner)
    }

    /// `self`, with the words of `place` on top.
    pub(crate) const fn overridden_by(self, place: Self) -> Self {
        Self {
            store: if place.store.is_some() { place.store } else { self.store },
            ssm: if place.ssm.is_some() { place.ssm } else { self.ssm },
            secretsmanager: if place.secretsmanager.is_some() { place.secretsmanager } else { self.secretsmanager },
            document: if place.document.is_some() { place.document } else { self.document },
        }
    }
}

/// The two stores that have words of their own in the attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// Parameter Store.
    Ssm,
    /// Secrets Manager.
    SecretsManager,
}

/// One row: a field, its key in the layers and the place of its remote value.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub(crate) key: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) env: &'static [&'static str],
    pub(crate) secret: bool,
    pub(crate) allow_in_files: bool,
    pub(crate) kind: Kind,
}

/// What stands behind a field.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// One value. Without a lookup it comes from the ordinary layers only.
    Leaf { lookup: Option<Lookup> },
    /// A struct of its own: under the field's key, or, flattened, among the keys of the struct around it.
    Section(Section),
}

/// A nested struct, at its place.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    pub(crate) spec: &'static Spec,
    pub(crate) scope: Scope,
    pub(crate) optional: bool,
    pub(crate) flatten: bool,
}

impl Section {
    pub(crate) const fn new(spec: &'static Spec, optional: bool) -> Self {
        Self { spec, scope: Scope::new(), optional, flatten: false }
    }

    /// The words at the place: `nested, document(..)`, `nested, names(..)`.
    #[expect(clippy::panic, reason = "only ever called by the compiler")]
    pub const fn scope(mut self, words: Scope) -> Self {
        if words.document.is_some() && self.spec.scope.document.is_none() {
            panic!(
                "`nested, document(..)` changes the document of a struct that has none: add #[config(document(..))] to the nested struct"
            );
        }
        self.scope = words;
        self
    }
}

/// Where a leaf's remote value is looked up; what is `None` comes from the scope.
#[derive(Debug, Clone, Copy)]
pub struct Lookup {
    pub(crate) place: Place,
    pub(crate) name: Option<&'static str>,
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

impl Field {
    /// A leaf that comes from the ordinary layers.
    pub const fn leaf(key: &'static str) -> Self {
        Self::new(key, Kind::Leaf { lookup: None })
    }

    /// A struct of its own under `key`.
    pub const fn nested(key: &'static str, section: Section) -> Self {
        Self::new(key, Kind::Section(section))
    }

    /// A struct of its own whose keys stand among those of the struct around it.
    pub const fn flatten(section: Section) -> Self {
        Self::new("", Kind::Section(Section { flatten: true, ..section }))
    }

    const fn new(key: &'static str, kind: Kind) -> Self {
        Self { key, aliases: &[], env: &[], secret: false, allow_in_files: false, kind }
    }

    /// `alias = ".."`
    pub const fn alias(mut self, keys: &'static [&'static str]) -> Self {
        self.aliases = keys;
        self
    }

    /// `env = ".."`: these variables, first one first, instead of the one made from the path.
    pub const fn env(mut self, variables: &'static [&'static str]) -> Self {
        self.env = variables;
        self
    }

    /// `#[secret]`, on a type that can hold one.
    pub const fn secret<T: SecretType>(mut self) -> Self {
        self.secret = true;
        self
    }

    /// `allow_in_files`
    pub const fn allow_in_files(mut self) -> Self {
        self.allow_in_files = true;
        self
    }

    /// Where the leaf is looked up.
    pub const fn from(mut self, lookup: Lookup) -> Self {
        self.kind = Kind::Leaf { lookup: Some(lookup) };
        self
    }
}

impl Lookup {
    /// At `place`, by the names of the scope.
    pub const fn new(place: Place) -> Self {
        Self { place, name: None, key: None, stage: None, version: None, format: None }
    }

    /// The name template: `ssm = ".."`, `secretsmanager = ".."`, `file = ".."`, `name = ".."`.
    pub const fn name(mut self, template: &'static str) -> Self {
        self.name = Some(template);
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

impl Spec {
    /// Refuses at compile time a root whose names need a prefix that it does not have.
    #[expect(clippy::panic, reason = "only ever called by the compiler")]
    pub(crate) const fn check_as_root(&self) {
        if self.root.prefix.is_none() && self.needs_prefix(Scope::new().enter(self.scope)) {
            panic!(
                "a name of this config or of a nested one uses {{prefix}}: add #[config(prefix = \"..\")] to the struct that is loaded"
            );
        }
    }

    const fn needs_prefix(&self, scope: Scope) -> bool {
        let mut index = 0;
        while index < self.fields.len() {
            let needs = match &self.fields[index].kind {
                Kind::Leaf { lookup: None } => false,
                Kind::Leaf { lookup: Some(lookup) } => lookup.needs_prefix(scope),
                Kind::Section(section) => {
                    section.spec.needs_prefix(scope.enter(section.spec.scope).overridden_by(section.scope))
                }
            };
            if needs {
                return true;
            }
            index += 1;
        }
        false
    }
}

impl Lookup {
    /// The name template where the lookup stands: its own, the scope's or the default.
    pub(crate) const fn template(&self, scope: Scope) -> Option<&'static str> {
        const DEFAULT: &str = "{prefix}/{path}";
        let inherited = match self.place {
            Place::Default => match scope.store {
                Some(Store::SecretsManager) => scope.secretsmanager,
                Some(Store::Ssm) | None => scope.ssm,
            },
            Place::Ssm => scope.ssm,
            Place::SecretsManager => scope.secretsmanager,
            Place::Document => {
                return match scope.document {
                    Some((_, template)) => Some(template),
                    None => None,
                };
            }
            Place::File | Place::Source(_) => None,
        };
        match (self.name, inherited) {
            (Some(template), _) | (None, Some(template)) => Some(template),
            (None, None) => Some(DEFAULT),
        }
    }

    const fn needs_prefix(&self, scope: Scope) -> bool {
        let Some(template) = self.template(scope) else { return false };
        let (text, wanted) = (template.as_bytes(), b"{prefix");
        let mut start = 0;
        while start + wanted.len() <= text.len() {
            let mut length = 0;
            while length < wanted.len() && text[start + length] == wanted[length] {
                length += 1;
            }
            if length == wanted.len() {
                return true;
            }
            start += 1;
        }
        false
    }
}
