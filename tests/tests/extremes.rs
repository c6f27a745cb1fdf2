//! Values at the edges of what a place can hold: what is taken arrives unchanged, what is refused is told without a word
//! of it, and nothing overflows a stack.

use secret_config::ProblemKind::{self, *};
use secret_config::source::{Memory, Payload};
use secret_config::{LoadError, Loader, Secret, SecretConfig};
use secret_config_tests::hostile::responses;
use std::collections::HashMap;
use std::path::Path;

const CANARY: &str = "hunter2canary";

#[derive(Debug, SecretConfig)]
#[config(env_prefix = "APP", offline = ["local"])]
#[allow(dead_code, reason = "only read")]
struct Config {
    #[secret(source = "vault", name = "document", key = "key")]
    key: Option<Secret<String>>,
    settings: Option<HashMap<String, u16>>,
}

fn loader() -> Loader<Config> {
    Config::loader("local").root("no/such/directory").env_vars([("", ""); 0])
}

async fn load(loader: Loader<Config>) -> Result<Config, Vec<ProblemKind>> {
    loader.load().await.map_err(|error| told(&error))
}

/// The kinds of the problems, which do not show the canary.
fn told(error: &LoadError) -> Vec<ProblemKind> {
    assert!(!format!("{error} {:?}", error.problems()).contains("hunter2"), "a report shows a value");
    error.problems().iter().map(secret_config::Problem::kind).collect()
}

/// What becomes of a document that a store has, as text and as bytes.
async fn stored(document: impl AsRef<[u8]>) -> Result<Option<String>, Vec<ProblemKind>> {
    let vault = |payload| Memory::new().with("document", payload);
    let load = |payload| load(Config::loader("prod").env_vars([("", ""); 0]).source("vault", vault(payload)));
    let key = |config: Config| config.key.map(|secret| secret.expose_secret().clone());
    let of_bytes = load(Payload::bytes(document.as_ref())).await.map(key);
    if let Ok(text) = std::str::from_utf8(document.as_ref()) {
        assert_eq!(load(Payload::text(text)).await.map(key), of_bytes, "text and bytes are read alike");
    }
    of_bytes
}

