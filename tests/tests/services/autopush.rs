//! autopush's endpoint: it encrypts with one key and still reads what the key before encrypted; credentials of each app
//! are JSON in a variable, or in the store under the app's name.

use crate::{NO_VARIABLES, calls, directory};
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Secret, SecretConfig};
use secret_config_tests::policy_proof::prove;
use serde::Deserialize;
use std::collections::BTreeMap;
use url::Url;

#[derive(Debug, SecretConfig)]
#[config(
    prefix = "autopush/{env}",
    environments = ["prod"],
    offline = ["dev"],
    env_prefix = "AUTOEND",
    files = ["autoendpoint.toml?"],
    store = "secretsmanager",
)]
struct Settings {
    #[config(default = 8000)]
    port: u16,
    endpoint_url: Url,
    #[config(nested)]
    crypto_keys: CryptoKeys,
    /// A JSON list in one secret.
    #[secret]
    auth_keys: Vec<Secret<String>>,
    /// A StringList in Parameter Store: public keys of the senders that are followed.
    #[config(ssm, default)]
    tracking_keys: Vec<String>,
    #[config(nested)]
    fcm: Fcm,
    #[config(nested)]
    apns: Apns,
}

/// Two versions of one secret: rotation moves the first to the second, and nobody edits a list.
#[derive(Debug, SecretConfig)]
struct CryptoKeys {
    #[secret(secretsmanager = "{prefix}/crypto-key")]
    current: Secret<String>,
    #[secret(secretsmanager = "{prefix}/crypto-key", stage = "AWSPREVIOUS")]
    previous: Option<Secret<String>>,
}

#[derive(Debug, SecretConfig)]
struct Fcm {
    #[config(default = 60)]
    min_ttl: u64,
    /// `AUTOEND__FCM__CREDENTIALS` is all of it as JSON; otherwise the key of each app is put in beside its project.
    #[config(default, inject("*.credential", secretsmanager = "{prefix}/fcm/{entry}"))]
    credentials: BTreeMap<String, FcmCredential>,
}

#[derive(Debug, Deserialize)]
struct FcmCredential {
    project_id: String,
    credential: Secret<String>,
}

#[derive(Debug, SecretConfig)]
struct Apns {
    #[config(nested, default)]
    channels: BTreeMap<String, ApnsChannel>,
}

/// One document for each channel, with the two halves of a certificate.
#[derive(Debug, SecretConfig)]
#[config(document(secretsmanager = "{prefix}/apns/{entry}"))]
struct ApnsChannel {
    #[secret]
    cert: Secret<String>,
    #[secret]
    key: Secret<String>,
    #[config(local)]
    topic: Option<String>,
    #[config(local, default = false)]
    sandbox: bool,
}

