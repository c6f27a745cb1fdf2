//! Where secrets may stand, and on which way they may come: what the program allows, and what it does not.

use secret_config::ProblemKind::{Insecure, RefusedSecret};
use secret_config::{Secret, SecretConfig, Value};
use secret_config_tests::emulator;
use secret_config_tests::table::{assert_problems, directory};
use std::collections::HashMap;
use std::time::Duration;

#[derive(Debug, SecretConfig)]
#[config(prefix = "app/{env}", env_prefix = "APP", offline = ["local"], deny_env_secrets)]
#[allow(dead_code)]
struct Strict {
    #[config(default = 80)]
    port: u16,
    #[secret]
    token: Option<Secret<String>>,
    #[secret(local)]
    local: Option<Secret<String>>,
    #[config(default)]
    accounts: HashMap<String, Account>,
    #[config(default)]
    logins: HashMap<String, Login>,
}

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code)]
struct Account {
    password: Secret<String>,
}

/// serde buffers what is below it.
#[derive(Debug, serde::Deserialize)]
#[serde(untagged)]
#[allow(dead_code)]
enum Login {
    Password { password: Secret<String> },
}

#[tokio::test]
async fn a_secret_in_a_variable_is_refused_where_the_config_says_so() {
    let variables = [
        ("APP_PORT", "1"),
        ("APP_TOKEN", "hunter2"),
        ("APP_LOCAL", "hunter2"),
        ("APP_ACCOUNTS", r#"{"a": {"password": "hunter2"}}"#),
        ("APP_LOGINS", r#"{"a": {"password": "hunter2"}}"#),
    ];
    let loader = || Strict::loader("dev").root("no/such").set("token", "set");
    let result = loader().env_vars(variables).load().await;
    let report = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
    assert!(report.contains("environment variable APP_LOCAL") && !report.contains("hunter"), "{report}");
    // Also where `set` stands over it.
    let all = ["token", "local", "accounts", "logins"].map(|field| (RefusedSecret, field));
    assert_problems(result, &all);

    Strict::loader("local").root("no/such").env_vars(variables).load().await.expect("offline they may stand there");
    let accounts = Value::table([("a", Value::table([("password", "set")]))]);
    let config =
        loader().env_vars([("APP_PORT", "1")]).set("accounts", accounts).set("local", "set").load().await.unwrap();
    assert_eq!((config.port, config.accounts.len()), (1, 1));
}

#[tokio::test]
async fn without_the_word_a_variable_may_hold_a_secret() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "app", env_prefix = "APP")]
    struct Usual {
        #[secret]
        token: Secret<String>,
    }
    let config = Usual::loader("dev").env_vars([("APP_TOKEN", "t")]).load().await.unwrap();
    assert_eq!(config.token.expose_secret(), "t");
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "app")]
#[allow(dead_code)]
struct Remote {
    #[secret]
    token: Secret<String>,
}

#[tokio::test]
async fn a_program_may_allow_plain_http() {
    // Nobody answers there.
    let elsewhere = emulator::sdk_config("http://192.0.2.1");
    let loader =
        || Remote::loader("dev").aws(&elsewhere).env_vars::<&str, &str>([]).deadline(Duration::from_millis(300));
    assert_problems(loader().load().await, &[(Insecure, "token")]);
    let result = loader().allow_plain_http().load().await;
    assert_problems(result, &[(secret_config::ProblemKind::Unreachable, "token")]);
}

#[tokio::test]
async fn what_stood_in_the_place_of_a_secret_is_no_secret() {
    let directory =
        directory("local = '[redacted]'\n[accounts.a]\npassword = '[redacted]'\n[logins.a]\npassword = '[redacted]'");
    let result = Strict::loader("local").root(directory.path()).env_vars::<&str, &str>([]).load().await;
    let report = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
    assert!(report.contains("local: expected a secret, not the `[redacted]` in its place"), "{report}");
    assert!(report.contains("at `a.password`: expected a secret, not the `[redacted]` in its place"), "{report}");
    assert_eq!(result.unwrap_err().problems().len(), 3);
}

#[tokio::test]
async fn no_name_of_an_environment_escapes() {
    let long = "a".repeat(10_000);
    let names = [
        "",
        ".",
        "..",
        "../prod",
        "a/b",
        "a\\b",
        "%2f",
        "..%2fprod",
        "prod\0",
        "prod\n",
        " prod",
        "pr od",
        "{env}",
        "-prod",
        "_prod",
        "prоd", // a Cyrillic `о`
        "ｐｒｏｄ",
        "pro\u{200b}d",
        "prod\u{301}",
        "ﬁ",
        "${ssm:x}",
        "prod:1",
        "*",
        &long,
    ];
    for name in names {
        let result = Remote::loader(name).env_vars::<&str, &str>([]).load().await;
        let error = result.expect_err(name);
        assert_eq!(error.problems()[0].kind(), secret_config::ProblemKind::UnknownEnvironment, "{name:?}");
        assert!(name.len() < 3 || !error.to_string().contains(name), "the report repeats {name:?}");
    }
}
