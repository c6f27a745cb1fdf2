//! Types that hold a secret without the field saying so: no error repeats their input, even if it comes before the
//! secret is reached, and the rules for files hold.

use secret_config::source::{Memory, Payload};
use secret_config::{ProblemKind, Secret, SecretConfig};
use serde::Deserialize;
use std::collections::HashMap;

const CANARY: &str = "hunter2canary";

#[derive(Debug, Deserialize)]
#[serde(tag = "kind")]
#[allow(dead_code)]
enum Internally {
    Basic { password: Secret<String> },
    None,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "t", content = "c")]
#[allow(dead_code)]
enum Adjacently {
    Basic { password: Secret<String> },
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
enum Externally {
    Token(Secret<String>),
    None,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[allow(dead_code)]
enum Untagged {
    Basic { password: Secret<u16> },
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Login {
    user: String,
    password: Secret<String>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Flattened {
    #[serde(flatten)]
    login: Internally,
}

/// Its expectation repeats what it was given.
#[derive(Debug)]
struct Echo;

impl<'de> Deserialize<'de> for Echo {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let expected = format!("a host, but not {text}");
        Err(serde::de::Error::invalid_value(serde::de::Unexpected::Other("x"), &expected.as_str()))
    }
}

#[derive(Debug, SecretConfig)]
#[config(env_prefix = "APP", offline = ["local"])]
#[allow(dead_code)]
struct Leaf<T> {
    leaf: T,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct Stored<T> {
    #[config(source = "vault", name = "leaf")]
    leaf: T,
}

async fn shows_nothing<T: for<'de> Deserialize<'de> + std::fmt::Debug>() {
    let kind = std::any::type_name::<T>();
    for text in [
        CANARY.to_owned(),
        format!("{{\"kind\":\"Basic\",\"password\":[\"{CANARY}\"]}}"),
        format!("{{\"password\":\"{CANARY}\"}}"),
        format!("{{\"t\":\"Basic\",\"c\":\"{CANARY}\"}}"),
        format!("[\"{CANARY}\"]"),
        format!("\"{CANARY}\""),
    ] {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("config")).unwrap();
        let load = || Leaf::<T>::loader("local").root(root.path()).env_vars::<&str, &str>([]);
        let mut results = vec![
            load().env_vars([("APP_LEAF", text.clone())]).load().await.map(drop),
            load().set("leaf", text.clone()).load().await.map(drop),
            load().set("leaf", Secret::new(text.clone())).load().await.map(drop),
        ];
        let vault = Memory::new().with("leaf", Payload::text(text.clone()));
        results.push(Stored::<T>::loader("dev").root("no/such").source("vault", vault).load().await.map(drop));
        for (name, file) in
            [("local.toml", format!("leaf = {text:?}")), ("local.json", format!("{{\"leaf\": {text}}}"))]
        {
            let path = root.path().join("config").join(name);
            std::fs::write(&path, file).unwrap();
            results.push(load().load().await.map(drop));
            std::fs::remove_file(path).unwrap();
        }
        for result in results {
            let shown = result.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(!shown.contains("hunter2"), "{kind} shows its input");
        }
    }
}

#[tokio::test]
async fn no_error_repeats_the_input_of_a_type_that_may_hold_a_secret() {
    shows_nothing::<Internally>().await;
    shows_nothing::<Adjacently>().await;
    shows_nothing::<Externally>().await;
    shows_nothing::<Untagged>().await;
    shows_nothing::<Login>().await;
    shows_nothing::<Flattened>().await;
    shows_nothing::<HashMap<String, Secret<u16>>>().await;
    shows_nothing::<Vec<Secret<u16>>>().await;
    shows_nothing::<Option<Secret<u16>>>().await;
    shows_nothing::<Secret<Echo>>().await;
}

#[tokio::test]
async fn a_secret_that_is_set_stays_one_in_a_plain_field() {
    let secret = Secret::new(CANARY.to_owned());
    let error = Leaf::<u16>::loader("dev").root("no/such").set("leaf", secret).load().await.unwrap_err();
    assert!(!error.to_string().contains("hunter2"));
}

async fn with_file(file: &str, variable: Option<&str>) -> Vec<ProblemKind> {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("config")).unwrap();
    std::fs::write(root.path().join("config/prod.toml"), file).unwrap();
    let variables = variable.map(|value| ("APP_LEAF", value));
    let load = Leaf::<Login>::loader("prod").root(root.path()).env_vars(variables).load().await;
    load.map_or_else(|error| error.problems().iter().map(secret_config::Problem::kind).collect(), |_| Vec::new())
}

#[tokio::test]
async fn a_secret_in_a_file_is_refused_also_if_it_is_shadowed_or_mistyped() {
    let file = "leaf = { user = \"u\", password = \"hunter2\" }";
    let variable = r#"{"user":"a","password":"b"}"#;
    assert_eq!(with_file(file, None).await, [ProblemKind::RefusedSecret]);
    assert_eq!(with_file(file, Some(variable)).await, [ProblemKind::RefusedSecret]);
    assert_eq!(with_file("leaf = { user = \"u\", password = 1 }", None).await, [ProblemKind::RefusedSecret]);
    assert_eq!(with_file("", Some(variable)).await, []);
}

#[tokio::test]
async fn a_value_that_became_a_key_is_not_shown() {
    for text in
        ["{leaf: 1, password:hunter2canary}", "leaf: 1\n? hunter2canary\n", "leaf: 1\npassword=hunter2canary: x\n"]
    {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("config")).unwrap();
        std::fs::write(root.path().join("config/prod.yaml"), text).unwrap();
        let error = Leaf::<u16>::loader("prod").root(root.path()).env_vars::<&str, &str>([]).load().await.unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{text}");
    }
}
