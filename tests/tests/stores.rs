//! Both stores, from one table of cases that runs against `FakeAws` and moto.

use aws_sdk_ssm::types::ParameterType::{SecureString, String as Plain, StringList};
use secret_config::{ProblemKind, Secret, SecretConfig};
use secret_config_tests::cases;
use secret_config_tests::table::{loader, problems};
use std::collections::HashMap;
use url::Url;

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}")]
struct Parameters {
    #[secret]
    token: Secret<String>,
    #[config(ssm)]
    host: String,
    #[config(ssm)]
    origins: Vec<String>,
    #[config(ssm)]
    port: u16,
    #[secret(ssm = "/{env}/other/dsn")]
    dsn: Option<Secret<Url>>,
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}")]
struct Versions {
    #[secret(ssm = "{prefix}/key")]
    current: Secret<String>,
    #[secret(ssm = "{prefix}/key", version = "1")]
    first: Secret<String>,
    #[secret(ssm = "{prefix}/key", version = "stable")]
    stable: Secret<String>,
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}", document(secretsmanager = "{prefix}/db"))]
struct Document {
    host: String,
    port: u16,
    username: String,
    #[secret]
    password: Secret<String>,
    #[config(key = "dbname")]
    database_name: String,
    #[config(key = "/options/pool/0")]
    pool: u32,
    #[config(local, default = 10)]
    max_connections: u32,
}

const DOCUMENT: &str = r#"{"engine":"postgres","host":"db.internal","username":"orders","password":"p\"w\u00e9",
    "dbname":"orders","port":"5432","options":{"pool":[7]}}"#;

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}", store = "secretsmanager")]
struct Secrets {
    #[secret]
    text: Secret<String>,
    #[secret]
    bytes: Secret<Vec<u8>>,
    #[secret]
    key: Secret<[u8; 4]>,
    #[secret]
    map: Secret<HashMap<String, u16>>,
    #[secret]
    number: Secret<u64>,
    #[secret]
    absent: Option<Secret<String>>,
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}")]
struct Stages {
    #[secret(secretsmanager = "{prefix}/rotated")]
    current: Secret<String>,
    #[secret(secretsmanager = "{prefix}/rotated", stage = "AWSPREVIOUS")]
    previous: Option<Secret<String>>,
    #[secret(secretsmanager = "{prefix}/rotated", stage = "AWSPENDING")]
    pending: Option<Secret<String>>,
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}")]
struct Inside {
    #[secret(ssm = "{prefix}/json", key = "token")]
    token: Secret<String>,
    #[secret(ssm = "{prefix}/json", key = "a.b")]
    dotted: Secret<u8>,
    #[secret(ssm = "{prefix}/json")]
    whole: Secret<String>,
}

#[derive(Debug, SecretConfig)]
#[config(
    prefix = "{env}",
    names(ssm = "{prefix}/{path:kebab-case}", secretsmanager = "{env}.{field:SCREAMING_SNAKE_CASE}")
)]
struct Named {
    #[secret]
    stripe_key: Secret<String>,
    #[secret(secretsmanager)]
    signing_key: Secret<String>,
    #[config(nested)]
    mail: Mail,
}

#[derive(Debug, SecretConfig)]
struct Mail {
    #[secret]
    smtp_password: Secret<String>,
}

