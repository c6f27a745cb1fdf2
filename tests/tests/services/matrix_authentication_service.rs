//! Matrix Authentication Service: lists of signing keys, clients and upstream providers, each entry with a secret under
//! its own id; all names begin with the server's name, which is a value of the config itself.

use crate::{NO_VARIABLES, calls, directory, exposed, problems};
use secret_config::testing::FakeAws;
use secret_config::{ProblemKind, Secret, SecretConfig};
use secret_config_tests::policy_proof::prove;
use serde::Deserialize;

#[derive(Debug, SecretConfig)]
#[config(
    environments = ["prod"],
    offline = ["dev"],
    env_prefix = "MAS",
    files = ["config.yaml"],
    store = "secretsmanager",
    names(secretsmanager = "mas/{root.matrix.homeserver}/{path}"),
)]
struct Config {
    #[config(nested)]
    database: Database,
    #[config(nested)]
    matrix: Matrix,
    #[config(nested)]
    email: Email,
    #[config(nested)]
    secrets: Secrets,
    #[config(nested, default)]
    clients: Vec<Client>,
    #[config(nested)]
    upstream_oauth2: Option<UpstreamOAuth2>,
}

/// The document that RDS writes and rotates.
#[derive(Debug, SecretConfig)]
#[config(document(secretsmanager = "rds/{env}/mas"))]
struct Database {
    host: String,
    port: u16,
    username: String,
    #[secret]
    password: Secret<String>,
    #[config(key = "dbname")]
    database: String,
    #[config(local, default = 10)]
    max_connections: u32,
}

#[derive(Debug, SecretConfig)]
struct Matrix {
    #[config(default = "localhost:8008")]
    homeserver: String,
    /// Secret `mas/example.com/matrix/secret`.
    #[secret]
    secret: Secret<String>,
}

#[derive(Debug, SecretConfig)]
struct Email {
    #[config(default)]
    transport: Transport,
    hostname: Option<String>,
    #[config(secretsmanager = "ses/{env}/smtp", key = "username", when(transport = "smtp"))]
    username: Option<String>,
    #[secret(secretsmanager = "ses/{env}/smtp", key = "password", when(transport = "smtp"))]
    password: Option<Secret<String>>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Transport {
    #[default]
    Blackhole,
    Smtp,
    Sendmail,
}

#[derive(Debug, SecretConfig)]
struct Secrets {
    /// Secret `mas/example.com/secrets/encryption`.
    #[secret]
    encryption: Secret<String>,
    #[config(nested)]
    keys: Vec<Key>,
}

#[derive(Debug, SecretConfig)]
struct Key {
    kid: String,
    #[secret(secretsmanager = "mas/{root.matrix.homeserver}/keys/{self.kid}")]
    key: Secret<String>,
}

#[derive(Debug, SecretConfig)]
struct Client {
    client_id: String,
    client_auth_method: String,
    #[secret(
        secretsmanager = "mas/{root.matrix.homeserver}/clients/{self.client_id}",
        when(client_auth_method = ["client_secret_basic", "client_secret_post", "client_secret_jwt"]),
    )]
    client_secret: Option<Secret<String>>,
}

#[derive(Debug, SecretConfig)]
struct UpstreamOAuth2 {
    #[config(nested)]
    providers: Vec<Provider>,
}

#[derive(Debug, SecretConfig)]
struct Provider {
    id: String,
    #[config(default = true)]
    enabled: bool,
    client_id: String,
    token_endpoint_auth_method: String,
    #[secret(
        secretsmanager = "mas/{root.matrix.homeserver}/upstream/{self.id}",
        when = "enabled",
        unless(token_endpoint_auth_method = ["none", "private_key_jwt", "sign_in_with_apple"]),
    )]
    client_secret: Option<Secret<String>>,
}

#[tokio::test]
async fn loads_in_dev() {
    let config = "
database: { host: localhost, port: 5432, username: mas, password: mas, database: mas }
matrix: { secret: shared }
email: { transport: blackhole }
secrets:
  encryption: '00001111222233334444555566667777'
  keys:
    - { kid: dev, key: '-----BEGIN' }
clients:
  - { client_id: 0000000000000000000SYNAPSE, client_auth_method: client_secret_basic, client_secret: synapse }
";
    let root = directory([("config.yaml", config)]);
    let variables = [("MAS__DATABASE__PORT", "5433"), ("MAS__SECRETS__KEYS__0__KEY", "-----BEGIN EC")];
    let config = Config::loader("dev").root(root.path()).env_vars(variables).load().await.unwrap();
    assert_eq!((config.database.port, config.matrix.homeserver.as_str()), (5433, "localhost:8008"));
    assert_eq!(config.secrets.keys[0].key.expose_secret(), "-----BEGIN EC");
    assert_eq!(exposed(&config.clients[0].client_secret), Some("synapse"));
    assert_eq!(config.email.transport, Transport::Blackhole);
    assert!(config.email.password.is_none() && config.upstream_oauth2.is_none());
}