#[tokio::test]
async fn loads_in_dev() {
    let root = directory([("autoendpoint.toml", "[apns.channels.dev]\ncert = \"c\"\nkey = \"k\"\nsandbox = true\n")]);
    let variables = [
        ("AUTOEND__ENDPOINT_URL", "http://localhost:8000"),
        ("AUTOEND__CRYPTO_KEYS__CURRENT", "Mcr4bWDs7nlbPqpOSwLlvtmQ"),
        ("AUTOEND__AUTH_KEYS", "AAAAAAAAAAAB,AAAAAAAAAAAC"),
        ("AUTOEND__FCM__CREDENTIALS", r#"{"dev": {"project_id": "random-example-123", "credential": "{}"}}"#),
        ("AUTOEND__APNS__CHANNELS__DEV__KEY", "another"),
    ];
    let settings = Settings::loader("dev").root(root.path()).env_vars(variables).load().await.unwrap();
    assert_eq!((settings.port, settings.endpoint_url.as_str()), (8000, "http://localhost:8000/"));
    assert_eq!(settings.crypto_keys.current.expose_secret(), "Mcr4bWDs7nlbPqpOSwLlvtmQ");
    assert!(settings.crypto_keys.previous.is_none() && settings.tracking_keys.is_empty());
    let auth_keys: Vec<_> = settings.auth_keys.iter().map(Secret::expose_secret).collect();
    assert_eq!(auth_keys, ["AAAAAAAAAAAB", "AAAAAAAAAAAC"]);
    let FcmCredential { project_id, credential } = &settings.fcm.credentials["dev"];
    assert_eq!((project_id.as_str(), credential.expose_secret().as_str()), ("random-example-123", "{}"));
    let ApnsChannel { cert, key, topic, sandbox } = &settings.apns.channels["dev"];
    assert_eq!((cert.expose_secret().as_str(), key.expose_secret().as_str()), ("c", "another"));
    assert!(topic.is_none() && *sandbox);
}

const CONFIG: &str = r#"
    endpoint_url = "https://updates.push.example.com"

    [fcm.credentials]
    fenix.project_id = "fenix-1"
    focus.project_id = "focus-2"

    [apns.channels.firefox]
    topic = "org.example.ios.Firefox"
"#;

#[tokio::test]
async fn loads_in_prod() {
    let aws = FakeAws::start().await.unwrap();
    aws.put_secret("autopush/prod/crypto-key", "2025");
    aws.put_secret("autopush/prod/crypto-key", "2026"); // rotated
    aws.put_secret("autopush/prod/auth_keys", r#"["AAAAAAAAAAAB", "AAAAAAAAAAAC"]"#);
    aws.put_secret("autopush/prod/fcm/fenix", r#"{"type": "service_account", "private_key_id": "fenix"}"#);
    aws.put_secret("autopush/prod/fcm/focus", r#"{"type": "service_account", "private_key_id": "focus"}"#);
    aws.put_secret("autopush/prod/apns/firefox", r#"{"cert": "-----BEGIN CERTIFICATE", "key": "-----BEGIN PRIVATE"}"#);
    aws.put_parameter(
        "/autopush/prod/tracking_keys",
        Parameter::string_list("BLMymkOqvT6OZ1o9etCqV4jGPkvO,BDQ6zWRDlLvC"),
    );
    let root = directory([("autoendpoint.toml", CONFIG)]);
    let loader = || Settings::loader("prod").root(root.path()).env_vars(NO_VARIABLES).aws(&aws.sdk_config());
    let settings = loader().load().await.unwrap();

    assert_eq!(settings.crypto_keys.current.expose_secret(), "2026");
    assert_eq!(settings.crypto_keys.previous.unwrap().expose_secret(), "2025");
    assert_eq!(settings.auth_keys[1].expose_secret(), "AAAAAAAAAAAC");
    assert_eq!(settings.tracking_keys, ["BLMymkOqvT6OZ1o9etCqV4jGPkvO", "BDQ6zWRDlLvC"]);
    assert_eq!(settings.fcm.min_ttl, 60);
    for (app, project) in [("fenix", "fenix-1"), ("focus", "focus-2")] {
        let FcmCredential { project_id, credential } = &settings.fcm.credentials[app];
        assert_eq!(project_id, project);
        assert_eq!(*credential.expose_secret(), format!(r#"{{"type": "service_account", "private_key_id": "{app}"}}"#));
    }
    let firefox = &settings.apns.channels["firefox"];
    assert_eq!(firefox.cert.expose_secret(), "-----BEGIN CERTIFICATE");
    assert_eq!(firefox.key.expose_secret(), "-----BEGIN PRIVATE");
    assert_eq!((firefox.topic.as_deref(), firefox.sandbox), (Some("org.example.ios.Firefox"), false));

    // The batch call reads current versions only: the previous key is a call of its own.
    assert_eq!(calls(&aws), [("BatchGetSecretValue", 1), ("GetParameters", 1), ("GetSecretValue", 1)]);
    prove(&aws, loader).await;
}
