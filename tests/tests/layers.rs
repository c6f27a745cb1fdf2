//! Defaults, files, variables and `set`: who wins, and what is told.

use figment::providers::Serialized;
use secret_config::source::{Memory, Payload};
use secret_config::{Loader, ProblemKind, Secret, SecretConfig};
use std::collections::BTreeMap;
use tempfile::TempDir;

#[derive(Debug, SecretConfig)]
#[config(environments = ["dev", "prod"], offline = ["local"], env_prefix = "APP", ignore_env = ["APP_SERVICE_*"])]
struct AppConfig {
    #[config(default = 1)]
    one: u32,
    #[config(default = "text", alias = "old_two")]
    two: String,
    #[config(nested)]
    section: Section,
    #[config(nested)]
    optional: Option<Optional>,
    #[config(env = ["RUST_LOG", "APP_LOG"], default = "info")]
    log: String,
    #[secret(source = "vault", name = "{env}/token")]
    token: Secret<String>,
    #[config(default)]
    limits: BTreeMap<String, u32>,
    #[config(default)]
    tags: Vec<String>,
}

#[derive(Debug, SecretConfig)]
#[config(rename_all = "kebab-case")]
struct Section {
    #[config(default = 10)]
    max_conns: u32,
    #[config(flatten)]
    timeouts: Timeouts,
}

#[derive(Debug, SecretConfig)]
struct Timeouts {
    #[config(default)]
    connect: Option<f64>,
}

#[derive(Debug, SecretConfig)]
struct Optional {
    host: String,
    #[secret(source = "vault", name = "{env}/{path}")]
    password: Option<Secret<String>>,
}

/// A root directory with these files.
fn files(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root
}

fn loader<T: SecretConfig>(environment: &str, root: &TempDir) -> Loader<T> {
    let vault = Memory::new().with("dev/token", Payload::text("t")).with("dev/optional/password", Payload::text("p"));
    T::loader(environment).root(root.path()).env_vars::<&str, &str>([]).source("vault", vault)
}

fn app(files: &[(&str, &str)]) -> (Loader<AppConfig>, TempDir) {
    let root = self::files(files);
    (loader("dev", &root), root)
}

async fn kinds<T: std::fmt::Debug + SecretConfig>(loader: Loader<T>) -> Vec<ProblemKind> {
    loader.load().await.unwrap_err().problems().iter().map(secret_config::Problem::kind).collect()
}

#[tokio::test]
async fn every_layer_wins_over_the_one_below() {
    let (default, own) = ("config/default.toml", "config/dev.toml");
    let (config, _root) = app(&[]);
    assert_eq!(config.load().await.unwrap().one, 1);
    let (config, _root) = app(&[(default, "one = 2")]);
    assert_eq!(config.load().await.unwrap().one, 2);
    let (config, _root) = app(&[(default, "one = 2"), (own, "one = 3"), ("config/prod.toml", "one = 9")]);
    assert_eq!(config.load().await.unwrap().one, 3);
    let (config, _root) = app(&[(default, "one = 2"), (own, "one = 3")]);
    assert_eq!(config.layer(Serialized::default("one", 4)).load().await.unwrap().one, 4);
    let (config, _root) = app(&[(own, "one = 3")]);
    let config = config.layer(Serialized::default("one", 4)).env_vars([("APP_ONE", "5")]);
    assert_eq!(config.load().await.unwrap().one, 5);
    let (config, _root) = app(&[(own, "one = 3")]);
    assert_eq!(config.env_vars([("APP_ONE", "5")]).set("one", 6).load().await.unwrap().one, 6);
}

#[tokio::test]
async fn tables_merge_and_everything_else_replaces() {
    let (config, _root) = app(&[
        ("config/default.toml", "tags = [\"a\", \"b\"]\n[limits]\na = 1\nb = 2\n"),
        ("config/dev.toml", "tags = [\"c\"]\n[limits]\nb = 3\n"),
    ]);
    let config = config.set("limits.c", 4).load().await.unwrap();
    assert_eq!(config.tags, ["c"]);
    assert_eq!(config.limits, BTreeMap::from([("a".into(), 1), ("b".into(), 3), ("c".into(), 4)]));
}