const CONFIG: &str = "
matrix: { homeserver: example.com }
email: { transport: smtp, hostname: email-smtp.eu-west-1.amazonaws.com }
secrets:
  keys: [{ kid: rsa-2026 }, { kid: ec-2026 }]
clients:
  - { client_id: 0000000000000000000SYNAPSE, client_auth_method: client_secret_basic }
  - { client_id: 000000000000000000000ADM1N, client_auth_method: none }
upstream_oauth2:
  providers:
    - { id: 01HFVBY12TMNTYTBV8W921M5FA, client_id: google, token_endpoint_auth_method: client_secret_post }
    - { id: 01HFRQFT5QFMJFGF01P7JAV2ME, client_id: apple, token_endpoint_auth_method: sign_in_with_apple }
    - { id: 01HFS3WM7KSWCEQVJTN0V9X1W6, client_id: old, token_endpoint_auth_method: client_secret_jwt, enabled: false }
";

async fn seeded() -> FakeAws {
    let aws = FakeAws::start().await.unwrap();
    let document = r#"{"engine":"postgres","host":"db","port":5432,"username":"mas","password":"pw","dbname":"auth"}"#;
    aws.put_secret("rds/prod/mas", document);
    aws.put_secret("ses/prod/smtp", r#"{"username": "AKIAIOSFODNN7EXAMPLE", "password": "mail"}"#);
    for (name, value) in [
        ("matrix/secret", "shared"),
        ("secrets/encryption", "encryption"),
        ("keys/rsa-2026", "-----BEGIN RSA"),
        ("keys/ec-2026", "-----BEGIN EC"),
        ("clients/0000000000000000000SYNAPSE", "synapse"),
        ("upstream/01HFVBY12TMNTYTBV8W921M5FA", "google"),
    ] {
        aws.put_secret(&format!("mas/example.com/{name}"), value);
    }
    aws
}

#[tokio::test]
async fn loads_in_prod() {
    let aws = seeded().await;
    let root = directory([("config.yaml", CONFIG)]);
    let loader = || Config::loader("prod").root(root.path()).env_vars(NO_VARIABLES).aws(&aws.sdk_config());
    let config = loader().load().await.unwrap();

    let Database { host, port, username, password, database, max_connections } = &config.database;
    assert_eq!((host.as_str(), *port, username.as_str(), database.as_str()), ("db", 5432, "mas", "auth"));
    assert_eq!((password.expose_secret().as_str(), *max_connections), ("pw", 10));
    assert_eq!(config.matrix.secret.expose_secret(), "shared");

    let Email { transport, hostname, username, password } = &config.email;
    assert_eq!((transport, hostname.as_deref()), (&Transport::Smtp, Some("email-smtp.eu-west-1.amazonaws.com")));
    assert_eq!((username.as_deref(), exposed(password)), (Some("AKIAIOSFODNN7EXAMPLE"), Some("mail")));

    assert_eq!(config.secrets.encryption.expose_secret(), "encryption");
    let keys: Vec<_> =
        config.secrets.keys.iter().map(|key| (key.kid.as_str(), key.key.expose_secret().as_str())).collect();
    assert_eq!(keys, [("rsa-2026", "-----BEGIN RSA"), ("ec-2026", "-----BEGIN EC")]);

    let [synapse, admin] = config.clients.as_slice() else { panic!("{:?}", config.clients) };
    assert_eq!(synapse.client_id, "0000000000000000000SYNAPSE");
    assert_eq!(
        (synapse.client_auth_method.as_str(), admin.client_auth_method.as_str()),
        ("client_secret_basic", "none")
    );
    assert_eq!((exposed(&synapse.client_secret), exposed(&admin.client_secret)), (Some("synapse"), None));

    let providers = config.upstream_oauth2.unwrap().providers;
    let [google, apple, old] = providers.as_slice() else { panic!("{providers:?}") };
    assert_eq!((google.id.as_str(), exposed(&google.client_secret)), ("01HFVBY12TMNTYTBV8W921M5FA", Some("google")));
    assert_eq!(
        (apple.token_endpoint_auth_method.as_str(), exposed(&apple.client_secret)),
        ("sign_in_with_apple", None)
    );
    assert_eq!((old.client_id.as_str(), old.enabled, exposed(&old.client_secret)), ("old", false, None));

    assert_eq!(calls(&aws), [("BatchGetSecretValue", 1)]);
    prove(&aws, loader).await;
}

#[tokio::test]
async fn an_entry_without_its_secret_is_told_by_its_place() {
    let aws = seeded().await;
    let root = directory([("config.yaml", &CONFIG.replace("ec-2026", "ec-2027"))]);
    let loader = Config::loader("prod").root(root.path()).env_vars(NO_VARIABLES).aws(&aws.sdk_config());
    let error = loader.load().await.unwrap_err();
    assert_eq!(problems(&error), [(ProblemKind::Missing, "secrets.keys[1].key".to_owned())]);
    assert!(error.to_string().contains("mas/example.com/keys/ec-2027"), "{error}");
}
