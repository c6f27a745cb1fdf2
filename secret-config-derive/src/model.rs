//! What the attributes say, with the user's spans: plain data, and the few questions that checking and expanding share.

use crate::literal::Literal;
use crate::words;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{ExprPath, Generics, LitStr, Path, Type, WherePredicate};

/// A struct that derives `SecretConfig`.
pub(crate) struct Container<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) written: Written,
    /// A word of the struct could not be read. It may be any, `prefix` too: rules about absent words keep silent.
    pub(crate) misread: bool,
    /// `crate = ".."`
    pub(crate) runtime: Option<Path>,
    pub(crate) root: Root,
    pub(crate) scope: Scope,
    /// `when` and `unless`: the struct's own fields decide.
    pub(crate) conditions: Vec<Condition>,
    pub(crate) allow_unknown: bool,
    pub(crate) deny_unknown: Option<Span>,
    pub(crate) default: Option<DefaultValue>,
    pub(crate) bound: Option<Vec<WherePredicate>>,
    pub(crate) fields: Vec<Field<'a>>,
}

/// The words that count at the root of a load.
#[derive(Default)]
pub(crate) struct Root {
    pub(crate) prefix: Option<LitStr>,
    pub(crate) environments: Option<Vec<LitStr>>,
    pub(crate) offline: Option<Vec<LitStr>>,
    pub(crate) env_prefix: Option<LitStr>,
    pub(crate) ignore_env: Option<Vec<LitStr>>,
    pub(crate) files: Option<Vec<LitStr>>,
    pub(crate) references: bool,
    pub(crate) files_over_env: bool,
    pub(crate) deny_env_secrets: bool,
}

/// `store`, `names(..)` and `document(..)`, on a struct or at the place where one is nested.
#[derive(Default)]
pub(crate) struct Scope {
    pub(crate) store: Option<Store>,
    pub(crate) ssm: Option<LitStr>,
    pub(crate) secretsmanager: Option<LitStr>,
    pub(crate) document: Option<(Store, LitStr)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    Ssm,
    SecretsManager,
}

pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    /// The doc comment, line by line.
    pub(crate) doc: String,
    pub(crate) written: Written,
    pub(crate) kind: Kind,
    /// The span of `#[secret]`.
    pub(crate) secret: Option<Span>,
    pub(crate) key: Key,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) env: Option<Vec<LitStr>>,
    pub(crate) allow_in_files: bool,
    pub(crate) default: Option<DefaultValue>,
    /// The function of `with` or `deserialize_with`.
    pub(crate) with: Option<ExprPath>,
    pub(crate) remote: Remote,
    /// The sibling whose elements are the entries of this one.
    pub(crate) for_each: Option<Name>,
    /// The value is the same in all environments.
    pub(crate) shared: bool,
    pub(crate) injections: Vec<Injection>,
    pub(crate) scope: Scope,
    pub(crate) probe: bool,
    pub(crate) bound: Option<Vec<WherePredicate>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Leaf,
    Nested,
    Flatten,
    Skipped,
}

/// The key of a field in files, after renames.
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// The words of a store: on a field, or inside `inject(..)`.
pub(crate) struct Remote {
    /// The words that name a place; more than one is a mistake.
    pub(crate) places: Vec<PlaceWord>,
    pub(crate) key: Option<LitStr>,
    pub(crate) stage: Option<LitStr>,
    pub(crate) version: Option<LitStr>,
    pub(crate) format: Option<LitStr>,
    /// `when` and `unless`. On a section they speak for everything inside.
    pub(crate) conditions: Vec<Condition>,
}

/// `ssm`, `ssm_path`, `secretsmanager`, `file` or `source`, with the name templates beside it.
pub(crate) struct PlaceWord {
    pub(crate) word: Ident,
    pub(crate) place: RemotePlace,
    /// The name; after it further candidates. `None` is the name of the scope.
    pub(crate) names: Option<Vec<LitStr>>,
}

#[derive(Clone)]
pub(crate) enum RemotePlace {
    Store(Store),
    /// All parameters below a level.
    SsmPath,
    File,
    Source(LitStr),
}

/// `inject(..)`: a remote value for places inside a leaf.
pub(crate) struct Injection {
    pub(crate) word: Ident,
    pub(crate) places: Vec<LitStr>,
    pub(crate) written: Written,
    /// A word could not be read. It may be any, the store too.
    pub(crate) misread: bool,
    pub(crate) remote: Remote,
    pub(crate) optional: bool,
}

/// What the value of a field decides: an entry of `when` or `unless`.
pub(crate) struct Condition {
    pub(crate) field: Name,
    pub(crate) wanted: Wanted,
    pub(crate) is_negated: bool,
}

pub(crate) enum Wanted {
    /// `when = "enabled"`
    Set,
    /// `when(kind = ["a", "b"])`
    OneOf(Vec<Literal>),
}

/// The name of another field, as the user wrote it.
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// Whose fields `when`, `for_each` and `{self.x}` name.
#[derive(Clone, Copy)]
pub(crate) enum Siblings<'a> {
    /// Those of this struct.
    Of(&'a Container<'a>),
    /// Those of another struct or of a document: keys, taken as they are.
    Elsewhere,
}

