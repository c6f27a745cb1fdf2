//! `init`, `promote` and `set` as a library: what an environment lacks is planned, written, and then loads.

use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use aws_sdk_ssm::types::ParameterType::{self, SecureString, String as Plain, StringList};
use aws_sdk_ssm::types::ResourceTypeForTagging;
use secret_config::operator::{Action, Creation, Existing, NewValue, Promotion, Values, WriteOptions, Written};
use secret_config::testing::Failure;
use secret_config::{Loader, Problem, ProblemKind, Secret, SecretConfig};
use secret_config_tests::emulator::Emulator;
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}", env_prefix = "APP")]
struct AppConfig {
    /// The key of the payment provider.
    #[secret]
    stripe_key: Secret<String>,
    #[secret]
    session_key: Secret<String>,
    #[config(ssm)]
    origins: Vec<String>,
    #[config(ssm)]
    host: String,
    #[secret(secretsmanager)]
    sentry: Option<Secret<String>>,
    #[config(nested)]
    database: Database,
}

#[derive(Debug, SecretConfig)]
#[config(document(secretsmanager = "{prefix}/db"))]
struct Database {
    host: String,
    port: u16,
    #[secret]
    password: Secret<String>,
    #[config(key = "/pool/sizes")]
    sizes: Vec<u32>,
    #[config(local, default = 10)]
    max_connections: u32,
}

/// One of the environments of this test.
fn environment(emulator: &Emulator, name: &str) -> String {
    format!("{}-{name}", emulator.prefix())
}

fn loader<T: SecretConfig>(emulator: &Emulator, name: &str) -> Loader<T> {
    T::loader(environment(emulator, name)).aws(&emulator.sdk_config()).root("no/such").env_vars::<&str, &str>([])
}

async fn missing(emulator: &Emulator, name: &str) -> Promotion {
    loader::<AppConfig>(emulator, name).missing().await.unwrap()
}

fn text(text: &str) -> NewValue {
    NewValue::text(text.to_owned())
}

/// A value for everything that a load needs.
fn values() -> Values {
    Values::new()
        .with("stripe_key", text("sk \"live\"\n"))
        .with("session_key", NewValue::generated(32))
        .with("origins", text("https://a.example,https://b.example"))
        .with("host", text("0123"))
        .with("database.host", text("db.internal"))
        .with("database.port", text("5432"))
        .with("database.password", text("p\u{e9}\\w"))
        .with("database.sizes", NewValue::json("[1, 2]".to_owned()))
}

async fn written(promotion: &Promotion, values: &Values, options: &WriteOptions) -> Written {
    fn sent<T: Send>(future: T) -> T {
        future
    }
    let mut told = Vec::new();
    let written = sent(promotion.write(values, options, |write| told.push(write.to_string()))).await;
    assert_eq!(told.join("\n"), written.to_string(), "each is told as it is done");
    written
}

/// What was done, with the last part of each name.
fn actions(written: &Written) -> Vec<(&str, Action)> {
    let last = |name: &'_ str| name.rfind('/').map_or(0, |at| at + 1);
    written.writes().iter().map(|write| (&write.name()[last(write.name())..], write.action())).collect()
}

fn last_parts(promotion: &Promotion) -> Vec<&str> {
    promotion.creations().iter().map(|creation| creation.name().rsplit('/').next().unwrap()).collect()
}

