//! Names as they are found in accounts: no common prefix, the environment anywhere or nowhere, every case, ARNs.

use super::*;

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}")]
struct Names {
    region: Option<String>,
    #[config(nested)]
    tenant: Tenant,
    #[secret(ssm = "/{env}-orders-db/password")]
    in_a_segment: Secret<String>,
    #[secret(ssm = "orders-{env}-{field:kebab-case}")]
    without_levels: Secret<String>,
    #[secret(secretsmanager = "{env}.orders.{field:SCREAMING_SNAKE_CASE}")]
    api_key: Secret<String>,
    #[secret(ssm = "{prefix}/{root.tenant.id}/{root.region}/token")]
    configured: Option<Secret<String>>,
    #[secret(ssm = "/aws/reference/secretsmanager/{env}/shared")]
    through_parameter_store: Secret<String>,
    #[secret(ssm = "/aws/reference/secretsmanager/{env}/shared:AWSPREVIOUS")]
    and_its_last: Option<Secret<String>>,
}

#[derive(Debug, SecretConfig)]
#[config(names(ssm = "{prefix}/{parent:UPPERCASE}/{self.id}/{field:kebab-case}"))]
struct Tenant {
    #[config(default = "main")]
    id: String,
    #[secret]
    signing_key: Secret<String>,
    #[secret]
    old_key: Option<Secret<u16>>,
}

async fn seed(emulator: &secret_config_tests::emulator::Emulator) {
    let prefix = emulator.prefix();
    emulator.put_parameter(&format!("/{prefix}-orders-db/password"), SecureString, "segment").await;
    emulator.put_parameter(&format!("orders-{prefix}-without-levels"), SecureString, "flat").await;
    emulator.put_secret(&format!("{prefix}.orders.API_KEY"), "upper").await;
    emulator.put_parameter(&emulator.parameter("TENANT/main/signing-key"), SecureString, "self").await;
    emulator.put_parameter(&emulator.parameter("main/eu/token"), SecureString, "root").await;
    emulator.put_secret(&emulator.secret("shared"), "one").await;
    emulator.put_secret(&emulator.secret("shared"), "two").await;
}

cases! {
    names_are_what_the_templates_make_of_them(emulator) {
        seed(&emulator).await;
        let config: Names = load(&emulator, "region = 'eu'").await.unwrap();
        let found = [&config.in_a_segment, &config.without_levels, &config.api_key, &config.tenant.signing_key];
        assert_eq!(found.map(text), ["segment", "flat", "upper", "self"]);
        assert_eq!((config.tenant.id.as_str(), config.region.as_deref()), ("main", Some("eu")));
        assert_eq!(config.configured.as_ref().map(text), Some("root"));
        assert_eq!((text(&config.through_parameter_store), config.and_its_last.as_ref().map(text)), ("two", Some("one")));
        assert!(config.tenant.old_key.is_none());
        // The secrets that are named as parameters cost Parameter Store nothing.
        assert_calls(&emulator, &[("GetParameters", 1), ("BatchGetSecretValue", 1), ("GetSecretValue", 1)]);
    }

    a_value_that_is_not_configured_is_no_look_up(emulator) {
        seed(&emulator).await;
        let config: Names = load(&emulator, "").await.unwrap();
        assert!(config.configured.is_none());
        if let Some(fake) = emulator.as_fake() {
            let calls = fake.calls();
            let reading = calls.iter().filter(|call| call.action().ends_with("GetParameters"));
            assert!(!reading.flat_map(secret_config::testing::Call::names).any(|name| name.ends_with("/token")));
        }
    }

    what_is_missing_or_of_the_wrong_type_is_told(emulator) {
        seed(&emulator).await;
        emulator.put_parameter(&emulator.parameter("TENANT/other/old-key"), SecureString, "hunter2").await;
        let result = load::<Names>(&emulator, "region = ''\ntenant.id = 'other'").await;
        assert_problems(result, &[
            (Missing, "tenant.signing_key"), (WrongType, "tenant.old_key"),
            (secret_config::ProblemKind::Definition, "configured"),
        ]);
    }

    a_denied_one_is_told_by_its_own_service [not on moto: "it judges no permissions"] (emulator) {
        seed(&emulator).await;
        emulator.as_fake().unwrap().deny("secretsmanager:GetSecretValue", emulator.secret("shared"));
        let result = load::<Names>(&emulator, "").await;
        let message = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
        assert!(message.contains("allow secretsmanager:GetSecretValue"), "{message}");
        assert_problems(result, &[(Denied, "through_parameter_store"), (Denied, "and_its_last")]);
    }

    arns_may_have_the_suffix_of_ecs(emulator) {
        #[derive(Debug, SecretConfig)]
        struct ByArn {
            arn: String,
            #[secret(secretsmanager = "{root.arn}:password::")]
            password: Secret<String>,
            #[secret(secretsmanager = "{root.arn}:password:AWSPREVIOUS:")]
            previous: Secret<String>,
            #[secret(secretsmanager = "{root.arn}:port::")]
            port: Option<Secret<u16>>,
        }
        emulator.put_secret(&emulator.secret("db"), r#"{"password": "one"}"#).await;
        emulator.put_secret(&emulator.secret("db"), r#"{"password": "two"}"#).await;
        let described = emulator.secretsmanager().describe_secret().secret_id(emulator.secret("db")).send().await.unwrap();
        let arn = described.arn().unwrap();
        let config: ByArn = load(&emulator, &format!("arn = '{arn}'")).await.unwrap();
        assert_eq!((text(&config.password), text(&config.previous), config.port.is_none()), ("two", "one", true));
        assert!(config.arn == arn);
        assert_calls(&emulator, &[("GetSecretValue", 2)]);
    }
}
