//! References in files: `"${ssm:/name}"` and `"${secretsmanager:name#key}"` as whole values.

use super::*;
use secret_config::ProblemKind::{Definition, Reference};

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}", references, env_prefix = "APP", offline = ["local"])]
struct Rules {
    url: String,
    port: u16,
    tokens: Vec<Secret<String>>,
    headers: HashMap<String, String>,
    #[secret(local)]
    password: Option<Secret<String>>,
    #[config(nested)]
    backends: HashMap<String, Backend>,
}

#[derive(Debug, SecretConfig)]
struct Backend {
    key: Secret<String>,
}

const LAYERS: &str = r#"
    url = "https://${ssm:x}/${HOME}"
    port = "${ssm:{prefix}/port}"
    tokens = ["${secretsmanager:{env}/tokens#first}", "${secretsmanager:{env}/tokens#/deep/0}"]
    headers = { authorization = "${ssm:/{env}/header}", accept = "*/*" }
    password = "${secretsmanager:{env}/password}"
    [backends.a]
    key = "${ssm:{prefix}/backends/{entry}}"
"#;

async fn seed(emulator: &secret_config_tests::emulator::Emulator) {
    emulator.put_parameter(&emulator.parameter("port"), Plain, "8080").await;
    emulator.put_parameter(&emulator.parameter("header"), SecureString, "Bearer x").await;
    emulator.put_parameter(&emulator.parameter("backends/a"), SecureString, "k").await;
    emulator.put_secret(&emulator.secret("tokens"), r#"{"first": "1", "deep": ["2"]}"#).await;
    emulator.put_secret(&emulator.secret("password"), "p").await;
}

cases! {
    whole_values_are_looked_up_wherever_they_stand(emulator) {
        seed(&emulator).await;
        let config: Rules = load(&emulator, LAYERS).await.unwrap();
        assert_eq!((config.url.as_str(), config.port), ("https://${ssm:x}/${HOME}", 8080));
        assert_eq!(config.tokens.iter().map(text).collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((config.headers["authorization"].as_str(), config.headers["accept"].as_str()), ("Bearer x", "*/*"));
        assert_eq!((config.password.as_ref().map(text), text(&config.backends["a"].key)), (Some("p"), "k"));
        assert_calls(&emulator, &[("GetParameters", 1), ("BatchGetSecretValue", 1)]);
    }

    what_is_missing_or_of_the_wrong_type_is_told_where_it_stands(emulator) {
        seed(&emulator).await;
        emulator.put_parameter(&emulator.parameter("port"), Plain, "hunter2").await;
        let layers = LAYERS.replace("#first", "#frist").replace("/header}", "/haeder}");
        let result = load::<Rules>(&emulator, &layers).await;
        let message = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
        assert!(message.contains("config/default.toml:4") && !message.contains("hunter2"), "{message}");
        assert_problems(result, &[(WrongType, "port"), (NoSuchKey, "tokens[0]"), (Missing, "headers.authorization")]);
    }

    a_denied_one_is_told [not on moto: "it judges no permissions"] (emulator) {
        seed(&emulator).await;
        emulator.as_fake().unwrap().deny("ssm:GetParameters", emulator.parameter("backends/a"));
        assert_problems(load::<Rules>(&emulator, LAYERS).await, &[(Denied, "backends.a.key")]);
    }

    a_misspelt_one_is_no_literal(emulator) {
        seed(&emulator).await;
        let layers = LAYERS.replace("${ssm:{prefix}/port}", "${smm:{prefix}/port}")
            .replace("${ssm:/{env}/header}", "${ssm:/{evn}/header}")
            .replace("{prefix}/backends/{entry}}", "{prefix}/backends/{entry}");
        assert_problems(load::<Rules>(&emulator, &layers).await, &[
            (Reference, "port"), (Definition, "headers.authorization"), (Definition, "backends.a.key"),
        ]);
    }

    variables_and_the_program_spare_the_look_up(emulator) {
        seed(&emulator).await;
        let directory = secret_config_tests::table::directory(LAYERS);
        let loader = loader::<Rules>(&emulator).root(directory.path());
        let loader = loader.env_vars([("APP_PORT", "1"), ("APP_TOKENS", "a"), ("APP_PASSWORD", "b")]);
        let config = loader.set("headers.authorization", "c").set("backends.a.key", "d").load().await.unwrap();
        assert_eq!((config.port, config.headers["authorization"].as_str(), text(&config.backends["a"].key)), (1, "c", "d"));
        assert_calls(&emulator, &[]);
    }
}

#[tokio::test]
async fn an_offline_environment_refuses_what_is_not_overridden() {
    let directory = secret_config_tests::table::directory(LAYERS);
    let loader = Rules::loader("local").root(directory.path()).env_vars([("APP_PORT", "1"), ("APP_TOKENS", "a,b")]);
    let result = loader.set("password", "p").load().await;
    assert_problems(result, &[(Reference, "headers.authorization"), (Reference, "backends.a.key")]);
}

#[tokio::test]
async fn without_the_word_they_are_text() {
    #[derive(Debug, SecretConfig)]
    struct Plain {
        url: String,
    }
    let directory = secret_config_tests::table::directory("url = '${ssm:/x}'");
    let config = Plain::loader("dev").root(directory.path()).env_vars::<&str, &str>([]).load().await.unwrap();
    assert_eq!(config.url, "${ssm:/x}");
}
