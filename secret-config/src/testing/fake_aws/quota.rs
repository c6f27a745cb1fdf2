//! How many calls a second an account may make: what is above is throttled, as AWS does it, with a bucket of tokens.

use std::time::Instant;

/// A second's worth of calls may be made at once.
pub(super) struct Quota {
    per_second: f64,
    left: f64,
    at: Instant,
}

impl Quota {
    pub(super) fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second);
        Self { per_second, left: per_second, at: Instant::now() }
    }

    /// Whether one more call is allowed now. If it is, it counts.
    pub(super) fn allows(&mut self) -> bool {
        let now = Instant::now();
        let gained = now.duration_since(self.at).as_secs_f64() * self.per_second;
        (self.left, self.at) = ((self.left + gained).min(self.per_second), now);
        let is_allowed = self.left >= 1.0;
        if is_allowed {
            self.left -= 1.0;
        }
        is_allowed
    }
}
