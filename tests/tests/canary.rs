//! One canary for each secret, in every kind of place, through every outlet: it shows nowhere.

use figment::providers::Serialized;
use secret_config::source::{Memory, Payload};
use secret_config::testing::{Failure, FakeAws, Parameter};
use secret_config::{Loader, Secret, SecretConfig, Value};
use secret_config_tests::traces::Traces;
use std::collections::HashMap;
use std::error::Error;
use url::Url;

/// No six characters of it stand in any message.
const CANARY: &str = "kR7#vQ2\"xW9\\zB4";

#[derive(Debug, SecretConfig)]
#[config(prefix = "app/{env}", offline = ["local"], env_prefix = "APP")]
#[allow(dead_code)]
struct AppConfig {
    #[secret]
    parameter: Secret<String>,
    #[secret(secretsmanager)]
    secret: Secret<String>,
    #[secret(secretsmanager)]
    binary: Secret<Vec<u8>>,
    #[config(secretsmanager)]
    kept_as_plain: String,
    #[config(nested)]
    document: Document,
    #[secret(file = "mounted/{field}")]
    mounted: Secret<String>,
    #[secret(source = "vault", name = "{field}")]
    own: Secret<String>,
    #[secret(local)]
    variable: Secret<String>,
    login: Login,
}

#[derive(Debug, SecretConfig)]
#[config(document(secretsmanager = "{prefix}/document"))]
#[allow(dead_code)]
struct Document {
    #[secret]
    password: Secret<String>,
    host: String,
}

/// The same places, and no value in any of them is of its type.
#[derive(Debug, SecretConfig)]
#[config(prefix = "app/{env}", offline = ["local"], env_prefix = "APP")]
#[allow(dead_code)]
struct Mistyped {
    #[secret]
    parameter: Secret<u16>,
    #[secret(secretsmanager)]
    secret: Secret<Url>,
    #[secret(secretsmanager)]
    binary: Secret<[u8; 3]>,
    #[config(secretsmanager)]
    kept_as_plain: Mode,
    #[config(nested)]
    document: MistypedDocument,
    #[secret(file = "mounted/{field}")]
    mounted: Secret<HashMap<String, u8>>,
    #[secret(source = "vault", name = "{field}")]
    own: Secret<Repeating>,
    #[secret(local)]
    variable: Secret<bool>,
    login: MistypedLogin,
}

#[derive(Debug, SecretConfig)]
#[config(document(secretsmanager = "{prefix}/document"))]
#[allow(dead_code)]
struct MistypedDocument {
    #[secret]
    password: Secret<u32>,
    #[config(key = "password")]
    host: std::net::IpAddr,
}

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code)]
struct Login {
    password: Secret<String>,
}

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code)]
struct MistypedLogin {
    password: Secret<Repeating>,
}

#[derive(Debug, serde::Deserialize)]
enum Mode {
    Fast,
}

/// A type whose own error repeats what it was given, as those of many crates do.
#[derive(Debug)]
struct Repeating;

impl<'de> serde::Deserialize<'de> for Repeating {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Err(serde::de::Error::custom(format!("`{text}` ({text:?}) of {} bytes is not it", text.len())))
    }
}

/// The one that is known: at TRACE the SDK traces the words of a service's error as they are. AWS puts no value into
/// them; what stands between it and the program could. SECURITY.md says so.
const KNOWN: &str = "a service that repeats the value in its words: tracing";

struct World {
    aws: FakeAws,
    root: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let aws = FakeAws::start().await.unwrap();
        aws.put_parameter("/app/dev/parameter", Parameter::secure_string(CANARY));
        for name in ["secret", "kept_as_plain"] {
            aws.put_secret(&format!("app/dev/{name}"), CANARY);
        }
        aws.put_secret_binary("app/dev/binary", CANARY.as_bytes());
        aws.put_secret("app/dev/document", format!("{{\"password\": {CANARY:?}, \"host\": \"h\"}}"));
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("mounted")).unwrap();
        std::fs::write(root.path().join("mounted/mounted"), CANARY).unwrap();
        Self { aws, root }
    }

    fn loader<T: SecretConfig>(&self) -> Loader<T> {
        T::loader("dev")
            .aws(&self.aws.sdk_config().into_builder().retry_config(aws_config::retry::RetryConfig::disabled()).build())
            .root(self.root.path())
            .source("vault", Memory::new().with("own", Payload::text(CANARY)))
            .env_vars([("APP_VARIABLE", CANARY)])
            .set("login", Value::table([("password", CANARY)]))
    }

    /// Puts the canary into the files that are read.
    fn write(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.root.path().join("config")).unwrap();
        std::fs::write(self.root.path().join("config").join(name), text).unwrap();
    }
}

