//! Symbolicator: a list of sources, an enum with the tag `type`: a bucket of S3 has two keys of its own, one of Google
//! a key file, a symbol server headers or nothing.

use crate::{NO_VARIABLES, asked, calls, directory, exposed};
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Secret, SecretConfig};
use secret_config_tests::policy_proof::prove;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use url::Url;

#[derive(Debug, SecretConfig)]
#[config(prefix = "symbolicator/{env}", environments = ["prod"], offline = ["dev"], files = ["symbolicator.yml"])]
struct Config {
    #[config(default = SocketAddr::from(([127, 0, 0, 1], 3021)))]
    bind: SocketAddr,

    /// serde alone knows this shape; what the file leaves out is put into it before serde reads it.
    #[config(
        default,
        // `/symbolicator/{env}/linux/access_key` for the source with the id `linux`.
        inject(
            ["*.access_key", "*.secret_key"],
            ssm = "{prefix}/{self.id}/{field}",
            when(type = "s3"),
            unless(aws_credentials_provider = "container"),
        ),
        // The key file of a service account, as Google hands it out.
        inject("*.client_email", secretsmanager = "{prefix}/{self.id}", key = "client_email", when(type = "gcs")),
        inject("*.private_key", secretsmanager = "{prefix}/{self.id}", key = "private_key", when(type = "gcs")),
        // A whole object, written as JSON.
        inject("*.headers", ssm = "{prefix}/{self.id}/headers", format = "json", when(type = "http"), optional),
    )]
    sources: Vec<SourceConfig>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum SourceConfig {
    Filesystem {
        id: String,
        path: String,
    },
    Gcs {
        id: String,
        bucket: String,
        client_email: String,
        private_key: Secret<String>,
    },
    Http {
        id: String,
        url: Url,
        #[serde(default)]
        headers: BTreeMap<String, Secret<String>>,
    },
    S3 {
        id: String,
        bucket: String,
        region: String,
        access_key: Option<Secret<String>>,
        secret_key: Option<Secret<String>>,
    },
}

#[tokio::test]
async fn loads_in_dev() {
    let config = "
sources:
  - { id: local, type: filesystem, path: ./symbols }
  - { id: minio, type: s3, bucket: symbols, region: local, access_key: minioadmin, secret_key: minioadmin }
";
    let root = directory([("symbolicator.yml", config)]);
    let config = Config::loader("dev").root(root.path()).env_vars(NO_VARIABLES).load().await.unwrap();
    assert_eq!(config.bind.port(), 3021);
    let [SourceConfig::Filesystem { id, path }, SourceConfig::S3 { access_key, secret_key, .. }] =
        config.sources.as_slice()
    else {
        panic!("{config:?}")
    };
    assert_eq!((id.as_str(), path.as_str()), ("local", "./symbols"));
    assert_eq!((exposed(access_key), exposed(secret_key)), (Some("minioadmin"), Some("minioadmin")));
}

#[tokio::test]
async fn loads_in_prod() {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/symbolicator/prod/linux/access_key", Parameter::secure_string("AKIAIOSFODNN7EXAMPLE"));
    aws.put_parameter("/symbolicator/prod/linux/secret_key", Parameter::secure_string("s3cret"));
    aws.put_parameter(
        "/symbolicator/prod/partner/headers",
        Parameter::secure_string(r#"{"authorization": "Bearer b"}"#),
    );
    let key_file = r#"{"type": "service_account", "client_email": "symbols@example.iam", "private_key": "-----BEGIN"}"#;
    aws.put_secret("symbolicator/prod/apple", key_file);
    let config = "
bind: 0.0.0.0:3021
sources:
  - { id: linux, type: s3, bucket: linux-symbols, region: us-east-1 }
  - { id: windows, type: s3, bucket: windows-symbols, region: us-east-1, aws_credentials_provider: container }
  - { id: apple, type: gcs, bucket: apple-symbols }
  - { id: partner, type: http, url: 'https://symbols.example.com/' }
  - { id: microsoft, type: http, url: 'https://msdl.microsoft.com/download/symbols/' }
";
    let root = directory([("symbolicator.yml", config)]);
    let loader = || Config::loader("prod").root(root.path()).env_vars(NO_VARIABLES).aws(&aws.sdk_config());
    let config = loader().load().await.unwrap();
    assert!(config.bind.ip().is_unspecified());
    let [linux, windows, apple, partner, microsoft] = config.sources.as_slice() else { panic!("{config:?}") };

    let SourceConfig::S3 { id, bucket, region, access_key, secret_key } = linux else { panic!("{linux:?}") };
    assert_eq!((id.as_str(), bucket.as_str(), region.as_str()), ("linux", "linux-symbols", "us-east-1"));
    assert_eq!((exposed(access_key), exposed(secret_key)), (Some("AKIAIOSFODNN7EXAMPLE"), Some("s3cret")));
    assert!(matches!(windows, SourceConfig::S3 { access_key: None, secret_key: None, .. }));

    let SourceConfig::Gcs { id, bucket, client_email, private_key } = apple else { panic!("{apple:?}") };
    assert_eq!(
        (id.as_str(), bucket.as_str(), client_email.as_str()),
        ("apple", "apple-symbols", "symbols@example.iam")
    );
    assert_eq!(private_key.expose_secret(), "-----BEGIN");

    let SourceConfig::Http { id, url, headers } = partner else { panic!("{partner:?}") };
    assert_eq!((id.as_str(), url.as_str()), ("partner", "https://symbols.example.com/"));
    assert_eq!(headers["authorization"].expose_secret(), "Bearer b");
    assert!(matches!(microsoft, SourceConfig::Http { headers, .. } if headers.is_empty()));

    assert_eq!(calls(&aws), [("GetParameters", 1), ("GetSecretValue", 1)]);
    let names = ["linux/access_key", "linux/secret_key", "microsoft/headers", "partner/headers"];
    let names = names.map(|name| format!("/symbolicator/prod/{name}"));
    assert_eq!(asked(&aws)[..4], names);
    assert_eq!(asked(&aws)[4..], ["symbolicator/prod/apple"]);
    prove(&aws, loader).await;
}
