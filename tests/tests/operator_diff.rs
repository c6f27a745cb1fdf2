//! `diff` and `report`: what environments have in common, one cause each, then everything at once as people, tools and
//! browsers read it, and never a value.

use aws_sdk_ssm::types::{ParameterTier, ParameterType};
use secret_config::operator::{self, Comparison, Diff, DiffRow, Report, ReportCell, Status};
use secret_config::source::{BoxFuture, Key, Memory, Payload, Source, SourceError};
use secret_config::testing::{Failure, FakeAws, Parameter};
use secret_config::{Loader, ProblemKind, Secret, SecretConfig};
use secret_config_tests::canary::{Search, canary};
use secret_config_tests::cases;
use secret_config_tests::stable::stable;
use secret_config_tests::table::directory;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::Barrier;
use url::Url;

/// Everything the orders service needs.
#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "orders/{env}", env_prefix = "ORDERS")]
struct AppConfig {
    #[config(default = 8080)]
    port: u16,
    log_level: String,
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
    #[secret(secretsmanager = "{prefix}/session")]
    session_key: Secret<String>,
    #[config(nested, default)]
    tenants: BTreeMap<String, Tenant>,
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

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct Tenant {
    name: String,
    #[secret(ssm)]
    token: Secret<String>,
}

/// Both environments complete, and each secret another.
async fn seeded() -> FakeAws {
    let aws = FakeAws::start().await.unwrap();
    for environment in ["dev", "prod"] {
        let parameter = |leaf: &str| format!("/orders/{environment}/{leaf}");
        let secure = Parameter::secure_string(format!("hunter-{environment}"));
        aws.put_parameter(&parameter("stripe_key"), secure);
        let dsn = Parameter::secure_string(format!("https://hunter2@{environment}.example/1"));
        aws.put_parameter(&format!("/shared/{environment}/sentry-dsn"), dsn);
        aws.put_parameter(&parameter("allowed_origins"), Parameter::string_list("https://hunter,https://b"));
        aws.put_parameter(&parameter("region_name"), Parameter::string("hunter-north"));
        let document = format!(r#"{{"host":"hunter-db","port":5432,"password":"hunter-{environment}"}}"#);
        aws.put_secret(&format!("orders/{environment}/db"), document);
        aws.put_secret(&format!("orders/{environment}/session"), format!("hunter-{environment}"));
    }
    aws
}

fn loader(aws: &FakeAws, environment: &str) -> Loader<AppConfig> {
    let loader = AppConfig::loader(environment).aws(&aws.sdk_config()).root("no/such/directory");
    loader.env_vars([("ORDERS_HOST", "hunter.example"), ("ORDERS_LOG_LEVEL", "hunter")])
}

async fn diff(aws: &FakeAws) -> Diff {
    AppConfig::diff(loader(aws, "dev"), loader(aws, "prod")).await.expect("both can be looked at")
}

fn comparison(diff: &Diff, field: &str) -> Comparison {
    let row = diff.rows().iter().find(|row| row.field() == field);
    row.unwrap_or_else(|| panic!("no row for {field}:\n{diff}")).comparison()
}

fn notes<'d>(diff: &'d Diff, field: &str) -> &'d [String] {
    diff.rows().iter().find(|row| row.field() == field).map(DiffRow::notes).unwrap_or_default()
}

/// What a diff shows as text and JSON, without values.
fn shown(diff: &Diff) -> String {
    let json = serde_json::to_string_pretty(diff).unwrap();
    for (outlet, text) in
        [("text", diff.to_string()), ("JSON", json.clone()), ("HTML", diff.html()), ("Debug", format!("{diff:?}"))]
    {
        assert!(!text.contains("hunter"), "a value shows in {outlet}");
    }
    stable(&format!("{diff}\n{json}\n"))
}

