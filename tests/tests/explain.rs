//! What a load says of itself: origins, counts, spans. Never a value.

use secret_config::testing::{Failure, FakeAws, Parameter};
use secret_config::{Loader, Secret, SecretConfig};
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Subscriber, instrument::WithSubscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

#[derive(Debug, SecretConfig)]
#[config(prefix = "orders/{env}", env_prefix = "ORDERS")]
#[allow(dead_code)]
struct AppConfig {
    #[config(default = 8080)]
    port: u16,
    host: String,
    #[secret]
    stripe_key: Secret<String>,
    #[secret(secretsmanager)]
    session_key: Secret<String>,
    #[secret]
    unused: Option<Secret<String>>,
}

/// One test at a time: `tracing` may take a span that one of them meets first for one that nobody listens to, if another
/// begins to listen at that moment.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

async fn loader() -> (FakeAws, Loader<AppConfig>) {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/orders/prod/stripe_key", Parameter::secure_string("hunter2"));
    aws.put_secret("orders/prod/session_key", "hunter2");
    let loader = AppConfig::loader("prod").aws(&aws.sdk_config()).root("no/such/directory");
    (aws, loader.env_vars([("ORDERS_HOST", "0.0.0.0")]))
}

#[tokio::test]
async fn an_explanation_tells_where_each_value_came_from() {
    let _alone = ALONE.lock().await;
    let (_aws, loader) = loader().await;
    let explanation = loader.explain().await.unwrap();
    let origins: Vec<_> = explanation.origins().iter().map(|origin| (origin.field(), origin.origin())).collect();
    let [port, host, stripe_key, session_key, unused] = origins.as_slice() else { panic!("{origins:?}") };
    assert_eq!(*port, ("port", "default: no layer and no store has it"));
    assert_eq!(*host, ("host", "environment variable ORDERS_HOST"));
    let arn = "Parameter Store arn:aws:ssm:eu-west-1:123456789012:parameter/orders/prod/stripe_key version 1";
    assert_eq!(*stripe_key, ("stripe_key", arn));
    assert!(session_key.1.starts_with("Secrets Manager arn:aws:secretsmanager:eu-west-1:"), "{session_key:?}");
    assert_eq!(*unused, ("unused", "default: no layer and no store has it"));
    let shown = format!("{explanation} {explanation:?}");
    assert!(!shown.contains("hunter2"), "a value shows");
    assert!(shown.contains("2 calls, layers "), "{shown}");
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "orders/{env}")]
#[allow(dead_code)]
struct Stages {
    #[secret(secretsmanager = "{prefix}/key")]
    now: Secret<String>,
    #[secret(secretsmanager = "{prefix}/key", stage = "AWSPREVIOUS")]
    before: Secret<String>,
    #[secret]
    parameter: Secret<String>,
}

#[tokio::test]
async fn an_explanation_tells_the_stage_that_was_asked_for() {
    let _alone = ALONE.lock().await;
    let aws = FakeAws::start().await.unwrap();
    aws.put_secret("orders/prod/key", "hunter1");
    aws.put_secret("orders/prod/key", "hunter2");
    aws.put_parameter("/orders/prod/parameter", Parameter::secure_string("hunter3"));
    let loader = Stages::loader("prod").aws(&aws.sdk_config()).root("no/such/directory");
    let explanation = loader.env_vars::<&str, &str>([]).explain().await.unwrap();
    let stages: Vec<_> = explanation.origins().iter().map(|origin| (origin.field(), origin.stage())).collect();
    assert_eq!(stages[..2], [("now", Some("AWSCURRENT")), ("before", Some("AWSPREVIOUS"))]);
    assert!(stages[2..].iter().all(|(_, stage)| stage.is_none()), "{stages:?}");
    let shown = explanation.to_string();
    assert!(shown.lines().nth(1).is_some_and(|line| line.ends_with(" stage AWSPREVIOUS")), "{shown}");
}

#[tokio::test]
async fn a_report_counts_calls_retries_and_stages() {
    let _alone = ALONE.lock().await;
    let (aws, loader) = loader().await;
    aws.fail_next("GetParameters", Failure::InternalError);
    let explanation = loader.explain().await.unwrap();
    let report = explanation.report();
    assert_eq!((report.calls(), report.retries()), (aws.calls().len(), 1));
    assert_eq!(report.calls(), 3);
    // Three answers, and of none of them the length.
    assert_eq!(report.bytes(), 3 * 1024);
    let stages: Vec<_> = report.stages().iter().map(|(name, _)| *name).collect();
    assert_eq!(stages, ["layers", "plan", "fetch", "assemble"]);
}

/// The spans that the library opens, each with its fields.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        if attributes.metadata().target() == "secret_config" {
            let mut text = Text(attributes.metadata().name().to_owned());
            attributes.record(&mut text);
            self.0.lock().unwrap().push(text.0);
        }
    }
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}

#[tokio::test]
async fn the_load_each_stage_and_each_call_has_a_span() {
    let _alone = ALONE.lock().await;
    let (_aws, loader) = loader().await;
    let spans = Spans::default();
    let subscriber = tracing_subscriber::registry().with(spans.clone());
    loader.load().with_subscriber(subscriber).await.unwrap();
    let mut spans = spans.0.lock().unwrap().clone();
    spans.sort();
    let call = |service: &str, operation: &str, names: usize| {
        format!(
            "call otel.name=\"{operation}\" otel.kind=\"client\" rpc.system=\"aws-api\" rpc.service=\"{service}\" rpc.method=\"{operation}\" names={names}"
        )
    };
    let expected = [
        call("SSM", "GetParameters", 2),
        call("Secrets Manager", "GetSecretValue", 1),
        "load config=\"AppConfig\"".to_owned(),
        "stage name=\"assemble\"".to_owned(),
        "stage name=\"fetch\" keys=3".to_owned(),
        "stage name=\"layers\"".to_owned(),
        "stage name=\"plan\"".to_owned(),
    ];
    assert_eq!(spans, expected);
}
