//! Every place that a secret comes from, with every failure: generated, so that none is forgotten.

use crate::outlets::{Ended, Watch};
use crate::types::*;
use crate::world::{OTHER, SIBLING, World, quoted};
use figment::providers::Serialized;
use secret_config::source::{Memory, Payload};
use secret_config::testing::Failure;
use secret_config::{Loader, Secret, SecretConfig};
use secret_config_tests::canary::canary;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::net::IpAddr;
use url::Url;

/// A place that a value comes from.
pub(crate) trait Place {
    const NAME: &'static str;
    /// Its canary.
    const NUMBER: usize;
    /// Where no store is asked, none can fail.
    const ENVIRONMENT: &'static str = "dev";

    /// A config with a secret there, of any type.
    type Config<T: Kind>: SecretConfig + Debug + Serialize + Send + 'static;

    /// Puts `content` there.
    fn put<T: Kind>(world: &World, content: &str, loader: Loader<Self::Config<T>>) -> Loader<Self::Config<T>>;
}

/// A config with one field at the place, and others at Parameter Store and Secrets Manager, which may fail.
macro_rules! places {
    ($($place:ident = $number:literal, $name:literal $(, $environment:literal)?;
        $(#[$on_field:meta])* $kind:ty;
        |$world:ident, $content:ident, $loader:ident| $put:expr;
    )*) => {
        $(
            pub(crate) struct $place;

            impl Place for $place {
                const NAME: &'static str = $name;
                const NUMBER: usize = $number;
                $(const ENVIRONMENT: &'static str = $environment;)?

                type Config<T: Kind> = configs::$place<T>;

                fn put<T: Kind>(
                    $world: &World,
                    $content: &str,
                    $loader: Loader<Self::Config<T>>,
                ) -> Loader<Self::Config<T>> {
                    $put
                }
            }
        )*

        mod configs {
            use super::*;

            $(
                #[derive(Debug, Serialize, SecretConfig)]
                #[config(prefix = "app/{env}", offline = ["local"], env_prefix = "APP", references)]
                #[serde(bound(serialize = ""))]
                #[allow(dead_code)]
                pub(crate) struct $place<T: Kind> {
                    $(#[$on_field])*
                    value: $kind,
                    #[secret]
                    #[serde(serialize_with = "secret_config::redacted")]
                    sibling: Secret<String>,
                    #[secret(secretsmanager)]
                    #[serde(serialize_with = "secret_config::redacted")]
                    other: Option<Secret<String>>,
                    #[secret(secretsmanager)]
                    #[serde(serialize_with = "secret_config::redacted")]
                    another: Option<Secret<String>>,
                }
            )*
        }

        /// Every failure in every place.
        pub(crate) async fn look(watch: &mut Watch) {
            // Each with a server of its own: what the process remembers of one is no matter to the others.
            $(look_at::<$place>(watch, &World::new().await).await;)*
        }
    };
}

places! {
    Variable = 0, "an environment variable";
        #[secret(local)] #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |_world, content, loader| loader.env_vars([("APP_VALUE", content)]);
    Toml = 1, "a TOML file", "local";
        #[secret(local)] #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |world, content, loader| world.with_file(loader, "local.toml", &format!("value = {}", quoted(content)));
    Yaml = 2, "a YAML file", "local";
        #[secret(local)] #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |world, content, loader| world.with_file(loader, "local.yaml", &format!("value: {}", quoted(content)));
    Json = 3, "a JSON file", "local";
        #[secret(local)] #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |world, content, loader| world.with_file(loader, "local.json", &format!("{{\"value\": {}}}", quoted(content)));
    AllowedInFile = 4, "a file that may have it";
        #[secret(local, allow_in_files)] #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |world, content, loader| world.with_file(loader, "dev.toml", &format!("value = {}", quoted(content)));
    RefusedInFile = 5, "a file that may not have it";
        #[secret(local)] #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |world, content, loader| world.with_file(loader, "dev.toml", &format!("value = {}", quoted(content)));
    SecureString = 6, "Parameter Store";
        #[secret] #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |world, content, loader| world.with_parameter(loader, "value", content);
    PlainParameter = 7, "Parameter Store, in a plain field";
        #[config(ssm)] #[serde(skip_serializing)] T;
        |world, content, loader| world.with_parameter(loader, "value", content);
    Level = 8, "a level of Parameter Store";
        #[secret(ssm_path = "{prefix}/level")] #[serde(serialize_with = "secret_config::redacted")]
        HashMap<String, Secret<T>>;
        |world, content, loader| world.with_parameter(loader, "level/a", content);
    Text = 9, "Secrets Manager, text";
        #[secret(secretsmanager)] #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |world, content, loader| world.with_secret(loader, "value", content);
    PlainText = 10, "Secrets Manager, in a plain field";
        #[config(secretsmanager)] #[serde(skip_serializing)] T;
        |world, content, loader| world.with_secret(loader, "value", content);
    Document = 11, "Secrets Manager, a key of a document";
        #[secret(secretsmanager = "{prefix}/document", key = "password")]
        #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |world, content, loader| world.with_secret(loader, "document", &format!("{{\"password\": {}}}", quoted(content)));
    Malformed = 12, "Secrets Manager, a document that is none";
        #[secret(secretsmanager = "{prefix}/document", key = "password")]
        #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |world, content, loader| world.with_secret(loader, "document", &format!("{{\"password\": {}, ", quoted(content)));
    OtherKey = 13, "Secrets Manager, a document without the key";
        #[secret(secretsmanager = "{prefix}/document", key = "password")]
        #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |world, content, loader| world.with_secret(loader, "document", &format!("{{\"passwort\": {}}}", quoted(content)));
    Binary = 14, "Secrets Manager, bytes";
        #[secret(secretsmanager)] #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |world, content, loader| world.with_binary(loader, "value", content);
    Mounted = 15, "a mounted file";
        #[secret(file = "mounted/{field}")] #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |world, content, loader| world.with_mounted(loader, "value", content);
    OwnSource = 16, "a source of the user's";
        #[secret(source = "vault", name = "{field}")] #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |_world, content, loader| loader.source("vault", Memory::new().with("value", Payload::text(content)));
    Reference = 17, "a reference";
        #[config(local)] #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |world, content, loader| {
            let loader = world.with_parameter(loader, "referred", content);
            world.with_file(loader, "dev.toml", "value = \"${ssm:/app/dev/referred}\"")
        };
    PlainReference = 18, "a reference, in a plain field";
        #[serde(skip_serializing)] T;
        |world, content, loader| {
            let loader = world.with_secret(loader, "referred", content);
            world.with_file(loader, "dev.toml", "value = \"${secretsmanager:app/dev/referred}\"")
        };
    Injected = 19, "an injected place";
        #[config(inject("password", ssm = "{prefix}/injected"))] #[serde(skip_serializing)] Holder<T>;
        |world, content, loader| {
            let loader = world.with_parameter(loader, "injected", content);
            world.with_file(loader, "dev.toml", "value = { user = \"u\" }")
        };
    Buffered = 20, "an injected place that serde buffers";
        #[config(inject("password", ssm = "{prefix}/injected"))] #[serde(skip_serializing)] Tagged<T>;
        |world, content, loader| {
            let loader = world.with_parameter(loader, "injected", content);
            world.with_file(loader, "dev.toml", "value = { type = \"A\", user = \"u\" }")
        };
    Candidate = 23, "a candidate";
        #[secret(ssm = ["{prefix}/nowhere", "{prefix}/candidate"])]
        #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |world, content, loader| world.with_parameter(loader, "candidate", content);
    Entry = 24, "an entry of a map of sections";
        #[config(nested)] #[serde(skip_serializing)] HashMap<String, Section<T>>;
        |world, content, loader| {
            let loader = world.with_parameter(loader, "entry", content);
            world.with_file(loader, "dev.toml", "[value.one]\nids = []")
        };
    Each = 25, "what a list asks for";
        #[config(nested)] #[serde(skip_serializing)] HashMap<String, Section<T>>;
        |world, content, loader| {
            let loader = world.with_secret(world.with_parameter(loader, "entry", content), "one", content);
            world.with_file(loader, "dev.toml", "[value.one]\nids = [\"one\"]")
        };
    Set = 21, "what the program sets";
        #[serde(skip_serializing)] T;
        |_world, content, loader| loader.set("value", content);
    Layer = 22, "a layer of the program", "local";
        #[secret(local)] #[serde(serialize_with = "secret_config::redacted")] Secret<T>;
        |_world, content, loader| loader.layer(Serialized::default("value", content));
}

/// A section with a secret of its own, and one for each element of a list.
#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
pub(crate) struct Section<T: Kind> {
    #[secret(ssm = "{prefix}/entry")]
    secret: Secret<T>,
    ids: Vec<String>,
    #[secret(for_each = "ids", secretsmanager = "{prefix}/{entry}")]
    each: HashMap<String, Secret<T>>,
}

/// Whether a load may succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Success,
    Failure,
    Panic,
}

async fn look_at<P: Place>(watch: &mut Watch, world: &World) {
    if !watch.is_wanted(P::NAME) {
        return;
    }
    watch.go_to([P::NUMBER, SIBLING, OTHER]);
    let whole = canary(P::NUMBER);
    let whole = whole.as_str();
    let json = quoted(whole);
    let fails = Expected::Failure;

    // What is right; where a place itself is wrong, not even that.
    let is_wrong = ["Malformed", "OtherKey", "RefusedInFile"];
    let right = if is_wrong.iter().any(|wrong| std::any::type_name::<P>().ends_with(wrong)) {
        fails
    } else {
        Expected::Success
    };
    one::<P, Hidden>(watch, world, "nothing is wrong", whole, right).await;

    let loader = P::put::<Hidden>(world, whole, world.loader::<P::Config<Hidden>>(P::ENVIRONMENT));
    watch.explain(P::NAME, loader).await;
    world.tidy_up();
    let two = || [(); 2].map(|()| P::put::<Hidden>(world, whole, world.loader::<P::Config<Hidden>>(P::ENVIRONMENT)));
    watch.compare(P::NAME, two()).await;
    watch.report(P::NAME, two()).await;
    world.tidy_up();
    let two = || [(); 2].map(|()| P::put::<u16>(world, whole, world.loader::<P::Config<u16>>(P::ENVIRONMENT)));
    watch.compare(P::NAME, two()).await;
    watch.report(P::NAME, two()).await;
    world.tidy_up();

    // The type refuses the value.
    one::<P, u16>(watch, world, "a number", whole, fails).await;
    one::<P, bool>(watch, world, "a truth value", whole, fails).await;
    one::<P, [u8; 4]>(watch, world, "four bytes", whole, fails).await;
    one::<P, Mode>(watch, world, "an unknown variant", whole, fails).await;
    one::<P, Mode>(watch, world, "nearly a variant", "Fasst", fails).await;
    one::<P, IpAddr>(watch, world, "a type of the standard library", whole, fails).await;
    one::<P, Url>(watch, world, "a URL", &format!("postgres://u:{whole}@h:port/"), fails).await;
    one::<P, Parsed>(watch, world, "a `FromStr` that repeats its input", whole, fails).await;
    one::<P, Repeating>(watch, world, "a `Deserialize` that repeats its input", whole, fails).await;
    let panics = if right == fails { fails } else { Expected::Panic };
    one::<P, Panicking>(watch, world, "a type that panics", whole, panics).await;
    one::<P, Account>(watch, world, "no document", whole, fails).await;
    one::<P, Account>(watch, world, "a document that is cut off", &format!("{{\"user\": {json}, \"pin\":"), fails)
        .await;
    one::<P, Account>(
        watch,
        world,
        "a document with two of a key",
        &format!("{{\"user\": {json}, \"user\": {json}}}"),
        fails,
    )
    .await;
    one::<P, Account>(watch, world, "text behind a document", &format!("{{\"user\": \"\", \"pin\": 1}} {json}"), fails)
        .await;
    one::<P, Account>(watch, world, "a document without a key", &format!("{{\"user\": {json}}}"), fails).await;
    one::<P, Account>(watch, world, "a document with nearly a key", "{\"user\": \"\", \"pinn\": 1}", fails).await;
    one::<P, Account>(
        watch,
        world,
        "a document with a wrong type",
        &format!("{{\"user\": \"\", \"pin\": {json}}}"),
        fails,
    )
    .await;
    one::<P, Account>(watch, world, "a list for a document", &format!("[{json}, 1]"), fails).await;
    one::<P, BTreeMap<String, u16>>(watch, world, "a map of numbers", &format!("{{\"a\": {json}}}"), fails).await;
    one::<P, Vec<bool>>(watch, world, "a list of truth values", &format!("[true, {json}]"), fails).await;
    one::<P, Tagged<u16>>(watch, world, "a tagged enum", &format!("{{\"type\": {json}}}"), fails).await;
    one::<P, Untagged>(watch, world, "an untagged enum", &format!("{{\"user\": {json}}}"), fails).await;
    one::<P, Flattened>(watch, world, "a flattened type", &format!("{{\"user\": \"\", \"pin\": {json}}}"), fails).await;

    if P::ENVIRONMENT == "local" {
        return;
    }

    // A store fails: the one that has it, or another while this one is here.
    for (failure, name) in [
        (Failure::Throttled, "throttled"),
        (Failure::InternalError, "the service fails"),
        (Failure::CloseConnection, "the connection is cut"),
        (Failure::Undecryptable, "cannot decrypt"),
        (raw(400, format!("{{\"__type\": \"ValidationException\", \"message\": {json}}}")), "words that repeat it"),
        (raw(400, format!("{{\"__type\": {json}, \"message\": \"\"}}")), "a code that repeats it"),
        (
            raw(200, format!("{{\"Parameters\": {json}, \"SecretValues\": {json}, \"SecretString\": [{json}]}}")),
            "an answer of another type",
        ),
        (raw(200, format!("{{\"Parameters\": [{{\"Value\": {json}")), "an answer that is cut off"),
        (
            raw(
                200,
                format!(
                    "{{\"Parameters\": [{{\"Name\": \"/other\", \"Value\": {json}}}], \"SecretString\": {json}, \"Name\": \"other\"}}"
                ),
            ),
            "an answer that was not asked for",
        ),
        (
            raw(
                200,
                format!(
                    "{{\"Errors\": [{{\"SecretId\": \"app/dev/other\", \"ErrorCode\": {json}, \"Message\": {json}}}]}}"
                ),
            ),
            "an error in an answer",
        ),
        (raw(502, format!("<html>{whole}</html>")), "the page of a proxy"),
        // Their length is the canary's.
        (raw(200, whole.to_owned()), "an answer that is nothing else"),
        (raw(400, whole.to_owned()), "an error that is nothing else"),
        // The last one: where it is the answer to a batch, none is asked for there again.
        (Failure::Status(403), "an empty answer"),
    ] {
        world.aws.fail_times(100, "*", failure);
        one::<P, Hidden>(watch, world, name, whole, fails).await;
        world.aws.recover();
    }
    world.aws.deny("*", "*");
    one::<P, Hidden>(watch, world, "denied", whole, fails).await;
    world.aws.allow_all();
    one_of::<P, Hidden>(watch, world, "too late", whole, fails, |loader| loader.deadline(std::time::Duration::ZERO))
        .await;
    one_of::<P, Hidden>(watch, world, "no such region", whole, fails, |loader| {
        loader.endpoint_url("http://127.0.0.1:9/")
    })
    .await;
    one_of::<P, Hidden>(watch, world, "plain http", whole, fails, |loader| {
        loader.endpoint_url("http://aws.example.com/")
    })
    .await;
}

fn raw(status: u16, body: String) -> Failure {
    Failure::Raw { status, body }
}

async fn one<P: Place, T: Kind>(watch: &mut Watch, world: &World, failure: &str, content: &str, expected: Expected) {
    one_of::<P, T>(watch, world, failure, content, expected, |loader| loader).await;
}

/// What else is done to a loader.
type Change<T> = fn(Loader<T>) -> Loader<T>;

/// One place and one failure, through every outlet.
async fn one_of<P: Place, T: Kind>(
    watch: &mut Watch,
    world: &World,
    failure: &str,
    content: &str,
    expected: Expected,
    change: Change<P::Config<T>>,
) {
    let place = format!("{}, {failure}", P::NAME);
    let loader = P::put::<T>(world, content, world.loader::<P::Config<T>>(P::ENVIRONMENT));
    let ended = match watch.load(&place, change(loader)).await {
        Ended::Loaded(config) => {
            watch.look(&place, "JSON of the config", &serde_json::to_string_pretty(&config).expect("it can be shown"));
            Expected::Success
        }
        Ended::Failed => Expected::Failure,
        Ended::Panicked => Expected::Panic,
    };
    assert_eq!(ended, expected, "{place}");
    if expected != Expected::Panic {
        let loader = P::put::<T>(world, content, world.loader::<P::Config<T>>(P::ENVIRONMENT));
        watch.check(&place, change(loader)).await;
    }
    world.tidy_up();
}
