//! The const table that the derive emits: everything a load has to know of a struct, as data.
//!
//! Rows are built by `const fn`s so that generated code stays short. Nothing here reads, plans or converts anything.

mod check;
mod lookup;

pub(crate) use lookup::Wanted;
pub use lookup::{Condition, Format, Injection, Literal, Lookup, Place};

use crate::path::Step;
use crate::secret::{MapType, SecretType};

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
    pub(crate) files_over_env: bool,
    pub(crate) references: bool,
    pub(crate) deny_env_secrets: bool,
}

impl Spec {
    /// The table of a struct without words of its own.
    pub const fn new(type_name: &'static str, fields: &'static [Field]) -> Self {
        let root = Root {
            prefix: None,
            environments: &[],
            offline: &[],
            env_prefix: None,
            ignore_env: &[],
            files: None,
            files_over_env: false,
            references: false,
            deny_env_secrets: false,
        };
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

    /// `files_over_env`
    pub const fn files_over_env(mut self) -> Self {
        self.root.files_over_env = true;
        self
    }

    /// `references`
    pub const fn references(mut self) -> Self {
        self.root.references = true;
        self
    }

    /// `deny_env_secrets`
    pub const fn deny_env_secrets(mut self) -> Self {
        self.root.deny_env_secrets = true;
        self
    }

    /// `store`, `names(..)`, `document(..)`, `when` and `unless`.
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
    /// On a struct its own fields decide; at a place those beside the section.
    pub(crate) when: &'static [Condition],
}

impl Scope {
    /// No word of its own.
    pub const fn new() -> Self {
        Self { store: None, ssm: None, secretsmanager: None, document: None, when: &[] }
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

    /// `when` and `unless`: all of these hold, or nothing of the struct is looked up.
    pub const fn when(mut self, conditions: &'static [Condition]) -> Self {
        self.when = conditions;
        self
    }

    /// What holds inside `inner`, when it is nested in a place where `self` holds. A document is not inherited.
    pub(crate) const fn enter(self, inner: Self) -> Self {
        Self { document: None, when: &[], ..self }.overridden_by(inner)
    }

    /// `self`, with the words of `place` on top.
    pub(crate) const fn overridden_by(self, place: Self) -> Self {
        Self {
            store: if place.store.is_some() { place.store } else { self.store },
            ssm: if place.ssm.is_some() { place.ssm } else { self.ssm },
            secretsmanager: if place.secretsmanager.is_some() { place.secretsmanager } else { self.secretsmanager },
            document: if place.document.is_some() { place.document } else { self.document },
            when: if place.when.is_empty() { self.when } else { place.when },
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
    /// The default as text, if it is a literal: conditions and names see it.
    pub(crate) literal: Option<&'static str>,
    pub(crate) secret: bool,
    /// The type is spelled with a `Secret`, and no attribute says so.
    pub(crate) holds_secret: bool,
    pub(crate) allow_in_files: bool,
    #[cfg(feature = "operator")]
    pub(crate) described: Described,
    pub(crate) kind: Kind,
}

/// What people and tools are told of a field.
#[cfg(feature = "operator")]
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Described {
    /// The doc comment.
    pub(crate) doc: &'static str,
    /// The type as it is spelt.
    pub(crate) type_name: &'static str,
    /// The default as it is spelt; empty without one.
    pub(crate) default: &'static str,
    /// A function of the user's reads it: the type does not tell how it is written.
    pub(crate) is_converted: bool,
    /// All environments have the same value of it in their stores.
    pub(crate) is_shared: bool,
}

/// What stands behind a field.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// One value. Without a lookup it comes from the ordinary layers only.
    Leaf { lookup: Option<&'static Lookup>, injections: &'static [Injection] },
    /// One value that is made of all keys that no other field of the struct claims. The field's key is only a name for it.
    Rest { injections: &'static [Injection] },
    /// A struct of its own: under the field's key, or, flattened, among the keys of the struct around it.
    Section(Section),
}

/// A nested struct, at its place.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    pub(crate) spec: &'static Spec,
    pub(crate) shape: &'static Shape,
    pub(crate) scope: &'static Scope,
    pub(crate) flatten: bool,
    pub(crate) probe: bool,
    /// A value stands in where no layer has the section: its remote fields are looked up all the same.
    pub(crate) defaulted: bool,
}

/// What stands between a field and the struct that is nested in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The struct itself.
    One,
    /// It may be absent.
    Optional(&'static Shape),
    /// Any number of them, each under a key.
    Map(&'static Shape),
    /// Any number of them, in a row.
    List(&'static Shape),
}

impl Section {
    pub(crate) const fn new(spec: &'static Spec, shape: &'static Shape) -> Self {
        const NONE: &Scope = &Scope::new();
        Self { spec, shape, scope: NONE, flatten: false, probe: false, defaulted: false }
    }

    /// `probe`: whether the section exists is for the store to say.
    #[expect(clippy::panic, reason = "only ever called by the compiler")]
    pub const fn probe(mut self) -> Self {
        if !matches!(self.shape, Shape::Optional(Shape::One)) {
            panic!("`probe` asks the store whether one section exists: write an `Option` of it, or drop `probe`");
        }
        self.probe = true;
        self
    }

    /// `default = ..`
    #[expect(clippy::panic, reason = "only ever called by the compiler")]
    pub const fn defaulted(mut self) -> Self {
        if !matches!(self.shape, Shape::One | Shape::Optional(Shape::One)) && self.spec.is_remote() {
            panic!("the entries of a default are not looked up: drop the default, and let a file have the entries");
        }
        self.defaulted = true;
        self
    }

    /// The words at the place: `nested, document(..)`, `nested, names(..)`, `nested, when = ".."`.
    #[expect(clippy::panic, reason = "only ever called by the compiler")]
    pub const fn scope(mut self, words: &'static Scope) -> Self {
        if words.document.is_some() && self.spec.scope.document.is_none() {
            panic!(
                "`nested, document(..)` changes the document of a struct that has none: add #[config(document(..))] to the nested struct"
            );
        }
        self.scope = words;
        self
    }
}

impl Field {
    /// A leaf that comes from the ordinary layers.
    pub const fn leaf(key: &'static str) -> Self {
        Self::new(key, Kind::Leaf { lookup: None, injections: &[] })
    }

    /// A struct of its own under `key`.
    pub const fn nested(key: &'static str, section: Section) -> Self {
        Self::new(key, Kind::Section(section))
    }

    /// `flatten`: a struct of its own whose keys stand among those of the struct around it; or, without a section, a
    /// leaf that reads the keys that are left.
    #[expect(clippy::panic, reason = "only ever called by the compiler")]
    pub const fn flatten(name: &'static str, section: Option<Section>) -> Self {
        match section {
            None => Self::new(name, Kind::Rest { injections: &[] }),
            Some(section @ Section { shape: Shape::One | Shape::Optional(Shape::One), .. }) => {
                Self::new("", Kind::Section(Section { flatten: true, ..section }))
            }
            Some(_) => panic!("`flatten` puts the keys of one struct beside this one's: nest a map or a list of them"),
        }
    }

    const fn new(key: &'static str, kind: Kind) -> Self {
        Self {
            key,
            aliases: &[],
            env: &[],
            literal: None,
            secret: false,
            holds_secret: false,
            allow_in_files: false,
            #[cfg(feature = "operator")]
            described: Described { doc: "", type_name: "", default: "", is_converted: false, is_shared: false },
            kind,
        }
    }

    /// The doc comment, the type and the default, as they are spelt. Without the tools nobody asks, and it takes no room.
    #[cfg_attr(not(feature = "operator"), expect(unused_variables, unused_mut, reason = "for the tools"))]
    pub const fn described(mut self, doc: &'static str, type_name: &'static str, default: &'static str) -> Self {
        #[cfg(feature = "operator")]
        {
            self.described = Described { doc, type_name, default, is_converted: false, is_shared: false };
        }
        self
    }

    /// `with` or `deserialize_with`, for the tools as well.
    #[cfg_attr(not(feature = "operator"), expect(unused_mut, reason = "for the tools"))]
    pub const fn converted(mut self) -> Self {
        #[cfg(feature = "operator")]
        {
            self.described.is_converted = true;
        }
        self
    }

    /// `shared`, for the tools: a load looks every value up.
    #[cfg_attr(not(feature = "operator"), expect(unused_mut, reason = "for the tools"))]
    pub const fn shared(mut self) -> Self {
        #[cfg(feature = "operator")]
        {
            self.described.is_shared = true;
        }
        self
    }

    /// `default = ..`, where it is a literal.
    pub const fn literal(mut self, text: &'static str) -> Self {
        self.literal = Some(text);
        self
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

    /// A `Secret` in the type, without `#[secret]`.
    pub const fn holds_secret(mut self) -> Self {
        self.holds_secret = true;
        self
    }

    /// The step to the field.
    pub(crate) fn step(&self) -> Step {
        match self.kind {
            Kind::Rest { .. } => Step::rest(self.key),
            _ => self.key.into(),
        }
    }

    /// `allow_in_files`
    pub const fn allow_in_files(mut self) -> Self {
        self.allow_in_files = true;
        self
    }

    /// Where the leaf is looked up.
    pub const fn from(mut self, lookup: &'static Lookup) -> Self {
        self.kind = Kind::Leaf { lookup: Some(lookup), injections: &[] };
        self
    }

    /// `for_each` or `ssm_path`, on a type that has entries.
    pub const fn entries<T: MapType>(self) -> Self {
        self
    }

    /// `inject(..)`, each of them.
    pub const fn inject(mut self, injections: &'static [Injection]) -> Self {
        self.kind = match self.kind {
            Kind::Leaf { lookup, .. } => Kind::Leaf { lookup, injections },
            Kind::Rest { .. } => Kind::Rest { injections },
            section @ Kind::Section(_) => section,
        };
        self
    }
}
