//! One deadline for the whole load, and what is told when it passes; and what can only fail is told long before it.

use super::*;
use aws_config::SdkConfig;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use secret_config::source::{BoxFuture, Key, Memory, Payload, Source, SourceError};
use secret_config::testing::Failure;
use std::net::SocketAddr;
use tokio::net::{TcpSocket, TcpStream};

/// Calls are given up this long before the load ends, so that none outlives it.
const GIVEN_UP_BEFORE: Duration = Duration::from_millis(5);

/// What a load may take beyond its deadline on a busy machine.
const SLACK: Duration = Duration::from_millis(700);

/// Within two seconds, as is promised where nothing else is possible.
const SOON: Duration = Duration::from_secs(2);

async fn timed<T>(load: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    let result = load.await;
    (result, start.elapsed())
}

#[tokio::test]
async fn what_was_received_before_the_deadline_is_no_problem() {
    for (operation, fields) in OPERATIONS {
        let faulty = seeded().await;
        faulty.always(operation, Fault::Stalled(At::Start));
        let deadline = Duration::from_millis(600);
        let (result, time) = timed(loader::<Config>(&faulty).deadline(deadline).load()).await;
        assert!(time >= deadline - GIVEN_UP_BEFORE && time < deadline + SLACK, "{time:?}");
        assert_told(result, &[(Unreachable, fields)], &["deadline"]);
    }
}

/// Eleven parameters are two calls.
#[derive(Debug, SecretConfig)]
#[config(prefix = "app/{env}")]
#[allow(dead_code)]
struct Eleven {
    #[secret]
    p01: Secret<String>,
    #[secret]
    p02: Secret<String>,
    #[secret]
    p03: Secret<String>,
    #[secret]
    p04: Secret<String>,
    #[secret]
    p05: Secret<String>,
    #[secret]
    p06: Secret<String>,
    #[secret]
    p07: Secret<String>,
    #[secret]
    p08: Secret<String>,
    #[secret]
    p09: Secret<String>,
    #[secret]
    p10: Secret<String>,
    #[secret]
    p11: Secret<String>,
    #[secret(secretsmanager)]
    key: Secret<String>,
}

async fn eleven() -> Faulty {
    let faulty = seeded().await;
    for number in 1..=11 {
        faulty.aws.put_parameter(&format!("/app/dev/p{number:02}"), Parameter::secure_string(TOKEN));
    }
    faulty
}

#[tokio::test]
async fn of_one_store_only_the_calls_without_an_answer_are_told() {
    let faulty = eleven().await;
    faulty.when(|call| call.names.len() == 1 && call.action == "GetParameters", Fault::Stalled(At::Start));
    let result = loader::<Eleven>(&faulty).deadline(Duration::from_millis(600)).load().await;
    assert_told(result, &[(Unreachable, "p11")], &["deadline"]);
}

#[tokio::test]
async fn the_report_says_what_was_received_and_what_it_was_waiting_for() {
    let faulty = eleven().await;
    faulty.when(|call| call.names.len() == 1 && call.action == "GetParameters", Fault::Stalled(At::Start));
    let error =
        loader::<Eleven>(&faulty).deadline(Duration::from_millis(600)).load().await.expect_err("one is missing");
    let report = error.to_string();
    // How much is there, what is not, and which call it was.
    assert!(report.contains("received"), "{report}");
    assert!(report.contains("11"), "how many of the twelve were received is not told: {report}");
    assert!(report.contains("GetParameters"), "what it was waiting for is not told: {report}");
    assert!(report.contains("p11"), "{report}");
    assert_hides(&error);
}

#[tokio::test]
async fn a_denial_found_before_the_deadline_is_told_beside_what_was_not_received() {
    let faulty = seeded().await;
    faulty.aws.deny("ssm:GetParameters", "/app/dev/token");
    faulty.always("BatchGetSecretValue", Fault::Stalled(At::Start));
    let result = loader::<Config>(&faulty).deadline(Duration::from_millis(800)).load().await;
    assert_told(result, &[(Denied, "token"), (Unreachable, SECRETS)], &["parameter/app/dev/token", "deadline"]);
}

