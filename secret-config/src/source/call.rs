//! One call with its retries: what fails for a moment is asked again at once, what is throttled later, and all of it
//! before the load's deadline. When a call is throttled, the others of the load wait for their turns.
//!
//! What an answer means, and which calls there are, is not known here.

use super::{SourceError, SourceErrorKind};
use crate::explanation::LoadReport;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard, Semaphore};
use tokio::time::{Instant, sleep_until, timeout_at};
use tracing::Instrument;

/// Why a call failed, and what may be done about it.
pub(super) struct Failure {
    pub(super) error: SourceError,
    pub(super) again: Again,
}

/// Whether and when the same call may succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    Never,
    /// At once: the service or the connection failed for a moment.
    Soon,
    /// At once, if nobody on the way makes nonsense of the answers for good.
    Twice,
    /// At once, if there is a way to the service at all: it has answered before, or does soon.
    IfReachable,
    /// With credentials that are looked up anew.
    WithNewCredentials,
    /// When others have had their turns.
    Later,
    /// The load is over.
    TooLate,
}

impl Failure {
    pub(super) fn new(error: SourceError, again: Again) -> Self {
        Self { error, again }
    }

    /// The load's deadline has come.
    pub(super) fn too_late() -> Self {
        Self::new(SourceError::too_late(), Again::TooLate)
    }
}

/// What an answer that makes no sense is worth.
impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        let again = if error.kind == SourceErrorKind::Unreachable { Again::Twice } else { Again::Never };
        Self::new(error, again)
    }
}

/// Which credentials a call is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credentials {
    Known,
    New,
}

/// What holds for all calls of a load.
pub(super) struct Limits {
    /// How many may be under way at once.
    pub(super) permits: Semaphore,
    /// When all must be over.
    pub(super) deadline: Option<Instant>,
    /// Whether anything is asked twice.
    pub(super) retries: bool,
    pub(super) counts: Arc<Counts>,
    /// Whether credentials are being looked up.
    pub(super) is_signing_in: Arc<AtomicBool>,
}

/// What the calls of a load came to. The bytes are rounded up for each answer, or they would tell a secret's length.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) calls: AtomicUsize,
    pub(crate) retries: AtomicUsize,
    pub(crate) bytes: AtomicUsize,
}

impl Counts {
    pub(crate) fn tell(&self, report: &mut LoadReport) {
        report.calls = self.calls.load(Ordering::Relaxed);
        report.retries = self.retries.load(Ordering::Relaxed);
        report.bytes = self.bytes.load(Ordering::Relaxed);
    }
}

/// The calls of a load to one service.
pub(super) struct Calls {
    service: &'static str,
    limits: Arc<Limits>,
    lane: Lane,
}

/// How often what failed for a moment is asked in all. The waits add up to some three seconds.
const ATTEMPTS: u32 = 8;

/// The first wait is between nothing and this, and each further one up to twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Where no connection comes about, nobody wants to wait for the deadline to be told.
pub(super) const UNREACHABLE_FOR: Duration = Duration::from_millis(1500);

impl Calls {
    pub(super) fn new(service: &'static str, limits: Arc<Limits>) -> Self {
        Self { service, limits, lane: Lane::default() }
    }

    /// Makes one call for so many names until it succeeds, fails for good, or the deadline is near.
    pub(super) async fn make<T, F>(
        &self,
        operation: &'static str,
        names: usize,
        call: impl Fn(Credentials) -> F,
    ) -> Result<T, SourceError>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let limits = &*self.limits;
        let begin = Instant::now();
        let (mut failures, mut credentials) = (0, Credentials::Known);
        let mut throttled = None;
        loop {
            let turn = if limits.retries { self.lane.turn(limits.deadline).await } else { Some(None) };
            let Some(turn) = turn else {
                let error = throttled.unwrap_or_else(|| SourceError::new(SourceErrorKind::Throttled));
                return Err(error.with_reason(NO_TURN));
            };
            // The SDK's futures are large, and each layer around one would move it once more.
            let result = self.attempt(operation, names, Box::pin(call(credentials))).await;
            self.lane.learn(turn, &result);
            let Failure { error, again } = match result {
                Ok(answer) => return Ok(answer),
                Err(Failure { again: Again::TooLate, .. }) => {
                    let was_busy = throttled.map(|error: SourceError| error.with_reason(NO_TURN));
                    return Err(was_busy.unwrap_or_else(|| limits.too_late(operation)));
                }
                Err(failure) => failure,
            };
            let longest = FIRST_WAIT.saturating_mul(1 << failures.min(8)).min(LONGEST_WAIT);
            let next = Instant::now() + jitter(longest);
            failures += u32::from(again != Again::Later);
            let may_help = match again {
                Again::Never | Again::TooLate => false,
                Again::Soon => failures < ATTEMPTS,
                Again::Twice => failures < 3,
                Again::IfReachable if self.lane.has_heard() => failures < ATTEMPTS,
                Again::IfReachable => next < begin + UNREACHABLE_FOR,
                Again::WithNewCredentials => credentials == Credentials::Known,
                Again::Later => true,
            };
            if !may_help || !limits.retries || limits.deadline.is_some_and(|deadline| next >= deadline) {
                return Err(error);
            }
            limits.counts.retries.fetch_add(1, Ordering::Relaxed);
            tracing::debug!(target: "secret_config", operation, reason = %error, "asking again");
            match again {
                Again::WithNewCredentials => credentials = Credentials::New,
                // It waits for its turn.
                Again::Later => throttled = Some(error),
                _ => sleep_until(next).await,
            }
        }
    }

    /// Makes a call once.
    async fn attempt<T>(
        &self,
        operation: &'static str,
        names: usize,
        call: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let span = tracing::debug_span!(
            target: "secret_config",
            "call",
            otel.name = operation,
            otel.kind = "client",
            rpc.system = "aws-api",
            rpc.service = self.service,
            rpc.method = operation,
            names,
        );
        let attempt = async {
            // The semaphore is never closed.
            let _permit = self.limits.permits.acquire().await;
            self.limits.counts.calls.fetch_add(1, Ordering::Relaxed);
            call.instrument(span).await
        };
        match self.limits.deadline {
            Some(deadline) => timeout_at(deadline, attempt).await.unwrap_or_else(|_| Err(Failure::too_late())),
            None => attempt.await,
        }
    }
}