async fn parameter(emulator: &Emulator, name: &str) -> (ParameterType, String, i64) {
    let answer = emulator.ssm().get_parameter().name(name).with_decryption(true).send().await.unwrap();
    let parameter = answer.parameter().unwrap();
    (parameter.r#type().unwrap().clone(), parameter.value().unwrap().to_owned(), parameter.version())
}

async fn secret(emulator: &Emulator, name: &str) -> String {
    let answer = emulator.secretsmanager().get_secret_value().secret_id(name).send().await.unwrap();
    answer.secret_string().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_environment_is_filled_and_then_loads() {
    for emulator in Emulator::both().await {
        let name = environment(&emulator, "prod");
        let promotion = missing(&emulator, "prod").await;
        assert!(!promotion.has_all());
        assert_eq!(
            promotion.to_string().replace(&name, "prod"),
            "`prod` lacks 5 things that `AppConfig` needs\
             \n  create SecureString /prod/stripe_key  for stripe_key\
             \n  create SecureString /prod/session_key  for session_key\
             \n  create StringList   /prod/origins  for origins\
             \n  create String       /prod/host  for host\
             \n  create secret       prod/sentry  for sentry  (optional)\
             \n  create secret       prod/db  keys host, port, password, /pool/sizes  for database.host, database.port, \
             database.password, database.sizes"
        );
        let done = written(&promotion, &values(), &WriteOptions::new()).await;
        assert!(done.is_complete(), "{}: {done}", emulator.label());
        assert_eq!(done.unused(), [] as [&str; 0]);
        assert_eq!(
            actions(&done),
            [
                ("stripe_key", Action::Created),
                ("session_key", Action::Created),
                ("origins", Action::Created),
                ("host", Action::Created),
                ("sentry", Action::WithoutValue),
                ("db", Action::Created),
            ]
        );
        assert_eq!(done.writes()[0].version(), Some("1"));

        let config = loader::<AppConfig>(&emulator, "prod").load().await.unwrap();
        assert_eq!(config.stripe_key.expose_secret(), "sk \"live\"\n");
        assert_eq!(config.session_key.expose_secret().len(), 32);
        assert_eq!(config.origins, ["https://a.example", "https://b.example"]);
        assert_eq!(config.host, "0123");
        assert!(config.sentry.is_none());
        assert_eq!((config.database.host.as_str(), config.database.port), ("db.internal", 5432));
        assert_eq!(config.database.password.expose_secret(), "p\u{e9}\\w");
        assert_eq!(config.database.sizes, [1, 2]);
        let db = format!("{name}/db");
        assert_eq!(
            secret(&emulator, &db).await,
            "{\"host\":\"db.internal\",\"port\":\"5432\",\"password\":\"pé\\\\w\",\"pool\":{\"sizes\":[1,2]}}"
        );
        for (parameter_name, kind) in
            [("stripe_key", SecureString), ("session_key", SecureString), ("origins", StringList), ("host", Plain)]
        {
            assert_eq!(parameter(&emulator, &format!("/{name}/{parameter_name}")).await.0, kind, "{parameter_name}");
        }

        let again = missing(&emulator, "prod").await;
        assert!(again.has_all());
        assert_eq!(last_parts(&again), ["sentry"]);
        assert!(again.to_string().contains("has everything that `AppConfig` needs of the stores"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_environment_has_and_another_lacks_is_created_and_the_rest_is_left() {
    for emulator in Emulator::both().await {
        let (dev, prod) = (environment(&emulator, "dev"), environment(&emulator, "prod"));
        let all = missing(&emulator, "dev").await;
        written(&all, &values().with("sentry", text("dsn")), &WriteOptions::new()).await;
        emulator.put_parameter(&format!("/{prod}/stripe_key"), SecureString, "of prod").await;

        let lacks = missing(&emulator, "prod").await;
        assert_eq!(last_parts(&lacks), ["session_key", "origins", "host", "sentry", "db"]);
        let fields: Vec<String> = lacks.creations().iter().flat_map(Creation::fields).map(Into::into).collect();
        let copied = loader::<AppConfig>(&emulator, "dev").copy(fields).await.unwrap();
        let done = written(&lacks, &copied, &WriteOptions::new()).await;
        assert!(done.is_complete(), "{}: {done}", emulator.label());
        assert!(done.writes().iter().all(|write| write.action() == Action::Created));

        assert_eq!(
            parameter(&emulator, &format!("/{prod}/stripe_key")).await,
            (SecureString, "of prod".to_owned(), 1),
            "what is there is kept"
        );
        for name in ["session_key", "origins", "host"] {
            let of = |environment: &str| format!("/{environment}/{name}");
            assert_eq!(parameter(&emulator, &of(&prod)).await, parameter(&emulator, &of(&dev)).await);
        }
        for name in ["sentry", "db"] {
            let of = |environment: &str| format!("{environment}/{name}");
            assert_eq!(secret(&emulator, &of(&prod)).await, secret(&emulator, &of(&dev)).await);
        }
        assert_eq!(missing(&emulator, "prod").await.creations(), []);
        loader::<AppConfig>(&emulator, "prod").load().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_gets_the_keys_that_it_lacks_and_keeps_the_others_as_they_are() {
    for emulator in Emulator::both().await {
        let name = format!("{}/db", environment(&emulator, "prod"));
        emulator.put_secret(&name, "{\"engine\": \"postgres\", \"port\": 5432.0, \"password\": null}").await;
        let promotion = missing(&emulator, "prod").await;
        let document = promotion.creations().last().unwrap();
        assert_eq!(
            document.to_string().replace(&name, "db"),
            "add to secret       db  keys host, password, /pool/sizes  for database.host, database.password, database.sizes"
        );
        assert!(document.exists() && document.is_document() && document.is_secret());
        let done = written(&promotion, &values(), &WriteOptions::new()).await;
        assert_eq!(actions(&done).last(), Some(&("db", Action::Completed)));
        assert_eq!(
            secret(&emulator, &name).await,
            "{\"engine\":\"postgres\",\"port\":5432.0,\"password\":\"pé\\\\w\",\"host\":\"db.internal\",\
             \"pool\":{\"sizes\":[1,2]}}"
        );
        assert_eq!(done.unused(), ["database.port"], "it has that");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_write_is_told_and_the_others_are_made_and_a_second_run_resumes() {
    let emulator = Emulator::fake().await;
    let aws = emulator.as_fake().unwrap();
    let name = environment(&emulator, "prod");
    aws.deny("ssm:PutParameter", format!("/{name}/session_key"));
    aws.deny("secretsmanager:CreateSecret", format!("{name}/db"));
    let promotion = missing(&emulator, "prod").await;
    let done = written(&promotion, &values(), &WriteOptions::new()).await;
    assert!(!done.is_complete());
    assert_eq!(
        actions(&done),
        [
            ("stripe_key", Action::Created),
            ("session_key", Action::Failed),
            ("origins", Action::Created),
            ("host", Action::Created),
            ("sentry", Action::WithoutValue),
            ("db", Action::Failed),
        ]
    );
    let problem = done.writes()[1].problem().unwrap();
    assert_eq!(problem.kind(), ProblemKind::Denied);
    let allowed = format!("allow ssm:PutParameter on arn:aws:ssm:eu-west-1:ACCOUNT:parameter/{name}/session_key");
    assert_eq!(problem.next_step(), Some(allowed.as_str()));
    let problem = done.writes()[5].problem().unwrap();
    let allowed = format!(
        "allow secretsmanager:CreateSecret on arn:aws:secretsmanager:eu-west-1:ACCOUNT:secret:{name}/db-??????"
    );
    assert_eq!(problem.next_step(), Some(allowed.as_str()));

    aws.allow_all();
    aws.reset_calls();
    let rest = missing(&emulator, "prod").await;
    assert_eq!(last_parts(&rest), ["session_key", "sentry", "db"]);
    let done = written(&rest, &values(), &WriteOptions::new()).await;
    assert!(done.is_complete(), "{done}");
    assert_eq!((aws.calls().count("PutParameter"), aws.calls().count("CreateSecret")), (1, 1));
    loader::<AppConfig>(&emulator, "prod").load().await.unwrap();

    // The plan of before: everything is there by now, and is left.
    let done = written(&promotion, &values(), &WriteOptions::new()).await;
    let exists = |(name, action): &(&str, Action)| *name == "sentry" || *action == Action::Exists;
    assert!(done.is_complete() && actions(&done).iter().all(exists), "{done}");
    assert_eq!(parameter(&emulator, &format!("/{name}/stripe_key")).await.2, 1);
    assert_eq!(aws.calls().count("PutSecretValue"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_denied_is_a_problem_and_nothing_that_is_missing() {
    let emulator = Emulator::fake().await;
    let aws = emulator.as_fake().unwrap();
    let name = environment(&emulator, "prod");
    aws.deny("ssm:GetParameters", format!("/{name}/stripe_key"));
    aws.put_secret(&format!("{name}/db"), "no document");
    let promotion = missing(&emulator, "prod").await;
    assert_eq!(last_parts(&promotion), ["session_key", "origins", "host", "sentry"]);
    let problems: Vec<_> =
        promotion.problems().iter().map(|problem| (problem.kind(), problem.fields().len())).collect();
    assert_eq!(problems, [(ProblemKind::Denied, 1), (ProblemKind::Malformed, 4)]);
    assert!(promotion.to_string().contains("to be mended by hand:\n  stripe_key: Parameter Store denies access"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_that_cannot_be_seen_is_not_said_to_have_everything() {
    let emulator = Emulator::fake().await;
    for action in ["ssm:GetParameters", "secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"] {
        emulator.as_fake().unwrap().deny(action, "*");
    }
    let promotion = missing(&emulator, "prod").await;
    assert!(promotion.creations().is_empty() && !promotion.problems().is_empty());
    let told = promotion.to_string();
    assert!(told.contains("nothing that could be created is missing in `") && !told.contains("everything"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_no_load_could_read_are_told_before_they_are_written() {
    let emulator = Emulator::fake().await;
    let rehearse = |values: &Values| loader::<AppConfig>(&emulator, "prod").rehearse(values);
    rehearse(&values()).unwrap();
    rehearse(&Values::new()).unwrap();
    let unfit = values()
        .with("database.port", text("54 32"))
        .with("database.sizes", text("1,2"))
        .with("stripe_key", NewValue::json("sk".to_owned()));
    let error = rehearse(&unfit).unwrap_err();
    let told: Vec<_> = error.problems().iter().map(|problem| (problem.kind(), problem.fields()[0].as_str())).collect();
    assert_eq!(
        told,
        [
            (ProblemKind::Malformed, "stripe_key"),
            (ProblemKind::WrongType, "database.port"),
            (ProblemKind::WrongType, "database.sizes"),
        ]
    );
    assert!(!error.to_string().contains("54 32"), "{error}");
    assert!(emulator.as_fake().unwrap().calls().is_empty());
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}", references)]
struct Shapes {
    #[config(ssm = ["{prefix}/own", "{prefix}/common"])]
    candidate: String,
    key_ids: Vec<String>,
    #[secret(ssm = "{prefix}/keys/{entry}", for_each = "key_ids")]
    keys: HashMap<String, Secret<String>>,
    #[config(nested)]
    tenants: HashMap<String, Tenant>,
    #[config(inject("password", secretsmanager = "{prefix}/broker"))]
    broker: Broker,
    referred: String,
    #[secret(ssm, version = "1")]
    pinned: Option<Secret<String>>,
    #[config(nested)]
    document: Placement,
    /// The whole document.
    #[config(ssm = "{prefix}/document")]
    whole: Option<HashMap<String, String>>,
}

#[derive(Debug, SecretConfig)]
struct Tenant {
    #[secret]
    token: Secret<String>,
}

#[derive(Debug, serde::Deserialize)]
struct Broker {
    url: String,
    password: Secret<String>,
}

#[derive(Debug, SecretConfig)]
#[config(document(ssm = "{prefix}/document"))]
struct Placement {
    region: String,
    #[config(alias = "zone")]
    place: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_places_references_and_candidates_are_created_too() {
    use figment::providers::Serialized;
    use secret_config::Value;
    for emulator in Emulator::both().await {
        let name = environment(&emulator, "prod");
        let shapes = || {
            loader::<Shapes>(&emulator, "prod")
                .set("key_ids", vec!["k1", "k.2"])
                .set("tenants", Value::table([("a", Value::table::<&str, &str>([]))]))
                .set("broker", Value::table([("url", "amqp://b")]))
                .layer(Serialized::default("referred", format!("${{ssm:/{name}/referred}}")))
        };
        emulator.put_parameter(&format!("/{name}/document"), Plain, r#"{"zone": "a"}"#).await;
        let promotion = shapes().missing().await.unwrap();
        assert_eq!(
            promotion.to_string().replace(&name, "prod"),
            "`prod` lacks 7 things that `Shapes` needs\
             \n  create String       /prod/own  for candidate\
             \n  create SecureString /prod/keys/k1  for keys.k1\
             \n  create SecureString /prod/keys/k.2  for keys.\"k.2\"\
             \n  create SecureString /prod/tenants/a/token  for tenants.a.token\
             \n  create secret       prod/broker  for broker.password\
             \n  create SecureString /prod/referred  for referred\
             \n  add to String       /prod/document  key region  for document.region"
        );
        let fields: Vec<String> = promotion.creations().iter().flat_map(Creation::fields).map(Into::into).collect();
        let values =
            fields.iter().fold(Values::new(), |values, field| values.with(field, text(&format!("of {field}"))));
        let done = written(&promotion, &values, &WriteOptions::new()).await;
        assert!(done.is_complete(), "{}: {done}", emulator.label());
        let config = shapes().load().await.unwrap();
        assert_eq!(config.candidate, "of candidate");
        assert_eq!(config.keys["k.2"].expose_secret(), "of keys.\"k.2\"");
        assert_eq!(config.tenants["a"].token.expose_secret(), "of tenants.a.token");
        assert_eq!(
            (config.broker.url.as_str(), config.broker.password.expose_secret().as_str()),
            ("amqp://b", "of broker.password")
        );
        assert_eq!((config.referred.as_str(), config.key_ids.len()), ("of referred", 2));
        assert_eq!((config.document.region.as_str(), config.document.place.as_str()), ("of document.region", "a"));
        assert_eq!((config.whole.unwrap().len(), config.pinned.is_none()), (2, true));
        assert_eq!(parameter(&emulator, &format!("/{name}/own")).await.0, Plain);
        assert_eq!(parameter(&emulator, &format!("/{name}/referred")).await.0, SecureString);
        assert!(shapes().missing().await.unwrap().has_all());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_document_is_not_written() {
    let emulator = Emulator::fake().await;
    let promotion = missing(&emulator, "prod").await;
    let half = Values::new().with("database.host", text("db")).with("database.typo", text("x"));
    let done = written(&promotion, &half, &WriteOptions::new()).await;
    assert!(done.writes().iter().all(|write| write.action() == Action::WithoutValue));
    let problem = done.writes().last().unwrap().problem().unwrap();
    assert_eq!(problem.fields(), ["database.port", "database.password", "database.sizes"]);
    assert!(problem.next_step().unwrap().contains("half a document is not written"));
    let single = done.writes()[0].problem().unwrap();
    assert_eq!((single.message(), single.next_step()), ("there was no value for it", None));
    assert_eq!(done.unused(), ["database.typo"]);
    assert!(!done.is_complete());
    let calls = emulator.as_fake().unwrap().calls();
    assert_eq!(calls.count("CreateSecret") + calls.count("PutParameter"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_values_fit_and_no_two_are_the_same() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    struct Keys {
        #[secret]
        one: Secret<[u8; 32]>,
        #[secret]
        other: Secret<String>,
        #[config(nested)]
        document: Document,
    }

    #[derive(Debug, SecretConfig)]
    #[config(document(ssm = "{prefix}/document"))]
    struct Document {
        #[secret]
        a: Secret<String>,
        #[secret]
        b: Secret<String>,
    }

    for emulator in Emulator::both().await {
        let promotion = loader::<Keys>(&emulator, "prod").missing().await.unwrap();
        let fields = ["one", "other", "document.a", "document.b"];
        let values =
            fields.into_iter().fold(Values::new(), |values, field| values.with(field, NewValue::generated(32)));
        let done = written(&promotion, &values, &WriteOptions::new()).await;
        assert!(done.is_complete(), "{}: {done}", emulator.label());
        let keys = loader::<Keys>(&emulator, "prod").load().await.unwrap();
        let one = String::from_utf8(keys.one.expose_secret().to_vec()).unwrap();
        let mut all =
            vec![&one, keys.other.expose_secret(), keys.document.a.expose_secret(), keys.document.b.expose_secret()];
        assert!(all.iter().all(|key| key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_alphanumeric())));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 4);
        let document = format!("/{}/document", environment(&emulator, "prod"));
        assert_eq!(parameter(&emulator, &document).await.0, SecureString);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_created_has_the_key_and_the_tags_that_were_given() {
    for emulator in Emulator::both().await {
        let name = environment(&emulator, "prod");
        let options = WriteOptions::new().kms_key("alias/orders").tag("service", "orders").tag("empty", "");
        let promotion = missing(&emulator, "prod").await;
        if let Some(aws) = emulator.as_fake() {
            let done = written(&promotion, &values(), &options).await;
            let problem = done.writes()[0].problem().unwrap();
            assert_eq!(
                (problem.kind(), problem.message()),
                (ProblemKind::Undecryptable, "Parameter Store cannot encrypt it")
            );
            let failed = done.writes().last().unwrap().problem().unwrap();
            assert_eq!(failed.kind(), ProblemKind::Undecryptable);
            // What is not encrypted needs no key.
            assert_eq!(actions(&done)[3], ("host", Action::Created));
            aws.add_key("alias/orders");
        }
        let done = written(&promotion, &values(), &options).await;
        assert!(done.is_complete(), "{}: {done}", emulator.label());
        let history = emulator.ssm().get_parameter_history().name(format!("/{name}/stripe_key")).send().await.unwrap();
        assert_eq!(history.parameters()[0].key_id(), Some("alias/orders"));
        let secret = emulator.secretsmanager().describe_secret().secret_id(format!("{name}/db")).send().await.unwrap();
        assert_eq!(secret.kms_key_id(), Some("alias/orders"));
        assert_eq!(secret.tags().len(), 2);
        for parameter in ["stripe_key", "host"] {
            let list = emulator.ssm().list_tags_for_resource().resource_type(ResourceTypeForTagging::Parameter);
            let tags = list.resource_id(format!("/{name}/{parameter}")).send().await.unwrap();
            let mut tags: Vec<_> = tags.tag_list().iter().map(|tag| (tag.key(), tag.value())).collect();
            tags.sort_unstable();
            assert_eq!(tags, [("empty", ""), ("service", "orders")]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_field_is_set_and_overwritten_only_if_told() {
    for emulator in Emulator::both().await {
        let name = environment(&emulator, "prod");
        let place = |field: &str| loader::<AppConfig>(&emulator, "prod").place(field).unwrap();
        let set = async |field: &str, value: &str, options: &WriteOptions| {
            written(&place(field), &Values::new().with(field, text(value)), options).await
        };
        let (keep, overwrite) = (WriteOptions::new(), WriteOptions::new().overwrite());
        for (field, first) in [("stripe_key", "one"), ("host", "one"), ("sentry", "one"), ("database.password", "one")]
        {
            let done = set(field, first, &keep).await;
            assert_eq!(done.writes()[0].action(), Action::Created, "{field}");
            let done = set(field, "two", &keep).await;
            assert_eq!(done.writes()[0].action(), Action::Exists, "{field}");
        }
        // One of these would change the key.
        let done = set("stripe_key", "two", &overwrite).await;
        let problem = done.writes()[0].problem().unwrap();
        assert_eq!(problem.kind(), ProblemKind::Refused);
        assert!(problem.next_step().unwrap().contains("KMS key"));
        let with_key = WriteOptions::new().overwrite().kms_key("alias/aws/ssm").tag("not", "sent");
        let done = set("stripe_key", "two", &with_key).await;
        assert_eq!((done.writes()[0].action(), done.writes()[0].version()), (Action::Overwritten, Some("2")));
        for field in ["host", "sentry", "database.password"] {
            let done = set(field, "two", &overwrite).await;
            assert_eq!(done.writes()[0].action(), Action::Overwritten, "{field}: {done}");
        }
        assert_eq!(parameter(&emulator, &format!("/{name}/stripe_key")).await, (SecureString, "two".to_owned(), 2));
        assert_eq!(parameter(&emulator, &format!("/{name}/host")).await, (Plain, "two".to_owned(), 2));
        assert_eq!(secret(&emulator, &format!("{name}/sentry")).await, "two");
        assert_eq!(secret(&emulator, &format!("{name}/db")).await, r#"{"password":"two"}"#);
        // Another key of the document.
        let done = set("database.host", "db", &keep).await;
        assert_eq!(done.writes()[0].action(), Action::Completed);
        assert_eq!(secret(&emulator, &format!("{name}/db")).await, r#"{"password":"two","host":"db"}"#);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_places_of_fields_is_seen_before_it_is_written() {
    for emulator in Emulator::both().await {
        let name = environment(&emulator, "prod");
        emulator.put_parameter(&format!("/{name}/stripe_key"), SecureString, "one").await;
        emulator.put_secret(&format!("{name}/db"), r#"{"host": "db", "password": null}"#).await;
        let fields = ["stripe_key", "host", "database.host", "database.password"];
        let standing =
            async |existing| loader::<AppConfig>(&emulator, "prod").standing(fields, existing).await.unwrap();
        let kept = standing(Existing::Keep).await;
        let of =
            |creations: &[Creation]| creations.iter().flat_map(Creation::fields).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(of(kept.kept()), ["stripe_key", "database.host"], "{}", emulator.label());
        assert_eq!(of(kept.creations()), ["host", "database.password"]);
        assert_eq!(kept.kept()[0].version(), Some("1"));
        let replaced = standing(Existing::Replace).await;
        assert_eq!((of(replaced.creations()).len(), replaced.kept()), (4, [].as_slice()));
        let told = replaced.to_string().replace(&name, "prod");
        assert!(told.contains("replace SecureString /prod/stripe_key  for stripe_key  (has version 1)"), "{told}");
        assert!(
            told.contains("keys host, password  for database.host, database.password  (replaces: database.host)"),
            "{told}"
        );
        let keys: Vec<_> = replaced.creations().iter().filter_map(Creation::kms_key).collect();
        assert_eq!(keys, ["alias/aws/ssm"]);
        assert!(!replaced.creations().iter().any(Creation::needs_kms_key));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_not_written_into_a_parameter_that_is_not_encrypted() {
    let emulator = Emulator::fake().await;
    let name = format!("/{}/stripe_key", environment(&emulator, "prod"));
    emulator.put_parameter(&name, Plain, "open").await;
    let place = loader::<AppConfig>(&emulator, "prod").place("stripe_key").unwrap();
    let options = WriteOptions::new().overwrite().kms_key("alias/aws/ssm");
    let done = written(&place, &Values::new().with("stripe_key", text("sk")), &options).await;
    assert_eq!(done.writes()[0].action(), Action::Failed);
    assert!(done.writes()[0].to_string().contains("is not encrypted"));
    assert_eq!(parameter(&emulator, &name).await, (Plain, "open".to_owned(), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_no_store_is_asked_for_have_no_place() {
    let emulator = Emulator::fake().await;
    for (field, help) in [("stripe_kye", "did you mean `stripe_key`?"), ("database.max_connections", "name a field of")]
    {
        let error = loader::<AppConfig>(&emulator, "prod").place(field).unwrap_err();
        let problem = &error.problems()[0];
        assert_eq!((problem.kind(), problem.fields()), (ProblemKind::Definition, [field.to_owned()].as_slice()));
        assert!(problem.next_step().unwrap().starts_with(help), "{problem}");
        let error = loader::<AppConfig>(&emulator, "prod").copy([field]).await.unwrap_err();
        assert_eq!(error.problems()[0].kind(), ProblemKind::Definition);
    }
    assert!(emulator.as_fake().unwrap().calls().is_empty());
    let error = loader::<AppConfig>(&emulator, "prod").copy(["host", "database.port"]).await.unwrap_err();
    let kinds: Vec<_> = error.problems().iter().map(Problem::kind).collect();
    assert_eq!(kinds, [ProblemKind::Missing, ProblemKind::Missing]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_fails_for_a_moment_is_made_again() {
    let emulator = Emulator::fake().await;
    let aws = emulator.as_fake().unwrap();
    let promotion = missing(&emulator, "prod").await;
    aws.fail_next("PutParameter", Failure::CloseConnection);
    aws.fail_next("PutParameter", Failure::InternalError);
    aws.fail_next("CreateSecret", Failure::CloseConnection);
    let done = written(&promotion, &values(), &WriteOptions::new()).await;
    assert!(done.is_complete(), "{done}");
    assert_eq!((aws.calls().count("PutParameter"), aws.calls().count("CreateSecret")), (6, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_was_made_without_a_value_gets_one() {
    let emulator = Emulator::fake().await;
    let name = environment(&emulator, "prod");
    for secret in ["sentry", "db"] {
        emulator.secretsmanager().create_secret().name(format!("{name}/{secret}")).send().await.unwrap();
    }
    let promotion = missing(&emulator, "prod").await;
    let done = written(&promotion, &values().with("sentry", text("dsn")), &WriteOptions::new()).await;
    assert!(done.is_complete(), "{done}");
    assert_eq!(secret(&emulator, &format!("{name}/sentry")).await, "dsn");
    loader::<AppConfig>(&emulator, "prod").load().await.unwrap();
    // One that is to be deleted is not.
    emulator.as_fake().unwrap().schedule_deletion(&format!("{name}/sentry"));
    let place = loader::<AppConfig>(&emulator, "prod").place("sentry").unwrap();
    let done = written(&place, &Values::new().with("sentry", text("dsn")), &WriteOptions::new().overwrite()).await;
    let step = done.writes()[0].problem().unwrap().next_step().unwrap();
    assert!(step.contains("restore-secret"), "{step}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tools_read_the_plan_and_what_was_written() {
    let emulator = Emulator::fake().await;
    let name = environment(&emulator, "prod");
    emulator.as_fake().unwrap().deny("ssm:PutParameter", "*");
    let place = loader::<AppConfig>(&emulator, "prod").place("stripe_key").unwrap();
    let json = |value: serde_json::Value| value.to_string().replace(&name, "prod");
    assert_eq!(
        json(serde_json::to_value(&place).unwrap()),
        json!({"version": 1, "config": "AppConfig", "environment": "prod", "problems": [], "creations": [{
            "store": "ssm", "name": "/prod/stripe_key", "is_secret": true, "exists": false, "parts": [{
                "fields": ["stripe_key"], "type": "Secret<String>", "doc": "The key of the payment provider.",
                "is_secret": true, "is_needed": true,
            }],
        }]})
        .to_string()
    );
    let done = written(&place, &values(), &WriteOptions::new()).await;
    let told = serde_json::to_value(&done).unwrap();
    assert_eq!((&told["version"], &told["writes"][0]["action"]), (&json!(1), &json!("failed")));
    assert_eq!(told["writes"][0]["problem"]["kind"], "denied");
    assert_eq!(told["unused"].as_array().unwrap().len(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_token_with_the_same_value_is_the_same_call() {
    let emulator = Emulator::fake().await;
    let create = |value: &str| {
        let create = emulator.secretsmanager().create_secret().name("orders/db").secret_string(value);
        create.client_request_token("00000000-0000-4000-8000-000000000000").send()
    };
    let (one, again) = (create("one").await.unwrap(), create("one").await.unwrap());
    assert_eq!((one.arn(), one.version_id()), (again.arn(), again.version_id()));
    assert_eq!(create("other").await.unwrap_err().code(), Some("ResourceExistsException"));
}

/// Hands requests on to `upstream`, and loses the answer to the first call of each operation that writes.
async fn losing_answers(upstream: String) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let lost = Arc::new(Mutex::new(HashSet::new()));
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (lost, upstream) = (Arc::clone(&lost), upstream.clone());
            tokio::spawn(async move {
                while let Some(request) = message(&mut client).await {
                    let mut server = TcpStream::connect(upstream.trim_start_matches("http://")).await.unwrap();
                    server.write_all(&request).await.unwrap();
                    let answer = message(&mut server).await.unwrap();
                    let request = String::from_utf8_lossy(&request);
                    let writes = ["PutParameter", "CreateSecret", "PutSecretValue"];
                    let written = writes.into_iter().find(|operation| request.contains(operation));
                    if written.is_some_and(|operation| lost.lock().unwrap().insert(operation)) {
                        return;
                    }
                    client.write_all(&answer).await.unwrap();
                }
            });
        }
    });
    url
}

/// A message of HTTP with its body; `None` at the end of the connection.
async fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
            if bytes.len() >= head.len() + 4 + length {
                return Some(bytes);
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_answer_was_lost_is_known_as_ours() {
    let emulator = Emulator::fake().await;
    let aws = emulator.as_fake().unwrap();
    let name = environment(&emulator, "prod");
    aws.put_secret(&format!("{name}/db"), "{}");
    let url = losing_answers(emulator.endpoint_url().to_owned()).await;
    let promotion = loader::<AppConfig>(&emulator, "prod").endpoint_url(url).missing().await.unwrap();
    let done = written(&promotion, &values().with("sentry", text("dsn")), &WriteOptions::new()).await;
    assert!(done.is_complete(), "{done}");
    assert_eq!(actions(&done)[0], ("stripe_key", Action::Created));
    assert_eq!(done.writes()[0].version(), Some("1"));
    assert_eq!(actions(&done)[4..], [("sentry", Action::Created), ("db", Action::Completed)]);
    assert_eq!((aws.calls().count("PutParameter"), aws.calls().count("CreateSecret")), (5, 2));
    assert_eq!(aws.calls().count("PutSecretValue"), 2);
    loader::<AppConfig>(&emulator, "prod").load().await.unwrap();
}
