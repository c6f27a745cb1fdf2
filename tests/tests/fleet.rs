//! Programs that start together: see the bench of that name for the whole fleet.

use secret_config_tests::fleet;
use std::time::Duration;

#[tokio::test]
async fn a_hundred_programs_that_start_together_all_come_through() {
    let outcome = fleet::start(100, 1, Duration::from_secs(30)).await;
    assert_eq!(outcome.succeeded, 100, "{:?}", outcome.failures.first());
    assert!(outcome.calls <= 250, "{} calls for 100 that are needed", outcome.calls);
}

#[tokio::test]
async fn what_is_too_busy_until_the_deadline_is_told_as_throttled() {
    let outcome = fleet::start(60, 3, Duration::from_secs(2)).await;
    assert!(outcome.succeeded < 60);
    let reports: Vec<_> = outcome.failures.iter().map(ToString::to_string).collect();
    let told = "Parameter Store is asked too often: it was too busy until the load's deadline";
    let throttled = reports.iter().find(|report| report.contains(told)).expect("the quota is too small for all");
    assert!(throttled.contains("start fewer instances at once"), "{throttled}");
}
