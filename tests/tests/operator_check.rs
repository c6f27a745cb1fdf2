//! `check`: whether an environment has what the config needs. One cause each, then everything at once as people, tools and
//! GitHub read it, and never a value.

use secret_config::operator::{Check, CheckRow, FindingKind, Status};
use secret_config::source::{Memory, Payload};
use secret_config::testing::{Failure, FakeAws, Parameter};
use secret_config::{Loader, Problem, ProblemKind, Secret, SecretConfig};
use secret_config_tests::canary::{Search, canary};
use secret_config_tests::stable::stable;
use secret_config_tests::table::{directory, loader as from_stores};
use secret_config_tests::{cases, emulator};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};
use url::Url;

/// Everything the orders service needs.
#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "orders/{env}", environments = ["dev", "prod"], offline = ["local"], env_prefix = "ORDERS")]
struct AppConfig {
    #[config(default = 8080)]
    port: u16,
    host: String,
    #[config(nested)]
    database: Database,
    #[secret]
    stripe_key: Secret<String>,
    #[secret(ssm = "/shared/{env}/sentry-dsn")]
    sentry_dsn: Option<Secret<Url>>,
    #[config(ssm)]
    allowed_origins: Vec<String>,
    #[config(ssm)]
    region_name: String,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(document(secretsmanager = "{prefix}/db"))]
struct Database {
    host: String,
    port: u16,
    #[secret]
    password: Secret<String>,
    #[config(local, default = 10)]
    max_connections: u32,
}

const DOCUMENT: &str = r#"{"host":"db","port":5432,"password":"hunter2"}"#;

async fn seeded() -> FakeAws {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/orders/prod/stripe_key", Parameter::secure_string("hunter2"));
    aws.put_parameter("/shared/prod/sentry-dsn", Parameter::secure_string("https://hunter2@sentry.example/1"));
    aws.put_parameter("/orders/prod/allowed_origins", Parameter::string_list("https://a,https://b"));
    aws.put_parameter("/orders/prod/region_name", Parameter::string("hunter-north"));
    aws.put_secret("orders/prod/db", DOCUMENT);
    aws
}

fn loader(aws: &FakeAws) -> Loader<AppConfig> {
    AppConfig::loader("prod")
        .aws(&aws.sdk_config())
        .root("no/such/directory")
        .env_vars([("ORDERS_HOST", "hunter.example")])
}

async fn check(aws: &FakeAws) -> Check {
    loader(aws).check().await.expect("it can run")
}

fn status(check: &Check, field: &str) -> Status {
    check
        .rows()
        .iter()
        .find(|row| row.field() == field)
        .unwrap_or_else(|| panic!("no row for {field}:\n{check}"))
        .status()
}

fn findings(check: &Check) -> Vec<(&str, FindingKind)> {
    let rows = check.rows().iter();
    rows.flat_map(|row| row.findings().iter().map(|finding| (row.field(), finding.kind()))).collect()
}

/// All that a check shows, without values.
fn shown(check: &Check) -> String {
    let json = serde_json::to_string_pretty(check).unwrap();
    let shown = format!("{check}\n{}\n{json}\n", check.github());
    assert!(!shown.contains("hunter"), "a value shows");
    assert!(!format!("{check:?}").contains("hunter"), "a value shows in Debug");
    stable(&shown)
}

#[tokio::test]
async fn an_environment_that_has_everything_is_ok() {
    let aws = seeded().await;
    let check = check(&aws).await;
    assert!(check.is_ok() && !check.has_warnings(), "{check}");
    // Whatever only the ordinary layers supply is no matter of the stores.
    let fields: Vec<_> = check.rows().iter().map(CheckRow::field).collect();
    let looked_up = [
        "database.host",
        "database.port",
        "database.password",
        "stripe_key",
        "sentry_dsn",
        "allowed_origins",
        "region_name",
    ];
    assert_eq!(fields, looked_up);
    let stripe_key = check.rows()[3].sight();
    assert_eq!(stripe_key.arn(), Some("arn:aws:ssm:eu-west-1:123456789012:parameter/orders/prod/stripe_key"));
    assert_eq!((stripe_key.version(), stripe_key.parameter_type()), (Some("1"), Some("SecureString")));
    assert!(stripe_key.modified().is_some_and(|time| time.elapsed().unwrap_or_default() < Duration::from_secs(60)));
    insta::assert_snapshot!(shown(&check));
}