/// Looks for the canary in every outlet, and names the place and the outlet, never the text.
struct Watch {
    traces: Traces,
    found: Vec<String>,
    cells: usize,
}

impl Watch {
    fn look(&mut self, place: &str, outlet: &str, text: &str) {
        self.cells += 1;
        if secret_config_tests::traces::shows(text, CANARY) {
            self.found.push(format!("{place}: {outlet}"));
        }
    }

    async fn load<T: SecretConfig + std::fmt::Debug>(&mut self, place: &str, loader: Loader<T>) -> bool {
        let result = loader.load().await;
        match &result {
            Ok(config) => {
                self.look(place, "Debug of the config", &format!("{config:?}"));
                self.look(place, "pretty Debug of the config", &format!("{config:#?}"));
            }
            Err(error) => {
                self.look(place, "Display", &error.to_string());
                self.look(place, "Debug", &format!("{error:?} {error:#?}"));
                for problem in error.problems() {
                    self.look(place, "a problem", &format!("{problem} {problem:?} {problem:#?}"));
                    assert!(problem.source().is_none());
                }
                assert!(error.source().is_none());
                let report = miette::Report::new(error.clone());
                self.look(place, "miette", &format!("{report} {report:?}"));
            }
        }
        let traced = self.traces.take();
        self.look(place, "tracing", &traced);
        result.is_ok()
    }
}

#[tokio::test]
async fn a_canary_in_every_secret_shows_nowhere() {
    let mut watch = Watch { traces: Traces::install(), found: Vec::new(), cells: 0 };
    let world = World::new().await;
    // What the program itself declares as a plain `String` is its own to print.
    assert!(watch.load("what is right", world.loader::<AppConfig>().set("kept_as_plain", "plain")).await);
    assert!(!watch.load("what is mistyped", world.loader::<Mistyped>()).await);

    for failure in [Failure::Throttled, Failure::InternalError, Failure::CloseConnection, Failure::Undecryptable] {
        world.aws.fail_times(20, "*", failure);
        assert!(!watch.load("a service that fails", world.loader::<AppConfig>()).await);
        world.aws.recover();
    }
    for body in [CANARY.to_owned(), format!("{{\"Parameters\": {CANARY:?}}}"), format!("<html>{CANARY}</html>")] {
        for status in [200, 400, 502] {
            world.aws.fail_times(20, "*", Failure::Raw { status, body: body.clone() });
            assert!(!watch.load("a service that talks", world.loader::<AppConfig>()).await);
            world.aws.recover();
        }
    }
    let words = format!("{{\"__type\": \"ValidationException\", \"message\": \"not {}\"}}", CANARY.escape_default());
    world.aws.fail_times(20, "*", Failure::Raw { status: 400, body: words });
    assert!(!watch.load("a service that repeats the value in its words", world.loader::<AppConfig>()).await);
    world.aws.recover();
    world.aws.deny("*", "*");
    assert!(!watch.load("all is denied", world.loader::<AppConfig>()).await);
    world.aws.allow_all();

    for key in ["parameter", "secret", "own", "document.password", "login.password"] {
        let layered = world.loader::<AppConfig>().layer(Serialized::default(key, CANARY));
        watch.load("a layer of the program", layered).await;
        watch.load("set to a mistyped field", world.loader::<Mistyped>().set(key, CANARY)).await;
    }
    for (name, text) in [
        ("dev.toml", format!("parameter = {CANARY:?}\n[document]\npassword = {CANARY:?}\n")),
        ("dev.toml", format!("parameter = {CANARY:?}\nlogin = {{ password = {CANARY:?}\n")),
        ("dev.toml", format!("parameter = {CANARY}\n")),
        ("dev.toml", format!("secret = 1\nsecret = {CANARY:?}\n")),
        ("dev.yaml", format!("parameter: {CANARY:?}\nlogin:\n  password: {CANARY:?}\n")),
        ("dev.yaml", format!("parameter: {CANARY:?}\nlogin: [password: {CANARY:?}\n")),
        ("dev.json", format!("{{\"parameter\": {CANARY:?}, \"login\": {{\"password\": {CANARY:?}}}}}")),
        ("dev.json", format!("{{\"parameter\": {CANARY:?}, \"login\": {{\"password\": {CANARY:?}}}")),
    ] {
        world.write(name, &text);
        assert!(!watch.load(name, world.loader::<AppConfig>()).await);
        watch.load(name, world.loader::<Mistyped>()).await;
        std::fs::rename(
            world.root.path().join("config").join(name),
            world.root.path().join("config").join(name.replace("dev", "local")),
        )
        .unwrap();
        for set in ["document.host", "kept_as_plain", "variable"] {
            let offline =
                Mistyped::loader("local").root(world.root.path()).env_vars([("APP_VARIABLE", CANARY)]).set(set, 1);
            assert!(!watch.load(name, offline).await);
        }
        std::fs::remove_dir_all(world.root.path().join("config")).unwrap();
    }
    look_at_shapes(&mut watch).await;
    let leaks = watch.found.iter().filter(|found| *found != KNOWN).count();
    println!("canary: {} cells, {leaks} leaks, and the one that is known", watch.cells);
    assert_eq!(watch.found, [KNOWN]);
}

