//! The writing half of the stores, for operators: a load has none of it. The same connection, limits, retries and meanings
//! of errors as reading; and nothing of a request that tells a value or its length to whoever traces.

#[cfg(feature = "ssm")]
mod parameters;
#[cfg(feature = "secretsmanager")]
mod secrets;
mod unseen;

#[cfg(feature = "ssm")]
use super::Body;
use super::codes;
use super::connection::{Connection, Given};
#[cfg(feature = "ssm")]
use super::ssm::ParameterStore;
use super::{ParameterKind, Payload, Source, SourceError, SourceErrorKind};
use crate::key::Key;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// What a loader was given to reach the stores, for calls that follow its own.
#[derive(Clone)]
pub(crate) struct Way {
    pub(crate) aws: Given,
    pub(crate) deadline: Duration,
}

/// Both stores, to be written to. One connection for all of it.
pub(crate) struct Stores {
    #[cfg(feature = "ssm")]
    parameters: parameters::Parameters,
    #[cfg(feature = "ssm")]
    parameter_store: ParameterStore,
    #[cfg(feature = "secretsmanager")]
    secrets: secrets::Secrets,
}

/// What becomes of what stands under the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Keep,
    Overwrite,
}

/// What is created carries these; what exists keeps its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Marks<'a> {
    pub(crate) kms_key: Option<&'a str>,
    pub(crate) tags: &'a [(String, String)],
}

/// A parameter to write. Not `Debug`: it has a value.
#[cfg_attr(not(feature = "ssm"), allow(dead_code, reason = "only Parameter Store has them"))]
pub(crate) struct NewParameter<'a> {
    pub(crate) name: &'a str,
    pub(crate) kind: ParameterKind,
    pub(crate) value: &'a str,
    pub(crate) standing: Standing,
    pub(crate) marks: Marks<'a>,
}

/// The value of a secret. Not `Debug`.
#[cfg_attr(not(feature = "secretsmanager"), allow(dead_code, reason = "only Secrets Manager has them"))]
#[derive(Clone, Copy)]
pub(crate) enum Content<'a> {
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl Stores {
    /// Nothing is built before the first call. `patience` is for all calls together.
    pub(crate) fn new(way: &Way, patience: Duration) -> Self {
        let connection = Arc::new(Connection::new(way.aws.clone(), Instant::now().checked_add(patience)));
        Self {
            #[cfg(feature = "ssm")]
            parameters: parameters::Parameters::new(Arc::clone(&connection)),
            #[cfg(feature = "ssm")]
            parameter_store: ParameterStore::new(Arc::clone(&connection)),
            #[cfg(feature = "secretsmanager")]
            secrets: secrets::Secrets::new(connection),
        }
    }

    /// One outcome per key, as a load gets them.
    pub(crate) async fn parameters(&self, keys: &[Key]) -> Vec<Result<Payload, SourceError>> {
        #[cfg(feature = "ssm")]
        return self.parameter_store.fetch(keys).await;
        #[cfg(not(feature = "ssm"))]
        return keys.iter().map(|_| Err(without("ssm"))).collect();
    }

    /// One outcome per key, as a load gets them.
    pub(crate) async fn secrets(&self, keys: &[Key]) -> Vec<Result<Payload, SourceError>> {
        #[cfg(feature = "secretsmanager")]
        return self.secrets.source().fetch(keys).await;
        #[cfg(not(feature = "secretsmanager"))]
        return keys.iter().map(|_| Err(without("secretsmanager"))).collect();
    }

    /// What stands there now.
    pub(crate) async fn parameter(&self, name: &str) -> Result<Payload, SourceError> {
        self.parameters(&[Key::new(name)]).await.pop().unwrap_or_else(|| Err(SourceError::not_found()))
    }

    /// What stands there now, at the current stage.
    pub(crate) async fn secret(&self, name: &str) -> Result<Payload, SourceError> {
        self.secrets(&[Key::new(name)]).await.pop().unwrap_or_else(|| Err(SourceError::not_found()))
    }

    /// Answers the number of the version.
    pub(crate) async fn put_parameter(&self, new: &NewParameter<'_>) -> Result<Option<String>, SourceError> {
        #[cfg(feature = "ssm")]
        {
            let put = self.parameters.put(new).await;
            // An answer that was lost may have been that of success.
            if let Err((error, true)) = &put
                && already_exists(error)
                && let Ok(payload) = self.parameter(new.name).await
                && is_text(&payload, new.value)
            {
                return Ok(payload.provenance.version);
            }
            put.map_err(|(error, _)| error)
        }
        #[cfg(not(feature = "ssm"))]
        {
            let _ = new;
            Err(without("ssm"))
        }
    }

    /// Answers the id of the version.
    pub(crate) async fn create_secret(
        &self,
        name: &str,
        content: Content<'_>,
        marks: Marks<'_>,
    ) -> Result<Option<String>, SourceError> {
        #[cfg(feature = "secretsmanager")]
        return self.secrets.create(name, content, marks).await;
        #[cfg(not(feature = "secretsmanager"))]
        {
            let (_, _, _) = (name, content, marks);
            Err(without("secretsmanager"))
        }
    }

    /// A new current version of a secret that exists. Answers its id.
    pub(crate) async fn put_secret(&self, name: &str, content: Content<'_>) -> Result<Option<String>, SourceError> {
        #[cfg(feature = "secretsmanager")]
        return self.secrets.put(name, content).await;
        #[cfg(not(feature = "secretsmanager"))]
        {
            let (_, _) = (name, content);
            Err(without("secretsmanager"))
        }
    }
}

/// Whether a store keeps what it has, since nobody told it to overwrite that.
pub(crate) fn already_exists(error: &SourceError) -> bool {
    matches!(error.code.as_deref(), Some("ParameterAlreadyExists" | "ResourceExistsException"))
}

/// Whether the secret is there, without a value at the current stage.
pub(crate) fn is_without_value(error: &SourceError) -> bool {
    error.kind == SourceErrorKind::NotFound && error.reason == Some(codes::NO_VALUE)
}

#[cfg(feature = "ssm")]
fn is_text(payload: &Payload, text: &str) -> bool {
    use subtle::ConstantTimeEq;
    match &payload.body {
        Body::Text(found) | Body::List(found) => found.as_bytes().ct_eq(text.as_bytes()).into(),
        _ => false,
    }
}

#[cfg(not(all(feature = "ssm", feature = "secretsmanager")))]
fn without(feature: &str) -> SourceError {
    SourceError::new(SourceErrorKind::NoSource).with_help(format!("switch on the feature `{feature}` of secret-config"))
}

/// The next step for a person whose write was refused.
fn explained(error: SourceError, denied: impl FnOnce() -> String, kms: impl FnOnce() -> String) -> SourceError {
    match error.kind {
        SourceErrorKind::Denied => error.with_help(denied()),
        SourceErrorKind::Undecryptable => error.with_help(kms()),
        _ => error,
    }
}