/// A document of this size in bytes.
fn document(size: usize) -> String {
    let rest = r#"{"key": "hunter2", "filler": ""}"#.len();
    format!(r#"{{"key": "hunter2", "filler": "{}"}}"#, "é".repeat((size - rest) / 2) + &"x".repeat((size - rest) % 2))
}

#[tokio::test]
async fn a_document_has_64_kib_at_most() {
    for size in [65_535, 65_536] {
        assert_eq!(document(size).len(), size);
        assert_eq!(stored(document(size)).await, Ok(Some("hunter2".to_owned())), "{size}");
    }
    assert_eq!(stored(document(65_537)).await, Err(vec![Malformed]));
}

#[tokio::test]
async fn a_document_in_a_variable_has_64_kib_at_most() {
    let padded = |size: usize| format!("{{\"a\":{}1}}", " ".repeat(size - 7));
    for (size, is_taken) in [(65_536, true), (65_537, false)] {
        let result = load(loader().env_vars([("APP_SETTINGS", padded(size))])).await;
        assert_eq!(padded(size).len(), size);
        assert_eq!(result.map(|config| config.settings.unwrap()["a"]).ok(), is_taken.then_some(1), "{size}");
    }
}

#[tokio::test]
async fn what_is_odd_in_a_document_is_kept_or_told() {
    let key = |text: &str| Ok(Some(text.to_owned()));
    for (document, outcome) in [
        (&br#"{"key": "\u0000\ufeff\ud83d\ude00"}"#[..], key("\0\u{FEFF}😀")),
        (b"{\"key\": \"a\\n\"}\n", key("a\n")),
        (b"{\"key\": \"a\"}\r\n\t ", key("a")),
        (br#"{"key": null}"#, Ok(None)),
        (br#"{"key": "hunter2", "key": "hunter2"}"#, Err(vec![Malformed])),
        (br#"{"key": "hunter2", "\u006bey": "hunter2"}"#, Err(vec![Malformed])),
        (br#"{"key": "hunter2", "other": {"a": 1, "a": 2}}"#, Err(vec![Malformed])),
        (br#"{"key": "hunter2"} hunter2"#, Err(vec![Malformed])),
        (br#"{"key": "hunter2"}{}"#, Err(vec![Malformed])),
        (b"{\"key\": \"hunter2\"}\0", Err(vec![Malformed])),
        (b"\xEF\xBB\xBF{\"key\": \"hunter2\"}", Err(vec![Malformed])),
        (b"{\"key\": \"hunter2\0\"}", Err(vec![Malformed])),
        (br#"{"key": "hunter2\ud800"}"#, Err(vec![Malformed])),
        (br#"{"key": "hunter2\udc00\ud800"}"#, Err(vec![Malformed])),
        (b"{\"key\": \"hunter2\xED\xA0\x80\"}", Err(vec![Malformed])),
        (b"{\"key\": \"hunter2\xFF\"}", Err(vec![Malformed])),
        (br#"["hunter2"]"#, Ok(None)),
        (br#""hunter2""#, Ok(None)),
    ] {
        assert_eq!(stored(document).await, outcome, "{}", document.escape_ascii());
    }
}

/// Opens and closes this many levels.
fn nested(open: &str, inside: &str, close: &str) -> String {
    const LEVELS: usize = 10_000;
    format!("{}{inside}{}", open.repeat(LEVELS), close.repeat(LEVELS))
}

#[tokio::test]
async fn a_deep_document_overflows_no_stack() {
    for document in [
        nested("{\"key\":", "\"hunter2canary\"", "}"),
        nested("[", "\"hunter2canary\"", "]"),
        format!("{{\"key\": {}}}", nested("[", "1", "]")),
        nested("{\"key\":[", "1", "]}").replace("]}", ""),
    ] {
        let refused = Err(vec![Malformed]);
        assert_eq!(stored(&document).await, refused);
        let of_variable = load(loader().env_vars([("APP_SETTINGS", document)])).await;
        assert_eq!(of_variable.map(drop), Err(vec![Malformed]));
    }
}

fn file(name: &str, text: impl AsRef<[u8]>) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("config")).unwrap();
    std::fs::write(root.path().join("config").join(name), text).unwrap();
    root
}

#[tokio::test]
async fn a_deep_file_overflows_no_stack() {
    let dotted = vec!["key"; 10_000].join(".");
    for (name, text) in [
        ("local.json", nested("{\"settings\":", "1", "}")),
        ("local.toml", format!("settings = {}", nested("{a=", "1", "}"))),
        ("local.toml", format!("settings.{dotted} = 1")),
        ("local.toml", format!("[settings.{dotted}]\na = 1")),
        ("local.toml", format!("[[settings.{dotted}]]\na = 1")),
        ("local.yaml", nested("{a: ", "1", "}")),
        ("local.yaml", format!("settings:\n{}1", "- ".repeat(10_000))),
        ("local.yaml", format!("settings:\n  {}1", "? ".repeat(10_000))),
        ("local.yaml", format!("settings: {}", nested("[", "1", "]"))),
    ] {
        let root = file(name, &text);
        let result = load(loader().root(root.path())).await;
        assert!(result.is_err(), "{name}: {}", &text[..60]);
    }
}

#[tokio::test]
async fn a_byte_order_mark_before_a_file_is_skipped_or_told() {
    for (name, text, outcome) in [
        ("local.toml", "\u{FEFF}settings = {a = 1}", Ok(1)),
        ("local.yaml", "\u{FEFF}settings: {a: 1}", Ok(1)),
        ("local.json", "\u{FEFF}{\"settings\": {\"a\": 1}}", Err(vec![Malformed])),
    ] {
        let root = file(name, text);
        let a = load(loader().root(root.path())).await.map(|config| config.settings.unwrap()["a"]);
        assert_eq!(a, outcome, "{name}");
    }
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code, reason = "only read")]
struct Bytes {
    #[secret(source = "vault", name = "bytes")]
    bytes: Secret<Vec<u8>>,
    #[secret(source = "vault", name = "bytes")]
    text: Secret<String>,
    #[secret(source = "vault", name = "bytes")]
    number: Secret<u16>,
    #[secret(file = "bytes")]
    mounted: Secret<Vec<u8>>,
    #[secret(file = "bytes")]
    mounted_text: Secret<String>,
}

#[tokio::test]
async fn bytes_that_are_no_text_go_into_bytes_only() {
    let bytes = [CANARY.as_bytes(), b"\xFF\xED\xA0\x80\0"].concat();
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("bytes"), &bytes).unwrap();
    let vault = Memory::new().with("bytes", Payload::bytes(bytes));
    let error = Bytes::loader("prod").root(root.path()).source("vault", vault).load().await.unwrap_err();
    assert_eq!(told(&error), [WrongType; 3]);
    let fields: Vec<_> = error.problems().iter().flat_map(secret_config::Problem::fields).collect();
    assert_eq!(fields, ["text", "number", "mounted_text"]);
}

#[derive(Debug, SecretConfig)]
struct Lines {
    #[secret(source = "vault", name = "text")]
    text: Secret<String>,
    #[secret(source = "vault", name = "number")]
    number: Secret<u16>,
    #[secret(source = "vault", name = "list")]
    list: Vec<Secret<u16>>,
}

#[tokio::test]
async fn a_newline_at_the_end_is_kept_in_text_and_no_part_of_a_number() {
    let vault = Memory::new().with("text", Payload::text("hunter2\n\n")).with("number", Payload::text("5432\r\n"));
    let vault = vault.with("list", Payload::text("[1, \"2\\n\"]\n"));
    let config = Lines::loader("prod").source("vault", vault).load().await.unwrap();
    assert_eq!((config.text.expose_secret().as_str(), *config.number.expose_secret()), ("hunter2\n\n", 5432));
    assert_eq!(config.list.iter().map(|secret| *secret.expose_secret()).collect::<Vec<_>>(), [1, 2]);
}

/// An input of the fuzz target that is kept under this name.
fn kept(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/responses").join(name)).unwrap()
}

#[test]
fn pages_that_lead_back_to_the_first_come_to_an_end() {
    responses(&kept("pages_in_a_circle"));
    responses(&kept("pages_without_end"));
}

#[test]
fn an_answer_that_is_deep_overflows_no_stack() {
    for deep in [nested("[", "@@", ""), nested("{\"x\":", "@@", ""), nested("{\"Parameters\":[", "{}", "]}")] {
        let (level, known) = (format!("{{\"x\": {deep}}}"), format!("{{\"Parameters\": {deep}}}"));
        for body in [&deep, &level, &known] {
            responses(format!("---GetParameters 200\n\n{body}\n---GetSecretValue 400\n\n{body}").as_bytes());
        }
    }
}

/// An ARN or a version is shown in a report: so nothing else may stand in its place.
#[test]
fn what_is_no_arn_is_not_shown_as_one() {
    responses(&kept("provenance"));
}
