//! What the attributes say, with the user's spans: plain data, and the few questions that checking and expanding share.

use crate::words;
use proc_macro2::{Ident, Span, TokenStream};
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
    /// The words that name a place; more than one is a mistake.
    pub(crate) places: Vec<PlaceWord>,
    pub(crate) document_key: Option<LitStr>,
    pub(crate) stage: Option<LitStr>,
    pub(crate) version: Option<LitStr>,
    pub(crate) format: Option<LitStr>,
    pub(crate) scope: Scope,
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

/// `ssm`, `secretsmanager`, `file` or `source`, with the name template beside it.
pub(crate) struct PlaceWord {
    pub(crate) word: Ident,
    pub(crate) place: RemotePlace,
    pub(crate) name: Option<LitStr>,
}

#[derive(Clone)]
pub(crate) enum RemotePlace {
    Store(Store),
    File,
    Source(LitStr),
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

impl Container<'_> {
    /// Whether the struct speaks for the root of a load.
    pub(crate) fn is_root(&self) -> bool {
        words::ROOT_WORDS.iter().any(|word| self.written.ours(word).is_some())
    }

    /// The store of a bare `#[secret]`, if it is known here: a struct without root words may inherit another.
    pub(crate) fn default_store(&self) -> Option<Store> {
        self.scope.store.or_else(|| self.is_root().then_some(Store::Ssm))
    }

    /// The names of all environments that are declared.
    pub(crate) fn environments(&self) -> Vec<String> {
        let declared = [&self.root.environments, &self.root.offline].into_iter().flatten().flatten();
        // Without `environments` any well-formed name is one: `offline` alone closes nothing.
        if self.root.environments.is_none() { Vec::new() } else { declared.map(LitStr::value).collect() }
    }
}

impl Field<'_> {
    /// Where the leaf is looked up, if it is.
    pub(crate) fn lookup(&self, container: &Container<'_>) -> Option<Lookup<'_>> {
        if self.kind != Kind::Leaf || self.written.ours(words::LOCAL).is_some() {
            return None;
        }
        if let Some(place) = self.places.first() {
            return Some(Lookup::Place(place));
        }
        if container.scope.document.is_some() {
            let key = self.document_key.as_ref().map_or_else(|| self.key.text.clone(), LitStr::value);
            return Some(Lookup::Document(key));
        }
        self.secret.map(|_| Lookup::Default)
    }
}