impl Limits {
    /// The deadline passed while this was under way.
    pub(super) fn too_late(&self, operation: &'static str) -> SourceError {
        match self.is_signing_in.load(Ordering::Relaxed) {
            true => SourceError::new(SourceErrorKind::NoCredentials)
                .with_reason("they did not come before the load's deadline")
                .with_help("see whether their provider can be reached: the metadata service, STS, SSO"),
            false => SourceError { waiting_for: Some(operation), ..SourceError::too_late() },
        }
    }
}

const NO_TURN: &str = "it was too busy until the load's deadline";

/// Full jitter: anything up to `longest`.
fn jitter(longest: Duration) -> Duration {
    longest.mul_f64(fastrand::f64())
}

/// Where calls wait once the service is asked too often, by this program or by others that start with it.
///
/// Nobody tells how many others there are, and each call that is refused costs all of them. So the calls of a load go
/// one after the other, each at some moment of a window of time, and the windows follow each other without a gap: as
/// long as they are refused the windows are long, and with each success they shrink. Found by simulation: 500 programs
/// that start together against a quota of 40 calls a second come through in 1.12 times the least time, with 2.4 calls
/// for each one that is needed; `cargo bench --bench fleet` measures it.
#[derive(Default)]
struct Lane {
    answered: AtomicU32,
    throttled: AtomicU32,
    pace: Mutex<Pace>,
}

#[derive(Default)]
struct Pace {
    /// The window of the turn before: how long it is, and when it ends.
    window: Option<(Duration, Instant)>,
    /// How many turns were refused.
    refusals: usize,
    was_refused: bool,
}

/// The windows after the first refusals; the last one for all that follow. Most of a fleet is through before it.
const WINDOWS: [Duration; 3] = [Duration::from_secs(6), Duration::from_secs(6), Duration::from_secs(3)];
const SHORTEST_WINDOW: Duration = Duration::from_millis(20);

impl Lane {
    /// Waits for a turn, if there are turns; `None` if it would come after the deadline. Holding it is the point: one
    /// call at a time.
    async fn turn(&self, deadline: Option<Instant>) -> Option<Option<MutexGuard<'_, Pace>>> {
        if self.throttled.load(Ordering::Relaxed) == 0 {
            return Some(None);
        }
        let mut pace = match deadline {
            Some(deadline) => timeout_at(deadline, self.pace.lock()).await.ok()?,
            None => self.pace.lock().await,
        };
        if pace.window.is_none() {
            // So that the calls which were made together are known by their answers.
            sleep_until(Instant::now() + FIRST_WAIT).await;
        }
        let listed = WINDOWS[pace.refusals.min(WINDOWS.len() - 1)];
        let (mut length, end) = match pace.window {
            Some((length, end)) if pace.was_refused => ((length * 2).clamp(listed / 2, listed), end),
            Some((length, end)) => (length.mul_f64(0.6).max(SHORTEST_WINDOW), end),
            // Less if some of the calls that were made together came through.
            None => (listed.mul_f64(self.refused_share().powi(3)).max(FIRST_WAIT), Instant::now()),
        };
        let start = end.max(Instant::now());
        if let Some(deadline) = deadline {
            length = length.min(deadline.saturating_duration_since(start).mul_f64(0.8));
        }
        pace.window = Some((length, start + length));
        let turn = start + jitter(length);
        if deadline.is_some_and(|deadline| turn >= deadline) {
            return None;
        }
        sleep_until(turn).await;
        Some(Some(pace))
    }

    /// Whether the service has answered anything yet.
    fn has_heard(&self) -> bool {
        self.answered.load(Ordering::Relaxed) + self.throttled.load(Ordering::Relaxed) > 0
    }

    fn refused_share(&self) -> f64 {
        let throttled = f64::from(self.throttled.load(Ordering::Relaxed));
        throttled / (throttled + f64::from(self.answered.load(Ordering::Relaxed)))
    }

    fn learn<T>(&self, turn: Option<MutexGuard<'_, Pace>>, result: &Result<T, Failure>) {
        let is_throttled = matches!(result, Err(Failure { again: Again::Later, .. }));
        if is_throttled {
            self.throttled.fetch_add(1, Ordering::Relaxed);
        } else if result.is_ok() {
            self.answered.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(mut pace) = turn {
            pace.was_refused = is_throttled;
            pace.refusals += usize::from(is_throttled);
        }
    }
}
