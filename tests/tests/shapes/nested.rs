//! Maps, lists and wrappers of sections: the entries come from the layers, the secrets of each from the stores.

use super::*;
use std::sync::Arc;

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}", env_prefix = "APP")]
struct Sso {
    #[config(nested)]
    oidc: Oidc,
    #[config(nested)]
    providers: Vec<Provider>,
    #[config(nested, default)]
    tenants: BTreeMap<String, Vec<Arc<Provider>>>,
}

#[derive(Debug, SecretConfig)]
struct Oidc {
    #[config(nested)]
    key: HashMap<String, Box<Key>>,
}

#[derive(Debug, SecretConfig)]
struct Key {
    algorithm: String,
    #[secret]
    private_key: Secret<String>,
}

#[derive(Debug, SecretConfig)]
struct Provider {
    id: String,
    #[config(default = 30)]
    timeout: u16,
    #[secret(secretsmanager = "{prefix}/idp/{self.id}")]
    client_secret: Secret<String>,
    #[secret(ssm = "{prefix}/pin/{entry}")]
    pin: Option<Secret<u16>>,
}

const LAYERS: &str = r#"
    [oidc.key.k1]
    algorithm = "RS256"
    [oidc.key.k2]
    algorithm = "ES256"
    [[providers]]
    id = "google"
    [[providers]]
    id = "github"
    timeout = 5
    [[tenants.acme]]
    id = "okta"
"#;

cases! {
    each_entry_has_its_own_secrets(emulator) {
        emulator.put_parameter(&emulator.parameter("oidc/key/k1/private_key"), SecureString, "one").await;
        emulator.put_parameter(&emulator.parameter("oidc/key/k2/private_key"), SecureString, "two").await;
        emulator.put_parameter(&emulator.parameter("pin/1"), SecureString, "77").await;
        for id in ["google", "github", "okta"] {
            emulator.put_secret(&emulator.secret(&format!("idp/{id}")), id).await;
        }
        let config: Sso = load(&emulator, LAYERS).await.unwrap();
        let keys = ["k1", "k2"].map(|key| (config.oidc.key[key].algorithm.as_str(), text(&config.oidc.key[key].private_key)));
        assert_eq!(keys, [("RS256", "one"), ("ES256", "two")]);
        let shown = |provider: &Provider| (provider.id.clone(), provider.timeout, text(&provider.client_secret).to_owned());
        let providers: Vec<_> = config.providers.iter().map(shown).collect();
        assert_eq!(providers, [("google".into(), 30, "google".into()), ("github".into(), 5, "github".into())]);
        assert_eq!(config.providers[1].pin.as_ref().map(|pin| *pin.expose_secret()), Some(77));
        assert!(config.providers[0].pin.is_none());
        assert_eq!(shown(&config.tenants["acme"][0]), ("okta".into(), 30, "okta".into()));
        assert_calls(&emulator, &[("GetParameters", 1), ("BatchGetSecretValue", 1)]);
    }

    an_entrys_problems_name_it(emulator) {
        emulator.put_parameter(&emulator.parameter("oidc/key/k1/private_key"), SecureString, "one").await;
        emulator.put_parameter(&emulator.parameter("pin/1"), SecureString, "hunter2").await;
        emulator.put_secret(&emulator.secret("idp/github"), "github").await;
        emulator.put_secret(&emulator.secret("idp/okta"), "okta").await;
        let layers = LAYERS.replace("timeout = 5", "timeout = \"soon\"").replace("\"RS256\"", "7");
        assert_problems(load::<Sso>(&emulator, &layers).await, &[
            (WrongType, "oidc.key.k1.algorithm"),
            (Missing, "oidc.key.k2.private_key"),
            (Missing, "providers[0].client_secret"),
            (WrongType, "providers[1].timeout"),
            (WrongType, "providers[1].pin"),
        ]);
    }

    a_denied_entry_hides_no_other [not on moto: "it judges no permissions"] (emulator) {
        let fake = emulator.as_fake().unwrap();
        emulator.put_parameter(&emulator.parameter("oidc/key/k1/private_key"), SecureString, "one").await;
        emulator.put_secret(&emulator.secret("idp/github"), "github").await;
        fake.deny("ssm:GetParameters", emulator.parameter("oidc/key/k2/private_key"));
        fake.deny("secretsmanager:GetSecretValue", emulator.secret("idp/google"));
        assert_problems(load::<Sso>(&emulator, LAYERS).await, &[
            (Denied, "oidc.key.k2.private_key"),
            (Denied, "providers[0].client_secret"),
            (Missing, "tenants.acme[0].client_secret"),
        ]);
    }

    no_entries_are_no_calls(emulator) {
        let config: Sso = load(&emulator, "providers = []\n[oidc.key]").await.unwrap();
        assert!(config.oidc.key.is_empty() && config.providers.is_empty() && config.tenants.is_empty());
        assert_calls(&emulator, &[]);
    }

    a_map_or_list_without_a_default_is_needed(emulator) {
        assert_problems(load::<Sso>(&emulator, "").await, &[(Missing, "oidc.key"), (Missing, "providers")]);
    }

    variables_and_the_program_reach_into_entries(emulator) {
        let directory = secret_config_tests::table::directory(LAYERS);
        let config: Sso = loader(&emulator)
            .root(directory.path())
            .env_vars([
                ("APP__OIDC__KEY__K1__PRIVATE_KEY", "variable"),
                ("APP_OIDC_KEY__K2__PRIVATE_KEY", "variable"),
                ("APP__PROVIDERS__0__TIMEOUT", "7"),
                ("APP__TENANTS__ACME__0__CLIENT_SECRET", "variable"),
            ])
            .set("providers[0].client_secret", "set")
            .set("providers.1.client_secret", "set")
            .set("providers.0.pin", 1)
            .set("providers.1.pin", 2)
            .set("tenants.acme[0].pin", 3)
            .load()
            .await
            .unwrap();
        assert_eq!(["k1", "k2"].map(|key| text(&config.oidc.key[key].private_key)), ["variable"; 2]);
        assert_eq!((config.providers[0].timeout, config.providers[1].timeout), (7, 5));
        assert_eq!(text(&config.providers[1].client_secret), "set");
        assert_eq!(text(&config.tenants["acme"][0].client_secret), "variable");
        assert_calls(&emulator, &[]);
    }
}