#[tokio::test]
async fn a_check_makes_the_calls_of_a_load_and_no_other() {
    let aws = seeded().await;
    loader(&aws).load().await.unwrap();
    let of_load: Vec<_> = aws.calls().iter().map(|call| call.action().to_owned()).collect();
    aws.reset_calls();
    check(&aws).await;
    let mut of_check: Vec<_> = aws.calls().iter().map(|call| call.action().to_owned()).collect();
    let mut of_load = of_load;
    of_load.sort();
    of_check.sort();
    assert_eq!(of_check, of_load);
}

#[tokio::test]
async fn what_is_missing_is_missing_and_what_may_be_is_not() {
    let aws = seeded().await;
    aws.remove_parameter("/orders/prod/stripe_key");
    aws.remove_parameter("/shared/prod/sentry-dsn");
    let check = check(&aws).await;
    assert_eq!(status(&check, "stripe_key"), Status::Missing);
    assert_eq!(status(&check, "sentry_dsn"), Status::Defaulted);
    assert_eq!(status(&check, "region_name"), Status::Ok);
    assert!(!check.is_ok());
}

#[tokio::test]
async fn a_key_that_the_document_lacks_is_missing() {
    let aws = seeded().await;
    aws.put_secret("orders/prod/db", r#"{"host":"db","port":5432}"#);
    let check = check(&aws).await;
    assert_eq!(status(&check, "database.password"), Status::Missing);
    assert_eq!(status(&check, "database.host"), Status::Ok);
}

#[tokio::test]
async fn a_denial_is_told_of_each_field_that_it_hits_and_of_no_other() {
    let aws = seeded().await;
    aws.deny("ssm:GetParameters", "/orders/prod/stripe_key");
    aws.deny("secretsmanager:GetSecretValue", "orders/prod/db");
    let check = check(&aws).await;
    for field in ["stripe_key", "database.host", "database.port", "database.password"] {
        assert_eq!(status(&check, field), Status::Denied, "{field}");
    }
    for field in ["sentry_dsn", "allowed_origins", "region_name"] {
        assert_eq!(status(&check, field), Status::Ok, "{field}");
    }
    // One problem for the document, and one for the parameter.
    assert_eq!(check.problems().len(), 2);
}

#[tokio::test]
async fn a_key_that_cannot_be_used_is_told() {
    let aws = seeded().await;
    aws.disable_key_of("/orders/prod/stripe_key");
    let check = check(&aws).await;
    assert_eq!(status(&check, "stripe_key"), Status::Undecryptable);
    assert_eq!(status(&check, "sentry_dsn"), Status::Ok);
}

#[tokio::test]
async fn a_wrong_type_is_told_and_where_it_stands_but_not_what_does() {
    let aws = seeded().await;
    aws.put_secret("orders/prod/db", r#"{"host":"db","port":"hunter","password":"hunter2"}"#);
    let check = loader(&aws).set("port", "hunter").check().await.unwrap();
    assert_eq!(status(&check, "database.port"), Status::WrongType);
    // Of plain values in layers too: a load tells them, a tool whose output is kept does not.
    assert_eq!(status(&check, "port"), Status::WrongType);
    let from_variable = loader(&aws).env_vars([("ORDERS_HOST", "x"), ("ORDERS_PORT", "hunter")]).check().await.unwrap();
    assert_eq!(status(&from_variable, "port"), Status::WrongType);
    shown(&from_variable);
    let row = check.rows().iter().find(|row| row.field() == "database.port").unwrap();
    assert!(row.sight().version().is_some(), "the version that has it is told");
    shown(&check);
}

#[tokio::test]
async fn a_document_that_is_none_is_malformed() {
    let aws = seeded().await;
    aws.put_secret("orders/prod/db", "hunter2 is no JSON");
    let check = check(&aws).await;
    for field in ["database.host", "database.port", "database.password"] {
        assert_eq!(status(&check, field), Status::Malformed, "{field}");
    }
    shown(&check);
}

#[tokio::test]
async fn a_secret_in_a_file_is_refused() {
    let aws = seeded().await;
    let root = directory("stripe_key = \"hunter2\"\n");
    let check = loader(&aws).root(root.path()).check().await.unwrap();
    assert_eq!(status(&check, "stripe_key"), Status::Refused);
    shown(&check);
}

#[tokio::test]
async fn what_a_variable_may_supply_elsewhere_fails_a_strict_check_only() {
    let aws = seeded().await;
    let check = loader(&aws).env_vars::<&str, &str>([]).check().await.unwrap();
    assert_eq!(status(&check, "host"), Status::Unset);
    assert!(check.is_ok() && check.has_warnings(), "{check}");
    assert!(
        check.github().to_string().starts_with("::warning title=AppConfig in prod%3A host::missing"),
        "{}",
        check.github()
    );
    let strict = check.strict();
    assert!(!strict.is_ok(), "{strict}");
    assert!(strict.github().to_string().starts_with("::error title="), "{}", strict.github());
}

#[tokio::test]
async fn a_store_that_does_not_answer_leaves_its_fields_unknown() {
    let aws = seeded().await;
    aws.fail_times(99, "GetSecretValue", Failure::InternalError);
    let check = loader(&aws).deadline(Duration::from_secs(1)).check().await.unwrap();
    assert_eq!(status(&check, "database.host"), Status::Unknown);
    assert_eq!(status(&check, "stripe_key"), Status::Ok);
    assert!(!check.is_ok());
}

#[tokio::test]
async fn a_check_that_cannot_run_is_an_error() {
    let kinds = |result: Result<Check, secret_config::LoadError>| -> Vec<ProblemKind> {
        result.expect_err("it cannot run").problems().iter().map(Problem::kind).collect()
    };
    let aws = seeded().await;
    let none = AppConfig::loader("porduction").aws(&aws.sdk_config()).check().await;
    assert_eq!(kinds(none), [ProblemKind::UnknownEnvironment]);

    let without_region = aws.sdk_config().to_builder().region(None).build();
    let none = loader(&aws).aws(&without_region).check().await;
    assert!(kinds(none).contains(&ProblemKind::NoRegion));

    let none = loader(&aws).endpoint_url("http://aws.example").check().await;
    assert!(kinds(none).contains(&ProblemKind::Insecure));

    for action in ["GetParameters", "GetSecretValue"] {
        aws.fail_times(99, action, Failure::InternalError);
    }
    let none = loader(&aws).deadline(Duration::from_secs(1)).check().await;
    assert_eq!(kinds(none), [ProblemKind::Unreachable; 2]);
}

#[tokio::test]
async fn an_offline_environment_is_checked_without_a_call() {
    let aws = seeded().await;
    let check = AppConfig::loader("local").aws(&aws.sdk_config()).root("no/such").env_vars::<&str, &str>([]).check();
    let check = check.await.unwrap();
    assert_eq!(aws.calls().len(), 0);
    assert!(check.is_ok() && !check.strict().is_ok());
}

#[tokio::test]
async fn parameters_of_the_wrong_kind_are_found() {
    let aws = seeded().await;
    aws.put_parameter("/shared/prod/sentry-dsn", Parameter::string("https://hunter2@sentry.example/1"));
    aws.remove_parameter("/orders/prod/region_name");
    aws.put_parameter("/orders/prod/region_name", Parameter::secure_string("hunter-north"));
    let check = check(&aws).await;
    let expected = [
        ("sentry_dsn", FindingKind::PlainParameterInSecretField),
        ("region_name", FindingKind::SecureStringInPlainField),
    ];
    assert_eq!(findings(&check), expected);
    assert!(check.is_ok() && check.has_warnings());
    shown(&check);
}

#[tokio::test]
async fn a_value_near_the_limit_is_found_and_its_length_is_not_told() {
    let aws = seeded().await;
    for (length, is_near) in [(3686, false), (3687, true), (4096, true), (4097, false)] {
        aws.put_parameter("/orders/prod/stripe_key", Parameter::secure_string("x".repeat(length)));
        let check = check(&aws).await;
        let expected: &[_] = if is_near { &[("stripe_key", FindingKind::NearLimit)] } else { &[] };
        assert_eq!(findings(&check), expected, "{length}");
        assert!(!format!("{check} {check:?}").contains(&length.to_string()), "{length} shows");
    }
}

#[tokio::test]
async fn a_secret_that_is_too_old_fails_the_check() {
    #[derive(Debug, SecretConfig)]
    #[allow(dead_code)]
    struct Aged {
        #[secret(source = "vault", name = "old")]
        old: Secret<String>,
        #[secret(source = "vault", name = "new")]
        new: Secret<String>,
        #[secret(source = "vault", name = "ageless")]
        ageless: Secret<String>,
    }
    let day = Duration::from_secs(24 * 60 * 60);
    let ago = |days: u32| Payload::text("hunter2").with_modified(SystemTime::now() - day * days);
    let vault = Memory::new().with("old", ago(91)).with("new", ago(89)).with("ageless", Payload::text("hunter2"));
    let check = Aged::loader("prod").source("vault", vault).check().await.unwrap();
    assert!(check.is_ok() && !check.has_warnings());
    let check = check.with_max_age(90 * day);
    assert_eq!(findings(&check), [("old", FindingKind::TooOld)]);
    assert!(!check.is_ok() && !check.has_warnings());
    // A second limit takes the place of the first.
    assert!(check.clone().with_max_age(100 * day).is_ok());
    insta::assert_snapshot!(shown(&check));
}

#[tokio::test]
async fn plain_fields_do_not_age() {
    let aws = seeded().await;
    let check = check(&aws).await.with_max_age(Duration::ZERO);
    let fields: Vec<_> = findings(&check).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["database.password", "stripe_key", "sentry_dsn"]);
}

/// Entries and places inside leaves: names that only the layers know.
#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "{env}")]
struct Shapes {
    #[config(nested, default)]
    tenants: BTreeMap<String, Tenant>,
    #[secret(ssm_path = "{prefix}/tokens")]
    tokens: BTreeMap<String, Secret<String>>,
    #[config(default)]
    ids: Vec<String>,
    #[secret(ssm = "/{prefix}/keys/{entry}", for_each = "ids")]
    keys: BTreeMap<String, Secret<String>>,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct Tenant {
    name: String,
    #[secret(ssm)]
    token: Secret<String>,
}

#[tokio::test]
async fn entries_are_checked_each_under_its_name() {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/prod/tenants/blue/token", Parameter::secure_string("hunter2"));
    aws.put_parameter("/prod/tokens/a", Parameter::secure_string("hunter2"));
    aws.put_parameter("/prod/tokens/b", Parameter::string("hunter2"));
    aws.put_parameter("/prod/keys/k1", Parameter::secure_string("hunter2"));
    let root = directory("ids = [\"k1\", \"k2\"]\n[tenants.red]\nname = \"r\"\n[tenants.blue]\nname = \"b\"\n");
    let loader = Shapes::loader("prod").aws(&aws.sdk_config()).root(root.path()).env_vars::<&str, &str>([]);
    let check = loader.check().await.unwrap();
    for (field, expected) in [
        ("tenants.blue.token", Status::Ok),
        ("tenants.red.token", Status::Missing),
        ("tokens", Status::Ok),
        ("keys.k1", Status::Ok),
        ("keys.k2", Status::Missing),
    ] {
        assert_eq!(status(&check, field), expected, "{field}\n{check}");
    }
    // One open parameter among them is what there is to say of the level.
    assert_eq!(findings(&check), [("tokens", FindingKind::PlainParameterInSecretField)]);
    shown(&check);
}

/// Everything at once, as it is read.
#[tokio::test]
async fn many_problems_at_once() {
    let aws = seeded().await;
    aws.put_secret("orders/prod/db", r#"{"host":"db","port":"hunter","passwd":"hunter2"}"#);
    aws.put_parameter("/shared/prod/sentry-dsn", Parameter::string("https://hunter2@sentry.example/1"));
    aws.put_parameter("/orders/prod/region_name", Parameter::string("hunter2".repeat(571)));
    aws.deny("ssm:GetParameters", "/orders/prod/stripe_key");
    aws.remove_parameter("/orders/prod/allowed_origins");
    let variables = [("ORDERS_DATABSE_HOST", "db"), ("ORDERS_PORT", "hunter")];
    let check = loader(&aws).env_vars(variables).check().await.unwrap();
    insta::assert_snapshot!(shown(&check.with_max_age(Duration::from_secs(90 * 24 * 60 * 60))));
}

#[tokio::test]
async fn no_canary_shows_in_a_check() {
    let text = canary;
    let search = ["stripe_key", "sentry_dsn", "password", "host", "region", "port", "origins"]
        .into_iter()
        .enumerate()
        .fold(Search::default(), |search, (number, name)| search.with(name, &text(number)));
    let aws = seeded().await;
    // Found; of the wrong type; malformed; in layers of the wrong type; refused.
    let document = serde_json::json!({"host": text(3), "port": text(5), "password": text(2)}).to_string();
    let broken = format!("{{\"host\": {}", serde_json::to_string(&text(3)).unwrap());
    let root = directory(&format!("port = {0}\nstripe_key = {0}\n", serde_json::to_string(&text(0)).unwrap()));
    for (document, root) in
        [(document, "no/such"), (broken, "no/such"), ("[]".to_owned(), root.path().to_str().unwrap())]
    {
        aws.put_secret("orders/prod/db", document);
        aws.put_parameter("/orders/prod/stripe_key", Parameter::secure_string(text(0)));
        aws.put_parameter("/shared/prod/sentry-dsn", Parameter::secure_string(text(1)));
        aws.put_parameter("/orders/prod/region_name", Parameter::string(text(4)));
        aws.put_parameter("/orders/prod/allowed_origins", Parameter::string_list(text(6)));
        let port = text(5);
        let variables = [("ORDERS_PORT", port.as_str()), ("ORDERS_HOST", "x")];
        let check = loader(&aws).root(root).env_vars(variables).check().await.unwrap();
        let check = check.with_max_age(Duration::ZERO);
        let json = serde_json::to_string(&check).unwrap();
        for (outlet, shown) in [
            ("Display", check.to_string()),
            ("Debug", format!("{check:?}")),
            ("GitHub", check.github().to_string()),
            ("JSON", json),
        ] {
            assert_eq!(search.find(&shown), [], "{outlet}");
        }
    }
}

/// What both emulators serve.
#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "{env}")]
struct Remote {
    #[secret]
    token: Secret<String>,
    #[secret]
    absent: Option<Secret<String>>,
    #[secret]
    open: Secret<String>,
    #[config(ssm)]
    sealed: String,
    #[secret(secretsmanager = "{prefix}/db", key = "password")]
    password: Secret<String>,
    #[secret(secretsmanager = "{prefix}/db", key = "port")]
    port: Secret<u16>,
    #[secret(secretsmanager = "{prefix}/none")]
    none: Secret<String>,
}

cases! {
    a_check_of_all_sorts (emulator) {
        emulator.put_parameter(&emulator.parameter("token"), "SecureString".into(), "hunter2").await;
        emulator.put_parameter(&emulator.parameter("open"), "String".into(), "hunter2").await;
        emulator.put_parameter(&emulator.parameter("sealed"), "SecureString".into(), "hunter2").await;
        emulator.put_secret(&emulator.secret("db"), r#"{"password":"hunter2","port":"hunter2"}"#).await;
        let check = from_stores::<Remote>(&emulator).check().await.unwrap();
        for (field, expected) in [
            ("token", Status::Ok),
            ("absent", Status::Defaulted),
            ("open", Status::Ok),
            ("sealed", Status::Ok),
            ("password", Status::Ok),
            ("port", Status::WrongType),
            ("none", Status::Missing),
        ] {
            assert_eq!(status(&check, field), expected, "{field}\n{check}");
        }
        let expected = [
            ("open", FindingKind::PlainParameterInSecretField),
            ("sealed", FindingKind::SecureStringInPlainField),
        ];
        assert_eq!(findings(&check), expected);
        for field in ["token", "password"] {
            let sight = check.rows().iter().find(|row| row.field() == field).unwrap().sight();
            assert!(sight.arn().is_some() && sight.version().is_some() && sight.modified().is_some(), "{field}");
        }
        shown(&check);
    }
}

/// The configuration for an emulator is not needed here but for its type.
#[test]
fn an_empty_config_is_ok() {
    #[derive(Debug, SecretConfig)]
    struct Empty {}
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let check =
        runtime.block_on(Empty::loader("prod").aws(&emulator::sdk_config("http://127.0.0.1:1")).check()).unwrap();
    assert!(check.is_ok() && check.rows().is_empty());
    assert_eq!(check.to_string(), "Empty in prod: ok, 0 fields looked up\n");
}
