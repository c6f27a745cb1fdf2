//! [`Source`]: a store that values are looked up in, and what it answers with.
//!
//! Chunking, fall-backs and limits are each source's own business. What an answer means for a field is not.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "aws")]
pub(crate) mod call;
#[cfg(feature = "aws")]
mod codes;
#[cfg(feature = "aws")]
pub(crate) mod connection;
#[cfg(all(feature = "operator", feature = "aws"))]
pub(crate) mod describe;
pub(crate) mod file;
#[cfg(feature = "aws")]
mod insecure;
mod memory;
#[cfg(feature = "aws")]
mod scrub;
#[cfg(feature = "secretsmanager")]
pub(crate) mod secretsmanager;
#[cfg(feature = "ssm")]
pub(crate) mod ssm;
#[cfg(all(feature = "operator", feature = "aws"))]
pub(crate) mod writes;

pub use memory::Memory;

pub use crate::key::Key;
use crate::secret::REDACTED;
use std::fmt;
use std::pin::Pin;
use std::time::SystemTime;
use zeroize::Zeroizing;

/// A future that is sent between threads, as `futures` calls it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A store of your own.
///
/// Give it to a load with [`Loader::source`](crate::Loader::source), and name it in
/// `#[secret(source = "vault", name = "orders/{env}/token")]`. A load asks a source once, for all keys together.
///
/// ```
/// use secret_config::source::{BoxFuture, Key, Payload, Source, SourceError};
///
/// /// The key's name in reverse.
/// #[derive(Debug)]
/// struct Mirror;
///
/// impl Source for Mirror {
///     fn fetch<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Vec<Result<Payload, SourceError>>> {
///         let mirrored = |key: &Key| Payload::text(key.name().chars().rev().collect::<String>());
///         Box::pin(async move { keys.iter().map(|key| Ok(mirrored(key))).collect() })
///     }
/// }
/// ```
pub trait Source: fmt::Debug + Send + Sync + 'static {
    /// One outcome per key, in the order of `keys`. A key that fails does not fail the others.
    ///
    /// The keys are distinct and at least one. The future is dropped when the load's deadline passes; it must not block
    /// the thread, since no deadline has power over that.
    fn fetch<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Vec<Result<Payload, SourceError>>>;
}

/// A value that a source found. Whatever the field's attribute, no report shows it.
pub struct Payload {
    pub(crate) body: Body,
    pub(crate) provenance: Provenance,
}

/// The value itself. The buffers are wiped when they are dropped.
#[derive(Clone)]
pub(crate) enum Body {
    Text(Zeroizing<String>),
    /// Text whose elements are separated by commas: a StringList.
    List(Zeroizing<String>),
    Bytes(Zeroizing<Vec<u8>>),
    /// What is below a level, each under its name from there.
    Level(Vec<(String, Body)>),
}

/// Where exactly a value came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Provenance {
    pub(crate) arn: Option<String>,
    pub(crate) version: Option<String>,
    /// When that version was written.
    pub(crate) modified: Option<SystemTime>,
    pub(crate) parameter: Option<ParameterKind>,
    /// Whether it nearly fills a standard parameter, if it is one. Not by how much: that would tell its length.
    pub(crate) is_near_limit: bool,
}

/// The types of parameters.
#[cfg_attr(
    not(any(feature = "ssm", all(feature = "operator", feature = "aws"))),
    expect(dead_code, reason = "only Parameter Store has them")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParameterKind {
    String,
    StringList,
    SecureString,
}

