//! Credentials that expire on the way, clocks that differ, and regions that are wrong.

use super::*;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Gives other credentials each time, numbered from 1.
#[derive(Debug, Default, Clone)]
struct Fresh(Arc<AtomicUsize>);

impl ProvideCredentials for Fresh {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let number = 1 + self.0.fetch_add(1, Ordering::SeqCst);
        future::ProvideCredentials::ready(Ok(Credentials::new(format!("AKID{number}"), KEY, None, None, "fresh")))
    }
}

fn expired() -> Answer {
    Answer::error(400, "ExpiredTokenException", "The security token included in the request is expired")
}

async fn load_with(faulty: &Faulty, fresh: &Fresh) -> Result<Config, LoadError> {
    let credentials = SharedCredentialsProvider::new(fresh.clone());
    let config = faulty.sdk_config().into_builder().credentials_provider(credentials).build();
    loader::<Config>(faulty).aws(&config).deadline(Duration::from_secs(5)).load().await
}

#[tokio::test]
async fn credentials_that_expire_during_the_load_are_fetched_again() {
    let (faulty, fresh) = (seeded().await, Fresh::default());
    faulty.when(|call| call.key_id == "AKID1", expired());
    assert_whole(load_with(&faulty, &fresh).await);
    let lookups = fresh.0.load(Ordering::SeqCst);
    assert!((2..=3).contains(&lookups), "{lookups} look-ups");
    assert!(faulty.calls().len() <= 4, "{} calls", faulty.calls().len());
}

#[tokio::test]
async fn credentials_that_expire_between_two_calls_are_fetched_again() {
    let (faulty, fresh) = (seeded().await, Fresh::default());
    faulty.when(|call| call.key_id == "AKID1" && call.action == "BatchGetSecretValue", expired());
    assert_whole(load_with(&faulty, &fresh).await);
    let lookups = fresh.0.load(Ordering::SeqCst);
    assert!((2..=3).contains(&lookups), "{lookups} look-ups");
}

#[tokio::test]
async fn credentials_that_stay_expired_are_told_once() {
    let (faulty, fresh) = (seeded().await, Fresh::default());
    faulty.always("*", expired());
    let all = format!("{PARAMETERS},{SECRETS}");
    assert_told(load_with(&faulty, &fresh).await, &[(NoCredentials, &all)], &["expired"]);
    let (lookups, calls) = (fresh.0.load(Ordering::SeqCst), faulty.calls().len());
    assert!(lookups <= 4 && calls <= 8, "{lookups} look-ups, {calls} calls");
}

#[tokio::test]
async fn credentials_that_aws_does_not_accept_are_told_once() {
    let faulty = seeded().await;
    let answer = "The security token included in the request is invalid.";
    faulty.always("*", Answer::error(400, "UnrecognizedClientException", answer));
    let all = format!("{PARAMETERS},{SECRETS}");
    assert_told(load_soon(&faulty).await, &[(NoCredentials, &all)], &["UnrecognizedClientException"]);
    assert!(faulty.calls().len() <= 4, "{} calls", faulty.calls().len());
}

/// What both services say to a request that was signed at another time than theirs.
fn skewed(code: &str) -> Answer {
    let message =
        "Signature expired: 20260101T000000Z is now earlier than 20260101T095500Z (20260101T100000Z - 5 min.)";
    Answer::error(400, code, message).with_header("date", "Thu, 01 Jan 2026 10:00:00 GMT")
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_told_as_such() {
    for code in ["InvalidSignatureException", "RequestTimeTooSkewed", "SignatureDoesNotMatch"] {
        let faulty = seeded().await;
        faulty.always("*", skewed(code));
        let error = load_soon(&faulty).await.expect_err("nothing is answered");
        assert_eq!(error.problems().len(), 1, "one cause, one problem: {error}");
        assert_eq!(error.problems()[0].fields().len(), 8, "{error}");
        assert!(error.to_string().contains("clock"), "{code}: {error}");
        assert!(error.problems()[0].next_step().is_some(), "{error}");
        assert!(faulty.calls().len() <= 6, "{} calls", faulty.calls().len());
    }
}

#[tokio::test]
async fn a_signature_that_is_wrong_for_another_reason_blames_no_clock() {
    let faulty = seeded().await;
    let message = "The request signature we calculated does not match the signature you provided.";
    faulty.always("*", Answer::error(400, "InvalidSignatureException", message));
    let all = format!("{PARAMETERS},{SECRETS}");
    let result = load_soon(&faulty).await;
    assert!(result.as_ref().is_err_and(|error| !error.to_string().contains("clock")));
    assert_told(result, &[(NoCredentials, &all)], &["InvalidSignatureException"]);
}

#[tokio::test]
async fn a_region_that_the_service_does_not_take_is_told_as_such() {
    let faulty = seeded().await;
    let message = "Credential should be scoped to a valid region, not 'eu-west-1'. ";
    faulty.always("*", Answer::error(400, "InvalidSignatureException", message));
    let error = load_soon(&faulty).await.expect_err("nothing is answered");
    assert_eq!(error.problems().len(), 1, "one cause, one problem: {error}");
    assert!(error.to_string().contains("region"), "{error}");
    assert!(error.to_string().contains("eu-west-1"), "which one is not told: {error}");
}
