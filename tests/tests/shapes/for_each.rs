//! `for_each`: one look-up for each element of a list beside the field.

use super::*;

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}", env_prefix = "APP")]
struct Jwks {
    #[config(default)]
    key_ids: Vec<String>,
    #[secret(for_each = "key_ids", ssm = "{prefix}/jwks/{entry}")]
    keys: HashMap<String, Secret<u64>>,
    #[secret(for_each = "key_ids", secretsmanager = "{prefix}/{entry}/cert", key = "pem")]
    certificates: BTreeMap<String, Secret<String>>,
}

cases! {
    each_element_is_an_entry(emulator) {
        for (id, value) in [("a", "1"), ("b", "2")] {
            emulator.put_parameter(&emulator.parameter(&format!("jwks/{id}")), SecureString, value).await;
            emulator.put_secret(&emulator.secret(&format!("{id}/cert")), &format!(r#"{{"pem": "-{id}-"}}"#)).await;
        }
        let config: Jwks = load(&emulator, "key_ids = ['a', 'b']").await.unwrap();
        assert_eq!(config.key_ids, ["a", "b"]);
        assert_eq!(["a", "b"].map(|id| *config.keys[id].expose_secret()), [1, 2]);
        assert_eq!(["a", "b"].map(|id| text(&config.certificates[id])), ["-a-", "-b-"]);
        assert_calls(&emulator, &[("GetParameters", 1), ("BatchGetSecretValue", 1)]);
    }

    a_list_in_a_variable_will_do_and_an_empty_one_asks_for_nothing(emulator) {
        emulator.put_parameter(&emulator.parameter("jwks/a"), SecureString, "1").await;
        emulator.put_secret(&emulator.secret("a/cert"), r#"{"pem": "-a-"}"#).await;
        let config: Jwks = loader(&emulator).env_vars([("APP_KEY_IDS", "a")]).load().await.unwrap();
        assert_eq!((config.keys.len(), config.certificates.len()), (1, 1));
        let empty: Jwks = loader(&emulator).env_vars([("APP_KEY_IDS", "")]).load().await.unwrap();
        let absent: Jwks = load_alone(&emulator).await.unwrap();
        assert!([empty.keys.len(), absent.keys.len(), absent.certificates.len()] == [0; 3]);
        assert_calls(&emulator, &[("GetParameters", 1), ("GetSecretValue", 1)]);
    }

    each_entry_is_required(emulator) {
        emulator.put_parameter(&emulator.parameter("jwks/a"), SecureString, "hunter2").await;
        emulator.put_parameter(&emulator.parameter("jwks/b"), SecureString, "2").await;
        emulator.put_secret(&emulator.secret("a/cert"), r#"{"pom": "x"}"#).await;
        assert_problems(load::<Jwks>(&emulator, "key_ids = ['a', 'b']").await, &[
            (WrongType, "keys"), (NoSuchKey, "certificates.a"), (Missing, "certificates.b"),
        ]);
    }

    a_denied_entry_is_named [not on moto: "it judges no permissions"] (emulator) {
        emulator.as_fake().unwrap().deny("ssm:GetParameters", emulator.parameter("jwks/b"));
        emulator.put_parameter(&emulator.parameter("jwks/a"), SecureString, "1").await;
        emulator.put_secret(&emulator.secret("a/cert"), r#"{"pem": "a"}"#).await;
        emulator.put_secret(&emulator.secret("b/cert"), r#"{"pem": "b"}"#).await;
        assert_problems(load::<Jwks>(&emulator, "key_ids = ['a', 'b']").await, &[(Denied, "keys.b")]);
    }
}
