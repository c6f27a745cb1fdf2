//! Candidates: asked for together, the first that exists wins. And everything below a level, as a map.

use super::*;

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}")]
struct Candidates {
    #[secret(ssm = ["{prefix}/new/token", "{prefix}/old/token", "/{env}/shared/token"])]
    token: Secret<u32>,
    #[secret(secretsmanager = ["{prefix}/db", "{prefix}/legacy-db"], key = "password")]
    password: Option<Secret<String>>,
}

cases! {
    the_first_that_exists_wins_in_one_batch(emulator) {
        emulator.put_parameter(&emulator.parameter("old/token"), SecureString, "2").await;
        emulator.put_parameter(&emulator.parameter("shared/token"), SecureString, "3").await;
        emulator.put_secret(&emulator.secret("legacy-db"), r#"{"password": "p"}"#).await;
        let config: Candidates = load_alone(&emulator).await.unwrap();
        assert_eq!((config.token.expose_secret(), config.password.as_ref().map(text)), (&2, Some("p")));
        assert_calls(&emulator, &[("GetParameters", 1), ("BatchGetSecretValue", 1)]);
    }

    none_of_them_is_one_problem_and_a_wrong_one_is_not_passed_over(emulator) {
        assert_problems(load_alone::<Candidates>(&emulator).await, &[(Missing, "token")]);
        emulator.put_parameter(&emulator.parameter("new/token"), SecureString, "hunter2").await;
        emulator.put_parameter(&emulator.parameter("old/token"), SecureString, "2").await;
        assert_problems(load_alone::<Candidates>(&emulator).await, &[(WrongType, "token")]);
    }

    a_denial_counts_until_one_is_found [not on moto: "it judges no permissions"] (emulator) {
        let fake = emulator.as_fake().unwrap();
        emulator.put_parameter(&emulator.parameter("old/token"), SecureString, "2").await;
        fake.deny("ssm:GetParameters", emulator.parameter("shared/token"));
        assert_eq!(load_alone::<Candidates>(&emulator).await.unwrap().token.expose_secret(), &2);
        fake.deny("ssm:GetParameters", emulator.parameter("new/token"));
        assert_problems(load_alone::<Candidates>(&emulator).await, &[(Denied, "token")]);
    }
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}")]
struct Levels {
    #[secret(ssm_path = "{prefix}/tokens")]
    tokens: BTreeMap<String, Secret<u32>>,
    #[config(ssm_path = "{prefix}/flags")]
    flags: Option<HashMap<String, bool>>,
}

cases! {
    a_level_is_a_map_however_many_pages_it_has(emulator) {
        for number in 0..23 {
            emulator.put_parameter(&emulator.parameter(&format!("tokens/t{number:02}")), SecureString, &number.to_string()).await;
        }
        emulator.put_parameter(&emulator.parameter("tokens/eu/alice"), SecureString, "99").await;
        emulator.put_parameter(&emulator.parameter("tokens-of-others"), SecureString, "not a number").await;
        let config: Levels = load_alone(&emulator).await.unwrap();
        assert_eq!(config.tokens.len(), 24);
        assert_eq!((config.tokens["t22"].expose_secret(), config.tokens["eu/alice"].expose_secret()), (&22, &99));
        assert!(config.flags.is_none());
        // Three pages of one level, and the empty one of the other.
        assert_calls(&emulator, &[("GetParametersByPath", 4)]);
    }

    an_empty_level_is_not_found_and_a_wrong_entry_is_named(emulator) {
        assert_problems(load_alone::<Levels>(&emulator).await, &[(Missing, "tokens")]);
        emulator.put_parameter(&emulator.parameter("tokens/a"), SecureString, "hunter2").await;
        let error = load_alone::<Levels>(&emulator).await.unwrap_err();
        assert_eq!(error.problems()[0].message(), "at `a`: expected u32");
    }

    a_denied_level_is_told_with_its_own_action [not on moto: "it judges no permissions"] (emulator) {
        emulator.as_fake().unwrap().deny("ssm:GetParametersByPath", emulator.parameter("flags"));
        emulator.put_parameter(&emulator.parameter("tokens/a"), SecureString, "1").await;
        let result = load_alone::<Levels>(&emulator).await;
        let message = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
        assert!(message.contains("allow ssm:GetParametersByPath on arn:aws:ssm:eu-west-1:ACCOUNT:parameter/"), "{message}");
        assert_problems(result, &[(Denied, "flags")]);
    }
}