#[tokio::test]
async fn a_variable_is_named_by_the_structs_own_keys() {
    for name in ["APP_SECTION_MAX_CONNS", "APP_SECTION__MAX_CONNS", "APP__SECTION__MAX_CONNS"] {
        let (config, _root) = app(&[]);
        assert_eq!(config.env_vars([(name, "7")]).load().await.unwrap().section.max_conns, 7, "{name}");
    }
    let (config, _root) = app(&[]);
    let config = config.env_vars([("APP_SECTION_CONNECT", "0.5")]).load().await.unwrap();
    assert_eq!(config.section.timeouts.connect, Some(0.5));
}

#[tokio::test]
async fn exact_names_win_in_their_order() {
    let (config, _root) = app(&[]);
    let config = config.env_vars([("APP_LOG", "debug"), ("RUST_LOG", "warn")]).load().await.unwrap();
    assert_eq!(config.log, "warn");
    let (config, _root) = app(&[]);
    assert_eq!(config.env_vars([("APP_LOG", "debug")]).load().await.unwrap().log, "debug");
}

#[tokio::test]
async fn text_is_never_retyped_by_its_looks() {
    for text in ["0123", "true", "\"q\"", "[1,2]", " padded ", "1e5", "", "null", "{}"] {
        let (config, _root) = app(&[]);
        assert_eq!(config.env_vars([("APP_TWO", text)]).load().await.unwrap().two, text);
        let (config, _root) = app(&[]);
        assert_eq!(config.set("two", text).load().await.unwrap().two, text);
    }
    let (config, _root) = app(&[]);
    let config = config.env_vars([("APP_TAGS", "a, b"), ("APP_LIMITS", "{\"a\": 1}")]).load().await.unwrap();
    assert_eq!((config.tags, config.limits), (vec!["a".into(), " b".into()], BTreeMap::from([("a".into(), 1)])));
}

#[tokio::test]
async fn all_formats_mean_the_same() {
    for (name, text) in [
        ("config/dev.toml", "one = 0x10\ntwo = \"0123\"\ntags = [\"a\"]\n[section]\nmax-conns = 5\nconnect = 1.5\n"),
        ("config/dev.yaml", "one: 0x10\ntwo: '0123'\ntags:\n  - a\nsection:\n  max-conns: 5\n  connect: 1.5\n"),
        ("config/dev.yml", "one: 16\ntwo: \"0123\"\ntags: [a]\nsection: {max-conns: 5, connect: 1.5}\n"),
        (
            "config/dev.json",
            r#"{"one": 16, "two": "0123", "tags": ["a"], "section": {"max-conns": 5, "connect": 1.5}}"#,
        ),
    ] {
        let (config, _root) = app(&[(name, text)]);
        let config = config.load().await.unwrap();
        assert_eq!((config.one, config.two.as_str(), config.tags), (16, "0123", vec!["a".to_owned()]), "{name}");
        assert_eq!((config.section.max_conns, config.section.timeouts.connect), (5, Some(1.5)), "{name}");
    }
}

#[tokio::test]
async fn an_optional_section_exists_if_a_layer_has_a_key_of_it() {
    let (config, _root) = app(&[]);
    assert!(config.load().await.unwrap().optional.is_none());
    let (config, _root) = app(&[("config/dev.toml", "optional.host = \"h\"")]);
    let optional = config.load().await.unwrap().optional.unwrap();
    assert_eq!((optional.host.as_str(), optional.password.unwrap().expose_secret().as_str()), ("h", "p"));
    let (config, _root) = app(&[]);
    assert_eq!(config.env_vars([("APP_OPTIONAL_HOST", "h")]).load().await.unwrap().optional.unwrap().host, "h");
    for on in ["[optional]\n", "optional = {}\n"] {
        let (config, _root) = app(&[("config/dev.toml", on)]);
        assert_eq!(kinds(config).await, [ProblemKind::Missing], "its table switches it on");
    }
    let (config, _root) = app(&[("config/dev.yaml", "optional:\n")]);
    assert!(config.load().await.unwrap().optional.is_none());
    let (config, _root) = app(&[("config/dev.toml", "[optional]\npassword = \"x\"\n")]);
    assert_eq!(kinds(config).await, [ProblemKind::Missing, ProblemKind::RefusedSecret]);
}

#[tokio::test]
async fn an_alias_is_good_for_the_key_and_not_beside_it() {
    let (config, _root) = app(&[("config/dev.toml", "old_two = \"x\"")]);
    assert_eq!(config.load().await.unwrap().two, "x");
    let (config, _root) = app(&[("config/default.toml", "old_two = \"x\""), ("config/dev.toml", "two = \"y\"")]);
    assert_eq!(config.load().await.unwrap().two, "y");
    let (config, _root) = app(&[("config/dev.toml", "old_two = \"x\"\ntwo = \"y\"")]);
    assert_eq!(kinds(config).await, [ProblemKind::Ambiguous]);
}

