//! `inject`: remote values for places inside a leaf that only serde understands.

use super::*;
use serde::Deserialize;

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}", env_prefix = "APP")]
struct Dex {
    #[config(inject("*.config.clientSecret", ssm = "{prefix}/connectors/{self.clientID}", when = "clientID"))]
    connectors: Vec<Connector>,
    #[config(inject(["password", "replica.password"], secretsmanager = "{prefix}/{path}", optional))]
    storage: Storage,
    #[config(inject("**.pin", ssm = "{prefix}/pins/{entry}", when(kind = "leaf"), format = "json"))]
    tree: Tree,
    #[config(default, inject("/a.b/token", ssm = "{prefix}/dotted"))]
    dotted: HashMap<String, Dotted>,
}

/// Adjacently tagged.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", content = "config", rename_all = "lowercase", deny_unknown_fields)]
enum Connector {
    Oidc {
        #[serde(rename = "clientID")]
        client_id: String,
        #[serde(rename = "clientSecret")]
        client_secret: Secret<String>,
    },
    Mock,
}

/// Untagged.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Storage {
    Postgres {
        host: String,
        password: Secret<String>,
        #[serde(default)]
        replica: Option<Replica>,
    },
    File {
        path: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Replica {
    read_host: String,
    #[serde(default)]
    password: Option<Secret<String>>,
}

/// Internally tagged, and recursive.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Tree {
    Node { children: HashMap<String, Tree> },
    Leaf { pin: Secret<u16> },
}

#[derive(Debug, Deserialize)]
struct Dotted {
    #[serde(with = "reversed")]
    token: Secret<String>,
    #[serde(flatten)]
    rest: HashMap<String, u8>,
}

mod reversed {
    use secret_config::Secret;
    use serde::{Deserialize, Deserializer};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret<String>, D::Error> {
        let secret = Secret::<String>::deserialize(deserializer)?;
        Ok(secret.map(|text| text.chars().rev().collect()))
    }
}

const LAYERS: &str = r#"
    [[connectors]]
    type = "oidc"
    config = { clientID = "google" }
    [[connectors]]
    type = "mock"
    [storage]
    host = "db"
    replica = { read-host = "db2" }
    [tree]
    kind = "node"
    [tree.children.a]
    kind = "leaf"
    [tree.children.b]
    kind = "node"
    [tree.children.b.children.c]
    kind = "leaf"
    [dotted."a.b"]
    weight = 3
"#;

async fn seed(emulator: &secret_config_tests::emulator::Emulator) {
    emulator.put_parameter(&emulator.parameter("connectors/google"), SecureString, "g").await;
    emulator.put_secret(&emulator.secret("storage/password"), "p").await;
    emulator.put_parameter(&emulator.parameter("pins/a"), SecureString, "1").await;
    emulator.put_parameter(&emulator.parameter("pins/c"), SecureString, "2").await;
    emulator.put_parameter(&emulator.parameter("dotted"), SecureString, "abc").await;
}

fn pins(tree: &Tree) -> BTreeMap<String, u16> {
    fn collect(name: &str, tree: &Tree, pins: &mut BTreeMap<String, u16>) {
        match tree {
            Tree::Leaf { pin } => {
                pins.insert(name.to_owned(), *pin.expose_secret());
            }
            Tree::Node { children } => children.iter().for_each(|(name, child)| collect(name, child, pins)),
        }
    }
    let mut pins = BTreeMap::new();
    collect("", tree, &mut pins);
    pins
}