#[tokio::test]
async fn the_same_values_are_the_same_whatever_supplies_them() {
    let aws = seeded().await;
    let root = directory("port = 80\nlog_level = \"hunter\"\n");
    let dev = loader(&aws, "dev").root(root.path()).env_vars([("ORDERS_HOST", "x")]);
    let prod = loader(&aws, "prod").set("port", 80);
    let diff = operator::diff(dev, prod).await.unwrap();
    // 80 in a file and 80 in the program; a text in a file and in a variable.
    assert_eq!(comparison(&diff, "port"), Comparison::Same);
    assert_eq!(comparison(&diff, "log_level"), Comparison::Same);
    assert_eq!(comparison(&diff, "host"), Comparison::Different);
    assert_eq!(comparison(&diff, "database.host"), Comparison::Same);
    assert_eq!(comparison(&diff, "database.max_connections"), Comparison::Same);
    assert_eq!(comparison(&diff, "database.password"), Comparison::Different);
    assert_eq!(comparison(&diff, "allowed_origins"), Comparison::Same);
    assert_eq!(notes(&diff, "port"), ["source: a file in dev, the program in prod"]);
    assert_eq!(diff.missing_in_other().count(), 0);
    shown(&diff);
}

#[tokio::test]
async fn two_looks_at_one_environment_are_the_same() {
    let aws = seeded().await;
    let diff = operator::diff(loader(&aws, "prod"), loader(&aws, "prod")).await.unwrap();
    assert!(diff.is_same(), "{diff}");
    assert_eq!(notes(&diff, "stripe_key"), ["both read the same secret"]);
}

#[tokio::test]
async fn a_secret_that_is_the_same_in_both_is_noted() {
    let aws = seeded().await;
    aws.put_parameter("/orders/prod/stripe_key", Parameter::secure_string("hunter-dev"));
    let diff = diff(&aws).await;
    assert_eq!(comparison(&diff, "stripe_key"), Comparison::Same);
    assert_eq!(notes(&diff, "stripe_key"), ["the secret has the same value in dev and prod"]);
    assert_eq!(notes(&diff, "region_name"), [""; 0]);
}

#[tokio::test]
async fn what_the_struct_shares_should_be_the_same() {
    #[derive(Debug, SecretConfig)]
    #[allow(dead_code)]
    struct Sharing {
        #[secret(ssm = "/{env}/key", shared)]
        key: Secret<String>,
        #[config(ssm = "/{env}/origins", shared)]
        origins: Vec<String>,
    }
    let aws = FakeAws::start().await.unwrap();
    for environment in ["dev", "prod"] {
        aws.put_parameter(&format!("/{environment}/key"), Parameter::secure_string("hunter2"));
        aws.put_parameter(&format!("/{environment}/origins"), Parameter::string_list(format!("hunter-{environment}")));
    }
    let loader = |environment| Sharing::loader(environment).aws(&aws.sdk_config()).root("no/such/directory");
    let diff = operator::diff(loader("dev"), loader("prod")).await.unwrap();
    assert_eq!((comparison(&diff, "key"), notes(&diff, "key").len()), (Comparison::Same, 0));
    assert_eq!(comparison(&diff, "origins"), Comparison::Different);
    assert_eq!(notes(&diff, "origins"), ["the struct says that environments share it"]);
}

#[tokio::test]
async fn what_one_lacks_is_told_on_its_side() {
    let aws = seeded().await;
    for gone in ["/orders/prod/stripe_key", "/shared/prod/sentry-dsn", "/orders/dev/region_name"] {
        aws.remove_parameter(gone);
    }
    for environment in ["dev", "prod"] {
        aws.remove_parameter(&format!("/orders/{environment}/allowed_origins"));
    }
    let diff = diff(&aws).await;
    assert_eq!(comparison(&diff, "stripe_key"), Comparison::MissingInOther);
    assert_eq!(comparison(&diff, "sentry_dsn"), Comparison::MissingInOther);
    assert_eq!(comparison(&diff, "region_name"), Comparison::MissingInOne);
    assert_eq!(comparison(&diff, "allowed_origins"), Comparison::MissingInBoth);
    assert_eq!(diff.rows().iter().find(|row| row.field() == "sentry_dsn").unwrap().other().status(), Status::Defaulted);
    let missing: Vec<_> = diff.missing_in_other().map(DiffRow::field).collect();
    assert_eq!(missing, ["stripe_key", "sentry_dsn", "allowed_origins"]);
    assert!(!diff.is_same());
    shown(&diff);
}

