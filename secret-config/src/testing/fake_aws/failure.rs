//! Failures on order: what a test tells the server to answer instead of the truth.

use super::policy::wildcard_matches;
use std::collections::VecDeque;
use std::fmt;

/// How a call fails, for [`FakeAws::fail_next`](super::FakeAws::fail_next).
///
/// ```
/// use secret_config::testing::{FakeAws, Failure};
///
/// # fn main() -> std::io::Result<()> {
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let aws = FakeAws::start().await?;
/// aws.fail_next("GetParameters", Failure::Throttled);
/// aws.fail_times(3, "*", Failure::CloseConnection);
/// aws.fail_next("GetSecretValue", Failure::Raw { status: 502, body: "<html>Bad Gateway</html>".into() });
/// # Ok(()) })
/// # }
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum Failure {
    /// `ThrottlingException`: the quota is spent.
    Throttled,
    /// The service's own 500: `InternalServerError` or `InternalServiceError`.
    InternalError,
    /// An empty answer with this HTTP status, as a proxy gives.
    Status(u16),
    /// No answer: the connection is closed.
    CloseConnection,
    /// The key cannot be used: `InvalidKeyId` of Parameter Store, `DecryptionFailure` of Secrets Manager.
    Undecryptable,
    /// Exactly this body with this HTTP status: a proxy's page, JSON cut short, a message that repeats a secret.
    Raw {
        /// The HTTP status.
        status: u16,
        /// The whole body.
        body: String,
    },
}

/// By hand: a raw body is often there to see whether a secret in it gets out.
impl fmt::Debug for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throttled => formatter.write_str("Throttled"),
            Self::InternalError => formatter.write_str("InternalError"),
            Self::Status(status) => formatter.debug_tuple("Status").field(status).finish(),
            Self::CloseConnection => formatter.write_str("CloseConnection"),
            Self::Undecryptable => formatter.write_str("Undecryptable"),
            Self::Raw { status, .. } => formatter.debug_struct("Raw").field("status", status).finish_non_exhaustive(),
        }
    }
}

/// The failures still to come, in the order they were asked for.
#[derive(Default)]
pub(super) struct Script(VecDeque<Entry>);

struct Entry {
    action: String,
    failure: Failure,
    left: usize,
}

impl Script {
    pub(super) fn add(&mut self, times: usize, action: String, failure: Failure) {
        if times > 0 {
            self.0.push_back(Entry { action, failure, left: times });
        }
    }

    /// The failure for a call of `action`, which is then used up once.
    pub(super) fn next(&mut self, action: &str) -> Option<Failure> {
        let position = self.0.iter().position(|entry| wildcard_matches(&entry.action, action))?;
        let entry = self.0.get_mut(position)?;
        entry.left -= 1;
        let failure = entry.failure.clone();
        if entry.left == 0 {
            self.0.remove(position);
        }
        Some(failure)
    }
}