#[tokio::test]
async fn unknown_keys_and_variables_are_told_and_ignored_ones_are_not() {
    let (config, _root) = app(&[("config/dev.toml", "onne = 1\n[section]\nmax_conns = 5\n[unheard.of]\nx = 1\n")]);
    let config = config.env_vars([("APP_SERVICE_HOST", "x"), ("APP_SECTION", "x"), ("OTHER", "x")]);
    let error = config.load().await.unwrap_err();
    let fields: Vec<_> = error.problems().iter().map(|problem| (problem.kind(), problem.fields().join(","))).collect();
    let unknown = |field: &str| (ProblemKind::UnknownKey, field.to_owned());
    let variable = (ProblemKind::UnknownVariable, String::new());
    let expected = [unknown("onne"), unknown("unheard"), variable, unknown("section.max_conns")];
    assert_eq!(fields, expected);
    assert_eq!(error.problems()[0].next_step(), Some("did you mean `one`?"));
    assert_eq!(error.problems()[3].next_step(), Some("did you mean `max-conns`?"));
}

#[tokio::test]
async fn the_variable_that_names_the_environment_is_not_unknown() {
    let root = files(&[]);
    let vault = Memory::new().with("dev/token", Payload::text("t"));
    let loader = AppConfig::loader_from("APP_ENV").root(root.path()).source("vault", vault);
    assert!(loader.env_vars([("APP_ENV", "dev")]).load().await.is_ok());
    let unset = AppConfig::loader_from("APP_ENV").root(root.path()).env_vars::<&str, &str>([]);
    assert_eq!(kinds(unset).await, [ProblemKind::UnknownEnvironment]);
}

#[derive(Debug, SecretConfig)]
#[config(files = ["app.toml", "{env}.toml?"])]
struct Named {
    port: u16,
}

#[tokio::test]
async fn files_are_required_or_optional_as_they_are_named() {
    let root = files(&[("app.toml", "port = 1"), ("dev.toml", "port = 2")]);
    assert_eq!(loader::<Named>("dev", &root).load().await.unwrap().port, 2);
    assert_eq!(loader::<Named>("prod", &root).load().await.unwrap().port, 1);
    let root = files(&[("dev.toml", "port = 2")]);
    assert_eq!(kinds(loader::<Named>("dev", &root)).await, [ProblemKind::File]);
    let root = files(&[]);
    assert_eq!(kinds(loader::<Named>("dev", &root)).await, [ProblemKind::File], "what could stand in it is not told");
}

#[tokio::test]
async fn two_formats_of_one_file_are_a_problem() {
    let (config, _root) = app(&[("config/dev.toml", ""), ("config/dev.yaml", "")]);
    assert_eq!(kinds(config).await, [ProblemKind::File]);
}

#[tokio::test]
async fn a_malformed_file_is_told_by_place_and_without_its_text() {
    for (name, text, place) in [
        ("config/dev.toml", "one = 1\ntwo = \"hunter2\n", "dev.toml:2"),
        ("config/dev.toml", "two = hunter2\n", "dev.toml:1"),
        ("config/dev.toml", "one = 1\none = 2\n", "dev.toml:2:1"),
        ("config/dev.yaml", "one: 1\ntwo: [hunter2\n", "dev.yaml:"),
        ("config/dev.yaml", "one: 1\none: 2\n", "dev.yaml:2:1"),
        ("config/dev.yaml", "a: &x 1\none: *x\n", "dev.yaml:2:6"),
        ("config/dev.json", "{\"two\": \"hunter2\",\n \"one\" 1}", "dev.json:2:8"),
        ("config/dev.json", "", "dev.json:1:1"),
    ] {
        let (config, _root) = app(&[(name, text)]);
        let error = config.load().await.unwrap_err();
        assert_eq!(error.problems()[0].kind(), ProblemKind::Malformed, "{name}: {error}");
        assert!(error.to_string().contains(place), "{place}: {error}");
        assert!(!error.to_string().contains("hunter2"), "{name} shows its text");
    }
}