#[tokio::test]
async fn what_a_variable_may_supply_is_not_missing_in_a_store() {
    let aws = seeded().await;
    let root = directory("host = \"hunter\"\n");
    let dev = loader(&aws, "dev").root(root.path()).env_vars::<&str, &str>([]);
    let prod = loader(&aws, "prod").env_vars::<&str, &str>([]);
    let diff = operator::diff(dev, prod).await.unwrap();
    assert_eq!(comparison(&diff, "log_level"), Comparison::Unset);
    assert_eq!(comparison(&diff, "host"), Comparison::MissingInOther);
    assert_eq!(diff.missing_in_other().count(), 0);
}

#[tokio::test]
async fn what_may_not_be_read_is_unknown_and_hides_nothing_else() {
    let aws = seeded().await;
    aws.deny("ssm:GetParameters", "/orders/prod/stripe_key");
    aws.disable_key_of("/shared/dev/sentry-dsn");
    let diff = diff(&aws).await;
    assert_eq!(comparison(&diff, "stripe_key"), Comparison::Unknown);
    assert_eq!(comparison(&diff, "sentry_dsn"), Comparison::Unknown);
    assert_eq!(comparison(&diff, "region_name"), Comparison::Same);
    let row = diff.rows().iter().find(|row| row.field() == "stripe_key").unwrap();
    assert_eq!((row.one().status(), row.other().status()), (Status::Ok, Status::Denied));
    assert_eq!(diff.missing_in_other().count(), 0);
    shown(&diff);
}

