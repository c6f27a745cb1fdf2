//! How many calls a load makes, counted by `FakeAws`: counts are exact.

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use secret_config::source::{BoxFuture, Key, Payload, Source, SourceError};
use secret_config::testing::{Failure, FakeAws, Parameter};
use secret_config::{ProblemKind, Secret, SecretConfig};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// 12 parameters and 5 secrets, one of which feeds 4 fields.
#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "app/{env}")]
struct Many {
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
    #[secret]
    p12: Secret<String>,
    #[secret(ssm = "{prefix}/p01")]
    p01_again: Secret<String>,
    #[secret(secretsmanager)]
    s1: Secret<String>,
    #[secret(secretsmanager)]
    s2: Secret<String>,
    #[secret(secretsmanager)]
    s3: Secret<String>,
    #[secret(secretsmanager)]
    s4: Secret<String>,
    #[config(nested)]
    database: Database,
}

#[derive(Debug, SecretConfig)]
#[config(document(secretsmanager = "{prefix}/db"))]
struct Database {
    host: String,
    port: u16,
    username: String,
    #[secret]
    password: Secret<String>,
}

async fn seeded() -> FakeAws {
    let aws = FakeAws::start().await.unwrap();
    for number in 1..=12 {
        aws.put_parameter(&format!("/app/dev/p{number:02}"), Parameter::secure_string(format!("parameter {number}")));
    }
    for number in 1..=4 {
        aws.put_secret(&format!("app/dev/s{number}"), format!("secret {number}"));
    }
    aws.put_secret("app/dev/db", r#"{"host":"h","port":1,"username":"u","password":"p"}"#);
    aws
}

async fn load(aws: &FakeAws) -> Result<Many, secret_config::LoadError> {
    Many::loader("dev").aws(&aws.sdk_config()).env_vars::<&str, &str>([]).load().await
}

#[tokio::test]
async fn twelve_parameters_and_five_secrets_are_three_calls() {
    let aws = seeded().await;
    let config = load(&aws).await.unwrap();
    assert_eq!((config.p12.expose_secret().as_str(), config.s4.expose_secret().as_str()), ("parameter 12", "secret 4"));
    assert_eq!(config.p01.expose_secret(), config.p01_again.expose_secret());
    assert_eq!(config.database.password.expose_secret(), "p");
    let calls = aws.calls();
    assert_eq!((calls.count("GetParameters"), calls.count("BatchGetSecretValue"), calls.len()), (2, 1, 3));
}

#[tokio::test]
async fn all_calls_are_under_way_together() {
    let aws = seeded().await;
    let delay = Duration::from_millis(1500);
    aws.set_delay(delay);
    let start = std::time::Instant::now();
    load(&aws).await.unwrap();
    let ratio = start.elapsed().as_secs_f64() / delay.as_secs_f64();
    assert!(ratio < 2.0, "two round trips or more: {ratio} delays");
}

#[tokio::test]
async fn without_the_batch_call_each_secret_is_asked_for() {
    let aws = seeded().await;
    aws.deny("secretsmanager:BatchGetSecretValue", "*");
    let config = load(&aws).await.unwrap();
    assert_eq!(config.s1.expose_secret(), "secret 1");
    assert_eq!((aws.calls().count("BatchGetSecretValue"), aws.calls().count("GetSecretValue")), (1, 5));
}

#[tokio::test]
async fn a_denied_parameter_costs_a_bounded_number_of_calls() {
    let aws = seeded().await;
    aws.deny("ssm:GetParameters", "/app/dev/p03");
    let error = load(&aws).await.unwrap_err();
    let problems: Vec<_> =
        error.problems().iter().map(|problem| (problem.kind(), problem.fields().join(","))).collect();
    assert_eq!(problems, [(ProblemKind::Denied, "p03".to_owned())]);
    let calls = aws.calls().count("GetParameters");
    assert!((5..=9).contains(&calls), "{calls} calls");
}

#[tokio::test]
async fn a_denied_secret_is_told_alone() {
    let aws = seeded().await;
    aws.deny("secretsmanager:GetSecretValue", "app/dev/db");
    let error = load(&aws).await.unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    assert_eq!(error.problems()[0].kind(), ProblemKind::Denied);
    let fields = ["database.host", "database.port", "database.username", "database.password"];
    assert_eq!(error.problems()[0].fields(), fields);
}

#[tokio::test]
async fn a_secret_that_waits_for_its_deletion_is_told_as_such() {
    let aws = seeded().await;
    aws.schedule_deletion("app/dev/s2");
    let error = load(&aws).await.unwrap_err();
    assert_eq!((error.problems().len(), error.problems()[0].kind()), (1, ProblemKind::Refused), "{error}");
    assert!(error.to_string().contains("scheduled for deletion"), "{error}");
}

#[tokio::test]
async fn what_fails_for_a_moment_is_asked_again() {
    let aws = seeded().await;
    aws.fail_next("GetParameters", Failure::InternalError);
    aws.fail_next("BatchGetSecretValue", Failure::CloseConnection);
    load(&aws).await.unwrap();
    assert_eq!((aws.calls().count("GetParameters"), aws.calls().count("BatchGetSecretValue")), (3, 2));
}

#[tokio::test]
async fn a_deadline_ends_the_load_with_a_report() {
    let aws = seeded().await;
    aws.set_delay(Duration::from_secs(60));
    let loader = Many::loader("dev").aws(&aws.sdk_config()).env_vars::<&str, &str>([]);
    let error = loader.deadline(Duration::from_millis(200)).load().await.unwrap_err();
    let kinds: Vec<_> = error.problems().iter().map(secret_config::Problem::kind).collect();
    assert_eq!(kinds, [ProblemKind::Unreachable; 2], "{error}");
}

#[tokio::test]
async fn more_than_twenty_secrets_and_pages_of_answers_are_all_read() {
    #[derive(Debug, SecretConfig)]
    #[config(document(secretsmanager = "many/{field}"))]
    struct One {
        value: u32,
    }
    macro_rules! wide {
        ($($field:ident)*) => {
            #[derive(Debug, SecretConfig)]
            struct Wide { $(#[config(nested)] $field: One,)* }
            const NAMES: &[&str] = &[$(stringify!($field)),*];
            impl Wide {
                fn values(&self) -> Vec<u32> { vec![$(self.$field.value),*] }
            }
        };
    }
    wide!(a b c d e f g h i j k l m n o p q r s t u v w);
    let aws = FakeAws::start().await.unwrap();
    for (value, name) in NAMES.iter().enumerate() {
        aws.put_secret(&format!("many/{name}"), format!("{{\"value\": {value}}}"));
    }
    aws.set_page_size(7);
    let config = Wide::loader("dev").aws(&aws.sdk_config()).env_vars::<&str, &str>([]).load().await.unwrap();
    assert_eq!(config.values(), (0..23).collect::<Vec<_>>());
    assert_eq!(aws.calls().count("BatchGetSecretValue"), 3 + 1, "three pages of twenty and one of three");
}

/// Hands out one text, and remembers where its buffer is.
#[derive(Debug)]
struct Once(Arc<AtomicUsize>);

impl Source for Once {
    fn fetch<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Vec<Result<Payload, SourceError>>> {
        let text = String::from("a value of some length");
        self.0.store(text.as_ptr() as usize, Ordering::SeqCst);
        assert_eq!(keys.len(), 1);
        Box::pin(std::future::ready(vec![Ok(Payload::text(text))]))
    }
}

#[tokio::test]
async fn the_buffer_of_a_store_moves_into_the_secret_without_a_copy() {
    #[derive(Debug, SecretConfig)]
    struct One {
        #[secret(source = "once", name = "x")]
        token: Secret<String>,
    }
    let address = Arc::default();
    let load = One::loader("dev").root("no/such").source("once", Once(Arc::clone(&address))).load();
    let config = load.await.unwrap();
    let moved = config.token.expose_secret().as_ptr() as usize;
    assert_eq!(moved, address.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_secret_asked_for_in_two_ways_is_in_a_batch_once() {
    #[derive(Debug, SecretConfig)]
    struct Twice {
        #[secret(secretsmanager = "a")]
        a: Secret<String>,
        #[secret(secretsmanager = "a", stage = "AWSCURRENT")]
        again: Secret<String>,
        #[secret(secretsmanager = "b")]
        b: Secret<String>,
    }
    let aws = FakeAws::start().await.unwrap();
    aws.put_secret("a", "one");
    aws.put_secret("b", "two");
    let config = Twice::loader("dev").aws(&aws.sdk_config()).env_vars::<&str, &str>([]).load().await.unwrap();
    let values = [&config.a, &config.again, &config.b].map(|secret| secret.expose_secret().as_str());
    assert_eq!((values, aws.calls().len()), (["one", "one", "two"], 1));
}

/// Counts how often it is asked.
#[derive(Debug)]
struct Counted(Arc<AtomicUsize>);

impl ProvideCredentials for Counted {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.0.fetch_add(1, Ordering::SeqCst);
        future::ProvideCredentials::ready(Ok(Credentials::new("AKIDEXAMPLE", "invented", None, None, "counted")))
    }
}

#[tokio::test]
async fn both_stores_share_one_credentials_lookup() {
    let aws = seeded().await;
    let lookups = Arc::new(AtomicUsize::new(0));
    let credentials = SharedCredentialsProvider::new(Counted(Arc::clone(&lookups)));
    let config = aws.sdk_config().into_builder().credentials_provider(credentials).build();
    Many::loader("dev").aws(&config).env_vars::<&str, &str>([]).load().await.unwrap();
    assert_eq!((aws.calls().len(), lookups.load(Ordering::SeqCst)), (3, 1));
}
