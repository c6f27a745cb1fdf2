//! One face for `FakeAws` and moto, so that one table of cases runs against both.
//!
//! Seeding goes through the SDK for both: what cannot be done over the wire cannot be compared.

use crate::moto::Moto;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use aws_sdk_secretsmanager::primitives::Blob;
use aws_sdk_ssm::types::ParameterType;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use secret_config::testing::FakeAws;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A server to test against, and a prefix that no other test uses.
pub struct Emulator {
    server: Server,
    prefix: String,
}

enum Server {
    Fake(FakeAws),
    Moto(&'static Moto),
}

impl Emulator {
    pub async fn fake() -> Self {
        Self::new(Server::Fake(FakeAws::start().await.expect("loopback has a free port")))
    }

    /// The moto of this test binary. Call it from any test: it is started once.
    pub async fn moto() -> Self {
        // It blocks for as long as an installation takes: not on the threads that drive a test.
        let moto = tokio::task::spawn_blocking(Moto::shared).await.expect("moto starts");
        Self::new(Server::Moto(moto))
    }

    /// Both, in the order fake, moto.
    pub async fn both() -> [Self; 2] {
        [Self::fake().await, Self::moto().await]
    }

    fn new(server: Server) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let prefix = format!("t{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Self { server, prefix }
    }

    /// For messages: `FakeAws` or `moto`.
    pub fn label(&self) -> &'static str {
        match self.server {
            Server::Fake(_) => "FakeAws",
            Server::Moto(_) => "moto",
        }
    }

    pub fn is_moto(&self) -> bool {
        matches!(self.server, Server::Moto(_))
    }

    /// The fake itself, for what only it can do: deny, fail, count.
    pub fn as_fake(&self) -> Option<&FakeAws> {
        match &self.server {
            Server::Fake(fake) => Some(fake),
            Server::Moto(_) => None,
        }
    }

    /// The first level of every name that this test uses: `/{prefix}/..` for parameters, `{prefix}/..` for secrets.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// `/{prefix}/{leaf}`
    pub fn parameter(&self, leaf: &str) -> String {
        format!("/{}/{leaf}", self.prefix)
    }

    /// `{prefix}/{leaf}`
    pub fn secret(&self, leaf: &str) -> String {
        format!("{}/{leaf}", self.prefix)
    }

    pub fn endpoint_url(&self) -> &str {
        match &self.server {
            Server::Fake(fake) => fake.endpoint_url(),
            Server::Moto(moto) => moto.endpoint_url(),
        }
    }

    /// Everything a client or a loader needs, the HTTP client included. A new one for each call: the connections of a
    /// client belong to the runtime of the test that opened them.
    pub fn sdk_config(&self) -> SdkConfig {
        sdk_config(self.endpoint_url())
    }

    pub fn ssm(&self) -> aws_sdk_ssm::Client {
        aws_sdk_ssm::Client::new(&self.sdk_config())
    }

    pub fn secretsmanager(&self) -> aws_sdk_secretsmanager::Client {
        aws_sdk_secretsmanager::Client::new(&self.sdk_config())
    }

    /// Creates a parameter or adds a version. Answers its number.
    pub async fn put_parameter(&self, name: &str, kind: ParameterType, value: &str) -> i64 {
        let put = self.ssm().put_parameter().name(name).value(value).r#type(kind).overwrite(true);
        put.send().await.expect("a parameter can be seeded").version()
    }

    pub async fn label_parameter(&self, name: &str, version: i64, label: &str) {
        let request = self.ssm().label_parameter_version().name(name).parameter_version(version).labels(label);
        let answer = request.send().await.expect("a parameter can be labelled");
        assert!(answer.invalid_labels().is_empty(), "`{label}` cannot be a label");
    }

    /// Creates a secret or rotates it. Answers the version's id.
    pub async fn put_secret(&self, name: &str, value: &str) -> String {
        let client = self.secretsmanager();
        match client.create_secret().name(name).secret_string(value).send().await {
            Ok(created) => created.version_id().expect("a value makes a version").to_owned(),
            Err(error) if error.code() == Some("ResourceExistsException") => {
                let put = client.put_secret_value().secret_id(name).secret_string(value);
                put.send().await.expect("a secret can be rotated").version_id().expect("it has a version").to_owned()
            }
            Err(error) => panic!("a secret cannot be seeded: {:?}", error.code()),
        }
    }

    pub async fn put_secret_binary(&self, name: &str, value: &[u8]) -> String {
        let create = self.secretsmanager().create_secret().name(name).secret_binary(Blob::new(value));
        create.send().await.expect("a secret can be seeded").version_id().expect("it has a version").to_owned()
    }

    /// Adds a version at a stage other than the current one.
    pub async fn put_secret_at(&self, name: &str, stage: &str, value: &str) -> String {
        let put = self.secretsmanager().put_secret_value().secret_id(name).secret_string(value).version_stages(stage);
        put.send().await.expect("a version can be added").version_id().expect("it has a version").to_owned()
    }

    /// Moves a stage from one version to another, as the last step of a rotation does.
    pub async fn move_stage(&self, name: &str, stage: &str, from: Option<&str>, to: &str) {
        let request = self.secretsmanager().update_secret_version_stage().secret_id(name).version_stage(stage);
        let request = request.set_remove_from_version_id(from.map(str::to_owned)).move_to_version_id(to);
        request.send().await.expect("a stage can be moved");
    }
}

/// A configuration for any server on loopback, with invented credentials.
pub fn sdk_config(endpoint_url: &str) -> SdkConfig {
    sdk_config_that_trusts(endpoint_url, None)
}

/// The same, which trusts a certificate, as PEM, and no other.
pub fn sdk_config_that_trusts(endpoint_url: &str, certificate: Option<&str>) -> SdkConfig {
    let client = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
    let http_client = match certificate {
        Some(certificate) => {
            let trust = TrustStore::empty().with_pem_certificate(certificate);
            let context = TlsContext::builder().with_trust_store(trust).build().expect("a certificate just made");
            client.tls_context(context).build_https()
        }
        None => client.build_https(),
    };
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "invented", None, None, "tests");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-west-1"))
        .endpoint_url(endpoint_url)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http_client)
        .build()
}