#[tokio::test]
async fn hostile_files_are_problems_and_no_panics() {
    let deep = format!("one = {}{}", "[".repeat(10_000), "]".repeat(10_000));
    let bytes = "one: \u{FEFF}\u{0}";
    for (name, text) in [
        ("config/dev.toml", deep.as_str()),
        ("config/dev.json", &"[".repeat(10_000)),
        ("config/dev.yaml", &"[".repeat(10_000)),
        ("config/dev.yaml", "a:\n "),
        ("config/dev.yaml", bytes),
        ("config/dev.yaml", "1"),
        ("config/dev.json", "1"),
        ("config/dev.json", "{\"section\": 1}"),
        ("config/dev.toml", "section = 1"),
    ] {
        let (config, _root) = app(&[(name, text)]);
        assert!(config.load().await.is_err(), "{name}");
    }
    let root = files(&[]);
    std::fs::create_dir_all(root.path().join("config/dev.toml")).unwrap();
    assert_eq!(kinds(loader::<AppConfig>("dev", &root)).await, [ProblemKind::File]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_variable_that_is_not_utf_8_is_told_if_a_field_reads_it() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    let bad = || OsString::from_vec(vec![0xFF, b'h']);
    let (config, _root) = app(&[]);
    assert!(config.env_vars([(OsString::from("OTHER"), bad())]).load().await.is_ok());
    let (config, _root) = app(&[]);
    assert_eq!(kinds(config.env_vars([(OsString::from("APP_ONE"), bad())])).await, [ProblemKind::Malformed]);
}

#[tokio::test]
async fn a_secret_in_a_file_is_refused_outside_offline_environments() {
    let text = "token = \"hunter2\"";
    for name in ["config/dev.toml", "config/default.toml"] {
        let (config, _root) = app(&[(name, text)]);
        let error = config.load().await.unwrap_err();
        assert_eq!(error.problems()[0].kind(), ProblemKind::RefusedSecret);
        assert!(error.to_string().contains(&format!("{name}:1")), "{error}");
        assert!(!error.to_string().contains("hunter2"));
    }
    let root = files(&[("config/local.toml", text)]);
    assert_eq!(loader::<AppConfig>("local", &root).load().await.unwrap().token.expose_secret(), "hunter2");
    let (config, _root) = app(&[]);
    assert_eq!(kinds(config.layer(Serialized::default("token", "hunter2"))).await, [ProblemKind::RefusedSecret]);
}

#[derive(Debug, SecretConfig)]
#[config(offline = ["local"])]
#[allow(dead_code)]
struct Unannotated {
    login: Login,
    #[config(default)]
    either: Option<Either>,
    #[secret(local, allow_in_files)]
    allowed: Option<Secret<String>>,
}

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code)]
struct Login {
    user: String,
    password: Secret<String>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(untagged)]
#[allow(dead_code)]
enum Either {
    Token { token: Secret<String> },
    Nothing {},
}

#[tokio::test]
async fn a_secret_inside_an_ordinary_type_obeys_too() {
    let text = "allowed = \"x\"\n[login]\nuser = \"u\"\npassword = \"hunter2\"\n[either]\ntoken = \"hunter2\"\n";
    let root = files(&[("config/default.toml", text)]);
    let config: Unannotated = loader("local", &root).load().await.unwrap();
    assert_eq!(config.login.password.expose_secret(), "hunter2");
    assert_eq!(kinds(loader::<Unannotated>("prod", &root)).await, [ProblemKind::RefusedSecret; 2]);
}

#[tokio::test]
async fn set_takes_what_a_test_has_at_hand() {
    let (config, _root) = app(&[]);
    let config = config
        .set("one", 3)
        .set("one", None::<u32>)
        .set("tags", ["a", "b"])
        .set("token", Secret::new("s".to_owned()))
        .set("section", secret_config::Value::table([("max-conns", 4)]))
        .set("limits.a", "5");
    let config = config.load().await.unwrap();
    assert_eq!((config.one, config.tags.len(), config.section.max_conns, config.limits["a"]), (3, 2, 4, 5));
    let (config, _root) = app(&[]);
    assert_eq!(kinds(config.set("sektion.max-conns", 4)).await, [ProblemKind::UnknownKey]);
}

#[derive(Debug, SecretConfig)]
struct Mounted {
    #[secret(file = "secrets/{field}")]
    password: Secret<String>,
    #[secret(file = "secrets/key.bin")]
    key: Option<Secret<Vec<u8>>>,
}

