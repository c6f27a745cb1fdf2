//! What the matrix has no row for: secrets in the wrong place, files that are none, types that hold a secret of their
//! own accord, and what a program may print without loading.

use crate::outlets::{Ended, Watch};
use crate::types::*;
use crate::world::{OTHER, SIBLING, SINGLE, World, quoted};
use figment::value::{Dict, Map};
use figment::{Metadata, Profile, Provider};
use secret_config::source::{Memory, Payload};
use secret_config::testing::{Failure, Parameter};
use secret_config::{Loader, Secret, SecretConfig, Value};
use secret_config_tests::canary::canary;
use std::ffi::OsString;
use std::fmt::Debug;
use std::os::unix::ffi::OsStringExt;

/// Looks at each, none of which loads.
pub(crate) async fn look(watch: &mut Watch, world: &World) {
    watch.go_to([SINGLE, SIBLING, OTHER]);
    prints(watch, world);
    malformed_files(watch, world).await;
    wrong_places(watch, world).await;
    types_that_hold_one(watch, world).await;
    names(watch, world).await;
    headers(watch, world).await;
}

/// What a program has in its hands, and prints.
fn prints(watch: &mut Watch, world: &World) {
    let place = "what a program has in its hands";
    if !watch.is_wanted(place) {
        return;
    }
    let text = || canary(SINGLE);
    let secret = || Secret::new(text());
    watch.look(place, "Debug of a secret", &format!("{:?} {:#?}", secret(), Secret::new(text().into_bytes())));
    let values: [Value; 4] =
        [text().into(), secret().into(), vec![text()].into(), Value::table([("key", Value::from(secret()))])];
    watch.look(place, "Debug of a value to set", &format!("{values:?} {values:#?}"));
    let payloads = [Payload::text(text()), Payload::list(text()), Payload::bytes(text())];
    watch.look(place, "Debug of a payload", &format!("{payloads:?} {payloads:#?}"));
    let memory = Memory::new().with("name", Payload::text(text()));
    watch.look(place, "Debug of a source", &format!("{memory:?} {memory:#?}"));
    let parameters = [Parameter::secure_string(text()), Parameter::string_list(text())];
    watch.look(place, "Debug of a parameter", &format!("{parameters:?} {parameters:#?}"));
    let failure = Failure::Raw { status: 400, body: text() };
    watch.look(place, "Debug of a failure", &format!("{failure:?} {failure:#?}"));
    watch.look(place, "Debug of the server", &format!("{:?} {:#?}", world.aws, world.aws));
}

#[derive(Debug, SecretConfig)]
#[config(env_prefix = "APP", offline = ["local"], environments = ["dev"])]
#[allow(dead_code)]
struct Local {
    #[secret(local)]
    value: Secret<String>,
}

async fn malformed_files(watch: &mut Watch, world: &World) {
    let whole = quoted(&canary(SINGLE));
    let unclosed = &whole[..whole.len() - 1];
    for (place, file, text) in [
        ("a TOML file that is none", "local.toml", format!("value = {unclosed}\n")),
        ("a YAML file that is none", "local.yaml", format!("value: {unclosed}\n")),
        ("a JSON file that is none", "local.json", format!("{{\"value\": {unclosed}")),
        ("a YAML file without a blank", "local.yaml", format!("{{ value:{} }}", canary(SINGLE))),
    ] {
        let loader = Local::loader("local").root(world.root()).env_vars::<&str, &str>([]);
        fails(watch, world, place, world.with_file(loader, file, &text)).await;
    }
}

/// A layer that cannot be read, and says so with what is in it.
struct Broken;

impl Provider for Broken {
    fn metadata(&self) -> Metadata {
        Metadata::named("broken")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Err(canary(SINGLE).into())
    }
}

async fn wrong_places(watch: &mut Watch, world: &World) {
    let loader = || Local::loader("dev").root(world.root());
    let not_utf8 = [canary(SINGLE).as_bytes(), b"\xff"].concat();
    let variables = [(OsString::from("APP_VALUE"), OsString::from_vec(not_utf8))];
    fails(watch, world, "a variable that is no text", loader().env_vars(variables)).await;

    let layer = loader().env_vars([("APP_VALUE", "x")]).layer(Broken);
    fails(watch, world, "a layer that cannot be read", layer).await;

    // All of it is no name of an environment; the beginning could be one.
    for name in [canary(SINGLE), canary(SINGLE)[..9].to_owned()] {
        let loader = Local::loader_from("APP_VALUE").env_vars([("APP_VALUE", name)]);
        fails(watch, world, "a variable that names the environment", loader).await;
    }
}

