//! [`Memory`]: a source that holds its values itself, for tests and examples.

use super::{BoxFuture, Payload, Source, SourceError};
use crate::key::Key;
use std::collections::HashMap;
use std::fmt;

/// A source whose values are given when it is made.
///
/// ```
/// use secret_config::source::{Memory, Payload};
/// use secret_config::{Secret, SecretConfig};
///
/// #[derive(Debug, SecretConfig)]
/// struct AppConfig {
///     #[secret(source = "vault", name = "{env}/token")]
///     token: Secret<String>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), secret_config::LoadError> {
/// let vault = Memory::new().with("dev/token", Payload::text("t0ken"));
/// let config = AppConfig::loader("dev").source("vault", vault).load().await?;
/// assert_eq!(config.token.expose_secret(), "t0ken");
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct Memory {
    values: HashMap<Key, Payload>,
}

impl Memory {
    /// Nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value under a name.
    #[must_use]
    pub fn with(self, name: impl Into<String>, payload: Payload) -> Self {
        self.with_key(Key::new(name), payload)
    }

    /// Adds a value under a key: a name with a stage or a version.
    #[must_use]
    pub fn with_key(mut self, key: Key, payload: Payload) -> Self {
        self.values.insert(key, payload);
        self
    }
}

impl Source for Memory {
    fn fetch<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Vec<Result<Payload, SourceError>>> {
        let find = |key| self.values.get(key).map(Payload::duplicate).ok_or_else(SourceError::not_found);
        Box::pin(std::future::ready(keys.iter().map(find).collect()))
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}