#[tokio::test]
async fn mounted_files_are_a_store() {
    let root = files(&[("secrets/password", "hunter2\n")]);
    std::fs::write(root.path().join("secrets/key.bin"), [0xFF, 0]).unwrap();
    let config: Mounted = loader("prod", &root).load().await.unwrap();
    assert_eq!(config.password.expose_secret(), "hunter2\n", "a newline at the end is kept");
    assert_eq!(config.key.unwrap().expose_secret(), &[0xFF, 0]);
    let root = files(&[]);
    assert_eq!(kinds(loader::<Mounted>("prod", &root)).await, [ProblemKind::Missing]);
    let root = files(&[("secrets/password/x", "")]);
    assert_eq!(kinds(loader::<Mounted>("prod", &root)).await, [ProblemKind::Refused]);
}

#[derive(Debug, SecretConfig)]
#[config(default)]
struct Defaulted {
    #[config(default = 5)]
    own: u16,
    of_the_struct: u16,
    #[config(skip, default = 7)]
    skipped: u16,
    #[config(nested, default = Inner { host: "h".to_owned(), port: 9 })]
    inner: Inner,
}

#[derive(Debug, SecretConfig)]
struct Inner {
    host: String,
    #[config(default = 1)]
    port: u16,
}

impl Default for Defaulted {
    fn default() -> Self {
        Self { own: 1, of_the_struct: 2, skipped: 3, inner: Inner { host: String::new(), port: 4 } }
    }
}

#[tokio::test]
async fn a_fields_own_default_wins_over_the_structs_as_with_serde() {
    let root = files(&[]);
    let config: Defaulted = loader("dev", &root).load().await.unwrap();
    assert_eq!((config.own, config.of_the_struct, config.skipped), (5, 2, 7));
    assert_eq!((config.inner.host.as_str(), config.inner.port), ("h", 9));
    let config: Defaulted = loader("dev", &root).set("inner.port", 3).load().await.unwrap();
    assert_eq!(
        (config.inner.host.as_str(), config.inner.port),
        ("h", 3),
        "a default of a section fills what is missing"
    );
}

#[derive(Debug, Default, SecretConfig)]
#[allow(dead_code)]
#[config(default)]
struct DefaultedSecret {
    #[secret(local)]
    required: Secret<String>,
    #[secret(local)]
    optional: Option<Secret<String>>,
}