/// A field whose type the derive knows nothing of.
#[derive(Debug, SecretConfig)]
#[config(env_prefix = "APP")]
#[allow(dead_code)]
struct Leaf<T: Kind> {
    value: T,
}

/// A field that has a secret in it by the look of its type, and something else before it.
#[derive(Debug, SecretConfig)]
#[config(env_prefix = "APP")]
#[allow(dead_code)]
struct Pair {
    value: (u16, Secret<String>),
}

/// A field that stores have a part in, and which has no secret by its type.
#[derive(Debug, SecretConfig)]
#[config(prefix = "app/{env}", env_prefix = "APP", references)]
#[allow(dead_code)]
struct Shared {
    #[config(inject("password", ssm = "{prefix}/{field}", optional))]
    injected: Option<Login>,
    referring: Option<Login>,
}

async fn types_that_hold_one(watch: &mut Watch, world: &World) {
    let (text, json) = (canary(SINGLE), quoted(&canary(SINGLE)));
    let account = format!("{{\"user\": \"u\", \"password\": {json}}}");
    leaf::<Checked>(watch, world, "a type that checks its secret", &text).await;
    leaf::<Holder<u16>>(watch, world, "a type with a secret of the wrong type", &account).await;
    leaf::<Tagged<String>>(watch, world, "a text for a tagged enum", &text).await;
    leaf::<Choice>(watch, world, "a text for an enum", &text).await;
    let pair = Pair::loader("dev").root(world.root()).env_vars([("APP_VALUE", format!("{text},x"))]);
    fails(watch, world, "a pair in the wrong order", pair).await;

    let user = "user = \"u\"";
    let loader = world.loader::<Shared>("dev").env_vars([("APP_INJECTED_PASSWORD", &text)]);
    let loader = world.with_file(loader, "dev.toml", &format!("[injected]\n{user}"));
    fails(watch, world, "a variable for an injected place", loader).await;
    let loader = world.with_parameter(world.loader::<Shared>("dev"), "referred", &text);
    let reference = format!("[referring]\n{user}\npassword = \"${{ssm:/app/dev/referred}}\"");
    fails(watch, world, "a reference inside a value", world.with_file(loader, "dev.toml", &reference)).await;
}

async fn leaf<T: Kind>(watch: &mut Watch, world: &World, place: &str, content: &str) {
    let loader = Leaf::<T>::loader("dev").root(world.root()).env_vars([("APP_VALUE", content)]);
    fails(watch, world, place, loader).await;
}

/// Names that a secret would be part of.
#[derive(Debug, SecretConfig)]
#[config(prefix = "app/{env}", env_prefix = "APP")]
#[allow(dead_code)]
struct OfField {
    #[secret(local)]
    value: Secret<String>,
    #[secret(ssm = "{prefix}/{root.value}")]
    named: Secret<String>,
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "app/{env}", env_prefix = "APP")]
#[allow(dead_code)]
struct OfInside {
    value: Holder<String>,
    #[secret(ssm = "{prefix}/{root.value.password}")]
    named: Secret<String>,
}

async fn names(watch: &mut Watch, world: &World) {
    let loader = world.loader::<OfField>("dev").env_vars([("APP_VALUE", canary(SINGLE))]);
    fails(watch, world, "a name with a secret in it", loader).await;
    let value = Value::table([("user", "u".into()), ("password", Value::from(Secret::new(canary(SINGLE))))]);
    let loader = world.loader::<OfInside>("dev").set("value", value);
    fails(watch, world, "a name with the inside of a value in it", loader).await;
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "app/{env}")]
#[allow(dead_code)]
struct Stored {
    #[secret]
    value: Secret<String>,
}

/// A proxy, say, that repeats in its headers what passed through it.
async fn headers(watch: &mut Watch, world: &World) {
    for header in ["x-amzn-requestid", "x-amz-request-id", "x-amzn-errortype"] {
        for (status, body) in [("400 Bad Request", "{\"__type\": \"ValidationException\"}"), ("200 OK", "{")] {
            let url = world.answering(status, &format!("{header}: {}", canary(SINGLE)), body).await;
            let loader = world.loader::<Stored>("dev").endpoint_url(url);
            fails(watch, world, &format!("the header {header}"), loader).await;
        }
    }
}

async fn fails<T: SecretConfig + Debug + Send + 'static>(
    watch: &mut Watch,
    world: &World,
    place: &str,
    loader: Loader<T>,
) {
    if watch.is_wanted(place) {
        assert!(matches!(watch.load(place, loader).await, Ended::Failed), "{place}");
    }
    world.tidy_up();
}
