//! What happens on the way to AWS and back: each fault has a case. Where asking again helps the load succeeds; where it
//! does not, the report says what is wrong and what to do; and a value never lands in another field.

mod answers;
mod cancellation;
mod connection;
mod credentials;
mod deadline;
mod pages;
mod whole_call;

use secret_config::ProblemKind::{self, Denied, Missing, NoCredentials, Refused, Undecryptable, Unreachable};
use secret_config::testing::Parameter;
use secret_config::{LoadError, Loader, Secret, SecretConfig};
use secret_config_tests::canary::Search;
use secret_config_tests::faulty::{Answer, At, Fault, Faulty};
use std::fmt::Debug;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Four parameters and three secrets: two calls.
#[derive(Debug, SecretConfig)]
#[config(prefix = "app/{env}")]
struct Config {
    #[config(ssm)]
    host: String,
    #[config(ssm)]
    port: u16,
    #[secret]
    token: Secret<String>,
    #[secret]
    spare: Option<Secret<String>>,
    #[secret(secretsmanager)]
    key: Secret<String>,
    #[secret(secretsmanager)]
    pepper: Option<Secret<String>>,
    #[config(nested)]
    database: Database,
}

#[derive(Debug, SecretConfig)]
#[config(document(secretsmanager = "{prefix}/db"))]
struct Database {
    user: String,
    #[secret]
    password: Secret<String>,
}

/// No six characters of one stand in any message, or in another.
const TOKEN: &str = "kR7vQ2xW9zB4";
const SPARE: &str = "Jp3Lm8Ys5Tc1";
const KEY: &str = "Hd6Nf0Gu2Va7";
const PEPPER: &str = "Zx4Ce9Ko1Wi5";
const PASSWORD: &str = "Qb8Sr3Mt6Ey0";
const CANARIES: [&str; 5] = [TOKEN, SPARE, KEY, PEPPER, PASSWORD];

const PARAMETERS: &str = "host,port,token,spare";
const SECRETS: &str = "key,pepper,database.user,database.password";

/// A server that has all of it.
async fn seeded() -> Faulty {
    let faulty = Faulty::start().await;
    seed(&faulty.aws);
    faulty
}

fn seed(aws: &secret_config::testing::FakeAws) {
    aws.put_parameter("/app/dev/host", Parameter::string("localhost"));
    aws.put_parameter("/app/dev/port", Parameter::string("8443"));
    aws.put_parameter("/app/dev/token", Parameter::secure_string(TOKEN));
    aws.put_parameter("/app/dev/spare", Parameter::secure_string(SPARE));
    aws.put_secret("app/dev/key", KEY);
    aws.put_secret("app/dev/pepper", PEPPER);
    aws.put_secret("app/dev/db", format!(r#"{{"user":"orders","password":"{PASSWORD}"}}"#));
}

fn loader<T: SecretConfig>(faulty: &Faulty) -> Loader<T> {
    T::loader("dev").aws(&faulty.sdk_config()).root("no/such/directory").env_vars::<&str, &str>([])
}

async fn load(faulty: &Faulty) -> Result<Config, LoadError> {
    loader(faulty).load().await
}

/// A load that has little time, for what never gets better.
async fn load_soon(faulty: &Faulty) -> Result<Config, LoadError> {
    loader(faulty).deadline(Duration::from_secs(3)).load().await
}

fn text(secret: &Secret<String>) -> &str {
    secret.expose_secret()
}

/// That every value is where it belongs.
#[track_caller]
fn assert_whole(result: Result<Config, LoadError>) {
    let config = result.unwrap_or_else(|error| panic!("it should load: {error}"));
    assert_eq!((config.host.as_str(), config.port), ("localhost", 8443));
    assert_eq!((text(&config.token), config.spare.as_ref().map(text)), (TOKEN, Some(SPARE)));
    assert_eq!((text(&config.key), config.pepper.as_ref().map(text)), (KEY, Some(PEPPER)));
    assert_eq!((config.database.user.as_str(), text(&config.database.password)), ("orders", PASSWORD));
}

/// That a load fails with these problems and no others, that each has a next step, that the report says all these words,
/// and that no secret is in it.
#[track_caller]
fn assert_told<T: Debug>(result: Result<T, LoadError>, expected: &[(ProblemKind, &str)], words: &[&str]) {
    let error = result.expect_err("the load should fail");
    let problems = error.problems().iter();
    let found: Vec<_> = problems.map(|problem| (problem.kind(), problem.fields().join(","))).collect();
    let found: Vec<_> = found.iter().map(|(kind, fields)| (*kind, fields.as_str())).collect();
    assert_eq!(found, expected, "{error}");
    for problem in error.problems() {
        assert!(problem.next_step().is_some(), "no next step: {problem}");
    }
    let report = error.to_string();
    for word in words {
        assert!(report.contains(word), "`{word}` is not told: {report}");
    }
    assert_hides(&error);
}

/// That no secret shows in a report, in whatever way it is printed.
#[track_caller]
fn assert_hides(error: &LoadError) {
    let printed = format!("{error} {error:?} {:?}", error.problems());
    static SEARCH: LazyLock<Search> = LazyLock::new(|| {
        let names = ["token", "spare", "key", "pepper", "database.password"];
        names.into_iter().zip(CANARIES).fold(Search::default(), |search, (name, canary)| search.with(name, canary))
    });
    assert_eq!(SEARCH.find(&printed), [], "the report shows a secret");
}

/// Does this to every answer to the operation, and to what stands in for it.
fn break_for_ever(faulty: &Faulty, operation: &str, fault: impl Into<Fault>) {
    let fault = fault.into();
    if operation == "BatchGetSecretValue" {
        faulty.always("GetSecretValue", fault.clone());
    }
    faulty.always(operation, fault);
}

/// The operations that `Config` needs, each with the fields that it supplies.
const OPERATIONS: [(&str, &str); 2] = [("GetParameters", PARAMETERS), ("BatchGetSecretValue", SECRETS)];