cases! {
    every_kind_of_parameter_reaches_its_type(emulator) {
        emulator.put_parameter(&emulator.parameter("token"), SecureString, " padded \n").await;
        emulator.put_parameter(&emulator.parameter("host"), Plain, "0123").await;
        emulator.put_parameter(&emulator.parameter("origins"), StringList, "https://a,https://b").await;
        emulator.put_parameter(&emulator.parameter("port"), Plain, "8080").await;
        emulator.put_parameter(&emulator.parameter("other/dsn"), SecureString, "https://u:p@sentry/1").await;
        let config: Parameters = loader(&emulator).load().await.unwrap();
        assert_eq!(config.token.expose_secret(), " padded \n");
        assert_eq!((config.host.as_str(), config.port), ("0123", 8080));
        assert_eq!(config.origins, ["https://a", "https://b"]);
        assert_eq!(config.dsn.unwrap().expose_secret().as_str(), "https://u:p@sentry/1");
        if let Some(fake) = emulator.as_fake() {
            assert_eq!((fake.calls().count("GetParameters"), fake.calls().count("BatchGetSecretValue")), (1, 0));
        }
    }

    what_is_missing_is_told_and_what_may_be_missing_is_not(emulator) {
        emulator.put_parameter(&emulator.parameter("token"), SecureString, "t").await;
        emulator.put_parameter(&emulator.parameter("port"), Plain, "eighty").await;
        let result = loader::<Parameters>(&emulator).load().await;
        let expected = [(ProblemKind::Missing, "host"), (ProblemKind::Missing, "origins"), (ProblemKind::WrongType, "port")];
        assert_eq!(problems(result), expected.map(|(kind, field)| (kind, field.to_owned())));
    }

    versions_and_labels_stand_side_by_side(emulator) {
        let name = emulator.parameter("key");
        emulator.put_parameter(&name, SecureString, "one").await;
        let second = emulator.put_parameter(&name, SecureString, "two").await;
        emulator.label_parameter(&name, second, "stable").await;
        emulator.put_parameter(&name, SecureString, "three").await;
        let config: Versions = loader(&emulator).load().await.unwrap();
        let values = [&config.current, &config.first, &config.stable].map(|secret| secret.expose_secret().as_str());
        assert_eq!(values, ["three", "one", "two"]);
    }

    a_version_that_is_not_there_is_missing(emulator) {
        emulator.put_parameter(&emulator.parameter("key"), SecureString, "one").await;
        let result = loader::<Versions>(&emulator).load().await;
        assert_eq!(problems(result), [(ProblemKind::Missing, "stable".to_owned())]);
    }

    a_document_feeds_its_fields_with_one_call(emulator) {
        emulator.put_secret(&emulator.secret("db"), DOCUMENT).await;
        let calls_before = emulator.as_fake().map(|fake| fake.calls().len());
        let config: Document = loader(&emulator).load().await.unwrap();
        assert_eq!((config.host.as_str(), config.port, config.username.as_str()), ("db.internal", 5432, "orders"));
        assert_eq!((config.database_name.as_str(), config.pool, config.max_connections), ("orders", 7, 10));
        assert_eq!(config.password.expose_secret(), "p\"wé");
        if let Some(fake) = emulator.as_fake() {
            assert_eq!(fake.calls().len() - calls_before.unwrap(), 1);
        }
    }

    a_key_that_the_document_lacks_is_told(emulator) {
        emulator.put_secret(&emulator.secret("db"), r#"{"host":"h","port":true,"username":"u","password":"p","db_name":"d"}"#).await;
        let result = loader::<Document>(&emulator).load().await;
        let expected = [(ProblemKind::WrongType, "port"), (ProblemKind::NoSuchKey, "database_name"), (ProblemKind::NoSuchKey, "pool")];
        assert_eq!(problems(result), expected.map(|(kind, field)| (kind, field.to_owned())));
    }

    a_document_that_is_missing_or_none_is_one_problem(emulator) {
        let all = "host,port,username,password,database_name,pool".to_owned();
        let result = loader::<Document>(&emulator).load().await;
        assert_eq!(problems(result), [(ProblemKind::Missing, all.clone())]);
        emulator.put_secret(&emulator.secret("db"), "hunter2").await;
        let result = loader::<Document>(&emulator).load().await;
        assert_eq!(problems(result), [(ProblemKind::Malformed, all)]);
    }

    every_kind_of_secret_reaches_its_type(emulator) {
        emulator.put_secret(&emulator.secret("text"), "[1,2]").await;
        emulator.put_secret_binary(&emulator.secret("bytes"), &[0, 159, 146, 150]).await;
        emulator.put_secret_binary(&emulator.secret("key"), b"abcd").await;
        emulator.put_secret(&emulator.secret("map"), r#"{"a": 1, "b": "2"}"#).await;
        emulator.put_secret(&emulator.secret("number"), "18446744073709551615").await;
        let config: Secrets = loader(&emulator).load().await.unwrap();
        assert_eq!(config.text.expose_secret(), "[1,2]");
        assert_eq!(config.bytes.expose_secret(), &[0, 159, 146, 150]);
        assert_eq!(config.key.expose_secret(), b"abcd");
        assert_eq!(config.map.expose_secret(), &HashMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]));
        assert_eq!(config.number.expose_secret(), &u64::MAX);
        assert!(config.absent.is_none());
    }

    a_secret_of_the_wrong_type_is_told_without_its_value(emulator) {
        for leaf in ["text", "bytes"] {
            emulator.put_secret(&emulator.secret(leaf), "hunter2").await;
        }
        emulator.put_secret_binary(&emulator.secret("key"), b"hunter2").await;
        emulator.put_secret(&emulator.secret("map"), "hunter2").await;
        emulator.put_secret(&emulator.secret("number"), "hunter2").await;
        let error = loader::<Secrets>(&emulator).load().await.expect_err("three are of the wrong type");
        assert_eq!(error.problems().len(), 3, "{error}");
        assert!(!error.to_string().contains("hunter"), "the report shows a secret");
    }

    stages_are_told_apart(emulator) {
        let name = emulator.secret("rotated");
        emulator.put_secret(&name, "one").await;
        emulator.put_secret(&name, "two").await;
        emulator.put_secret_at(&name, "AWSPENDING", "three").await;
        let config: Stages = loader(&emulator).load().await.unwrap();
        assert_eq!(config.current.expose_secret(), "two");
        assert_eq!(config.previous.unwrap().expose_secret(), "one");
        assert_eq!(config.pending.unwrap().expose_secret(), "three");
    }

    a_stage_that_is_not_there_may_be_absent(emulator) {
        emulator.put_secret(&emulator.secret("rotated"), "one").await;
        let config: Stages = loader(&emulator).load().await.unwrap();
        assert_eq!(config.current.expose_secret(), "one");
        assert!(config.previous.is_none() && config.pending.is_none());
    }

    a_parameter_may_hold_json_and_serve_whole_as_well(emulator) {
        let json = r#"{"token":"t","a.b":"7"}"#;
        emulator.put_parameter(&emulator.parameter("json"), SecureString, json).await;
        let config: Inside = loader(&emulator).load().await.unwrap();
        assert_eq!((config.token.expose_secret().as_str(), *config.dotted.expose_secret()), ("t", 7));
        assert_eq!(config.whole.expose_secret(), json);
    }

    names_are_made_by_templates(emulator) {
        emulator.put_parameter(&emulator.parameter("stripe-key"), SecureString, "a").await;
        emulator.put_secret(&format!("{}.SIGNING_KEY", emulator.prefix()), "b").await;
        emulator.put_parameter(&emulator.parameter("mail/smtp-password"), SecureString, "c").await;
        let config: Named = loader(&emulator).load().await.unwrap();
        let values = [&config.stripe_key, &config.signing_key, &config.mail.smtp_password];
        assert_eq!(values.map(|secret| secret.expose_secret().as_str()), ["a", "b", "c"]);
    }

    a_higher_layer_spares_the_look_up(emulator) {
        emulator.put_secret(&emulator.secret("db"), DOCUMENT).await;
        let calls_before = emulator.as_fake().map(|fake| fake.calls().len());
        let config: Document = loader(&emulator)
            .set("host", "h").set("port", 1).set("username", "u").set("password", "p").set("database_name", "d").set("pool", 2)
            .load().await.unwrap();
        assert_eq!(config.password.expose_secret(), "p");
        if let Some(fake) = emulator.as_fake() {
            assert_eq!(Some(fake.calls().len()), calls_before);
        }
    }

    a_full_arn_is_taken_as_it_is [not on moto: "a name in the struct is fixed, and so is the account of moto's ARNs, but not the six characters of a secret's"] (emulator) {
        #[derive(Debug, SecretConfig)]
        struct ByArn {
            #[secret(ssm = "arn:aws:ssm:eu-west-1:123456789012:parameter/shared/dsn")]
            dsn: Secret<String>,
            #[secret(secretsmanager = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shared/key")]
            key: Secret<String>,
        }
        let fake = emulator.as_fake().unwrap();
        fake.put_parameter("/shared/dsn", secret_config::testing::Parameter::secure_string("d"));
        fake.put_secret("shared/key", "k");
        let config: ByArn = loader(&emulator).load().await.unwrap();
        assert_eq!((config.dsn.expose_secret().as_str(), config.key.expose_secret().as_str()), ("d", "k"));
    }

    one_denied_name_does_not_hide_the_others [not on moto: "it does not judge permissions unless a whole account is set up for it"] (emulator) {
        let fake = emulator.as_fake().unwrap();
        emulator.put_parameter(&emulator.parameter("token"), SecureString, "t").await;
        emulator.put_parameter(&emulator.parameter("host"), Plain, "h").await;
        emulator.put_parameter(&emulator.parameter("port"), Plain, "80").await;
        fake.deny("ssm:GetParameters", emulator.parameter("token"));
        fake.deny("ssm:GetParameters", emulator.parameter("other/dsn"));
        let error = loader::<Parameters>(&emulator).load().await.expect_err("two are denied, one is missing");
        let kinds: Vec<_> = error.problems().iter().map(|problem| (problem.kind(), problem.fields().join(","))).collect();
        let expected = [(ProblemKind::Denied, "token"), (ProblemKind::Missing, "origins"), (ProblemKind::Denied, "dsn")];
        assert_eq!(kinds, expected.map(|(kind, field)| (kind, field.to_owned())));
        let arn = format!("arn:aws:ssm:eu-west-1:ACCOUNT:parameter/{}/token", emulator.prefix());
        assert!(error.to_string().contains(&format!("allow ssm:GetParameters on {arn}")), "{error}");
    }

    what_cannot_be_decrypted_is_told_with_its_key [not on moto: "it does not judge permissions on keys"] (emulator) {
        let fake = emulator.as_fake().unwrap();
        emulator.put_secret(&emulator.secret("rotated"), "one").await;
        fake.deny("kms:Decrypt", "*");
        let error = loader::<Stages>(&emulator).load().await.expect_err("the key is denied");
        assert!(error.problems().iter().all(|problem| problem.kind() == ProblemKind::Undecryptable), "{error}");
        assert!(error.to_string().contains("allow kms:Decrypt"), "{error}");
    }
}
