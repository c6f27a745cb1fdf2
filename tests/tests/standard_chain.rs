//! Region, credentials and endpoint as a process finds them. A missing one is told within two seconds.

use secret_config::testing::{FakeAws, Parameter};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// Runs the service in `variables` and nothing else.
fn start(variables: &[(&str, &str)]) -> (Output, Duration) {
    let nowhere = [("HOME", "/no/such"), ("APP_ENV", "dev")];
    let mut service = Command::new(env!("CARGO_BIN_EXE_start"));
    service.env_clear().envs(nowhere).envs(variables.iter().copied());
    let start = Instant::now();
    let output = service.output().unwrap();
    (output, start.elapsed())
}

fn printed(output: &Output) -> String {
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

const CREDENTIALS: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "hunter2hunter2")];

/// A metadata service that takes connections and never answers.
fn black_hole() -> (std::net::TcpListener, String) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

#[test]
fn a_missing_region_is_told_within_two_seconds() {
    let (_listener, metadata) = black_hole();
    let (output, time) = start(&[CREDENTIALS[0], CREDENTIALS[1], ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata)]);
    insta::assert_snapshot!("a_missing_region", printed(&output));
    assert!(time < Duration::from_secs(2), "{time:?}");
}

#[test]
fn missing_credentials_are_told_within_two_seconds() {
    let (_listener, metadata) = black_hole();
    let (output, time) = start(&[("AWS_REGION", "eu-west-1"), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata)]);
    insta::assert_snapshot!("missing_credentials", printed(&output));
    assert!(time < Duration::from_secs(2), "{time:?}");
}

#[test]
fn a_missing_region_and_missing_credentials_are_told_within_two_seconds() {
    let (_listener, metadata) = black_hole();
    let (output, time) = start(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata)]);
    assert!(printed(&output).contains("no AWS region is configured"));
    assert!(time < Duration::from_secs(2), "{time:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_come_from_variables_together_or_for_each_service() {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/start/dev/token", Parameter::secure_string("12345"));
    aws.put_secret("start/dev/key", "1234567");
    let other = FakeAws::start().await.unwrap();
    other.put_parameter("/start/dev/token", Parameter::secure_string("123"));
    let common =
        [CREDENTIALS[0], CREDENTIALS[1], ("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", aws.endpoint_url())];
    let (output, _) = start(&common);
    assert_eq!(printed(&output).trim(), "AppConfig { token: [redacted], key: [redacted] } 5 7");
    let own = [&common[..], &[("AWS_ENDPOINT_URL_SSM", other.endpoint_url())]].concat();
    let (output, _) = start(&own);
    assert_eq!(printed(&output).trim(), "AppConfig { token: [redacted], key: [redacted] } 3 7");
}

#[test]
fn the_environment_must_be_named() {
    let (output, _) = start(&[("APP_ENV", "")]);
    assert!(printed(&output).contains("the environment's name is empty"));
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_on_another_host_is_refused_before_anything_is_sent() {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/start/dev/token", Parameter::secure_string("12345"));
    // Nobody answers there: a call that was made would wait.
    for variable in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SECRETS_MANAGER"] {
        let (parameters, elsewhere) = (("AWS_ENDPOINT_URL_SSM", aws.endpoint_url()), (variable, "http://192.0.2.1"));
        let variables = [CREDENTIALS[0], CREDENTIALS[1], ("AWS_REGION", "eu-west-1"), parameters, elsewhere];
        let (output, time) = tokio::task::block_in_place(|| start(&variables));
        let report = printed(&output);
        let told = "key: Secrets Manager is not asked: its endpoint is plain http on another host\n";
        assert!(report.contains(told) && report.contains("1 problem\n"), "{report}");
        assert!(time < Duration::from_secs(2), "{time:?}");
    }
}

#[test]
fn a_profile_cannot_lead_to_plain_http_either() {
    let directory = tempfile::tempdir().unwrap();
    let profile = directory.path().join("config");
    std::fs::write(&profile, "[default]\nregion = eu-west-1\nendpoint_url = http://192.0.2.1\n").unwrap();
    let (output, _) = start(&[CREDENTIALS[0], CREDENTIALS[1], ("AWS_CONFIG_FILE", profile.to_str().unwrap())]);
    insta::assert_snapshot!("plain_http", printed(&output));
}

#[test]
fn a_process_that_logs_bodies_asks_for_no_secret() {
    for switch in ["LOG_SENSITIVE_BODIES", "LOG_SIGNABLE_BODY"] {
        let (output, _) = start(&[CREDENTIALS[0], CREDENTIALS[1], ("AWS_REGION", "eu-west-1"), (switch, "True")]);
        let report = printed(&output);
        assert!(report.contains("is not asked: the AWS SDK is told to log the bodies of its calls"), "{report}");
        assert!(report.contains(&format!("unset {switch}")), "{report}");
    }
}