#[tokio::test]
async fn half_a_split_is_told_when_the_deadline_passes_in_it() {
    let faulty = seeded().await;
    faulty.aws.deny("ssm:GetParameters", "/app/dev/token");
    // What the denial leaves is asked for in halves; the one with the port is never answered.
    let stalls = |call: &secret_config_tests::faulty::Received| {
        call.names.len() < 4 && call.names.iter().any(|name| name == "/app/dev/port")
    };
    faulty.when(stalls, Fault::Stalled(At::Start));
    let error = loader::<Config>(&faulty).deadline(Duration::from_millis(800)).load().await.expect_err("one is denied");
    let problems: Vec<_> =
        error.problems().iter().map(|problem| (problem.kind(), problem.fields().join(","))).collect();
    assert!(problems.contains(&(Denied, "token".to_owned())), "{error}");
    assert!(problems.iter().any(|(kind, fields)| *kind == Unreachable && fields.contains("port")), "{error}");
    assert!(problems.iter().all(|(_, fields)| !fields.contains("spare")), "{error}");
}

#[tokio::test]
async fn throttling_without_an_end_is_told_at_the_deadline_as_such() {
    let faulty = seeded().await;
    faulty.aws.fail_times(usize::MAX, "GetParameters", Failure::Throttled);
    let deadline = Duration::from_secs(2);
    let (result, time) = timed(loader::<Config>(&faulty).deadline(deadline).load()).await;
    assert!(time < deadline + SLACK, "{time:?}");
    assert_told(result, &[(ProblemKind::Throttled, PARAMETERS)], &["asked too often"]);
    let calls = faulty.count("GetParameters");
    assert!((2..=40).contains(&calls), "{calls} calls");
}

#[tokio::test]
async fn throttling_is_waited_out() {
    // Once, since this waits for real; more of it, with paused time, is in the schedules.
    let faulty = seeded().await;
    for (operation, _) in OPERATIONS {
        faulty.aws.fail_next(operation, Failure::Throttled);
    }
    assert_whole(load(&faulty).await);
    assert_eq!(OPERATIONS.map(|(operation, _)| faulty.count(operation)), [2, 2]);
}

#[tokio::test]
async fn retries_end_at_the_deadline() {
    for answer in [Answer::new(500, ""), Answer::new(503, "")] {
        let faulty = seeded().await;
        faulty.always("*", answer);
        let deadline = Duration::from_millis(300);
        let (result, time) = timed(loader::<Config>(&faulty).deadline(deadline).load()).await;
        assert!(time < deadline + SLACK, "{time:?}");
        assert_told(result, &[(Unreachable, PARAMETERS), (Unreachable, SECRETS)], &[]);
        let calls = faulty.calls().len();
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(faulty.calls().len(), calls, "calls after the load has ended");
    }
}

/// Never gives any, or only after a while.
#[derive(Debug)]
struct Late(Option<Duration>);

impl ProvideCredentials for Late {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let wait = self.0;
        future::ProvideCredentials::new(async move {
            match wait {
                Some(wait) => tokio::time::sleep(wait).await,
                None => std::future::pending().await,
            }
            Ok(aws_credential_types::Credentials::new("AKIDEXAMPLE", KEY, None, None, "late"))
        })
    }
}

fn with_credentials(faulty: &Faulty, late: Late) -> Loader<Config> {
    let credentials = SharedCredentialsProvider::new(late);
    let config = faulty.sdk_config().into_builder().credentials_provider(credentials).build();
    loader(faulty).aws(&config)
}

#[tokio::test]
async fn credentials_that_never_come_are_told_at_the_deadline() {
    let faulty = seeded().await;
    let deadline = Duration::from_millis(500);
    let (result, time) = timed(with_credentials(&faulty, Late(None)).deadline(deadline).load()).await;
    assert!(time < deadline + SLACK, "{time:?}");
    let error = result.expect_err("no call could be signed");
    assert!(error.to_string().contains("credentials"), "what it was waiting for is not told: {error}");
    assert!(faulty.calls().is_empty());
    assert_hides(&error);
}

#[tokio::test]
async fn the_deadline_is_one_for_credentials_and_calls() {
    let faulty = seeded().await;
    faulty.always("*", Fault::Stalled(At::Start));
    let deadline = Duration::from_millis(800);
    let late = Late(Some(Duration::from_millis(600)));
    let (result, time) = timed(with_credentials(&faulty, late).deadline(deadline).load()).await;
    assert!(time < deadline + Duration::from_millis(500), "{time:?}");
    assert!(result.is_err());
}

/// Never answers.
#[derive(Debug)]
struct Silent;