/// One secret of this type in every shape that real configurations have.
macro_rules! shaped {
    ($($name:ident: $kind:ty,)*) => {
        $(mod $name {
            use super::*;

            #[derive(Debug, SecretConfig)]
            #[config(prefix = "app/{env}", references, env_prefix = "APP")]
            #[allow(dead_code)]
            pub(super) struct Shaped {
                #[config(nested)]
                entries: HashMap<String, Entry>,
                #[secret(ssm = ["{prefix}/nowhere", "{prefix}/parameter"])]
                candidate: Secret<$kind>,
                #[secret(ssm_path = "{prefix}/level")]
                level: HashMap<String, Secret<$kind>>,
                ids: Vec<String>,
                #[secret(for_each = "ids", secretsmanager = "{prefix}/{entry}")]
                each: HashMap<String, Secret<$kind>>,
                #[config(inject("password", ssm = "{prefix}/parameter"))]
                plain: Plain,
                #[config(inject("password", secretsmanager = "{prefix}/secret"))]
                tagged: Tagged,
                #[config(inject("*.password", secretsmanager = "{prefix}/document", key = "password"))]
                untagged: Vec<Untagged>,
                #[config(inject("password", secretsmanager = "{prefix}/binary"))]
                buffered: Buffered,
                referred: $kind,
                referring: HashMap<String, $kind>,
                #[config(nested, probe)]
                probed: Option<Entry>,
                #[config(flatten, inject("rest_password", ssm = "{prefix}/parameter"))]
                rest: Rest,
            }

            #[derive(Debug, SecretConfig)]
            #[allow(dead_code)]
            struct Entry {
                #[secret(ssm = "{prefix}/parameter")]
                secret: Secret<$kind>,
                unmarked: Option<Secret<$kind>>,
            }

            #[derive(Debug, serde::Deserialize)]
            #[allow(dead_code)]
            struct Plain {
                user: String,
                password: Secret<$kind>,
            }

            #[derive(Debug, serde::Deserialize)]
            #[serde(tag = "type")]
            #[allow(dead_code)]
            enum Tagged {
                A { user: String, password: Secret<$kind> },
            }

            #[derive(Debug, serde::Deserialize)]
            #[serde(untagged)]
            #[allow(dead_code)]
            enum Untagged {
                A { user: String, password: Secret<$kind> },
            }

            #[derive(Debug, serde::Deserialize)]
            #[allow(dead_code)]
            struct Buffered {
                user: String,
                #[serde(flatten)]
                inner: Inner,
            }

            #[derive(Debug, serde::Deserialize)]
            #[allow(dead_code)]
            struct Inner {
                password: Secret<$kind>,
            }

            #[derive(Debug, serde::Deserialize)]
            #[allow(dead_code)]
            struct Rest {
                rest_user: String,
                rest_password: Secret<$kind>,
            }
        })*

        /// Each of the types, through every outlet.
        async fn load_shapes(watch: &mut Watch, world: &World, place: &str, variables: &[(&str, &str)]) {
            $(
                let loader = world.loader::<$name::Shaped>().env_vars(variables.iter().copied());
                // `login` is a field of the other configs.
                watch.load(place, loader.set("login", None::<&str>)).await;
            )*
        }
    };
}

