#![doc = include_str!("guide.md")]

mod assemble;
#[cfg(feature = "cli")]
pub mod cli;
mod config;
mod environment;
mod error;
mod explanation;
mod fetch;
#[cfg(feature = "harden")]
mod harden;
mod key;
mod layers;
mod loader;
mod neighbour;
#[cfg(feature = "operator")]
pub mod operator;
mod path;
mod place;
mod plan;
mod reference;
mod secret;
pub mod source;
mod spec;
mod suggest;
mod template;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
mod tree;

pub use config::SecretConfig;
pub use environment::{Environment, IntoEnvironment, InvalidEnvironment};
pub use error::{LoadError, Problem, ProblemKind};
pub use explanation::{Explanation, Layer, LoadReport, Origin};
#[cfg(feature = "harden")]
pub use harden::{Hardened, harden};
pub use layers::Value;
pub use loader::Loader;
pub use secret::{Secret, redacted};
pub use secret_config_derive::SecretConfig;

// Nothing but documentation, and its examples are tests.
#[cfg(any(doc, doctest))]
#[doc = include_str!("shapes.md")]
pub mod _shapes {}

// The same, for those who have the tools.
#[cfg(all(feature = "cli", any(doc, all(doctest, feature = "testing", feature = "ssm", feature = "secretsmanager"))))]
#[doc = include_str!("operations.md")]
pub mod _operations {}

/// What generated code names. Not covered by semver.
#[doc(hidden)]
pub mod __private {
    pub use crate::assemble::{AsLeaf, Assembler, Flatten, Leaf, Nested, Probe, section};
    pub use crate::config::SecretConfig;
    pub use crate::secret::{MapType, MayBeAbsent, SecretType};
    pub use crate::spec::{
        Condition, Field, Format, Injection, Literal, Lookup, Place, Scope, Section, Shape, Spec, Store,
    };
    pub use crate::text::{Deserializer, Error};
    pub use serde::de::DeserializeOwned;
    pub use std;
}

/// The README's example is compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