impl Source for Silent {
    fn fetch<'a>(&'a self, _: &'a [Key]) -> BoxFuture<'a, Vec<Result<Payload, SourceError>>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_source_of_ones_own_that_never_answers_hides_no_other() {
    #[derive(Debug, SecretConfig)]
    #[allow(dead_code)]
    struct Mixed {
        #[secret(ssm = "/app/dev/token")]
        token: Secret<String>,
        #[secret(source = "silent", name = "x")]
        silent: Secret<String>,
        #[secret(source = "memory", name = "x")]
        memory: Secret<String>,
    }
    let faulty = seeded().await;
    let loader = loader::<Mixed>(&faulty).deadline(Duration::from_millis(500)).source("silent", Silent);
    let result = loader.source("memory", Memory::new().with("x", Payload::text(KEY))).load().await;
    assert_told(result, &[(Unreachable, "silent")], &["deadline", "silent"]);
}

/// An endpoint at this address, in plain HTTP.
fn at(address: SocketAddr) -> SdkConfig {
    secret_config_tests::emulator::sdk_config(&format!("http://{address}"))
}

#[tokio::test]
async fn an_endpoint_that_takes_no_connection_is_told_within_two_seconds() {
    // Its queue is full: further connections wait for ever, as they do behind a firewall that drops them.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(stream) = tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
        queue.push(stream);
        assert!(queue.len() < 1000, "the queue has no end here");
    }
    let load = Config::loader("dev").aws(&at(address)).env_vars::<&str, &str>([]).load();
    let (result, time) = timed(load).await;
    assert!(time < SOON, "{time:?}");
    assert_told(result, &[(Unreachable, PARAMETERS), (Unreachable, SECRETS)], &["AWS_ENDPOINT_URL"]);
}

#[tokio::test]
async fn an_endpoint_that_refuses_connections_is_told_within_two_seconds() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let (result, time) = timed(Config::loader("dev").aws(&at(address)).env_vars::<&str, &str>([]).load()).await;
    assert!(time < SOON, "{time:?}");
    assert_told(result, &[(Unreachable, PARAMETERS), (Unreachable, SECRETS)], &["no connection", "AWS_ENDPOINT_URL"]);
}

#[tokio::test]
async fn a_listener_that_never_answers_is_told_at_the_deadline() {
    let faulty = seeded().await;
    faulty.always("*", Fault::Stalled(At::Start));
    let deadline = Duration::from_secs(1);
    let (result, time) = timed(loader::<Config>(&faulty).deadline(deadline).load()).await;
    assert!(time < SOON, "{time:?}");
    assert_told(result, &[(Unreachable, PARAMETERS), (Unreachable, SECRETS)], &["deadline"]);
}

/// A resolver that knows no name, or never answers.
#[derive(Debug, Clone, Copy)]
enum Names {
    Unknown,
    Unanswered,
}

impl ResolveDns for Names {
    fn resolve_dns<'a>(&'a self, _: &'a str) -> DnsFuture<'a> {
        match self {
            Self::Unknown => DnsFuture::ready(Err(ResolveDnsError::new("no such name"))),
            Self::Unanswered => DnsFuture::new(std::future::pending()),
        }
    }
}

async fn load_by_name(names: Names) -> (Result<Config, LoadError>, Duration) {
    let tls = Provider::Rustls(CryptoMode::AwsLc);
    let client = aws_smithy_http_client::Builder::new().tls_provider(tls).build_with_resolver(names);
    let config = at(SocketAddr::from(([127, 0, 0, 1], 9)));
    // The endpoint of AWS itself: no byte leaves this machine without an address.
    let config = config.into_builder().http_client(client).endpoint_url("https://ssm.eu-west-1.amazonaws.com").build();
    timed(Config::loader("dev").aws(&config).env_vars::<&str, &str>([]).load()).await
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_told_within_two_seconds() {
    let (result, time) = load_by_name(Names::Unknown).await;
    assert!(time < SOON, "{time:?}");
    assert_told(result, &[(Unreachable, PARAMETERS), (Unreachable, SECRETS)], &["no connection", "AWS_ENDPOINT_URL"]);
}

#[tokio::test]
async fn a_resolver_that_never_answers_is_told_within_two_seconds() {
    let (result, time) = load_by_name(Names::Unanswered).await;
    assert!(time < SOON, "{time:?}");
    assert_told(result, &[(Unreachable, PARAMETERS), (Unreachable, SECRETS)], &["AWS_ENDPOINT_URL"]);
}