#[tokio::test]
async fn what_is_of_the_wrong_type_can_be_compared() {
    let aws = seeded().await;
    aws.put_secret("orders/prod/db", r#"{"host":"hunter-db","port":"hunter","password":"hunter-dev"}"#);
    let diff = diff(&aws).await;
    assert_eq!(comparison(&diff, "database.port"), Comparison::Different);
    assert_eq!(comparison(&diff, "database.host"), Comparison::Same);
    assert_eq!(
        diff.rows().iter().find(|row| row.field() == "database.port").unwrap().other().status(),
        Status::WrongType
    );
    shown(&diff);
}

#[tokio::test]
async fn a_malformed_document_is_compared_with_nothing() {
    let aws = seeded().await;
    aws.put_secret("orders/prod/db", "hunter2 is no JSON");
    let diff = diff(&aws).await;
    for field in ["database.host", "database.port", "database.password"] {
        assert_eq!(comparison(&diff, field), Comparison::Unknown, "{field}");
    }
    shown(&diff);
}

#[tokio::test]
async fn types_of_parameters_that_differ_are_noted() {
    let aws = seeded().await;
    aws.remove_parameter("/orders/prod/region_name");
    aws.put_parameter("/orders/prod/region_name", Parameter::secure_string("hunter-north"));
    let diff = diff(&aws).await;
    assert_eq!(comparison(&diff, "region_name"), Comparison::Same);
    assert_eq!(notes(&diff, "region_name"), ["parameter type: String in dev, SecureString in prod"]);
}

#[tokio::test]
async fn entries_of_one_environment_are_in_that_one_only() {
    let aws = seeded().await;
    aws.put_parameter("/orders/dev/tenants/red/token", Parameter::secure_string("hunter2"));
    let red = directory("[tenants.red]\nname = \"hunter\"\n");
    let diff = operator::diff(loader(&aws, "dev").root(red.path()), loader(&aws, "prod")).await.unwrap();
    assert_eq!(comparison(&diff, "tenants.red.token"), Comparison::OnlyInOne);
    assert_eq!(diff.missing_in_other().count(), 0);
    let diff = operator::diff(loader(&aws, "prod"), loader(&aws, "dev").root(red.path())).await.unwrap();
    assert_eq!(comparison(&diff, "tenants.red.token"), Comparison::OnlyInOther);
    // The map itself is no field.
    assert!(!diff.rows().iter().any(|row| row.field() == "tenants"), "{diff}");
    assert!(!diff.is_same());
}

/// Answers when two have asked.
#[derive(Debug)]
struct Meeting(Arc<Barrier>);

impl Source for Meeting {
    fn fetch<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Vec<Result<Payload, SourceError>>> {
        Box::pin(async move {
            self.0.wait().await;
            keys.iter().map(|_| Ok(Payload::text("hunter2"))).collect()
        })
    }
}

#[tokio::test(start_paused = true)]
async fn environments_are_looked_up_at_the_same_time() {
    #[derive(Debug, SecretConfig)]
    #[allow(dead_code)]
    struct One {
        #[secret(source = "meeting", name = "{env}")]
        token: Secret<String>,
    }
    let barrier = Arc::new(Barrier::new(2));
    let loader = |environment| One::loader(environment).source("meeting", Meeting(Arc::clone(&barrier)));
    let diff = operator::diff(loader("dev"), loader("prod")).await.expect("both ask before either is answered");
    assert!(diff.is_same());
}

#[tokio::test]
async fn a_diff_that_cannot_run_is_an_error() {
    let aws = seeded().await;
    let without_region = aws.sdk_config().to_builder().region(None).build();
    let error = AppConfig::diff(loader(&aws, "dev"), loader(&aws, "prod").aws(&without_region)).await.unwrap_err();
    assert_eq!(error.environment(), Some("prod"));
    assert!(error.problems().iter().any(|problem| problem.kind() == ProblemKind::NoRegion));
}

/// Everything at once.
async fn of_all_sorts() -> FakeAws {
    let aws = seeded().await;
    aws.put_parameter("/orders/dev/stripe_key", Parameter::secure_string("hunter-3"));
    aws.deny("ssm:GetParameters", "/orders/prod/stripe_key");
    aws.remove_parameter("/shared/prod/sentry-dsn");
    aws.remove_parameter("/orders/prod/region_name");
    aws.remove_parameter("/orders/prod/allowed_origins");
    aws.put_parameter("/orders/prod/allowed_origins", Parameter::string("https://hunter,https://b"));
    aws.put_secret("orders/prod/db", r#"{"host":"hunter-db","port":"hunter","passwd":"hunter-prod"}"#);
    aws.put_secret("orders/prod/session", "hunter-dev");
    aws
}

const OF_PROD: &str = "port = 80\n[tenants.\"<b>&'\"]\nname = \"hunter\"\n";

#[tokio::test]
async fn a_diff_of_all_sorts() {
    let aws = of_all_sorts().await;
    let root = directory(OF_PROD);
    let prod = loader(&aws, "prod").root(root.path()).env_vars([("ORDERS_LOG_LEVEL", "hunter")]);
    let diff = operator::diff(loader(&aws, "dev"), prod).await.unwrap();
    let path = format!("{}/", root.path().display());
    insta::assert_snapshot!(shown(&diff).replace(&path, ""));
    let html = stable(&diff.html().replace(&path, ""));
    insta::assert_snapshot!("a_diff_of_all_sorts_as_a_page", html);
    is_a_page(&html);
}

/// Nothing in it can run, and nothing of it is elsewhere; its tables say what their cells are about.
fn is_a_page(html: &str) {
    for foreign in ["<script", "onload=", "onclick=", "refresh", " src=", " href=", "url(", "@import", "<link", "<b>&"]
    {
        assert!(!html.contains(foreign), "{foreign}");
    }
    for part in
        ["<html lang=\"en\">", "<caption", "<th scope=\"col\">", "<th scope=\"row\">", "prefers-color-scheme: dark"]
    {
        assert!(html.contains(part), "{part}");
    }
    for element in
        ["table", "thead", "tbody", "tr", "td", "th", "div", "span", "ul", "li", "code", "time", "main", "body"]
    {
        let opened = html.matches(&format!("<{element}>")).count() + html.matches(&format!("<{element} ")).count();
        assert_eq!(opened, html.matches(&format!("</{element}>")).count(), "<{element}> is not closed");
    }
}

async fn report(aws: &FakeAws, root: &std::path::Path) -> Report {
    let environments = ["dev", "staging", "prod"].map(|environment| loader(aws, environment).root(root));
    operator::report(environments).await.unwrap()
}

#[tokio::test]
async fn a_report_has_each_field_in_each_environment() {
    let aws = of_all_sorts().await;
    aws.put_parameter("/orders/staging/stripe_key", Parameter::secure_string("hunter-3"));
    let root = directory(OF_PROD);
    let report = report(&aws, root.path()).await;
    let row = |field: &str| {
        let row = report.rows().iter().find(|row| row.field() == field).unwrap();
        row.cells().iter().map(|cell| (cell.sight().status(), cell.comparison())).collect::<Vec<_>>()
    };
    let expected =
        [(Status::Ok, None), (Status::Ok, Some(Comparison::Same)), (Status::Denied, Some(Comparison::Unknown))];
    assert_eq!(row("stripe_key"), expected);
    let expected = [
        (Status::Ok, None),
        (Status::Missing, Some(Comparison::MissingInOther)),
        (Status::WrongType, Some(Comparison::Different)),
    ];
    assert_eq!(row("database.port"), expected);
    assert!(!report.rows().iter().any(|row| row.cells().iter().any(ReportCell::is_stale)));

    let report = report.with_max_age(Duration::ZERO);
    let stale = report.rows().iter().find(|row| row.field() == "stripe_key").unwrap();
    assert_eq!(stale.cells().iter().map(ReportCell::is_stale).collect::<Vec<_>>(), [true, true, false]);

    let path = format!("{}/", root.path().display());
    let html = stable(&report.html().replace(&path, ""));
    let json = serde_json::to_string(&report).unwrap();
    assert!(json.starts_with(r#"{"version":1,"config":"AppConfig","environments":["dev","staging","prod"],"rows":["#));
    for (outlet, text) in [("HTML", &html), ("JSON", &json), ("Debug", &format!("{report:?}"))] {
        assert!(!text.contains("hunter"), "a value shows in {outlet}");
    }
    is_a_page(&html);
    insta::assert_snapshot!("a_report_as_a_page", html);
}

#[tokio::test]
async fn a_report_of_nothing_is_a_page() {
    let report = operator::report(Vec::<Loader<AppConfig>>::new()).await.unwrap();
    assert!(report.rows().is_empty() && report.html().ends_with("</html>\n"));
}

#[tokio::test]
async fn ages_are_those_of_each_environment() {
    #[derive(Debug, SecretConfig)]
    #[allow(dead_code)]
    struct Aged {
        #[secret(source = "vault", name = "{env}")]
        token: Secret<String>,
    }
    let day = Duration::from_secs(24 * 60 * 60);
    let vault = || {
        let ago = |days: u32| Payload::text("hunter2").with_modified(SystemTime::now() - day * days);
        Memory::new().with("dev", ago(1)).with("prod", ago(100))
    };
    let environments = ["dev", "prod"].map(|environment| Aged::loader(environment).source("vault", vault()));
    let report = operator::report(environments).await.unwrap().with_max_age(90 * day);
    let stale: Vec<_> = report.rows()[0].cells().iter().map(ReportCell::is_stale).collect();
    assert_eq!(stale, [false, true]);
}

#[tokio::test]
async fn no_canary_shows_in_a_diff() {
    let search = (0..12).fold(Search::default(), |search, number| search.with("canary", &canary(number)));
    let aws = FakeAws::start().await.unwrap();
    for (environment, other) in [("dev", 0), ("prod", 6)] {
        let text = |number: usize| canary(number + other);
        let parameter = |leaf: &str| format!("/orders/{environment}/{leaf}");
        aws.put_parameter(&parameter("stripe_key"), Parameter::secure_string(text(0)));
        aws.put_parameter(&format!("/shared/{environment}/sentry-dsn"), Parameter::secure_string(text(1)));
        aws.put_parameter(&parameter("allowed_origins"), Parameter::string_list(text(2)));
        aws.put_parameter(&parameter("region_name"), Parameter::string(canary(3)));
        let document = serde_json::json!({"host": text(3), "port": text(4), "password": canary(5)});
        aws.put_secret(&format!("orders/{environment}/db"), document.to_string());
        // The same in both.
        aws.put_secret(&format!("orders/{environment}/session"), canary(5));
    }
    let variables = |port: usize| [("ORDERS_PORT", canary(port)), ("ORDERS_LOG_LEVEL", canary(1))];
    let loaders = || [loader(&aws, "dev").env_vars(variables(0)), loader(&aws, "prod").env_vars(variables(4))];
    let [dev, prod] = loaders();
    let diff = operator::diff(dev, prod).await.unwrap();
    let report = operator::report(loaders()).await.unwrap().with_max_age(Duration::ZERO);
    for (outlet, shown) in [
        ("Display", diff.to_string()),
        ("Debug", format!("{diff:?}")),
        ("JSON", serde_json::to_string(&diff).unwrap()),
        ("HTML", diff.html()),
        ("Debug of a report", format!("{report:?}")),
        ("JSON of a report", serde_json::to_string(&report).unwrap()),
        ("HTML of a report", report.html()),
    ] {
        assert_eq!(search.find(&shown), [], "{outlet}");
    }
}

/// Between calls that fail for a moment and such that do not come back.
#[tokio::test]
async fn a_failure_of_a_moment_does_not_show() {
    let aws = seeded().await;
    aws.fail_next("GetParameters", Failure::InternalError);
    assert_eq!(comparison(&diff(&aws).await, "region_name"), Comparison::Same);
}

#[tokio::test]
async fn what_may_not_be_described_is_told_and_fails_nothing() {
    let aws = seeded().await;
    aws.deny("ssm:DescribeParameters", "*");
    aws.deny("secretsmanager:DescribeSecret", "orders/prod/*");
    let diff = operator::diff_with_descriptions(loader(&aws, "dev"), loader(&aws, "prod")).await.unwrap();
    let of_dev = diff.rows().iter().find(|row| row.field() == "session_key").and_then(|row| row.one().kms_key());
    assert_eq!(of_dev, Some("alias/aws/secretsmanager"));
    insta::assert_snapshot!("not_described", shown(&diff));
    assert!(diff.html().contains("prod: tier and KMS key of what Secrets Manager has are not compared: access denied"));
}

/// The values of a load are asked for once, and what describes them in as few calls as can be.
#[tokio::test]
async fn descriptions_take_a_call_for_fifty_parameters_and_one_for_each_secret() {
    let aws = seeded().await;
    aws.set_page_size(1);
    operator::diff_with_descriptions(loader(&aws, "dev"), loader(&aws, "prod")).await.unwrap();
    // Four parameters, each on a page of its own.
    assert_eq!(aws.calls().count("DescribeParameters"), 2 * 4);
    assert_eq!(aws.calls().count("DescribeSecret"), 2 * 2);
    aws.reset_calls();
    AppConfig::diff(loader(&aws, "dev"), loader(&aws, "prod")).await.unwrap();
    assert_eq!(aws.calls().count("DescribeParameters") + aws.calls().count("DescribeSecret"), 0);
}

/// What both emulators serve.
#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct Remote {
    #[secret(ssm = "/{env}/token")]
    token: Secret<String>,
    #[secret(ssm = "/{env}/only-one")]
    only_one: Option<Secret<String>>,
    #[config(ssm = "/{env}/kind")]
    kind: String,
    #[secret(secretsmanager = "{env}/db", key = "password")]
    password: Secret<String>,
    #[config(secretsmanager = "{env}/db", key = "host")]
    host: String,
}

cases! {
    two_environments (emulator) {
        let environments = ["a", "b"].map(|side| format!("{}-{side}", emulator.prefix()));
        for (side, environment) in environments.iter().enumerate() {
            let kind = if side == 0 { "String" } else { "SecureString" };
            emulator.put_parameter(&format!("/{environment}/token"), "SecureString".into(), environment).await;
            emulator.put_parameter(&format!("/{environment}/kind"), kind.into(), "hunter2").await;
            emulator.put_secret(&format!("{environment}/db"), &format!(r#"{{"host":"hunter","password":"hunter{side}"}}"#)).await;
        }
        emulator.put_parameter(&format!("/{}/only-one", environments[0]), "SecureString".into(), "hunter2").await;
        let [one, other] = environments.map(|environment| {
            Remote::loader(environment).aws(&emulator.sdk_config()).root("no/such").env_vars::<&str, &str>([])
        });
        let diff = operator::diff(one, other).await.unwrap();
        for (field, expected) in [
            ("token", Comparison::Different),
            ("only_one", Comparison::MissingInOther),
            ("kind", Comparison::Same),
            ("password", Comparison::Different),
            ("host", Comparison::Same),
        ] {
            assert_eq!(comparison(&diff, field), expected, "{field}\n{diff}");
        }
        assert_eq!(notes(&diff, "kind").len(), 1);
        assert_eq!(diff.missing_in_other().count(), 1);
        shown(&diff);
    }

    tiers_and_keys_are_compared (emulator) {
        let environments = ["a", "b"].map(|side| format!("{}-{side}", emulator.prefix()));
        if let Some(fake) = emulator.as_fake() {
            fake.add_key("alias/orders-b");
        }
        for (side, environment) in environments.iter().enumerate() {
            let key = (side == 1).then(|| "alias/orders-b".to_owned());
            let tier = if side == 0 { ParameterTier::Standard } else { ParameterTier::Advanced };
            for (leaf, kind, tier, key) in [
                ("token", ParameterType::SecureString, ParameterTier::Standard, key.clone()),
                ("kind", ParameterType::String, tier, None),
            ] {
                let put = emulator.ssm().put_parameter().name(format!("/{environment}/{leaf}")).value("hunter2");
                put.r#type(kind).tier(tier).set_key_id(key).send().await.unwrap();
            }
            let db = emulator.secretsmanager().create_secret().name(format!("{environment}/db"));
            let db = db.secret_string(r#"{"host":"hunter","password":"hunter2"}"#).set_kms_key_id(key);
            db.send().await.unwrap();
        }
        let loader = |environment: &String| {
            let loader = Remote::loader(environment.as_str()).aws(&emulator.sdk_config());
            loader.root("no/such").env_vars::<&str, &str>([])
        };
        let [one, other] = environments.each_ref().map(loader);
        let diff = operator::diff_with_descriptions(one, other).await.unwrap();
        let [one, other] = &environments;
        let keys_of = |of_one: &str| [format!("KMS key: {of_one} in {one}, alias/orders-b in {other}")];
        let is_key = |note: &&String| note.starts_with("KMS key");
        let key_notes = |field| notes(&diff, field).iter().filter(is_key).cloned().collect::<Vec<_>>();
        assert_eq!(notes(&diff, "kind"), [format!("tier: Standard in {one}, Advanced in {other}")], "{diff}");
        assert_eq!(key_notes("token"), keys_of("alias/aws/ssm"), "{diff}");
        assert_eq!(key_notes("password"), keys_of("alias/aws/secretsmanager"), "{diff}");
        // Two fields of one secret share the note.
        assert!(diff.to_string().contains("\nnote: password, host: KMS key: "), "{diff}");
        let html = diff.html();
        for told in [" \u{b7} SecureString \u{b7} KMS key alias/<wbr>orders-b<", " \u{b7} String \u{b7} advanced tier<"] {
            assert_eq!(html.matches(told).count(), 1, "{told} {html}");
        }
        let json = serde_json::to_value(&diff).unwrap();
        assert_eq!(json["rows"][0]["other"]["kms_key"], "alias/orders-b");
        assert_eq!((json["rows"][2]["other"]["tier"].as_str(), json.get("not_described")), (Some("Advanced"), None));
    }
}
