//! A fleet that starts together against the default quota, as JSON lines: `cargo bench --bench fleet`.
//!
//! The least time is what the quota allows for the calls that are needed; the limits are those of the first line.

use secret_config_tests::fleet::{self, QUOTA};
use std::time::Duration;

#[tokio::main]
async fn main() {
    for (programs, calls_each, deadline) in [(500, 1, 30), (500, 2, 60), (60, 3, 30), (20, 3, 30)] {
        let outcome = fleet::start(programs, calls_each, Duration::from_secs(deadline)).await;
        let needed = programs * calls_each;
        let least = needed as f64 / f64::from(QUOTA);
        println!(
            r#"{{"bench":"fleet","programs":{programs},"calls_each":{calls_each},"quota":{QUOTA},"deadline":{deadline},"succeeded":{},"ratio":{:.2},"limit":1.25,"calls_per_call":{:.2},"limit_of_calls":2.5}}"#,
            outcome.succeeded,
            outcome.time.as_secs_f64() / least,
            outcome.calls as f64 / needed as f64,
        );
    }
}