impl Payload {
    /// Text, moved in and wiped when it is dropped.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Body::Text(Zeroizing::new(text.into())))
    }

    /// A list: text whose elements are separated by commas, without a way to write a comma inside one.
    pub fn list(text: impl Into<String>) -> Self {
        Self::new(Body::List(Zeroizing::new(text.into())))
    }

    /// Bytes, moved in and wiped when they are dropped.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(Body::Bytes(Zeroizing::new(bytes.into())))
    }

    /// Everything below a level of names.
    #[cfg_attr(not(feature = "ssm"), expect(dead_code, reason = "only Parameter Store has levels"))]
    pub(crate) fn level(entries: Vec<(String, Self)>) -> Self {
        let all = || entries.iter().map(|(_, entry)| &entry.provenance);
        // One that is open is what there is to say of them all.
        let of_open = all().map(|entry| entry.parameter).find(|kind| *kind != Some(ParameterKind::SecureString));
        let parameter = of_open.unwrap_or(Some(ParameterKind::SecureString));
        let is_near_limit = all().any(|entry| entry.is_near_limit);
        let body = Body::Level(entries.into_iter().map(|(name, payload)| (name, payload.body)).collect());
        Self { body, provenance: Provenance { parameter, is_near_limit, ..Provenance::default() } }
    }

    fn new(body: Body) -> Self {
        Self { body, provenance: Provenance::default() }
    }

    /// A second one, for a second field. Not `Clone`: copies of secrets are made on purpose.
    pub(crate) fn duplicate(&self) -> Self {
        Self { body: self.body.clone(), provenance: self.provenance.clone() }
    }

    /// Whether both have the same text or the same bytes.
    #[cfg(feature = "secretsmanager")]
    pub(crate) fn is_same_value(&self, other: &Self) -> bool {
        match (&self.body, &other.body) {
            (Body::Text(one), Body::Text(other)) => one == other,
            (Body::Bytes(one), Body::Bytes(other)) => one == other,
            _ => false,
        }
    }

    /// The full name under which the value was found, such as its ARN.
    #[must_use]
    pub fn with_arn(mut self, arn: impl Into<String>) -> Self {
        self.provenance.arn = Some(arn.into());
        self
    }

    /// When that version was written.
    #[must_use]
    pub fn with_modified(mut self, modified: SystemTime) -> Self {
        self.provenance.modified = Some(modified);
        self
    }

    /// The version that was found.
    #[must_use]
    pub fn with_version(mut self, version: impl Into<String>) -> Self {
        self.provenance.version = Some(version.into());
        self
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload").field("body", &format_args!("{REDACTED}")).finish_non_exhaustive()
    }
}

/// Why a source has no value for a key: a meaning, and what the service said of it. Never a value, never a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    pub(crate) kind: SourceErrorKind,
    pub(crate) code: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) reason: Option<&'static str>,
    pub(crate) help: Option<String>,
    /// The call that was under way when the deadline passed.
    pub(crate) waiting_for: Option<&'static str>,
}

const TOO_LATE: &str = "no answer before the load's deadline";

/// What went wrong with a look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SourceErrorKind {
    /// There is no such value, or no such version of it. Lower layers, `Option` and defaults may stand in.
    NotFound,
    /// The caller may not read it.
    Denied,
    /// It exists, and its encryption key cannot be used.
    Undecryptable,
    /// Too many calls, until the deadline.
    Throttled,
    /// The service did not answer, or not in a way that makes sense.
    Unreachable,
    /// The service refused the question: a name that it does not take, a secret scheduled for deletion.
    Invalid,
    /// It was not asked, since the answer would not stay secret on its way.
    Insecure,
    /// There are no credentials to call with.
    NoCredentials,
    /// No region is configured.
    NoRegion,
    /// The loader has no source of the name that a field gives.
    NoSource,
}

impl SourceError {
    /// An error of this kind.
    pub fn new(kind: SourceErrorKind) -> Self {
        Self { kind, code: None, request_id: None, reason: None, help: None, waiting_for: None }
    }

    /// There is no such value.
    pub fn not_found() -> Self {
        Self::new(SourceErrorKind::NotFound)
    }

    /// No answer came before the deadline.
    pub(crate) fn too_late() -> Self {
        Self::new(SourceErrorKind::Unreachable)
            .with_reason(TOO_LATE)
            .with_help("see whether the service can be reached from here, or give `.deadline(..)` more time")
    }

    pub(crate) fn is_too_late(&self) -> bool {
        self.reason == Some(TOO_LATE)
    }

    /// The kind.
    pub fn kind(&self) -> SourceErrorKind {
        self.kind
    }

    /// The service's code for it, such as `AccessDeniedException`. No free text: that may repeat a value.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The service's identifier of the call, for its support and its logs.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// A few words on the reason, fixed in the program's text so that no value can be in them.
    #[must_use]
    pub fn with_reason(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    /// What a person can do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            SourceErrorKind::NotFound => "not found",
            SourceErrorKind::Denied => "access denied",
            SourceErrorKind::Undecryptable => "cannot decrypt",
            SourceErrorKind::Throttled => "throttled",
            SourceErrorKind::Unreachable => "unreachable",
            SourceErrorKind::Invalid => "refused",
            SourceErrorKind::Insecure => "not asked",
            SourceErrorKind::NoCredentials => "no credentials",
            SourceErrorKind::NoRegion => "no region",
            SourceErrorKind::NoSource => "no such source",
        })?;
        if let Some(reason) = self.reason {
            write!(f, ": {reason}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SourceError {}
