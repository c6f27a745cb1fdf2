//! The commands against moto: one walk from an empty environment to a promoted one, with a canary in every value.

use secret_config::cli::{Console, Exit, run_on};
use secret_config::{Loader, Secret, SecretConfig};
use secret_config_tests::canary::{Search, canary};
use secret_config_tests::emulator::Emulator;
use serde_json::Value;

/// Something of both stores.
#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "{env}", env_prefix = "ORDERS")]
struct AppConfig {
    #[config(default = 8080)]
    port: u16,
    #[secret]
    stripe_key: Secret<String>,
    #[config(ssm)]
    region_name: String,
    #[secret(secretsmanager)]
    session_key: Secret<String>,
    #[config(nested)]
    database: Database,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
#[config(document(secretsmanager = "{prefix}/db"))]
struct Database {
    host: String,
    #[secret]
    password: Secret<String>,
}

struct Ran {
    exit: Exit,
    out: String,
    error: String,
}

impl Ran {
    #[track_caller]
    fn ends_with(self, exit: Exit) -> Self {
        assert_eq!(self.exit, exit, "{}\n{}", self.out, self.error);
        self
    }

    #[track_caller]
    fn json(&self) -> Value {
        let json: Value = serde_json::from_str(&self.out).unwrap();
        assert_eq!(json["version"], 1);
        json
    }
}

/// Runs `line` with `input` as the standard input. Nothing that it writes has a canary.
async fn run(moto: &Emulator, search: &Search, line: &str, input: &str) -> Ran {
    let (mut out, mut error) = (Vec::new(), Vec::new());
    let mut console = Console::new(&mut out, &mut error).with_input(input.as_bytes());
    let sdk_config = moto.sdk_config();
    let prepare = |loader: Loader<AppConfig>| loader.aws(&sdk_config).root("no/such/directory");
    let exit = run_on(["orders"].into_iter().chain(line.split(' ')), prepare, &mut console).await;
    drop(console);
    let (out, error) = (String::from_utf8(out).unwrap(), String::from_utf8(error).unwrap());
    assert_eq!((search.find(&out), search.find(&error)), (vec![], vec![]), "{line}");
    Ran { exit, out, error }
}

#[tokio::test]
async fn every_command_that_asks_or_writes_does_it_on_moto() {
    let moto = Emulator::moto().await;
    let (dev, prod) = (format!("{}-dev", moto.prefix()), format!("{}-prod", moto.prefix()));
    let search = (0..6).fold(Search::default(), |search, number| search.with("a value", &canary(number)));
    let run = async |line: &str, input: &str| run(&moto, &search, line, input).await;

    run(&format!("check --env {dev}"), "").await.ends_with(Exit::Problems);
    let names = ["stripe_key", "region_name", "session_key", "database.host", "database.password"];
    let values: Vec<_> = names.iter().enumerate().map(|(index, name)| format!("{name}={}", canary(index))).collect();
    run(&format!("init --env {dev} --yes --stdin"), &values.join("\n")).await.ends_with(Exit::Ok);
    run(&format!("check --env {dev}"), "").await.ends_with(Exit::Ok);

    let explained = run(&format!("explain --env {dev} --json"), "").await.ends_with(Exit::Ok).json();
    let told = |field: &str| {
        let values = explained["values"].as_array().unwrap();
        values.iter().find(|value| value["field"] == field).unwrap().clone()
    };
    for (field, stage) in
        [("stripe_key", None), ("session_key", Some("AWSCURRENT")), ("database.host", Some("AWSCURRENT"))]
    {
        let told = told(field);
        assert_eq!((told["layer"].as_str(), told["stage"].as_str()), (Some("remote"), stage), "{told}");
        for key in ["arn", "version", "modified"] {
            assert!(told[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {told}");
        }
    }
    let tree = run(&format!("explain --env {dev}"), "").await.ends_with(Exit::Ok).out;
    assert!(tree.contains("session_key = [redacted]") && tree.contains(" stage AWSCURRENT, written "), "{tree}");

    run(&format!("diff {dev} {prod} --fail-on missing"), "").await.ends_with(Exit::Problems);
    run(&format!("promote {dev} {prod} --plan"), "").await.ends_with(Exit::Problems);
    let promote =
        format!("promote {dev} {prod} --yes --copy region_name --copy database.host --copy database.password");
    run(&format!("{promote} --generate stripe_key=32 --generate session_key=32"), "").await.ends_with(Exit::Ok);
    run(&format!("diff {dev} {prod} --fail-on missing"), "").await.ends_with(Exit::Ok);
    run(&format!("diff {dev} {prod} --fail-on different"), "").await.ends_with(Exit::Problems);

    let set = format!("set stripe_key --env {prod} --yes --overwrite --kms-key alias/aws/ssm");
    run(&set, &canary(5)).await.ends_with(Exit::Ok);
    let checked = run(&format!("check --env {prod} --json"), "").await.ends_with(Exit::Ok).json();
    assert_eq!((&checked["is_ok"], &checked["rows"][0]["version"]), (&true.into(), &"2".into()));

    let report = run(&format!("report {dev} {prod} --json"), "").await.ends_with(Exit::Ok).json();
    assert!(report.to_string().contains("session_key"), "{report:#}");
    let page = run(&format!("report {dev} {prod} --html"), "").await.ends_with(Exit::Ok).out;
    assert!(page.starts_with("<!") && page.contains("session_key"));
}