shaped! {
    number: u16,
    address: Url,
    array: [u8; 3],
    mode: Mode,
    map: HashMap<String, u8>,
    repeating: Repeating,
}

/// The same places and failures for secrets inside maps, lists and what only serde understands.
async fn look_at_shapes(watch: &mut Watch) {
    let world = World::new().await;
    for name in ["a", "eu/b"] {
        world.aws.put_parameter(&format!("/app/dev/level/{name}"), Parameter::secure_string(CANARY));
        world.aws.put_secret(&format!("app/dev/{name}"), CANARY);
    }
    world.write(
        "dev.toml",
        r#"
        ids = ["a", "eu/b"]
        referred = "${ssm:{prefix}/parameter}"
        referring = { one = "${secretsmanager:{prefix}/document#password}" }
        rest_user = "u"
        plain.user = "u"
        tagged = { type = "A", user = "u" }
        untagged = [{ user = "u" }]
        buffered.user = "u"
        [entries.x]
        "#,
    );
    load_shapes(watch, &world, "mistyped shapes", &[]).await;
    let variables = [
        ("APP__ENTRIES__X__SECRET", CANARY),
        ("APP__ENTRIES__X__UNMARKED", CANARY),
        ("APP_CANDIDATE", CANARY),
        ("APP__EACH__A", CANARY),
        ("APP_PLAIN_PASSWORD", CANARY),
        ("APP_TAGGED_PASSWORD", CANARY),
        ("APP__UNTAGGED__0__PASSWORD", CANARY),
        ("APP_REST_PASSWORD", CANARY),
    ];
    load_shapes(watch, &world, "mistyped variables of shapes", &variables).await;
    for failure in [Failure::Throttled, Failure::InternalError, Failure::CloseConnection, Failure::Undecryptable] {
        world.aws.fail_times(200, "*", failure);
        load_shapes(watch, &world, "a service that fails", &[]).await;
        world.aws.recover();
    }
    world.aws.deny("*", "*");
    load_shapes(watch, &world, "all is denied", &[]).await;
    world.aws.allow_all();
    world.write("dev.toml", &format!("[entries.x]\nsecret = {CANARY:?}\nunmarked = {CANARY:?}\n[plain]\nuser = 'u'\npassword = {CANARY:?}\n[tagged]\ntype = 'A'\npassword = {CANARY:?}"));
    load_shapes(watch, &world, "a file with secrets", &[]).await;
}

#[test]
fn the_search_finds_what_leaks() {
    use secret_config_tests::traces::shows;
    for leak in [
        format!("password={CANARY}"),
        format!("{CANARY:?}"),
        CANARY.to_lowercase(),
        "kR7%23vQ2%22xW9%5CzB4".to_owned(),
        "a1I3I3ZRMiJ4VzlcekI0".to_owned(),
        "6b5237237651322278573".to_owned(),
        format!("{:?}", CANARY.as_bytes()),
        CANARY[2..8].to_owned(),
    ] {
        assert!(shows(&leak, CANARY), "{leak}");
    }
    assert!(!shows("an error: expected u16 at line 1, [redacted]", CANARY));
}