#[tokio::test]
async fn no_default_of_a_struct_stands_in_for_a_secret() {
    let root = files(&[]);
    let error = loader::<DefaultedSecret>("dev", &root).load().await.unwrap_err();
    assert_eq!(error.problems()[0].fields(), ["required"], "{error}");
    assert_eq!(error.problems().len(), 1);
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct Twice {
    #[config(default)]
    connect: Option<f64>,
    #[config(flatten)]
    timeouts: Timeouts,
}

#[tokio::test]
async fn two_fields_with_one_key_across_structs_are_told() {
    let root = files(&[]);
    assert_eq!(kinds(loader::<Twice>("dev", &root)).await, [ProblemKind::Definition]);
}

#[tokio::test]
async fn a_name_that_cannot_be_made_is_one_problem() {
    #[derive(Debug, SecretConfig)]
    #[allow(dead_code)]
    struct Nameless {
        #[secret(ssm = "/x/{parent}/y")]
        a: Secret<String>,
    }
    let root = files(&[]);
    assert_eq!(kinds(loader::<Nameless>("dev", &root)).await, [ProblemKind::Definition]);
}

#[tokio::test]
async fn a_source_of_ones_own_gets_stage_and_version() {
    #[derive(Debug, SecretConfig)]
    struct Staged {
        #[secret(source = "vault", name = "a", stage = "old", version = "7")]
        old: Secret<String>,
    }
    let key = secret_config::source::Key::new("a").with_stage("old").with_version("7");
    let vault = Memory::new().with_key(key, Payload::text("seven"));
    let config = Staged::loader("dev").root("no/such").source("vault", vault).load().await.unwrap();
    assert_eq!(config.old.expose_secret(), "seven");
}

#[tokio::test]
async fn numbers_in_a_variable_are_a_list_even_of_bytes() {
    #[derive(Debug, SecretConfig)]
    #[config(env_prefix = "APP")]
    struct Bytes {
        plain: Vec<u8>,
        #[secret(local)]
        secret: Secret<Vec<u8>>,
    }
    let variables = [("APP_PLAIN", "1,2,3"), ("APP_SECRET", "1,2,3")];
    let config = Bytes::loader("dev").root("no/such").env_vars(variables).load().await.unwrap();
    assert_eq!((config.plain, config.secret.expose_secret().as_slice()), (vec![1, 2, 3], &b"1,2,3"[..]));
}

#[tokio::test]
async fn a_variable_is_read_as_the_remote_value_would_be() {
    #[derive(Debug, SecretConfig)]
    #[config(env_prefix = "APP")]
    struct Formatted {
        #[config(source = "vault", name = "x", format = "json")]
        json: std::collections::HashMap<String, Vec<u8>>,
    }
    let bytes = Memory::new().with("x", Payload::bytes(b"{\"a\": [1]}"));
    let loader = || Formatted::loader("dev").root("no/such").source("vault", Memory::new());
    assert_eq!(loader().source("vault", bytes).load().await.unwrap().json["a"], [1]);
    let config = loader().env_vars([("APP_JSON", "{\"a\": [2]}")]).load().await.unwrap();
    assert_eq!(config.json["a"], [2]);
    assert_eq!(kinds(loader().env_vars([("APP_JSON", "{")])).await, [ProblemKind::Malformed]);
}

#[tokio::test]
async fn an_exact_variable_is_not_taken_from_another_field_in_silence() {
    #[derive(Debug, SecretConfig)]
    #[config(env_prefix = "APP")]
    #[allow(dead_code)]
    struct Exact {
        #[config(env = "APP_SECTION_CONNECT", default)]
        a: String,
        #[config(nested)]
        section: Timeouts,
    }
    let root = files(&[]);
    assert_eq!(kinds(loader::<Exact>("dev", &root)).await, [ProblemKind::Definition]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_leads_nowhere_is_not_taken_for_none() {
    let root = files(&[("config/x", "")]);
    std::os::unix::fs::symlink("nowhere", root.path().join("config/dev.toml")).unwrap();
    assert_eq!(kinds(loader::<AppConfig>("dev", &root)).await, [ProblemKind::File]);
}

#[tokio::test]
async fn problems_stand_in_the_order_of_the_fields() {
    let (config, _root) = app(&[("config/dev.toml", "tags = 1\none = \"x\"\n[section]\nzzz = 1\n[optional]\nx = 1\n")]);
    let error = config.env_vars([("APP_NOTHING", "x")]).load().await.unwrap_err();
    let fields: Vec<_> = error.problems().iter().map(|problem| problem.fields().join(",")).collect();
    assert_eq!(fields, ["", "one", "section.zzz", "optional.x", "optional.host", "tags"]);
}

#[tokio::test]
async fn nothing_in_a_report_steers_a_terminal_or_forges_a_line() {
    let (config, _root) = app(&[]);
    let error = config.env_vars([("APP_ONE", "1\u{1b}[31m\nroot: x")]).load().await.unwrap_err();
    assert!(!error.to_string().contains('\u{1b}') && !error.to_string().contains("\nroot"), "{error}");
}

#[tokio::test]
async fn a_name_of_an_environment_from_the_wrong_variable_is_not_repeated() {
    let root = files(&[]);
    let loader = AppConfig::loader_from("PASSWORD").root(root.path()).env_vars([("PASSWORD", "hunter2")]);
    let error = loader.load().await.unwrap_err();
    assert!(!error.to_string().contains("hunter2"), "{error}");
}

#[test]
fn a_load_from_memory_needs_no_runtime() {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    let root = files(&[]);
    let load = loader::<AppConfig>("dev", &root).load();
    let Poll::Ready(config) = pin!(load).poll(&mut Context::from_waker(Waker::noop())) else { panic!("it waits") };
    assert_eq!(config.unwrap().token.expose_secret(), "t");
}

#[tokio::test]
async fn a_file_that_is_not_utf_8_is_told() {
    for name in ["dev.toml", "dev.yaml", "dev.json"] {
        let root = files(&[("config/x", "")]);
        std::fs::write(root.path().join("config").join(name), [b'"', 0xFF, 0xFE, b'"']).unwrap();
        let error = loader::<AppConfig>("dev", &root).load().await.unwrap_err();
        assert_eq!(error.problems()[0].kind(), ProblemKind::Malformed, "{name}");
        assert!(error.to_string().contains("is not valid UTF-8"), "{error}");
    }
}

#[tokio::test]
async fn a_forgotten_secret_attribute_is_the_next_step() {
    #[derive(Debug, SecretConfig)]
    #[config(env_prefix = "APP")]
    struct Forgotten {
        #[allow(dead_code)]
        token: Secret<String>,
    }
    let error = Forgotten::loader("prod").root("no/such").env_vars::<&str, &str>([]).load().await.unwrap_err();
    let next = error.problems()[0].next_step();
    assert_eq!(next, Some("mark the field #[secret], so that it is looked up, or set APP_TOKEN"));
}