cases! {
    every_place_is_filled_before_serde_reads_the_leaf(emulator) {
        seed(&emulator).await;
        let config: Dex = load(&emulator, LAYERS).await.unwrap();
        match config.connectors.as_slice() {
            [Connector::Oidc { client_id, client_secret }, Connector::Mock] => {
                assert_eq!((client_id.as_str(), text(client_secret)), ("google", "g"));
            }
            other => panic!("{other:?}"),
        }
        match &config.storage {
            Storage::Postgres { host, password, replica: Some(Replica { read_host, password: None }) } => {
                assert_eq!((host.as_str(), text(password), read_host.as_str()), ("db", "p", "db2"));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(pins(&config.tree), BTreeMap::from([("a".into(), 1), ("c".into(), 2)]));
        assert_eq!((text(&config.dotted["a.b"].token), config.dotted["a.b"].rest["weight"]), ("cba", 3));
        assert_calls(&emulator, &[("GetParameters", 1), ("BatchGetSecretValue", 1)]);
    }

    what_nothing_holds_is_not_asked_for(emulator) {
        let layers = "connectors = [{ type = 'mock' }]\nstorage = { path = 'x' }\ntree = { kind = 'node', children = {} }";
        let config: Dex = load(&emulator, layers).await.unwrap();
        assert!(matches!(config.storage, Storage::File { path } if path == "x") && config.dotted.is_empty());
        // `storage` is there, and is asked for what may stand in it.
        assert_calls(&emulator, &[("GetSecretValue", 1)]);
    }

    a_problem_inside_names_its_place_and_no_value(emulator) {
        seed(&emulator).await;
        emulator.put_parameter(&emulator.parameter("pins/a"), SecureString, "\"hunter2\"").await;
        let layers = LAYERS.replace("clientID = \"google\"", "clientID = \"github\"").replace("host = \"db\"", "hots = 'db'");
        let result = load::<Dex>(&emulator, &layers).await;
        let message = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
        assert!(!message.contains("hunter2"), "{message}");
        assert_problems(result, &[(Missing, "connectors[0].config.clientSecret"), (WrongType, "storage"), (WrongType, "tree")]);
    }

    a_denied_place_is_named [not on moto: "it judges no permissions"] (emulator) {
        seed(&emulator).await;
        let fake = emulator.as_fake().unwrap();
        fake.deny("ssm:GetParameters", emulator.parameter("pins/c"));
        fake.deny("secretsmanager:GetSecretValue", emulator.secret("storage/replica/password"));
        assert_problems(load::<Dex>(&emulator, LAYERS).await, &[
            (Denied, "storage.replica.password"), (Denied, "tree.children.b.children.c.pin"),
        ]);
    }

    a_variable_or_the_program_spares_the_look_up(emulator) {
        seed(&emulator).await;
        let directory = secret_config_tests::table::directory(LAYERS);
        let config: Dex = loader(&emulator)
            .root(directory.path())
            .env_vars([("APP__CONNECTORS__0__CONFIG__CLIENTSECRET", "variable"), ("APP_STORAGE_PASSWORD", "variable")])
            .set("storage.replica.password", "set")
            .set("tree", secret_config::Value::table([("kind", secret_config::Value::from("leaf")), ("pin", 7.into())]))
            .load().await.unwrap();
        assert!(matches!(&config.connectors[0], Connector::Oidc { client_secret, .. } if text(client_secret) == "variable"));
        match &config.storage {
            Storage::Postgres { password, replica: Some(Replica { password: Some(other), .. }), .. } => {
                assert_eq!((text(password), text(other)), ("variable", "set"));
            }
            other => panic!("{other:?}"),
        }
        assert_calls(&emulator, &[("GetParameters", 1)]);
    }

    a_place_that_a_file_supplies_is_refused(emulator) {
        seed(&emulator).await;
        let layers = LAYERS.replace("host = \"db\"", "host = \"db\"\npassword = \"hunter2\"");
        let result = load::<Dex>(&emulator, &layers).await;
        assert!(!format!("{result:?}").contains("hunter2"));
        assert_problems(result, &[(RefusedSecret, "storage")]);
    }
}

/// Read by serde straight from our tree: the place of every secret is known.
#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Account {
    user: String,
    password: Secret<String>,
    pin: Option<Secret<u16>>,
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}")]
#[allow(dead_code)]
struct Accounts {
    #[config(inject("password", ssm))]
    account: Account,
}

cases! {
    a_secret_beside_an_injected_one_may_not_stand_in_a_file(emulator) {
        emulator.put_parameter(&emulator.parameter("account/password"), SecureString, "p").await;
        let config: Accounts = load(&emulator, "account.user = 'u'").await.unwrap();
        assert_eq!(text(&config.account.password), "p");
        let result = load::<Accounts>(&emulator, "account.user = 'u'\naccount.pin = 7").await;
        let message = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
        assert!(message.contains("config/default.toml:2"), "{message}");
        assert_problems(result, &[(RefusedSecret, "account")]);
    }
}