#[tokio::test]
async fn a_variable_makes_no_entry() {
    let directory = secret_config_tests::table::directory("providers = []\n[oidc.key]");
    let variables = [("APP__PROVIDERS__0__ID", "x"), ("APP__OIDC__KEY__K1__ALGORITHM", "x")];
    let loader = Sso::loader("dev").root(directory.path()).env_vars(variables);
    assert_problems(
        loader.load().await,
        &[(secret_config::ProblemKind::UnknownVariable, ""), (secret_config::ProblemKind::UnknownVariable, "")],
    );
}

#[tokio::test]
async fn entries_that_a_variable_cannot_tell_apart_are_told() {
    let layers = "providers = []\n[oidc.key.a-b]\nalgorithm = 'x'\n[oidc.key.a_b]\nalgorithm = 'x'";
    let directory = secret_config_tests::table::directory(layers);
    let loader = || {
        Sso::loader("dev")
            .root(directory.path())
            .set("oidc.key.a-b.private_key", "x")
            .set("oidc.key.a_b.private_key", "y")
    };
    assert_eq!(loader().env_vars::<&str, &str>([]).load().await.unwrap().oidc.key.len(), 2);
    let result = loader().env_vars([("APP__OIDC__KEY__A_B__ALGORITHM", "z")]).load().await;
    let error = result.unwrap_err();
    assert_eq!(error.problems()[0].fields(), ["oidc.key.a-b.algorithm", "oidc.key.a_b.algorithm"]);
}

#[tokio::test]
async fn keys_that_fit_no_field_are_told_with_their_entry() {
    let layers = "providers = [{ id = \"a\", idd = 1 }]\n[oidc.key.\"a.b\"]\nalgorithm = \"x\"\nalgoritm = \"y\"";
    let directory = secret_config_tests::table::directory(layers);
    let loader = Sso::loader("dev").root(directory.path()).env_vars::<&str, &str>([]);
    let loader = loader.set("providers[0].client_secret", "x").set("providers[0].pin", 1);
    let result = loader
        .set("oidc.key", secret_config::Value::table([("a.b", secret_config::Value::table([("private_key", "x")]))]));
    assert_problems(
        result.load().await,
        &[
            (secret_config::ProblemKind::UnknownKey, "oidc.key.\"a.b\".algoritm"),
            (secret_config::ProblemKind::UnknownKey, "providers[0].idd"),
        ],
    );
}

#[tokio::test]
async fn what_is_no_map_or_list_is_told() {
    let directory = secret_config_tests::table::directory("providers = 3\n[oidc]\nkey = [1]");
    let loader = Sso::loader("dev").root(directory.path()).env_vars::<&str, &str>([]);
    assert_problems(loader.load().await, &[(WrongType, "oidc.key"), (WrongType, "providers")]);
}