/// What stands behind `default`.
pub(crate) enum DefaultValue {
    /// `default`
    Trait,
    /// `default = expression`
    Expression(TokenStream),
    /// `default = "text"`
    Text(LitStr),
    /// serde's `default = "path"`
    Function(ExprPath),
}

/// Where a leaf is looked up.
pub(crate) enum Lookup<'a> {
    /// A bare `#[secret]`: where `store` says.
    Default,
    /// The struct's document, under this key.
    Document(String),
    /// A place of the field's own.
    Place(&'a PlaceWord),
}

/// The words that stand at one place, with their spans.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) ours: Vec<Ident>,
    pub(crate) serdes: Vec<Ident>,
}

impl Written {
    /// The span of a word of ours.
    pub(crate) fn ours(&self, word: &str) -> Option<Span> {
        self.ours.iter().find(|written| *written == word).map(Ident::span)
    }

    /// The span of a word of ours, or else of serde's.
    pub(crate) fn any(&self, word: &str) -> Option<Span> {
        self.ours(word).or_else(|| self.serdes.iter().find(|written| *written == word).map(Ident::span))
    }
}

impl From<&LitStr> for Name {
    fn from(literal: &LitStr) -> Self {
        Self { text: literal.value(), span: literal.span() }
    }
}

impl From<&Ident> for Name {
    fn from(ident: &Ident) -> Self {
        Self { text: ident.unraw().to_string(), span: ident.span() }
    }
}

impl Siblings<'_> {
    /// The key of the field that `name` names.
    pub(crate) fn key(self, name: &str) -> String {
        let field = match self {
            Self::Of(container) => container.field(name),
            Self::Elsewhere => None,
        };
        field.map_or_else(|| name.to_owned(), |field| field.key.text.clone())
    }
}

impl Store {
    /// The word of a store.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        match word {
            words::SSM => Some(Self::Ssm),
            words::SECRETSMANAGER => Some(Self::SecretsManager),
            _ => None,
        }
    }
}

impl PlaceWord {
    /// The store that the word names.
    pub(crate) fn store(&self) -> Option<Store> {
        match self.place {
            RemotePlace::Store(store) => Some(store),
            RemotePlace::SsmPath => Some(Store::Ssm),
            RemotePlace::File | RemotePlace::Source(_) => None,
        }
    }
}

impl Container<'_> {
    /// Whether the struct speaks for the root of a load.
    pub(crate) fn is_root(&self) -> bool {
        words::ROOT_WORDS.iter().any(|word| self.written.ours(word).is_some())
    }

    /// The store of a bare `#[secret]`, if it is known here: a struct without root words may inherit another.
    pub(crate) fn default_store(&self) -> Option<Store> {
        self.scope.store.or_else(|| self.is_root().then_some(Store::Ssm))
    }

    /// The field of that name, or else the one that has it as its key in files.
    pub(crate) fn field(&self, name: &str) -> Option<&Field<'_>> {
        let of_name = self.fields.iter().find(|field| field.ident.unraw() == name);
        of_name.or_else(|| self.fields.iter().find(|field| field.has_key() && field.key.text == name))
    }

    /// The names of all environments that are declared.
    pub(crate) fn environments(&self) -> Vec<String> {
        let declared = [&self.root.environments, &self.root.offline].into_iter().flatten().flatten();
        // Without `environments` any well-formed name is one: `offline` alone closes nothing.
        if self.root.environments.is_none() { Vec::new() } else { declared.map(LitStr::value).collect() }
    }
}

impl Field<'_> {
    /// Whether the type is spelled with a `Secret`.
    pub(crate) fn spells_secret(&self) -> bool {
        self.kind == Kind::Leaf && names(self.ty.to_token_stream(), "Secret")
    }

    /// Where the leaf is looked up, if it is.
    pub(crate) fn lookup(&self, container: &Container<'_>) -> Option<Lookup<'_>> {
        if self.kind != Kind::Leaf || self.written.ours(words::LOCAL).is_some() {
            return None;
        }
        if let Some(place) = self.remote.places.first() {
            return Some(Lookup::Place(place));
        }
        if container.scope.document.is_some() {
            let key = self.remote.key.as_ref().map_or_else(|| self.key.text.clone(), LitStr::value);
            return Some(Lookup::Document(key));
        }
        self.secret.map(|_| Lookup::Default)
    }

    /// Whether files have a key for it.
    pub(crate) fn has_key(&self) -> bool {
        matches!(self.kind, Kind::Leaf | Kind::Nested)
    }

    /// Whether a word says that the field is no section, though its kind leaves it open.
    pub(crate) fn is_flattened_leaf(&self) -> bool {
        self.kind == Kind::Flatten && (self.with.is_some() || !self.injections.is_empty())
    }

    /// Whether each entry of the field is looked up by itself.
    pub(crate) fn has_entries(&self) -> bool {
        let is_path = |place: &PlaceWord| matches!(place.place, RemotePlace::SsmPath);
        self.for_each.is_some() || self.remote.places.iter().any(is_path)
    }
}

/// Whether a type names `wanted`.
pub(crate) fn names(tokens: TokenStream, wanted: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == wanted,
        TokenTree::Group(group) => names(group.stream(), wanted),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
