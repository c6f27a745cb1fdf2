//! The commands, end to end against `FakeAws`, as a person and as a script see them.

use secret_config::cli::{Colours, Console, Exit, Progress, run_on};
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Loader, Secret, SecretConfig};
use secret_config_tests::canary::{Search, canary};
use secret_config_tests::table::directory;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::LazyLock;

/// What the orders service needs.
#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "orders/{env}", environments = ["dev", "prod"], offline = ["local"], env_prefix = "ORDERS")]
struct AppConfig {
    /// Where the service listens.
    #[config(default = 8080)]
    port: u16,
    /// The name in logs.
    #[config(default = "orders")]
    name: String,
    #[config(nested)]
    database: Database,
    /// What payments are made with.
    #[secret]
    stripe_key: Secret<String>,
    #[config(ssm)]
    allowed_origins: Vec<String>,
    #[config(nested, default)]
    tenants: BTreeMap<String, Tenant>,
    sentry: Option<String>,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(document(secretsmanager = "{prefix}/db"))]
struct Database {
    host: String,
    #[secret]
    password: Secret<String>,
    #[config(local, default = 10)]
    max_connections: u32,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct Tenant {
    id: String,
    #[secret]
    token: Secret<String>,
}

/// dev has everything; prod lacks `allowed_origins`.
async fn stores() -> FakeAws {
    let aws = FakeAws::start().await.unwrap();
    for environment in ["dev", "prod"] {
        aws.put_parameter(&format!("/orders/{environment}/stripe_key"), Parameter::secure_string(canary(0)));
        aws.put_parameter(&format!("/orders/{environment}/tenants/acme/token"), Parameter::secure_string(canary(1)));
        let document = serde_json::json!({ "host": canary(2), "password": canary(3) });
        aws.put_secret(&format!("orders/{environment}/db"), document.to_string());
    }
    aws.put_parameter("/orders/dev/allowed_origins", Parameter::string_list(canary(4)));
    aws
}

const FILE: &str = "name = \"shop\"\n\n[tenants.acme]\nid = \"a-1\"\n";

/// What a command wrote, and how it ended.
struct Ran {
    questions: String,
    exit: Exit,
    out: String,
    error: String,
}

impl Ran {
    /// The same for each run: without the times, versions and identifiers of this one.
    fn stable(&self) -> String {
        let mut text = format!("exit code {}\n", self.exit.code());
        for (name, part) in [("questions", &self.questions), ("out", &self.out), ("error", &self.error)] {
            if !part.is_empty() {
                text.push_str(&format!("--- {name}\n{}", stable(part)));
            }
        }
        text
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

fn stable(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        if let Some((calls, _)) = line.split_once(", layers ") {
            lines.push(format!("{calls}, layers .."));
            continue;
        }
        lines.push(line.split_inclusive(' ').map(word).collect::<String>());
    }
    lines.join("\n") + "\n"
}

/// A word, without what differs from run to run: a date, a version that is random, the end of a secret's ARN.
fn word(word: &str) -> String {
    let bare = word.trim_end().trim_end_matches([',', ')', '"', '\u{1b}']).trim_start_matches('"');
    let is_made_of = |letters: fn(char) -> bool| bare.chars().all(|letter| letter.is_ascii_digit() || letters(letter));
    let is_date = bare.len() >= 10 && bare.get(4..5) == Some("-") && is_made_of(|letter| "-:TZ".contains(letter));
    let is_version = matches!(bare.len(), 8 | 36) && is_made_of(|letter| matches!(letter, 'a'..='f' | '-'));
    if is_date || is_version {
        return word.replace(bare, "..");
    }
    match bare.split_once(":secret:").and_then(|(_, name)| name.rsplit_once('-')) {
        Some((_, random)) if random.len() == 6 => word.replace(random, "......"),
        _ => word.to_owned(),
    }
}

/// Every output of every test goes through here, and no canary may be in it.
fn seen(exit: Exit, out: Vec<u8>, error: Vec<u8>) -> Ran {
    let (out, error) = (String::from_utf8(out).unwrap(), String::from_utf8(error).unwrap());
    static SEARCH: LazyLock<Search> =
        LazyLock::new(|| (0..5).fold(Search::default(), |search, number| search.with("a secret", &canary(number))));
    assert_eq!(SEARCH.find(&out), []);
    assert_eq!(SEARCH.find(&error), []);
    Ran { questions: String::new(), exit, out, error }
}

/// What is beside the arguments of a command.
#[derive(Default)]
struct Around<'a> {
    colours: Colours,
    progress: Progress,
    variables: &'a [(&'a str, &'a str)],
    input: &'a str,
    /// What a person answers, one after the other; `None` if there is nobody.
    answers: Option<Vec<String>>,
}

async fn run_in(around: Around<'_>, aws: &FakeAws, arguments: &[&str]) -> Ran {
    run_of::<AppConfig>(around, aws, arguments).await
}

/// The commands of another program.
async fn run_of<T: SecretConfig>(around: Around<'_>, aws: &FakeAws, arguments: &[&str]) -> Ran {
    let directory = directory(FILE);
    let (mut out, mut error, mut questions) = (Vec::new(), Vec::new(), String::new());
    let mut console = Console::new(&mut out, &mut error).with_colours(around.colours).with_progress(around.progress);
    console = console.with_input(around.input.as_bytes());
    if let Some(answers) = around.answers {
        let mut answers = answers.into_iter();
        let questions = &mut questions;
        console = console.with_person(move |question, echo| {
            questions.push_str(&format!("{echo:?} {question}\n"));
            answers.next().map(Secret::new).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
        });
    }
    let sdk_config = aws.sdk_config();
    let prepare =
        |loader: Loader<T>| loader.aws(&sdk_config).root(directory.path()).env_vars(around.variables.iter().copied());
    let arguments = ["/usr/bin/orders"].iter().chain(arguments);
    let exit = run_on(arguments, prepare, &mut console).await;
    drop(console);
    let mut ran = Ran { questions, ..seen(exit, out, error) };
    let root = format!("{}/", directory.path().display());
    (ran.out, ran.error) = (ran.out.replace(&root, ""), ran.error.replace(&root, ""));
    ran
}

async fn run(aws: &FakeAws, arguments: &[&str]) -> Ran {
    run_in(Around { variables: &[("ORDERS_PORT", "80")], ..Around::default() }, aws, arguments).await
}

#[tokio::test]
async fn explain_draws_a_tree() {
    let ran = run(&stores().await, &["explain", "--env", "dev"]).await;
    insta::assert_snapshot!(ran.stable());
}

#[tokio::test]
async fn explain_tells_a_program_the_same() {
    let ran = run(&stores().await, &["explain", "--env", "dev", "--json"]).await;
    assert_eq!(ran.exit, Exit::Ok);
    let json = ran.json();
    assert_eq!(json["version"], 1);
    let value = |field: &str| {
        let values = json["values"].as_array().unwrap();
        values.iter().find(|value| value["field"] == field).unwrap_or_else(|| panic!("{field}: {json:#}"))
    };
    assert_eq!((&value("port")["layer"], &value("port")["value"]), (&"variable".into(), &"80".into()));
    assert_eq!((&value("name")["layer"], &value("name")["value"]), (&"file".into(), &"\"shop\"".into()));
    assert_eq!(value("database.max_connections")["value"], "10");
    let secret = value("stripe_key");
    assert_eq!((&secret["layer"], &secret["is_secret"]), (&"remote".into(), &true.into()));
    assert_eq!(secret["arn"], "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/dev/stripe_key");
    assert_eq!((&secret["version"], secret.get("value")), (&"1".into(), None));
    // Parameters have no stages.
    assert_eq!((secret.get("stage"), &value("database.password")["stage"]), (None, &"AWSCURRENT".into()));
    assert!(secret["modified"].as_str().is_some_and(|moment| moment.ends_with('Z')), "{secret}");
    assert_eq!(json["problems"], serde_json::json!([]));
    assert_eq!(json["calls"], 2);
}

#[tokio::test]
async fn explain_shows_what_is_there_beside_what_is_wrong() {
    let ran = run(&stores().await, &["explain", "--env", "prod"]).await;
    insta::assert_snapshot!(ran.stable());
    let json = run(&stores().await, &["explain", "--env", "prod", "--json"]).await;
    assert_eq!(json.exit, Exit::Problems);
    let problem = &json.json()["problems"][0];
    assert_eq!((&problem["kind"], &problem["fields"][0]), (&"missing".into(), &"allowed_origins".into()));
    assert_eq!(problem["next_step"], "orders set allowed_origins --env prod");
}

#[tokio::test]
async fn check_tells_what_an_environment_lacks() {
    let aws = stores().await;
    let ran = run(&aws, &["check", "--env", "prod"]).await;
    insta::assert_snapshot!(ran.stable());
    assert_eq!(run(&aws, &["check", "--env", "dev"]).await.exit, Exit::Ok);
    let json = run(&aws, &["check", "--env", "prod", "--json"]).await;
    assert_eq!((json.exit, &json.json()["version"]), (Exit::Problems, &1.into()));
    let github = run(&aws, &["check", "--env", "prod", "--github"]).await;
    assert!(github.out.starts_with("::error title=AppConfig in prod"), "{}", github.out);
    assert_eq!(aws.calls().iter().filter(|call| call.action().starts_with("Put")).count(), 0);
}

#[tokio::test]
async fn the_next_step_is_a_command_of_this_program_as_it_was_called() {
    let aws = stores().await;
    aws.put_secret("orders/prod/db", r#"{"host": "db"}"#);
    let files = directory(FILE);
    let root = files.path().to_str().unwrap();
    let called = ["--root", root, "--region", "eu-west-1", "--endpoint-url", aws.endpoint_url()];
    let check = async |more: &[&str]| run(&aws, &[&["check", "--env", "prod"], &called[..], more].concat()).await;
    let set = |field: &str| format!("orders set {field} --env prod {}", called.join(" "));
    let text = check(&[]).await.out;
    assert!(text.contains(&format!("next step   {}\n", set("allowed_origins"))), "{text}");
    let key = format!("next step   add `password` to the document; or write it: {}\n", set("database.password"));
    assert!(text.contains(&key) && !text.contains("aws ssm"), "{text}");
    let github = check(&["--github"]).await.out;
    assert!(github.contains(&format!("next step: {}\n", set("allowed_origins").replace('%', "%25"))), "{github}");
    let json = check(&["--json"]).await.json();
    let rows = json["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["field"] == "allowed_origins").unwrap();
    assert_eq!(row["problem"]["next_step"], set("allowed_origins"));

    // Both of them do what they say.
    for field in ["allowed_origins", "database.password"] {
        let line = set(field);
        let arguments: Vec<_> = line.split(' ').skip(1).chain(["--yes"]).collect();
        let ran = run_in(Around { input: &canary(4), ..Around::default() }, &aws, &arguments).await;
        assert_eq!(ran.exit, Exit::Ok, "{}", ran.error);
    }
    assert_eq!(check(&[]).await.exit, Exit::Ok);

    let empty = FakeAws::start().await.unwrap();
    let text = run(&empty, &["check", "--env", "prod"]).await.out;
    assert!(text.contains("next step   orders init --env prod\n"), "{text}");
}

#[tokio::test]
async fn the_next_step_for_what_no_command_writes_stays_as_it_is() {
    #[derive(Debug, SecretConfig)]
    #[allow(dead_code)]
    #[config(prefix = "orders/{env}", env_prefix = "ORDERS")]
    struct Others {
        host: String,
        #[secret(file = "secrets/key")]
        mounted: Secret<String>,
        #[secret(ssm = "{prefix}/pinned", version = "3")]
        pinned: Secret<String>,
    }
    let aws = FakeAws::start().await.unwrap();
    let sdk_config = aws.sdk_config();
    let (mut out, mut error) = (Vec::new(), Vec::new());
    let mut console = Console::new(&mut out, &mut error);
    let prepare = |loader: Loader<Others>| loader.aws(&sdk_config).root("no/such/directory");
    let exit = run_on(["orders", "check", "--env", "prod", "--strict"], prepare, &mut console).await;
    drop(console);
    let ran = seen(exit, out, error);
    assert_eq!(ran.exit, Exit::Problems);
    assert!(ran.out.contains("mount the secret there") && ran.out.contains("or ORDERS_HOST"), "{}", ran.out);
    assert!(!ran.out.contains("orders set") && !ran.out.contains("orders init"), "{}", ran.out);
}

/// Every command, where all is well and where it is not.
#[tokio::test]
async fn with_json_there_is_one_document_with_a_version_whatever_comes_of_it() {
    let policy = |more: &'static str| format!("policy --env prod --account 123456789012 --region eu-west-1 {more}");
    let lines = [
        (Exit::Ok, "--help".to_owned()),
        (Exit::Ok, "check --help".to_owned()),
        (Exit::CouldNotRun, String::new()),
        (Exit::CouldNotRun, "chekc --env dev".to_owned()),
        (Exit::Ok, "manifest --env prod".to_owned()),
        (Exit::CouldNotRun, "manifest".to_owned()),
        (Exit::Ok, "explain --env dev".to_owned()),
        (Exit::Problems, "explain --env prod".to_owned()),
        (Exit::CouldNotRun, "explain --env porduction".to_owned()),
        (Exit::CouldNotRun, "explain --env dev --endpoint-url http://127.0.0.1:9".to_owned()),
        (Exit::Ok, "check --env dev".to_owned()),
        (Exit::Problems, "check --env prod".to_owned()),
        (Exit::CouldNotRun, "check --env dev --github".to_owned()),
        (Exit::CouldNotRun, "check --env dev --max-age soon".to_owned()),
        (Exit::CouldNotRun, "check --env dev --endpoint-url http://127.0.0.1:9".to_owned()),
        (Exit::Ok, "diff dev prod".to_owned()),
        (Exit::Problems, "diff dev prod --fail-on missing".to_owned()),
        (Exit::CouldNotRun, "diff dev prod --html".to_owned()),
        (Exit::Ok, "report dev prod".to_owned()),
        (Exit::CouldNotRun, "report dev prod --html".to_owned()),
        (Exit::Ok, policy("")),
        (Exit::Ok, policy("--format terraform")),
        (Exit::Ok, policy("--format cloudformation")),
        (Exit::Ok, "policy --env local --account 123456789012 --region eu-west-1".to_owned()),
        (Exit::CouldNotRun, policy("--account 1234")),
        (Exit::CouldNotRun, policy("--region Ireland")),
        (Exit::CouldNotRun, policy("--kms-key alias/orders")),
        (Exit::Problems, "init --env prod --plan".to_owned()),
        (Exit::CouldNotRun, "init --env prod".to_owned()),
        (Exit::CouldNotRun, "init --env prod --yes --stdin".to_owned()),
        (Exit::Problems, "promote dev prod --plan".to_owned()),
        (Exit::CouldNotRun, "promote dev prod".to_owned()),
        (Exit::Ok, "promote dev prod --copy allowed_origins --yes".to_owned()),
        (Exit::Ok, "promote dev prod".to_owned()),
        (Exit::Problems, "set stripe_key --env prod --generate --yes".to_owned()),
        (Exit::Ok, "set stripe_key --env prod --generate --yes --overwrite".to_owned()),
        (Exit::CouldNotRun, "set stripe_key --env prod --generate 0".to_owned()),
        (Exit::CouldNotRun, "set strip_key --env prod --generate --yes".to_owned()),
        (Exit::Ok, "template toml --env prod".to_owned()),
        (Exit::Ok, "template env --env prod".to_owned()),
        (Exit::Ok, "template schema --env prod".to_owned()),
        (Exit::CouldNotRun, "template yaml --env prod".to_owned()),
        (Exit::Ok, "completions bash".to_owned()),
        (Exit::CouldNotRun, "completions tcsh".to_owned()),
    ];
    let aws = stores().await;
    let help = run(&aws, &["--help"]).await.out;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    for command in commands.map_while(|line| line.split_whitespace().next()) {
        assert!(lines.iter().any(|(_, line)| line.split(' ').next() == Some(command)), "no line has {command}");
    }
    for (exit, line) in &lines {
        let arguments: Vec<_> = line.split_whitespace().chain(["--json"]).collect();
        let ran = run_in(Around { input: "no line", ..Around::default() }, &aws, &arguments).await;
        assert_eq!(ran.exit, *exit, "{line}: {} {}", ran.out, ran.error);
        let json = ran.json();
        assert_eq!(json["version"], 1, "{line}: {json:#}");
        let is_told = json["problems"].as_array().is_some_and(|problems| !problems.is_empty());
        assert!(is_told || *exit != Exit::CouldNotRun, "{line}: {json:#}");
    }
}

#[tokio::test]
async fn a_wrong_argument_is_told_to_a_program_with_what_to_do() {
    let aws = stores().await;
    let json = run(&aws, &["check", "--env", "prd", "--json"]).await.json();
    assert_eq!(
        json,
        serde_json::json!({
            "version": 1,
            "problems": [{
                "kind": "arguments",
                "fields": [],
                "message": "invalid value 'prd' for '--env <ENVIRONMENT>' [possible values: dev, prod, local]",
                "next_step": "a similar value exists: 'prod'",
            }]
        })
    );
    let json = run(&aws, &["policy", "--env", "prod", "--json"]).await.json();
    assert_eq!(json["problems"][0]["message"], "the following required arguments were not provided: --account <ID>");
    assert_eq!(json["problems"][0]["notes"][0]["label"], "usage");
    let json = run(&aws, &["init", "--env", "prod", "--json"]).await.json();
    assert!(json["problems"][0]["message"].as_str().unwrap().contains("there is no --yes"), "{json:#}");
}

#[tokio::test]
async fn check_fails_for_a_secret_that_is_too_old_if_that_is_asked() {
    let aws = stores().await;
    let ran = run(&aws, &["check", "--env", "dev", "--max-age", "0h"]).await;
    assert_eq!(ran.exit, Exit::Problems, "{}", ran.out);
    assert_eq!(run(&aws, &["check", "--env", "dev", "--max-age", "1d"]).await.exit, Exit::Ok);
    assert_eq!(run(&aws, &["check", "--env", "dev", "--max-age", "soon"]).await.exit, Exit::CouldNotRun);
}

#[tokio::test]
async fn diff_fails_for_what_it_is_asked_to_fail_for() {
    let aws = stores().await;
    let ran = run(&aws, &["diff", "dev", "prod"]).await;
    // The columns are as wide as the name of the directory.
    let columns =
        |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" | ");
    insta::assert_snapshot!(ran.stable().lines().map(columns).collect::<Vec<_>>().join("\n"));
    assert_eq!(run(&aws, &["diff", "dev", "prod", "--fail-on", "missing"]).await.exit, Exit::Problems);
    assert_eq!(run(&aws, &["diff", "prod", "dev", "--fail-on", "missing"]).await.exit, Exit::Ok);
    assert_eq!(run(&aws, &["diff", "prod", "dev", "--fail-on", "different"]).await.exit, Exit::Problems);
    assert_eq!(run(&aws, &["diff", "dev", "dev", "--fail-on", "different"]).await.exit, Exit::Ok);
    let json = run(&aws, &["diff", "dev", "prod", "--json"]).await.json();
    assert_eq!(json["version"], 1);
    assert!(run(&aws, &["diff", "dev", "prod", "--html"]).await.out.starts_with("<!"));
}

#[tokio::test]
async fn a_report_is_a_page_or_json() {
    let aws = stores().await;
    let page = run(&aws, &["report", "dev", "prod", "--html"]).await;
    assert!(page.exit == Exit::Ok && page.out.starts_with("<!") && page.out.contains("allowed_origins"));
    assert_eq!(run(&aws, &["report", "dev", "prod", "--json", "--max-age", "90d"]).await.json()["version"], 1);
    let neither = run(&aws, &["report", "dev", "prod"]).await;
    let told = "error: say what to write: a page with `--html`, or JSON with `--json`\n";
    assert_eq!((neither.exit, neither.error.as_str()), (Exit::CouldNotRun, told));
}

#[tokio::test]
async fn a_policy_is_written_in_three_languages_and_asks_nothing() {
    let aws = stores().await;
    let account = ["--account", "123456789012", "--region", "eu-west-1"];
    let policy = async |more: &[&str]| run(&aws, &[&["policy", "--env", "prod"], &account[..], more].concat()).await;
    insta::assert_snapshot!(policy(&[]).await.out);
    let both = policy(&["--env", "dev"]).await.json().to_string();
    assert!(both.contains("orders/dev/stripe_key") && both.contains("orders/prod/stripe_key"), "{both}");
    assert!(policy(&["--format", "terraform"]).await.out.contains("aws_iam_policy"));
    assert!(policy(&["--format", "cloudformation"]).await.out.contains("AWS::IAM::ManagedPolicy"));
    let wrong = run(&aws, &["policy", "--env", "prod", "--account", "1234", "--region", "eu-west-1"]).await;
    let told = "error: invalid value '1234' for '--account <ID>': an account is twelve digits\n";
    assert!(wrong.exit == Exit::CouldNotRun && wrong.error.starts_with(told), "{}", wrong.error);
    let wrong = policy(&["--kms-key", "alias/orders"]).await;
    assert!(wrong.error.contains("'--kms-key <ARN>': a key is given by its own ARN"), "{}", wrong.error);
    let wrong = run(&aws, &["policy", "--env", "prod", "--account", "123456789012", "--region", "Ireland"]).await;
    assert_eq!(wrong.error, "error: a region is written like `eu-west-1`: correct `--region`\n");
    assert_eq!(aws.calls().len(), 0);
}

#[tokio::test]
async fn a_policy_for_a_program_has_its_documents_or_its_text() {
    let aws = stores().await;
    let policy = async |environment: &str, more: &[&str]| {
        let account = ["--account", "123456789012", "--region", "eu-west-1"];
        run(&aws, &[&["policy", "--env", environment], &account[..], more].concat()).await
    };
    let json = policy("prod", &["--json"]).await.json();
    assert_eq!((&json["format"], &json["environments"][0]), (&"json".into(), &"prod".into()));
    assert_eq!(json["documents"], serde_json::json!([policy("prod", &[]).await.json()]));
    for format in ["terraform", "cloudformation"] {
        let json = policy("prod", &["--format", format, "--json"]).await.json();
        assert_eq!(json["format"], format);
        assert_eq!(
            json["text"].as_str().unwrap().trim_end(),
            policy("prod", &["--format", format]).await.out.trim_end()
        );
    }
    let offline = policy("local", &[]).await;
    assert_eq!((offline.exit, &offline.json()["Statement"]), (Exit::Ok, &serde_json::json!([])));
    let note = "`local` is offline: a load asks no store, and needs no permission";
    assert_eq!(offline.error, format!("{note}\n"));
    let json = policy("local", &["--json"]).await.json();
    assert_eq!((&json["documents"], &json["notes"][0]), (&serde_json::json!([]), &note.into()));
    let both = policy("local", &["--env", "prod"]).await;
    assert!(both.out.contains("orders/prod/stripe_key") && both.error == offline.error, "{}", both.out);
}

#[tokio::test]
async fn a_plan_writes_nothing() {
    let aws = stores().await;
    for arguments in [&["promote", "dev", "prod", "--plan"][..], &["init", "--env", "prod", "--plan"]] {
        let ran = run(&aws, arguments).await;
        assert_eq!(ran.exit, Exit::Problems);
        assert!(ran.out.contains("create StringList   /orders/prod/allowed_origins"), "{}", ran.out);
    }
    assert_eq!(run(&aws, &["init", "--env", "dev", "--plan"]).await.exit, Exit::Ok);
    let json = run(&aws, &["init", "--env", "prod", "--plan", "--json"]).await;
    assert_eq!((json.exit, &json.json()["version"]), (Exit::Problems, &1.into()));
    assert_eq!(writes(&aws), 0);
}

fn writes(aws: &FakeAws) -> usize {
    let is_write = |action: &str| ["Put", "Create", "Update"].iter().any(|verb| action.starts_with(verb));
    aws.calls().iter().filter(|call| is_write(call.action())).count()
}

#[tokio::test]
async fn nothing_is_written_unless_somebody_agrees() {
    let aws = stores().await;
    let arguments = &["promote", "dev", "prod", "--copy", "allowed_origins"];
    let nobody = run(&aws, arguments).await;
    assert_eq!(nobody.exit, Exit::CouldNotRun);
    assert!(nobody.error.contains("nobody could be asked, and there is no --yes"), "{}", nobody.error);
    let no = run_in(Around { answers: Some(vec!["n".to_owned()]), ..Around::default() }, &aws, arguments).await;
    assert_eq!((no.exit, no.error.ends_with("nothing was written\n")), (Exit::Problems, true));
    assert_eq!(writes(&aws), 0);
    let yes = run_in(Around { answers: Some(vec!["y".to_owned()]), ..Around::default() }, &aws, arguments).await;
    insta::assert_snapshot!(yes.stable());
    assert_eq!(run(&aws, &["check", "--env", "prod"]).await.exit, Exit::Ok);
}

#[tokio::test]
async fn a_person_types_what_nothing_else_supplies() {
    let aws = FakeAws::start().await.unwrap();
    let answers = ["y", &canary(2), &canary(3), &canary(0), "https://a,https://b"].map(str::to_owned).to_vec();
    let arguments = &["init", "--env", "prod", "--generate", "tenants.acme.token=24", "--tag", "service=orders"];
    let ran = run_in(Around { answers: Some(answers), ..Around::default() }, &aws, arguments).await;
    insta::assert_snapshot!(ran.stable());
    let directory = directory(FILE);
    let loader = AppConfig::loader("prod").aws(&aws.sdk_config());
    let config = loader.root(directory.path()).env_vars::<&str, &str>([]).load().await.unwrap();
    assert!(*config.stripe_key.expose_secret() == canary(0) && config.database.host == canary(2));
    assert_eq!(config.tenants["acme"].token.expose_secret().len(), 24);
    assert_eq!(config.allowed_origins, ["https://a", "https://b"]);
}

#[tokio::test]
async fn a_script_gives_values_by_the_standard_input_and_never_by_an_argument() {
    let aws = stores().await;
    let input = format!("allowed_origins={}\nstripe_key=unused\n", canary(4));
    let around = || Around { input: &input, ..Around::default() };
    let ran = run_in(around(), &aws, &["init", "--env", "prod", "--yes", "--stdin", "--json"]).await;
    assert_eq!((ran.exit, &ran.json()["version"]), (Exit::Ok, &1.into()));
    assert!(ran.error.contains("keep   SecureString /orders/prod/stripe_key"), "{}", ran.error);
    assert!(!ran.error.contains("nothing was to be written"), "{}", ran.error);
    let wrong = Around { input: &canary(1).replace('=', ""), ..Around::default() };
    aws.remove_parameter("/orders/prod/allowed_origins");
    let wrong = run_in(wrong, &aws, &["init", "--env", "prod", "--yes", "--stdin"]).await;
    assert_eq!(wrong.exit, Exit::CouldNotRun);
    assert!(wrong.error.starts_with("error: line 1 of the standard input is not FIELD=VALUE\n"), "{}", wrong.error);
}

#[tokio::test]
async fn a_plan_that_nobody_could_be_asked_for_ends_with_two() {
    let (mut out, mut error) = (Vec::new(), Vec::new());
    let mut console = Console::new(&mut out, &mut error);
    let sdk_config = FakeAws::start().await.unwrap().sdk_config();
    // Secrets do not travel that way.
    let prepare = |loader: Loader<AppConfig>| loader.aws(&sdk_config).endpoint_url("http://stores.example");
    let exit = run_on(["/usr/bin/orders", "init", "--env", "prod", "--plan"], prepare, &mut console).await;
    drop(console);
    let ran = seen(exit, out, error);
    assert_eq!(ran.exit, Exit::CouldNotRun, "{}", ran.out);
}

#[tokio::test]
async fn a_copy_of_no_field_is_told_with_a_suggestion() {
    let aws = stores().await;
    let ran = run(&aws, &["promote", "dev", "prod", "--yes", "--copy", "allowed_origin"]).await;
    assert_ne!(ran.exit, Exit::Ok);
    assert!(ran.error.contains("did you mean `allowed_origins`?"), "{}", ran.error);
    assert_eq!(writes(&aws), 0);
}

#[tokio::test]
async fn a_value_of_a_wrong_type_is_not_written() {
    #[derive(Debug, SecretConfig)]
    #[allow(dead_code)]
    #[config(prefix = "vans/{env}")]
    struct Vans {
        #[config(ssm)]
        limit: u32,
    }
    let aws = FakeAws::start().await.unwrap();
    let sdk_config = aws.sdk_config();
    for arguments in [&["init", "--env", "prod", "--yes", "--stdin"][..], &["set", "limit", "--env", "prod", "--yes"]] {
        let (mut out, mut error) = (Vec::new(), Vec::new());
        let value = if arguments[0] == "set" { canary(0) } else { format!("limit={}", canary(0)) };
        let mut console = Console::new(&mut out, &mut error).with_input(value.as_bytes());
        let prepare = |loader: Loader<Vans>| loader.aws(&sdk_config).root("no/such/directory");
        let exit = run_on(["/usr/bin/vans"].iter().chain(arguments), prepare, &mut console).await;
        drop(console);
        let ran = seen(exit, out, error);
        assert_ne!(ran.exit, Exit::Ok);
        assert!(ran.error.contains("limit: expected u32"), "{}", ran.error);
    }
    assert_eq!(writes(&aws), 0);
}

#[tokio::test]
async fn set_writes_one_field_and_keeps_what_exists() {
    let aws = stores().await;
    let value = format!("{}\n", canary(1));
    let around = || Around { input: &value, ..Around::default() };
    let kept = run_in(around(), &aws, &["set", "stripe_key", "--env", "prod", "--yes"]).await;
    let told = "stripe_key has a value: version 1; it is kept. `--overwrite` writes a new one\n";
    assert_eq!((kept.exit, kept.out.as_str(), kept.error.as_str()), (Exit::Problems, "", told));
    let before = writes(&aws);
    let arguments = ["set", "stripe_key", "--env", "prod", "--yes", "--overwrite", "--kms-key", "alias/aws/ssm"];
    let written = run_in(around(), &aws, &arguments).await;
    assert!(written.exit == Exit::Ok && written.error.contains("overwritten"), "{}", written.error);
    assert!(writes(&aws) > before);
    let unknown = run_in(around(), &aws, &["set", "strip_key", "--env", "prod", "--yes"]).await;
    assert!(unknown.exit != Exit::Ok && unknown.error.contains("did you mean `stripe_key`"), "{}", unknown.error);
    aws.remove_parameter("/orders/dev/stripe_key");
    let nothing = run(&aws, &["set", "stripe_key", "--env", "dev", "--yes"]).await;
    assert_eq!((nothing.exit, nothing.error.contains("has no value")), (Exit::CouldNotRun, true), "{}", nothing.error);
    let made = run(&aws, &["set", "stripe_key", "--env", "dev", "--yes", "--generate"]).await;
    assert_eq!(made.exit, Exit::Ok, "{}", made.error);
}

#[tokio::test]
async fn set_asks_for_no_value_that_it_would_not_write() {
    let aws = stores().await;
    let person = || Around { answers: Some(vec!["y".to_owned(), canary(1)]), ..Around::default() };
    for field in ["stripe_key", "database.password"] {
        let kept = run_in(person(), &aws, &["set", field, "--env", "prod"]).await;
        assert_eq!((kept.exit, kept.questions.as_str()), (Exit::Problems, ""), "{}", kept.error);
        assert!(kept.error.contains("; it is kept. `--overwrite` writes a new one"), "{}", kept.error);
        let plan = run_in(person(), &aws, &["set", field, "--env", "prod", "--plan"]).await;
        assert_eq!((plan.exit, plan.error), (Exit::Problems, kept.error));
    }
    assert_eq!(writes(&aws), 0);
    let arguments = ["set", "stripe_key", "--env", "prod", "--overwrite", "--kms-key", "alias/aws/ssm"];
    let replaced = run_in(person(), &aws, &arguments).await;
    insta::assert_snapshot!(replaced.stable());
}

#[tokio::test]
async fn set_without_the_right_to_read_leaves_it_to_the_write() {
    let aws = stores().await;
    aws.deny("ssm:GetParameters", "*");
    let around = || Around { input: "sk", ..Around::default() };
    let exists = run_in(around(), &aws, &["set", "stripe_key", "--env", "prod", "--yes"]).await;
    assert_eq!(exists.exit, Exit::Problems);
    assert!(
        exists.error.contains("exists") && exists.error.contains("`--overwrite` writes a new one"),
        "{}",
        exists.error
    );
    aws.remove_parameter("/orders/prod/stripe_key");
    let written = run_in(around(), &aws, &["set", "stripe_key", "--env", "prod", "--yes"]).await;
    assert_eq!(written.exit, Exit::Ok, "{}", written.error);
}

#[tokio::test]
async fn an_empty_value_is_none() {
    let aws = stores().await;
    let set = ["set", "database.password", "--env", "prod", "--yes", "--overwrite"];
    for input in ["", "\n", "\r\n"] {
        let ran = run_in(Around { input, ..Around::default() }, &aws, &set).await;
        assert_eq!((ran.exit, ran.error.contains("has no value")), (Exit::CouldNotRun, true), "{}", ran.error);
    }
    let input = "allowed_origins=https://a\nstripe_key=\n";
    let ran = run_in(Around { input, ..Around::default() }, &aws, &["init", "--env", "prod", "--yes", "--stdin"]).await;
    assert_eq!(
        (ran.exit, ran.error.as_str()),
        (Exit::CouldNotRun, "error: line 2 of the standard input has no value\n")
    );
    assert_eq!(writes(&aws), 0);
}

#[tokio::test]
async fn a_list_is_written_as_its_parameter_has_it() {
    let aws = stores().await;
    let set = ["set", "allowed_origins", "--env", "prod", "--yes", "--overwrite"];
    let written = async |input: &str| run_in(Around { input, ..Around::default() }, &aws, &set).await;
    let refused = written(r#"["https://a"]"#).await;
    assert_eq!(refused.exit, Exit::Problems);
    assert!(refused.error.contains("a StringList is no JSON"), "{}", refused.error);
    assert_eq!(written("https://a,https://b").await.exit, Exit::Ok);
    aws.remove_parameter("/orders/prod/allowed_origins");
    aws.put_parameter("/orders/prod/allowed_origins", Parameter::string(r#"["https://a"]"#));
    let refused = written("https://a,https://b").await;
    assert_eq!(refused.exit, Exit::Problems);
    assert!(refused.error.contains("is a String, which has a list as JSON"), "{}", refused.error);
    assert_eq!(written(r#"["https://a","https://b"]"#).await.exit, Exit::Ok);
    assert_eq!(run(&aws, &["check", "--env", "prod"]).await.exit, Exit::Ok);
}

#[tokio::test]
async fn two_values_for_one_field_are_refused() {
    let aws = stores().await;
    let promote = ["promote", "dev", "prod", "--yes", "--overwrite", "--copy", "stripe_key"];
    let init = ["init", "--env", "prod", "--yes", "--stdin"];
    for (arguments, input) in [
        ([&promote[..], &["--generate", "stripe_key=20"]].concat(), ""),
        ([&promote[..], &["--stdin"]].concat(), "stripe_key=zz"),
        ([&init[..], &["--generate", "allowed_origins"]].concat(), "allowed_origins=a"),
        (init.to_vec(), "allowed_origins=a\nallowed_origins=b"),
    ] {
        let ran = run_in(Around { input, ..Around::default() }, &aws, &arguments).await;
        assert_eq!(ran.exit, Exit::CouldNotRun, "{arguments:?} {}", ran.error);
        assert!(ran.error.contains("is given a value twice"), "{}", ran.error);
    }
    assert_eq!(writes(&aws), 0);
}

#[tokio::test]
async fn what_was_not_written_whole_says_so() {
    let aws = stores().await;
    let init = ["init", "--env", "prod", "--yes", "--json"];
    let ran = run(&aws, &init).await;
    assert_eq!((ran.exit, ran.json()["outcome"].as_str()), (Exit::Problems, Some("incomplete")));
    assert!(ran.error.contains("give values as lines of FIELD=VALUE"), "{}", ran.error);
    aws.deny("ssm:PutParameter", "*");
    let around = Around { input: "allowed_origins=https://a", ..Around::default() };
    let denied = run_in(around, &aws, &[&init[..], &["--stdin"]].concat()).await;
    assert_eq!((denied.exit, denied.json()["outcome"].as_str()), (Exit::Problems, Some("incomplete")));
}

#[tokio::test]
async fn a_plan_can_be_made_of_the_input_without_agreeing_to_it() {
    let aws = stores().await;
    let around = || Around { input: "allowed_origins=https://a", ..Around::default() };
    let plan = run_in(around(), &aws, &["init", "--env", "prod", "--stdin", "--plan"]).await;
    assert_eq!(plan.exit, Exit::Problems, "{}", plan.error);
    let refused = run_in(around(), &aws, &["init", "--env", "prod", "--stdin"]).await;
    assert_eq!((refused.exit, refused.error.contains("`--stdin` needs `--yes`")), (Exit::CouldNotRun, true));
    assert_eq!(writes(&aws), 0);
}

/// By mistake, where something else belongs.
#[tokio::test]
async fn a_value_in_the_place_of_a_name_is_not_repeated() {
    let aws = stores().await;
    for line in [
        "set stripe_key --env prod --generate sk_live_x",
        "set sk_live_x --env prod",
        "promote dev prod --copy stripe_key=sk_live_x",
        "promote dev prod --copy sk_live_x",
        "init --env prod --generate sk_live_x",
        "set stripe_key --env prod --yes=sk_live_x",
        "set stripe_key --env prod --overwrite=sk_live_x",
        "set stripe_key --env prod --tag sk_live_x",
        "stripe_key=sk_live_x",
    ] {
        for more in [&[][..], &["--json"]] {
            let arguments: Vec<_> = line.split(' ').chain(more.iter().copied()).collect();
            let ran = run(&aws, &arguments).await;
            assert_eq!(ran.exit, Exit::CouldNotRun, "{line}: {}", ran.error);
            assert!(
                !ran.error.contains("sk_live") && !ran.out.contains("sk_live"),
                "{line}: {} {}",
                ran.error,
                ran.out
            );
        }
    }
    let ran = run(&aws, &["check", "--env", "prod", "--endpoint-url", "127.0.0.1:4566"]).await;
    assert_eq!((ran.exit, ran.error.contains("write a URL")), (Exit::CouldNotRun, true), "{}", ran.error);
}

#[tokio::test]
async fn a_new_version_of_what_is_encrypted_keeps_its_key() {
    let aws = stores().await;
    aws.add_key("alias/orders");
    let around = || Around { input: "sk", ..Around::default() };
    let set = ["set", "stripe_key", "--env", "prod", "--overwrite", "--yes"];
    let other = run_in(around(), &aws, &[&set[..], &["--kms-key", "alias/orders"]].concat()).await;
    assert_eq!(other.exit, Exit::Ok, "{}", other.error);
    let same = run_in(around(), &aws, &set).await;
    assert_eq!(same.exit, Exit::Ok, "{}", same.error);
    let (dev, prod) =
        (AppConfig::loader("dev").aws(&aws.sdk_config()), AppConfig::loader("prod").aws(&aws.sdk_config()));
    let diff = secret_config::operator::diff_with_descriptions(dev, prod).await.unwrap();
    let row = diff.rows().iter().find(|row| row.field() == "stripe_key").unwrap();
    assert_eq!((row.other().version(), row.other().kms_key()), (Some("3"), Some("alias/orders")));
}

#[tokio::test]
async fn a_key_that_is_not_to_be_found_out_is_told_before_anything_is_asked() {
    let aws = stores().await;
    aws.deny("ssm:DescribeParameters", "*");
    let person = || Around { answers: Some(vec!["y".to_owned(), canary(1)]), ..Around::default() };
    let ran = run_in(person(), &aws, &["set", "stripe_key", "--env", "prod", "--overwrite"]).await;
    assert_eq!((ran.exit, ran.questions.as_str()), (Exit::CouldNotRun, ""));
    assert_eq!(
        ran.error,
        "error: `--kms-key` is missing: AWS would encrypt the new version of /orders/prod/stripe_key with the account's \
         default key, and which one it has now was not to be found out\n  give the key that it has (`--kms-key alias/aws/ssm` \
         is the account's default), or allow ssm:DescribeParameters on *\n"
    );
    let plan = run_in(person(), &aws, &["set", "stripe_key", "--env", "prod", "--overwrite", "--plan"]).await;
    assert!(plan.out.contains("replace SecureString /orders/prod/stripe_key  for stripe_key"), "{}", plan.out);
    assert_eq!((plan.exit, plan.error), (Exit::Ok, ran.error));
    // A secret keeps its key.
    let secret = ["set", "database.password", "--env", "prod", "--overwrite"];
    assert_eq!(run_in(person(), &aws, &secret).await.exit, Exit::Ok);
}

#[tokio::test]
async fn the_examples_of_the_help_work_as_they_stand() {
    for command in ["init", "promote", "set"] {
        let help = run(&stores().await, &[command, "--help"]).await.out;
        let examples: Vec<_> = help.lines().filter_map(|line| line.strip_prefix("  orders ")).collect();
        assert!(examples.len() > 2, "{help}");
        for example in examples {
            let aws = stores().await;
            aws.add_key("alias/orders");
            if !example.contains("--overwrite") {
                aws.remove_parameter("/orders/prod/stripe_key");
            }
            let example = example.split("  ").next().unwrap().replace("session_key", "stripe_key");
            let (arguments, has_file) =
                example.split_once(" <").map_or((example.as_str(), false), |(line, _)| (line, true));
            let is_set = command == "set";
            let lines = format!("stripe_key={}\nallowed_origins=https://a\n", canary(0));
            let input = if is_set { canary(0) } else { lines };
            let answers = ["y", &canary(0), &canary(0), &canary(0)].map(str::to_owned).to_vec();
            let around = Around {
                input: if has_file { &input } else { "" },
                answers: (!has_file).then_some(answers),
                ..Around::default()
            };
            let ran = run_in(around, &aws, &arguments.split(' ').collect::<Vec<_>>()).await;
            let expected = if arguments.contains("--plan") { Exit::Problems } else { Exit::Ok };
            assert_eq!(ran.exit, expected, "{example}: {}", ran.error);
        }
    }
}

#[tokio::test]
async fn a_value_in_the_arguments_is_refused_and_not_repeated() {
    let aws = stores().await;
    let (assigned, value) = (format!("stripe_key={}", canary(0)), canary(0));
    for arguments in [
        &["set", &assigned, "--env", "prod"][..],
        &["set", "stripe_key", &value, "--env", "prod", "--yes"],
        &["set", "--env", "prod", "stripe_key", "=", &value],
        &["init", "--env", "prod", &assigned],
        &["promote", "dev", "prod", &assigned],
    ] {
        let ran = run_in(Around { input: "sk", ..Around::default() }, &aws, arguments).await;
        assert_eq!(ran.exit, Exit::CouldNotRun);
        assert!(ran.error.starts_with("error: a value is never taken from the command line"), "{}", ran.error);
        assert!(ran.error.contains("< file"), "{}", ran.error);
    }
    // Not as the length of one that is made, either.
    let made = run(&aws, &["init", "--env", "prod", "--generate", &assigned]).await;
    assert_eq!((made.exit, made.error.contains("takes FIELD=LENGTH")), (Exit::CouldNotRun, true), "{}", made.error);
    assert_eq!(aws.calls().len(), 0);
}

#[tokio::test]
async fn set_says_why_a_field_cannot_be_written() {
    let aws = stores().await;
    for (field, told) in [
        ("port", "no store is asked for `port`: it comes from files and variables"),
        (
            "database.max_connections",
            "no store is asked for `database.max_connections`: it comes from files and variables",
        ),
        ("database", "no store is asked for `database`: it is a section; name a field of it, such as `database.host`"),
        ("password", "no field `password`; did you mean `database.password`?"),
        ("strpe_key", "no field `strpe_key`; did you mean `stripe_key`?"),
        ("something.else", "what is named is no field\n  `manifest` lists the fields"),
        (
            "tenants.other.token",
            "no store is asked for `tenants.other.token`: the files have no such section or entry, or the program supplies it",
        ),
    ] {
        let ran =
            run_in(Around { input: "sk", ..Around::default() }, &aws, &["set", field, "--env", "prod", "--yes"]).await;
        assert_eq!((ran.exit, ran.error), (Exit::CouldNotRun, format!("error: {told}\n")));
    }
    let offline = run(&aws, &["set", "stripe_key", "--env", "local", "--yes"]).await;
    assert_eq!(offline.error, "error: no store is asked for `stripe_key`: `local` is offline\n");
    assert_eq!(aws.calls().len(), 0);
}

#[tokio::test]
async fn misspelt_fields_are_told_all_at_once_and_nothing_is_written() {
    let aws = stores().await;
    let value = canary(0).replace('=', "");
    let input = format!("allowed_origins=https://a\nstrpe_key={value}\n{value}=={value}\nport=80\n");
    let arguments = ["init", "--env", "prod", "--yes", "--generate", "databse.password=16", "--stdin"];
    let ran = run_in(Around { input: &input, ..Around::default() }, &aws, &arguments).await;
    assert_eq!(
        (ran.exit, ran.error.as_str()),
        (
            Exit::CouldNotRun,
            "error: no field `databse.password`; did you mean `database.password`?\n\
             error: line 2 of the standard input: no field `strpe_key`; did you mean `stripe_key`?\n\
             error: line 3 of the standard input names no field\n  \
             each line is FIELD=VALUE, and `manifest` lists the fields\n\
             error: line 4 of the standard input: no store is asked for `port`: it comes from files and variables\n"
        )
    );
    assert_eq!(aws.calls().len(), 0);
}

/// What two environments share, and what they do not.
#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "shop/{env}", environments = ["dev", "prod"], allow_unknown)]
struct Shop {
    #[config(ssm, shared)]
    currencies: Vec<String>,
    #[config(ssm, shared)]
    partner: String,
    #[config(ssm)]
    limit: u32,
    #[config(nested)]
    document: ShopDocument,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(document(secretsmanager = "{prefix}/document"))]
struct ShopDocument {
    #[config(shared)]
    region: String,
    #[secret]
    key: Secret<String>,
}

async fn shops() -> FakeAws {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/shop/dev/currencies", Parameter::string_list("EUR,CHF"));
    aws.put_parameter("/shop/dev/limit", Parameter::string("10"));
    aws.put_secret("shop/dev/document", format!(r#"{{"region":"eu","key":"{}"}}"#, "of dev"));
    aws
}

#[tokio::test]
async fn what_is_shared_is_copied_unasked_and_what_is_not_is_asked_for() {
    let aws = shops().await;
    let answers = ["y", "acme", "20", "of prod"].map(str::to_owned).to_vec();
    let ran =
        run_of::<Shop>(Around { answers: Some(answers), ..Around::default() }, &aws, &["promote", "dev", "prod"]).await;
    insta::assert_snapshot!(ran.stable());
    let loader = Shop::loader("prod").aws(&aws.sdk_config()).root("no/such/directory");
    let shop = loader.env_vars::<&str, &str>([]).load().await.unwrap();
    assert_eq!((shop.currencies, shop.partner.as_str(), shop.limit), (vec!["EUR".into(), "CHF".into()], "acme", 20));
    assert_eq!((shop.document.region.as_str(), shop.document.key.expose_secret().as_str()), ("eu", "of prod"));
}

#[tokio::test]
async fn a_shared_value_that_somebody_gives_is_not_copied_and_one_that_cannot_be_read_is_told() {
    let aws = shops().await;
    aws.deny("ssm:GetParameters", "/shop/dev/currencies");
    let input = "partner=acme\nlimit=20\ndocument.key=of prod\n";
    let arguments = ["promote", "dev", "prod", "--yes", "--stdin"];
    let ran = run_of::<Shop>(Around { input, ..Around::default() }, &aws, &arguments).await;
    assert_eq!((ran.exit, writes(&aws)), (Exit::Problems, 0));
    assert!(
        ran.error.starts_with(
            "error: nothing was written: cannot copy from `dev`\n  currencies: Parameter Store denies access"
        ),
        "{}",
        ran.error
    );
    let input = format!("{input}currencies=USD\n");
    let ran = run_of::<Shop>(Around { input: &input, ..Around::default() }, &aws, &arguments).await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.error);
    // `init` has nothing to copy from, and set asks for it as for any other.
    aws.remove_parameter("/shop/prod/currencies");
    let plan = run_of::<Shop>(Around::default(), &aws, &["init", "--env", "prod", "--plan"]).await;
    assert!(plan.out.ends_with("create StringList   /shop/prod/currencies  for currencies\n"), "{}", plan.out);
}

#[tokio::test]
async fn a_named_field_that_exists_is_kept_or_replaced_and_never_passed_over() {
    let aws = stores().await;
    aws.put_parameter("/orders/prod/allowed_origins", Parameter::string_list("https://prod"));
    let copy = ["promote", "dev", "prod", "--yes", "--copy", "allowed_origins", "--copy", "database.host"];
    let kept = run(&aws, &copy).await;
    insta::assert_snapshot!("a_named_field_that_exists_is_kept", kept.stable());
    let generated = run(&aws, &["init", "--env", "prod", "--yes", "--generate", "stripe_key"]).await;
    assert!(generated.out.contains("keep SecureString /orders/prod/stripe_key"), "{}", generated.out);
    assert_eq!(writes(&aws), 0);
    let replaced = run(&aws, &[&copy[..], &["--overwrite"]].concat()).await;
    insta::assert_snapshot!("a_named_field_that_exists_is_replaced", replaced.stable());
    let directory = directory(FILE);
    let loader = AppConfig::loader("prod").aws(&aws.sdk_config()).root(directory.path());
    let config = loader.env_vars::<&str, &str>([]).load().await.unwrap();
    assert!(config.allowed_origins == canary(4).split(',').collect::<Vec<_>>(), "it is that of dev");
}

#[tokio::test]
async fn a_plan_that_was_declined_or_kept_or_wrong_is_one_document_of_json() {
    let aws = stores().await;
    let promote = &["promote", "dev", "prod", "--copy", "allowed_origins", "--json"][..];
    let set = &["set", "stripe_key", "--env", "prod", "--json"][..];
    let answer = |answer: &str| Around { answers: Some(vec![answer.to_owned()]), ..Around::default() };
    let yes = |input| Around { input, ..Around::default() };
    let with = |arguments: &[&'static str], more: &[&'static str]| [arguments, more].concat();
    for (around, arguments, exit, outcome) in [
        (yes(""), with(promote, &["--plan"]), Exit::Problems, "planned"),
        (yes(""), promote.to_vec(), Exit::CouldNotRun, "error"),
        (answer("n"), promote.to_vec(), Exit::Problems, "declined"),
        (yes(""), with(promote, &["--copy", "nothing"]), Exit::CouldNotRun, "error"),
        (yes(""), with(promote, &["--copy", "tenants.acme.id"]), Exit::CouldNotRun, "error"),
        (yes(""), with(promote, &["--endpoint-url", "http://127.0.0.1:9"]), Exit::CouldNotRun, "error"),
        (answer("y"), promote.to_vec(), Exit::Ok, "written"),
        (yes(""), promote.to_vec(), Exit::Ok, "unchanged"),
        (yes(""), vec!["init", "--env", "prod", "--json", "--yes"], Exit::Ok, "unchanged"),
        (yes("no line"), vec!["init", "--env", "prod", "--json", "--yes", "--stdin"], Exit::CouldNotRun, "error"),
        (yes("sk"), with(set, &["--yes"]), Exit::Problems, "unchanged"),
        (yes("sk"), with(set, &["--yes", "--overwrite"]), Exit::Ok, "written"),
        (yes(""), with(set, &["--yes", "--overwrite", "--kms-key", "alias/aws/ssm"]), Exit::CouldNotRun, "error"),
        (yes("sk"), with(set, &["--yes", "--overwrite", "--kms-key", "alias/aws/ssm"]), Exit::Ok, "written"),
        (yes(""), with(set, &["sk_live"]), Exit::CouldNotRun, "error"),
    ] {
        let ran = run_in(around, &aws, &arguments).await;
        let json = ran.json();
        assert_eq!(
            (ran.exit, &json["version"], &json["outcome"]),
            (exit, &1.into(), &outcome.into()),
            "{arguments:?}: {json:#} {}",
            ran.error
        );
        if outcome == "error" {
            assert!(json["problems"][0]["message"].is_string(), "{json:#}");
        }
    }
}

#[tokio::test]
async fn a_plan_tells_a_program_what_is_shared_copied_and_replaced() {
    let aws = shops().await;
    aws.put_parameter("/shop/prod/limit", Parameter::string("20"));
    let arguments = ["promote", "dev", "prod", "--copy", "limit", "--plan", "--json"];
    let plan = run_of::<Shop>(Around::default(), &aws, &arguments).await.json();
    let of = |list: &str, name: &str| {
        let creations = plan[list].as_array().unwrap();
        creations.iter().find(|creation| creation["name"] == name).unwrap_or_else(|| panic!("{name}: {plan:#}")).clone()
    };
    let part = &of("creations", "/shop/prod/currencies")["parts"][0];
    assert_eq!((&part["is_shared"], &part["copied_from"]), (&true.into(), &"dev".into()));
    let kept = of("kept", "/shop/prod/limit");
    assert_eq!((&kept["version"], &kept["parts"][0]["has_value"]), (&"1".into(), &true.into()));
    let plan = run_of::<Shop>(Around::default(), &aws, &[&arguments[..], &["--overwrite"]].concat()).await.json();
    let limit = plan["creations"].as_array().unwrap().iter().find(|creation| creation["name"] == "/shop/prod/limit");
    assert_eq!((&limit.unwrap()["exists"], plan.get("kept")), (&true.into(), None));
    let manifest = run_of::<Shop>(Around::default(), &aws, &["manifest", "--env", "prod"]).await.out;
    assert!(manifest.contains("Parameter Store /shop/prod/partner > files  (shared)"), "{manifest}");
}

#[tokio::test]
async fn at_a_terminal_a_bar_is_drawn_below_the_lines() {
    let aws = shops().await;
    let input = "partner=acme\nlimit=20\ndocument.key=of prod\n";
    let around = Around { input, progress: Progress::Bar, ..Around::default() };
    let ran = run_of::<Shop>(around, &aws, &["promote", "dev", "prod", "--yes", "--stdin"]).await;
    let drawn: Vec<_> = ran.error.split(['\r', '\n']).filter(|part| part.starts_with('[')).collect();
    let bars = [
        "[....................] 0/4 /shop/prod/currencies",
        "[#####...............] 1/4 /shop/prod/partner",
        "[##########..........] 2/4 /shop/prod/limit",
        "[###############.....] 3/4 shop/prod/document",
    ];
    assert_eq!(drawn, bars);
    // What a person sees in the end: each part of a line covers what was there before.
    let seen = |line: &str| line.rsplit('\r').next().unwrap_or_default().to_owned();
    let lines: Vec<_> = ran.error.lines().map(seen).collect();
    let written = lines.iter().skip_while(|line| !line.starts_with("created"));
    let written: Vec<_> = written.map(|line| line.split(" version").next().unwrap()).collect();
    assert_eq!(
        written,
        [
            "created     ssm /shop/prod/currencies",
            "created     ssm /shop/prod/partner",
            "created     ssm /shop/prod/limit",
            "created     secretsmanager shop/prod/document",
        ]
    );
}

/// A value that may hold a secret, though its field is none.
#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(env_prefix = "APP")]
struct Hiding {
    account: Account,
    many: Vec<Account>,
    accounts: Vec<Key>,
    key: Key,
    wrong: u16,
}

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code)]
struct Account {
    name: String,
}

type Key = Secret<String>;

#[tokio::test]
async fn explain_shows_no_secret_that_only_the_type_knows_of() {
    let table = format!("{{\"name\": \"a\", \"password\": {}}}", serde_json::to_string(&canary(0)).unwrap());
    let one = canary(1).replace(',', "");
    let list = format!(" [{table}]");
    let variables = [
        ("APP_MANY", list.as_str()),
        ("APP_ACCOUNT", table.as_str()),
        ("APP_ACCOUNTS", one.as_str()),
        ("APP_KEY", &canary(2)),
        ("APP_WRONG", "eighty"),
    ];
    let (mut out, mut error) = (Vec::new(), Vec::new());
    let mut console = Console::new(&mut out, &mut error);
    let prepare = |loader: Loader<Hiding>| loader.env_vars(variables).root("no/such/directory");
    let exit = run_on(["app", "explain", "--env", "dev"], prepare, &mut console).await;
    drop(console);
    let ran = seen(exit, out, error);
    assert_eq!(ran.exit, Exit::Problems);
    assert!(ran.out.contains("key = [redacted]") && ran.out.contains("accounts = [redacted]"), "{}", ran.out);
}

#[tokio::test]
async fn colours_are_there_where_they_are_wanted_and_only_there() {
    let aws = stores().await;
    let coloured = |colours, arguments: &'static [&'static str]| {
        let aws = &aws;
        async move { run_in(Around { colours, ..Around::default() }, aws, arguments).await.out.contains('\u{1b}') }
    };
    assert!(coloured(Colours::Always, &["explain", "--env", "dev"]).await);
    assert!(!coloured(Colours::Never, &["explain", "--env", "dev"]).await);
    assert!(!coloured(Colours::Always, &["explain", "--env", "dev", "--color", "never"]).await);
    assert!(coloured(Colours::Never, &["--color=always", "explain", "--env", "dev"]).await);
    assert!(!coloured(Colours::Always, &["explain", "--env", "dev", "--json"]).await);
    let plain =
        run_in(Around { colours: Colours::Never, ..Around::default() }, &aws, &["explain", "--env", "dev"]).await.out;
    let painted =
        run_in(Around { colours: Colours::Always, ..Around::default() }, &aws, &["explain", "--env", "dev"]).await.out;
    assert_eq!(stable(&without_colours(&painted)), stable(&plain));
}

fn without_colours(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or(part, |(_, rest)| rest))
}

#[tokio::test]
async fn a_manifest_asks_nothing() {
    let aws = stores().await;
    let ran = run(&aws, &["manifest", "--env", "prod"]).await;
    insta::assert_snapshot!(ran.stable());
    let json = run(&aws, &["manifest", "--env", "local", "--json"]).await.json();
    assert_eq!((&json["version"], &json["is_offline"]), (&1.into(), &true.into()));
    assert_eq!(aws.calls().len(), 0);
}

#[tokio::test]
async fn templates_are_those_of_the_library() {
    let aws = stores().await;
    let manifest = AppConfig::manifest("prod").unwrap();
    for (name, text) in
        [("toml", manifest.default_toml()), ("env", manifest.env_example()), ("schema", manifest.json_schema())]
    {
        let ran = run(&aws, &["template", name, "--env", "prod"]).await;
        assert_eq!((ran.exit, &ran.out), (Exit::Ok, &text));
        let json = run(&aws, &["template", name, "--env", "prod", "--json"]).await.json();
        assert_eq!(json["text"], *text);
    }
}

#[tokio::test]
async fn completions_know_the_commands_and_the_environments() {
    let aws = stores().await;
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(&aws, &["completions", shell]).await;
        assert_eq!(ran.exit, Exit::Ok);
        assert!(ran.out.contains("explain"), "{shell}");
    }
    let bash = run(&aws, &["completions", "bash"]).await.out;
    assert!(bash.contains("dev prod local") && bash.contains("complete -F _orders"), "{bash}");
}

#[tokio::test]
async fn help_is_a_page_of_its_own_for_every_command() {
    let aws = stores().await;
    let mut pages = String::new();
    let help = run(&aws, &["--help"]).await;
    assert_eq!(help.exit, Exit::Ok);
    let listed = help.out.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands: Vec<_> = listed.map_while(|line| line.split_whitespace().next().map(str::to_owned)).collect();
    assert!(commands.len() >= 4, "{commands:?}");
    pages.push_str(&help.out);
    for command in &commands {
        let page = run(&aws, &[command, "--help"]).await;
        assert_eq!(page.exit, Exit::Ok);
        assert!(page.out.contains("Examples:\n  orders "), "{}", page.out);
        pages.push_str(&format!("\n$ orders {command} --help\n{}", page.out));
    }
    insta::assert_snapshot!(pages);
}

#[tokio::test]
async fn what_cannot_run_ends_with_two() {
    let aws = stores().await;
    for arguments in [
        &[][..],
        &["explain"],
        &["explain", "--env", "porduction"],
        &["explain", "--env", ""],
        &["explain", "--env", "dev", "--colour"],
        &["exlpain", "--env", "dev"],
        &["template", "yaml", "--env", "dev"],
        &["explain", "--env", "dev", "--endpoint-url", "http://127.0.0.1:9"],
    ] {
        let ran = run(&aws, arguments).await;
        assert_eq!(ran.exit, Exit::CouldNotRun, "{arguments:?}");
        assert!(!ran.error.is_empty(), "{arguments:?}");
    }
    let misspelt = run(&aws, &["explain", "--env", "porduction"]).await;
    assert!(misspelt.error.contains("[possible values: dev, prod, local]"), "{}", misspelt.error);
}

#[tokio::test]
async fn a_problem_of_an_argument_is_json_where_json_is_wanted() {
    #[derive(SecretConfig)]
    #[allow(dead_code)]
    struct AnyEnvironment {
        #[config(default = 1)]
        port: u16,
    }

    let (mut out, mut error) = (Vec::new(), Vec::new());
    let mut console = Console::new(&mut out, &mut error);
    let arguments = ["app", "manifest", "--env", "../prod", "--json"];
    let exit = run_on::<AnyEnvironment>(arguments, |loader| loader, &mut console).await;
    drop(console);
    let ran = seen(exit, out, error);
    assert_eq!((ran.exit, &ran.json()["problems"][0]["kind"]), (Exit::CouldNotRun, &"unknown-environment".into()));
}

#[tokio::test]
async fn the_arguments_win_over_what_the_program_says() {
    let aws = stores().await;
    let other = tempfile::tempdir().unwrap();
    std::fs::create_dir(other.path().join("config")).unwrap();
    std::fs::write(other.path().join("config/default.toml"), "name = \"other\"\n").unwrap();
    let root = other.path().to_str().unwrap();
    let json = run(&aws, &["explain", "--env", "dev", "--json", "--root", root]).await.json();
    let name = json["values"].as_array().unwrap().iter().find(|value| value["field"] == "name").unwrap();
    assert_eq!(name["value"], "\"other\"");
}

/// A reader that went away, or a disk that is full.
struct Gone(io::ErrorKind);

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_reader_that_went_away_is_no_failure_and_a_full_disk_is_one() {
    for (kind, expected) in [(io::ErrorKind::BrokenPipe, Exit::Ok), (io::ErrorKind::StorageFull, Exit::CouldNotRun)] {
        let mut error = Vec::new();
        let mut console = Console::new(Gone(kind), &mut error);
        let exit = run_on::<AppConfig>(["app", "manifest", "--env", "dev"], |loader| loader, &mut console).await;
        drop(console);
        assert_eq!(exit, expected);
        assert_eq!(error.is_empty(), expected == Exit::Ok);
    }
}
