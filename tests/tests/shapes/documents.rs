//! Lists, maps, bytes, documents and versions: the type decides how a value is read.

use super::*;

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}")]
struct Values {
    #[secret]
    list: Vec<Secret<String>>,
    #[secret(secretsmanager)]
    array: Vec<Secret<u16>>,
    #[config(secretsmanager)]
    map: HashMap<String, u16>,
    #[secret(secretsmanager)]
    bytes: Secret<Vec<u8>>,
    #[secret(secretsmanager)]
    key: Secret<[u8; 32]>,
    #[secret]
    pem: Secret<String>,
    #[secret]
    json: Secret<String>,
    #[secret(secretsmanager = "{prefix}/rotated")]
    current: Secret<String>,
    #[secret(secretsmanager = "{prefix}/rotated", stage = "AWSPREVIOUS")]
    previous: Option<Secret<String>>,
}

const PEM: &str = "-----BEGIN PRIVATE KEY-----\r\nMC4CAQ==\n-----END PRIVATE KEY-----\n";
const JSON: &str = " {\"a\" : [1, 2.50],\n\"b\":null} ";

async fn seed(emulator: &secret_config_tests::emulator::Emulator) {
    emulator.put_parameter(&emulator.parameter("list"), StringList, "b,a, c").await;
    emulator.put_secret(&emulator.secret("array"), r#"[3, "1", 2]"#).await;
    emulator.put_secret(&emulator.secret("map"), r#"{"b": 1, "a.b": "2"}"#).await;
    emulator.put_secret_binary(&emulator.secret("bytes"), &[0, 255, 128, 10]).await;
    emulator.put_secret_binary(&emulator.secret("key"), &[7; 32]).await;
    emulator.put_parameter(&emulator.parameter("pem"), SecureString, PEM).await;
    emulator.put_parameter(&emulator.parameter("json"), SecureString, JSON).await;
    emulator.put_secret(&emulator.secret("rotated"), "one").await;
}

cases! {
    the_type_decides_how_a_value_is_read(emulator) {
        seed(&emulator).await;
        let config: Values = load_alone(&emulator).await.unwrap();
        assert_eq!(config.list.iter().map(text).collect::<Vec<_>>(), ["b", "a", " c"]);
        assert_eq!(config.array.iter().map(|number| *number.expose_secret()).collect::<Vec<_>>(), [3, 1, 2]);
        assert_eq!(config.map, HashMap::from([("b".to_owned(), 1), ("a.b".to_owned(), 2)]));
        assert_eq!((config.bytes.expose_secret().as_slice(), config.key.expose_secret()), (&[0, 255, 128, 10][..], &[7; 32]));
        assert_eq!((text(&config.pem), text(&config.json)), (PEM, JSON));
        assert_eq!((text(&config.current), config.previous.is_none()), ("one", true));
        assert_calls(&emulator, &[("GetParameters", 1), ("BatchGetSecretValue", 1), ("GetSecretValue", 1)]);
    }

    two_versions_stand_side_by_side(emulator) {
        seed(&emulator).await;
        emulator.put_secret(&emulator.secret("rotated"), "two").await;
        let config: Values = load_alone(&emulator).await.unwrap();
        assert_eq!((text(&config.current), config.previous.as_ref().map(text)), ("two", Some("one")));
    }

    what_is_missing_or_of_another_type_is_told(emulator) {
        emulator.put_parameter(&emulator.parameter("list"), Plain, "hunter2").await;
        emulator.put_secret(&emulator.secret("array"), r#"[1, "hunter2"]"#).await;
        emulator.put_secret(&emulator.secret("map"), r#"{"a": "hunter2"}"#).await;
        emulator.put_secret(&emulator.secret("bytes"), "x").await;
        emulator.put_secret_binary(&emulator.secret("key"), &[7; 31]).await;
        emulator.put_secret_binary(&emulator.secret("rotated"), &[0, 159, 146, 150]).await;
        let result = load_alone::<Values>(&emulator).await;
        assert!(!format!("{result:?}").contains("hunter"));
        assert_problems(result, &[
            (WrongType, "list"), (WrongType, "array"), (WrongType, "map"), (WrongType, "key"),
            (Missing, "pem"), (Missing, "json"), (WrongType, "current"),
        ]);
    }

    a_denied_previous_version_is_told [not on moto: "it judges no permissions"] (emulator) {
        seed(&emulator).await;
        emulator.as_fake().unwrap().deny("secretsmanager:GetSecretValue", emulator.secret("rotated"));
        assert_problems(load_alone::<Values>(&emulator).await, &[(Denied, "current"), (Denied, "previous")]);
    }

    a_document_that_is_no_map_is_malformed(emulator) {
        seed(&emulator).await;
        emulator.put_secret(&emulator.secret("map"), "{\"a\": hunter2}").await;
        assert_problems(load_alone::<Values>(&emulator).await, &[(Malformed, "map")]);
    }
}
