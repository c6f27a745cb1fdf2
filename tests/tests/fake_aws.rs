//! What `FakeAws` promises, through the clients of the real SDK: a test for each rule of the services.

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use aws_sdk_secretsmanager::primitives::Blob;
use aws_sdk_ssm::types::{ParameterTier, ParameterType, ResourceTypeForTagging, Tag};
use secret_config::testing::{AccessPolicy, Failure, FakeAws, Parameter};
use secret_config_tests::emulator::sdk_config;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CANARY: &str = "canary-7b1d";

async fn start() -> FakeAws {
    FakeAws::start().await.unwrap()
}

/// Without retries, so that a refusal is seen as it is.
fn config(aws: &FakeAws) -> SdkConfig {
    sdk_config(aws.endpoint_url()).into_builder().retry_config(RetryConfig::disabled()).build()
}

fn ssm(aws: &FakeAws) -> aws_sdk_ssm::Client {
    aws_sdk_ssm::Client::new(&config(aws))
}

fn secrets(aws: &FakeAws) -> aws_sdk_secretsmanager::Client {
    aws_sdk_secretsmanager::Client::new(&config(aws))
}

/// What a refusal says.
struct Refusal {
    code: String,
    message: String,
}

fn refusal<T, E: ProvideErrorMetadata>(outcome: Result<T, E>) -> Refusal {
    let Err(error) = outcome else { panic!("AWS refuses this") };
    Refusal { code: error.code().unwrap_or("none").into(), message: error.message().unwrap_or_default().into() }
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("/orders/prod/{index}")).collect()
}

mod parameters {
    use super::*;

    #[tokio::test]
    async fn a_parameter_is_answered_with_all_that_aws_tells() {
        let aws = start().await;
        aws.put_parameter("/orders/prod/key", Parameter::string("value"));
        let answer = ssm(&aws).get_parameter().name("/orders/prod/key").send().await.unwrap();
        let parameter = answer.parameter().unwrap();
        assert_eq!(parameter.name(), Some("/orders/prod/key"));
        assert_eq!(parameter.arn(), Some("arn:aws:ssm:eu-west-1:123456789012:parameter/orders/prod/key"));
        assert_eq!(parameter.value(), Some("value"));
        assert_eq!(parameter.r#type(), Some(&ParameterType::String));
        assert_eq!(parameter.version(), 1);
        assert_eq!(parameter.data_type(), Some("text"));
        assert_eq!(parameter.selector(), None);
        let age = parameter.last_modified_date().unwrap().secs();
        assert!(age > 1_700_000_000, "an epoch in seconds");
        assert!(aws_sdk_ssm::operation::RequestId::request_id(&answer).is_some());
    }

    #[tokio::test]
    async fn selectors_pick_a_version_and_are_answered_beside_the_bare_name() {
        let aws = start().await;
        aws.put_parameter("/orders/prod/key", Parameter::string("one"));
        aws.put_parameter("/orders/prod/key", Parameter::string("two"));
        aws.put_parameter("/orders/prod/key", Parameter::string("three"));
        aws.label_parameter("/orders/prod/key", 2, "stable");
        let client = ssm(&aws);
        for (asked, value, selector) in [
            ("/orders/prod/key", "three", None),
            ("/orders/prod/key:1", "one", Some(":1")),
            ("/orders/prod/key:stable", "two", Some(":stable")),
            ("arn:aws:ssm:eu-west-1:123456789012:parameter/orders/prod/key:1", "one", Some(":1")),
        ] {
            let one = client.get_parameter().name(asked).send().await.unwrap();
            let many = client.get_parameters().names(asked).send().await.unwrap();
            for parameter in [one.parameter().unwrap(), &many.parameters()[0]] {
                assert_eq!(parameter.name(), Some("/orders/prod/key"), "{asked}");
                assert_eq!(parameter.value(), Some(value), "{asked}");
                assert_eq!(parameter.selector(), selector, "{asked}");
            }
        }
    }

    #[tokio::test]
    async fn a_label_moves_from_version_to_version() {
        let aws = start().await;
        aws.put_parameter("key", Parameter::string("one"));
        aws.put_parameter("key", Parameter::string("two"));
        let client = ssm(&aws);
        for (version, value) in [(1, "one"), (2, "two")] {
            let label = client.label_parameter_version().name("key").parameter_version(version).labels("stable");
            assert_eq!(label.send().await.unwrap().parameter_version(), version);
            let answer = client.get_parameter().name("key:stable").send().await.unwrap();
            assert_eq!(answer.parameter().unwrap().value(), Some(value));
        }
        let label = client.label_parameter_version().name("key").labels("1st").labels("awsome").labels("fine");
        assert_eq!(label.send().await.unwrap().invalid_labels(), ["1st", "awsome"]);
    }

    #[tokio::test]
    async fn what_is_not_there_is_not_found() {
        let aws = start().await;
        aws.put_parameter("/orders/prod/key", Parameter::string("value"));
        let client = ssm(&aws);
        let get = |name: &str| client.get_parameter().name(name).send();
        assert_eq!(refusal(get("/orders/prod/other").await).code, "ParameterNotFound");
        assert_eq!(refusal(get("/orders/prod/key:2").await).code, "ParameterVersionNotFound");
        assert_eq!(refusal(get("/orders/prod/key:label").await).code, "ParameterVersionNotFound");
        assert_eq!(refusal(get("/orders/prod/other:2").await).code, "ParameterNotFound");
        let asked = ["/orders/prod/key", "/orders/prod/other", "/orders/prod/another:2"].map(str::to_owned);
        let answer = client.get_parameters().set_names(Some(asked.to_vec())).send().await.unwrap();
        assert_eq!(answer.parameters().len(), 1);
        assert_eq!(answer.invalid_parameters(), ["/orders/prod/other", "/orders/prod/another:2"]);
        let answer = client.get_parameters().names("/orders/prod/key:2").send().await.unwrap();
        assert_eq!(answer.invalid_parameters(), ["/orders/prod/key:2"]);
    }

    #[tokio::test]
    async fn several_parameters_are_answered_alphabetically() {
        let aws = start().await;
        for name in ["/c", "/a", "/b"] {
            aws.put_parameter(name, Parameter::string(name));
        }
        let asked = vec!["/b".to_owned(), "/c".to_owned(), "/a".to_owned()];
        let answer = ssm(&aws).get_parameters().set_names(Some(asked)).send().await.unwrap();
        let names: Vec<_> = answer.parameters().iter().filter_map(|parameter| parameter.name()).collect();
        assert_eq!(names, ["/a", "/b", "/c"]);
    }

    #[tokio::test]
    async fn ten_names_are_a_call_and_eleven_are_none() {
        let aws = start().await;
        let client = ssm(&aws);
        let get = |count| client.get_parameters().set_names(Some(names(count))).send();
        assert_eq!(get(10).await.unwrap().invalid_parameters().len(), 10);
        assert_eq!(refusal(get(11).await).code, "ValidationException");
        assert_eq!(refusal(get(0).await).code, "ValidationException");
    }

    #[tokio::test]
    async fn a_name_may_stand_in_a_call_once() {
        let aws = start().await;
        let client = ssm(&aws);
        for twice in [["/a", "/a"], ["/a:1", "/a:2"]] {
            let get = client.get_parameters().set_names(Some(twice.map(str::to_owned).to_vec()));
            assert_eq!(refusal(get.send().await).code, "ValidationException");
        }
    }

    #[tokio::test]
    async fn a_parameter_of_another_account_is_found_by_its_arn_only() {
        let aws = start().await;
        let arn = "arn:aws:ssm:eu-west-1:111122223333:parameter/shared/dsn";
        aws.put_parameter(arn, Parameter::string("theirs"));
        aws.put_parameter("/shared/dsn", Parameter::string("ours"));
        let client = ssm(&aws);
        let theirs = client.get_parameters().names(arn).send().await.unwrap();
        assert_eq!(theirs.parameters()[0].value(), Some("theirs"));
        assert_eq!(theirs.parameters()[0].name(), Some("/shared/dsn"), "the bare path");
        assert_eq!(theirs.parameters()[0].arn(), Some(arn));
        let ours = client.get_parameter().name("/shared/dsn").send().await.unwrap();
        assert_eq!(ours.parameter().unwrap().value(), Some("ours"));
    }

    #[tokio::test]
    async fn names_that_cannot_be_are_refused() {
        let aws = start().await;
        let client = ssm(&aws);
        let put = |name: String| client.put_parameter().name(name).value("value").r#type(ParameterType::String).send();
        let levels = |count: usize| "/l".repeat(count);
        for (name, code) in [
            ("/orders/with space".to_owned(), "ValidationException"),
            ("/orders/é".to_owned(), "ValidationException"),
            ("orders/prod".to_owned(), "ValidationException"),
            ("/orders//prod".to_owned(), "ValidationException"),
            ("/orders/".to_owned(), "ValidationException"),
            ("/".to_owned(), "ValidationException"),
            (String::new(), "ValidationException"),
            ("awsKey".to_owned(), "ValidationException"),
            ("SSM-key".to_owned(), "ValidationException"),
            ("/ssm/key".to_owned(), "ValidationException"),
            ("/aws/key".to_owned(), "AccessDeniedException"),
            (levels(16), "HierarchyLevelLimitExceededException"),
            (format!("/{}", "n".repeat(967)), "ValidationException"),
        ] {
            assert_eq!(refusal(put(name.clone()).await).code, code, "{name}");
        }
        put(levels(15)).await.unwrap();
        put(format!("/{}", "n".repeat(966))).await.unwrap();
        for name in ["/orders/with space", "/orders/a?b", "/ssm/key", "key:", "key:1:2", "arn:aws:s3:::bucket"] {
            assert_eq!(refusal(client.get_parameter().name(name).send().await).code, "ValidationException", "{name}");
            assert_eq!(refusal(client.get_parameters().names(name).send().await).code, "ValidationException", "{name}");
        }
    }

    #[tokio::test]
    async fn values_that_cannot_be_are_refused() {
        let aws = start().await;
        let client = ssm(&aws);
        let put = |value: String, tier: Option<ParameterTier>| {
            let request = client.put_parameter().name("key").value(value).overwrite(true).set_tier(tier);
            request.r#type(ParameterType::String).send()
        };
        for (value, tier) in [
            (String::new(), None),
            ("a".repeat(4097), None),
            ("é".repeat(2049), None),
            ("a".repeat(8193), Some(ParameterTier::Advanced)),
            ("a".repeat(8193), Some(ParameterTier::IntelligentTiering)),
            ("{{ssm:other}}".to_owned(), None),
        ] {
            assert_eq!(refusal(put(value, tier).await).code, "ValidationException");
        }
        put("a".repeat(4096), None).await.unwrap();
        put("{{ open".to_owned(), None).await.unwrap();
        put("a".repeat(8192), Some(ParameterTier::IntelligentTiering)).await.unwrap();
        let smaller = put("a".to_owned(), Some(ParameterTier::Standard)).await;
        assert_eq!(refusal(smaller).code, "ValidationException", "an advanced parameter stays one");
    }

    #[tokio::test]
    async fn overwriting_is_asked_for_and_keeps_the_type() {
        let aws = start().await;
        let client = ssm(&aws);
        let put = || client.put_parameter().name("key").value("value");
        assert_eq!(refusal(put().send().await).code, "ValidationException", "a new parameter needs a type");
        put().r#type(ParameterType::StringList).send().await.unwrap();
        assert_eq!(refusal(put().r#type(ParameterType::StringList).send().await).code, "ParameterAlreadyExists");
        assert_eq!(put().overwrite(true).send().await.unwrap().version(), 2);
        let other_type = put().overwrite(true).r#type(ParameterType::String).send().await;
        assert_eq!(refusal(other_type).code, "HierarchyTypeMismatchException");
        let twin = client.put_parameter().name("/key").value("value").r#type(ParameterType::String).overwrite(true);
        assert_eq!(
            refusal(twin.send().await).code,
            "ParameterAlreadyExists",
            "`key` and `/key` are not two parameters"
        );
    }

    #[tokio::test]
    async fn a_key_that_does_not_exist_is_refused() {
        let aws = start().await;
        let client = ssm(&aws);
        let put = |key: &str| {
            client.put_parameter().name("key").value("value").r#type(ParameterType::SecureString).key_id(key).send()
        };
        assert_eq!(refusal(put("alias/unknown").await).code, "InvalidKeyId");
        put("alias/aws/ssm").await.unwrap();
    }

    #[tokio::test]
    async fn each_version_has_the_key_that_it_was_written_with() {
        let aws = start().await;
        aws.add_key("alias/orders");
        let client = ssm(&aws);
        let put = |key: Option<&str>| {
            let put = client.put_parameter().name("key").value(CANARY).r#type(ParameterType::SecureString);
            put.set_key_id(key.map(str::to_owned)).overwrite(true).send()
        };
        put(Some("alias/orders")).await.unwrap();
        put(None).await.unwrap();
        let history = client.get_parameter_history().name("key").send().await.unwrap();
        let keys: Vec<_> = history.parameters().iter().map(|version| (version.version(), version.key_id())).collect();
        assert_eq!(keys, [(1, Some("alias/orders")), (2, Some("alias/aws/ssm"))], "as AWS documents `KeyId`");
        assert!(!history.parameters()[0].value().unwrap().contains(CANARY));
        let open = client.get_parameter_history().name("key").with_decryption(true).send().await.unwrap();
        assert_eq!(open.parameters()[1].value(), Some(CANARY));
        assert_eq!(refusal(client.get_parameter_history().name("other").send().await).code, "ParameterNotFound");
    }

    #[tokio::test]
    async fn tags_are_given_to_what_is_new_and_need_a_permission_of_their_own() {
        let aws = start().await;
        let client = ssm(&aws);
        let put = |name: &str, keys: Vec<String>| {
            let tag = |key: String| Tag::builder().key(key).value("value").build().unwrap();
            let put = client.put_parameter().name(name).value("value").r#type(ParameterType::String);
            put.set_tags(Some(keys.into_iter().map(tag).collect())).send()
        };
        put("key", vec!["team".into(), "cost".into()]).await.unwrap();
        let list = |name: &str| {
            client.list_tags_for_resource().resource_type(ResourceTypeForTagging::Parameter).resource_id(name).send()
        };
        let tags = list("key").await.unwrap();
        assert_eq!(tags.tag_list().iter().map(Tag::key).collect::<Vec<_>>(), ["team", "cost"]);
        assert_eq!(refusal(list("other").await).code, "InvalidResourceId");
        for keys in [vec!["aws:x".to_owned()], vec![String::new()], (0..51).map(|index| index.to_string()).collect()] {
            assert_eq!(refusal(put("other", keys).await).code, "ValidationException");
        }
        aws.deny("ssm:AddTagsToResource", "*");
        assert_eq!(refusal(put("other", vec!["team".into()]).await).code, "AccessDeniedException");
        put("other", Vec::new()).await.unwrap();
    }

    #[tokio::test]
    async fn a_secure_string_is_ciphertext_until_decryption_is_asked_for() {
        let aws = start().await;
        aws.put_parameter("/orders/key", Parameter::secure_string(CANARY));
        let client = ssm(&aws);
        let sealed = client.get_parameter().name("/orders/key").send().await.unwrap();
        let sealed = sealed.parameter().unwrap();
        assert_eq!(sealed.r#type(), Some(&ParameterType::SecureString));
        assert!(!sealed.value().unwrap().contains(CANARY));
        let open = client.get_parameter().name("/orders/key").with_decryption(true).send().await.unwrap();
        assert_eq!(open.parameter().unwrap().value(), Some(CANARY));
        let sealed = client.get_parameters_by_path().path("/orders").send().await.unwrap();
        assert!(!sealed.parameters()[0].value().unwrap().contains(CANARY));
    }

    #[tokio::test]
    async fn one_denied_name_fails_the_whole_call() {
        let aws = start().await;
        aws.put_parameter("/orders/open", Parameter::string("value"));
        aws.put_parameter("/orders/shut", Parameter::string("value"));
        aws.deny("ssm:GetParameters", "/orders/shut");
        let client = ssm(&aws);
        let both = client.get_parameters().names("/orders/open").names("/orders/shut").send().await;
        let refused = refusal(both);
        assert_eq!(refused.code, "AccessDeniedException");
        assert_eq!(
            refused.message,
            "User: arn:aws:sts::123456789012:assumed-role/fake-aws/test is not authorized to perform: \
             ssm:GetParameters on resource: arn:aws:ssm:eu-west-1:123456789012:parameter/orders/shut with an explicit \
             deny in an identity-based policy"
        );
        client.get_parameters().names("/orders/open").send().await.unwrap();
        client.get_parameter().name("/orders/shut").send().await.expect("another action");
        let by_arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/shut:1";
        let refused = refusal(client.get_parameters().names(by_arn).send().await);
        assert_eq!(refused.code, "AccessDeniedException", "whichever way it is asked for");
        aws.allow_all();
        aws.deny("SSM:get*", "arn:aws:ssm:*:*:parameter/orders/s?ut");
        assert_eq!(refusal(client.get_parameter().name("/orders/shut").send().await).code, "AccessDeniedException");
        client.get_parameter().name("/orders/open").send().await.unwrap();
    }

    #[tokio::test]
    async fn with_a_policy_only_what_it_allows_is_allowed() {
        let aws = start().await;
        aws.put_parameter("/orders/open", Parameter::secure_string("value"));
        aws.put_parameter("/orders/shut", Parameter::string("value"));
        let policy = |statement: &str| {
            let document = format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#);
            AccessPolicy::parse(&document).unwrap()
        };
        let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/open";
        aws.attach_policy(policy(&format!(
            r#"{{"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": "{arn}"}}"#
        )));
        let client = ssm(&aws);
        let get = |name: &str| client.get_parameters().names(name).with_decryption(true).send();
        get("/orders/open").await.unwrap();
        let refused = refusal(get("/orders/shut").await);
        assert_eq!(refused.code, "AccessDeniedException");
        let reason = "because no identity-based policy allows the ssm:GetParameters action";
        assert!(refused.message.ends_with(reason), "{}", refused.message);
        let judged: Vec<_> =
            aws.authorizations().iter().map(|one| (one.action().to_owned(), one.is_allowed())).collect();
        assert_eq!(judged, [("ssm:GetParameters".to_owned(), true), ("ssm:GetParameters".to_owned(), false)]);

        let key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd";
        aws.encrypt_with("/orders/*", key);
        assert_eq!(refusal(get("/orders/open").await).code, "InvalidKeyId");
        let context = format!(r#"{{"StringEquals": {{"kms:EncryptionContext:PARAMETER_ARN": "{arn}"}}}}"#);
        aws.attach_policy(policy(&format!(
            r#"{{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "{key}", "Condition": {context}}}"#
        )));
        get("/orders/open").await.unwrap();
        aws.deny("ssm:*", "/orders/open");
        assert_eq!(refusal(get("/orders/open").await).code, "AccessDeniedException");
        aws.allow_all();
        get("/orders/shut").await.unwrap();
    }

    #[tokio::test]
    async fn a_fork_has_what_the_server_had() {
        let aws = start().await;
        aws.put_parameter("/orders/a", Parameter::string("1"));
        aws.deny("ssm:GetParameters", "/orders/b");
        let fork = aws.fork().await.unwrap();
        aws.remove_parameter("/orders/a");
        let get = async |name: &str| ssm(&fork).get_parameters().names(name).send().await;
        assert_eq!(get("/orders/a").await.unwrap().parameters().len(), 1);
        assert_eq!(refusal(get("/orders/b").await).code, "AccessDeniedException");
        assert_eq!((fork.calls().len(), aws.calls().len()), (2, 0));
    }

    #[tokio::test]
    async fn a_key_that_cannot_be_used_fails_the_whole_call() {
        let aws = start().await;
        for name in ["/orders/fine", "/orders/disabled", "/orders/forbidden"] {
            aws.put_parameter(name, Parameter::secure_string("value"));
        }
        aws.disable_key_of("/orders/disabled");
        aws.deny("kms:Decrypt", "/orders/forbidden");
        let client = ssm(&aws);
        for name in ["/orders/disabled", "/orders/forbidden"] {
            let get = || client.get_parameters().names("/orders/fine").names(name);
            assert_eq!(refusal(get().with_decryption(true).send().await).code, "InvalidKeyId");
            get().send().await.expect("ciphertext needs no key");
        }
    }

    #[tokio::test]
    async fn a_path_is_read_page_by_page() {
        let aws = start().await;
        for index in 0..23 {
            aws.put_parameter(&format!("/orders/prod/p{index:02}"), Parameter::string("value"));
        }
        aws.put_parameter("/orders/prod/deep/er", Parameter::string("value"));
        aws.put_parameter("/orders/production", Parameter::string("value"));
        aws.put_parameter(
            "arn:aws:ssm:eu-west-1:111122223333:parameter/orders/prod/theirs",
            Parameter::string("value"),
        );
        let client = ssm(&aws);
        for (path, recursive, expected) in
            [("/orders/prod", false, 23), ("/orders/prod/", false, 23), ("/orders/prod", true, 24), ("/", true, 25)]
        {
            let (mut pages, mut found, mut token) = (0, Vec::new(), None);
            loop {
                let get = client.get_parameters_by_path().path(path).recursive(recursive).set_next_token(token);
                let page = get.send().await.unwrap();
                assert!(page.parameters().len() <= 10);
                found.extend(page.parameters().iter().filter_map(|found| found.name().map(str::to_owned)));
                pages += 1;
                token = page.next_token().map(str::to_owned);
                if token.is_none() {
                    break;
                }
            }
            assert_eq!((found.len(), pages), (expected, 3), "{path}");
            found.dedup();
            assert_eq!(found.len(), expected, "{path}");
        }
        let by_path = || client.get_parameters_by_path().path("/orders/prod");
        assert_eq!(by_path().max_results(2).send().await.unwrap().parameters().len(), 2);
        assert_eq!(refusal(by_path().max_results(11).send().await).code, "ValidationException");
        assert_eq!(refusal(by_path().next_token("nonsense").send().await).code, "InvalidNextToken");
        let relative = client.get_parameters_by_path().path("orders").send().await;
        assert_eq!(refusal(relative).code, "ValidationException");
        assert!(client.get_parameters_by_path().path("/nothing").send().await.unwrap().parameters().is_empty());
    }

    #[tokio::test]
    async fn reading_by_path_ignores_a_denial_below_the_path() {
        let aws = start().await;
        aws.put_parameter("/orders/shut", Parameter::string("value"));
        aws.deny("ssm:*", "/orders/shut");
        let client = ssm(&aws);
        assert_eq!(client.get_parameters_by_path().path("/orders").send().await.unwrap().parameters().len(), 1);
        aws.deny("ssm:GetParametersByPath", "/orders");
        let refused = refusal(client.get_parameters_by_path().path("/orders").send().await);
        assert_eq!(refused.code, "AccessDeniedException");
    }
}

mod secret_values {
    use super::*;

    #[tokio::test]
    async fn a_secret_is_found_by_name_full_arn_and_partial_arn() {
        let aws = start().await;
        let version = aws.put_secret("orders/prod/db", "value");
        let client = secrets(&aws);
        let by_name = client.get_secret_value().secret_id("orders/prod/db").send().await.unwrap();
        let arn = by_name.arn().unwrap().to_owned();
        let partial = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/prod/db";
        assert_eq!(arn.len(), partial.len() + 7);
        for id in ["orders/prod/db", &arn, partial] {
            let answer = client.get_secret_value().secret_id(id).send().await.unwrap();
            assert_eq!(answer.arn(), Some(arn.as_str()));
            assert_eq!(answer.name(), Some("orders/prod/db"));
            assert_eq!(answer.secret_string(), Some("value"));
            assert_eq!(answer.secret_binary(), None);
            assert_eq!(answer.version_id(), Some(version.as_str()));
            assert_eq!(answer.version_stages(), ["AWSCURRENT"]);
            assert!(answer.created_date().unwrap().secs() > 1_700_000_000);
        }
        for id in ["orders/prod", "orders/prod/d", &arn[..arn.len() - 8], &arn.replace("1234", "4321")] {
            let refused = refusal(client.get_secret_value().secret_id(id).send().await);
            assert_eq!(refused.code, "ResourceNotFoundException", "{id}");
            assert_eq!(refused.message, "Secrets Manager can't find the specified secret.");
        }
    }

    #[tokio::test]
    async fn a_name_that_looks_like_an_arn_s_end_is_not_found_by_its_partial_arn() {
        let aws = start().await;
        aws.put_secret("orders-abcdef", "value");
        let client = secrets(&aws);
        client.get_secret_value().secret_id("orders-abcdef").send().await.unwrap();
        let partial = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-abcdef";
        let refused = refusal(client.get_secret_value().secret_id(partial).send().await);
        assert_eq!(refused.code, "ResourceNotFoundException");
    }

    #[tokio::test]
    async fn ids_are_the_same_in_every_run() {
        let (one, other) = (start().await, start().await);
        assert_eq!(one.put_secret("orders/prod/db", "a"), other.put_secret("orders/prod/db", "b"));
        assert_ne!(one.put_secret("orders/prod/db", "c"), one.put_secret("orders/prod/other", "c"));
    }

    #[tokio::test]
    async fn stages_follow_a_rotation() {
        let aws = start().await;
        let first = aws.put_secret("db", "one");
        let second = aws.put_secret("db", "two");
        let client = secrets(&aws);
        let at = |stage: &'static str| {
            let get = client.get_secret_value().secret_id("db").version_stage(stage);
            async move { get.send().await.map(|answer| answer.secret_string().unwrap().to_owned()) }
        };
        assert_eq!(at("AWSCURRENT").await.unwrap(), "two");
        assert_eq!(at("AWSPREVIOUS").await.unwrap(), "one");
        let refused = refusal(at("AWSPENDING").await);
        assert_eq!(refused.code, "ResourceNotFoundException");
        assert_eq!(
            refused.message,
            "Secrets Manager can't find the specified secret value for staging label: AWSPENDING"
        );

        let pending = aws.put_secret_at("db", "AWSPENDING", "three");
        assert_eq!(at("AWSCURRENT").await.unwrap(), "two");
        assert_eq!(at("AWSPENDING").await.unwrap(), "three");

        let finish = || {
            client
                .update_secret_version_stage()
                .secret_id("db")
                .version_stage("AWSCURRENT")
                .move_to_version_id(&pending)
        };
        assert_eq!(refusal(finish().send().await).code, "InvalidParameterException", "it must say where from");
        assert_eq!(
            refusal(finish().remove_from_version_id(&first).send().await).code,
            "InvalidParameterException",
            "it is not there"
        );
        finish().remove_from_version_id(&second).send().await.unwrap();
        assert_eq!(at("AWSCURRENT").await.unwrap(), "three");
        assert_eq!(at("AWSPREVIOUS").await.unwrap(), "two");

        let described = client.describe_secret().secret_id("db").send().await.unwrap();
        let stages = described.version_ids_to_stages().unwrap();
        assert_eq!(stages[&pending].len(), 2, "current and still pending");
        assert_eq!(stages[&second], ["AWSPREVIOUS"]);
        assert!(!stages.contains_key(&first), "a version without stages is deprecated");
        let deprecated = client.get_secret_value().secret_id("db").version_id(&first).send().await.unwrap();
        assert_eq!(deprecated.secret_string(), Some("one"));

        let remove = client.update_secret_version_stage().secret_id("db").version_stage("AWSCURRENT");
        let removed = remove.remove_from_version_id(&pending).send().await;
        assert_eq!(refusal(removed).code, "InvalidParameterException", "there is always a current version");
    }

    #[tokio::test]
    async fn a_version_id_and_a_stage_must_mean_the_same_version() {
        let aws = start().await;
        let first = aws.put_secret("db", "one");
        let second = aws.put_secret("db", "two");
        let client = secrets(&aws);
        let get = |id: &str, stage: &str| {
            client.get_secret_value().secret_id("db").version_id(id).version_stage(stage).send()
        };
        assert_eq!(get(&first, "AWSPREVIOUS").await.unwrap().secret_string(), Some("one"));
        assert_eq!(get(&second, "AWSCURRENT").await.unwrap().secret_string(), Some("two"));
        let refused = refusal(get(&first, "AWSCURRENT").await);
        assert_eq!(refused.code, "InvalidRequestException");
        assert_eq!(refused.message, "You provided a VersionStage that is not associated to the provided VersionId.");
        let unknown = client.get_secret_value().secret_id("db").version_id("0".repeat(36)).send().await;
        assert_eq!(refusal(unknown).code, "ResourceNotFoundException");
    }

    #[tokio::test]
    async fn a_secret_is_text_or_bytes() {
        let aws = start().await;
        let bytes: Vec<u8> = (0..=255).collect();
        aws.put_secret_binary("seeded", &bytes);
        let client = secrets(&aws);
        client.create_secret().name("created").secret_binary(Blob::new(bytes.clone())).send().await.unwrap();
        for id in ["seeded", "created"] {
            let answer = client.get_secret_value().secret_id(id).send().await.unwrap();
            assert_eq!(answer.secret_binary().unwrap().as_ref(), bytes);
            assert_eq!(answer.secret_string(), None);
        }
        let both = client.create_secret().name("both").secret_string("a").secret_binary(Blob::new("a"));
        assert_eq!(refusal(both.send().await).code, "InvalidParameterException");
    }

    #[tokio::test]
    async fn a_value_has_one_byte_to_64_kilobytes() {
        let aws = start().await;
        let client = secrets(&aws);
        client.create_secret().name("most").secret_string("a".repeat(65_536)).send().await.unwrap();
        client.create_secret().name("bytes").secret_binary(Blob::new(vec![7; 65_536])).send().await.unwrap();
        let put = || client.put_secret_value().secret_id("most");
        assert_eq!(refusal(put().secret_string("a".repeat(65_537)).send().await).code, "ValidationException");
        let bytes = put().secret_binary(Blob::new(vec![7; 65_537])).send().await;
        assert_eq!(refusal(bytes).code, "ValidationException");
        assert_eq!(refusal(put().secret_string("").send().await).code, "ValidationException");
        assert_eq!(refusal(put().send().await).code, "InvalidRequestException");
    }

    #[tokio::test]
    async fn names_that_cannot_be_are_refused() {
        let aws = start().await;
        let client = secrets(&aws);
        let create = |name: String| client.create_secret().name(name).secret_string("value").send();
        for name in ["with space".to_owned(), "a:b".to_owned(), "rds!db".to_owned(), String::new(), "n".repeat(513)] {
            assert_eq!(refusal(create(name.clone()).await).code, "ValidationException", "{name}");
        }
        create("n".repeat(512)).await.unwrap();
        create("A/z_0+=.@-".to_owned()).await.unwrap();
        assert_eq!(refusal(create("A/z_0+=.@-".to_owned()).await).code, "ResourceExistsException");
        aws.put_secret("rds!db-1", "AWS itself may");
        client.get_secret_value().secret_id("rds!db-1").send().await.unwrap();
        for id in ["with space", "a#b"] {
            let refused = refusal(client.get_secret_value().secret_id(id).send().await);
            assert_eq!(refused.code, "ValidationException", "{id}");
        }
    }

    #[tokio::test]
    async fn a_secret_without_a_value_is_not_found() {
        let aws = start().await;
        let client = secrets(&aws);
        client.create_secret().name("empty").send().await.unwrap();
        client.describe_secret().secret_id("empty").send().await.expect("the secret itself is there");
        let refused = refusal(client.get_secret_value().secret_id("empty").send().await);
        assert_eq!(refused.code, "ResourceNotFoundException");
        assert_eq!(
            refused.message,
            "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"
        );
    }

    #[tokio::test]
    async fn a_secret_scheduled_for_deletion_cannot_be_read() {
        let aws = start().await;
        aws.put_secret("db", "value");
        aws.schedule_deletion("db");
        let client = secrets(&aws);
        let refused = refusal(client.get_secret_value().secret_id("db").send().await);
        assert_eq!(refused.code, "InvalidRequestException");
        assert!(refused.message.contains("marked for deletion"));
        assert!(client.describe_secret().secret_id("db").send().await.unwrap().deleted_date().is_some());
        let create = client.create_secret().name("db").secret_string("value").send().await;
        assert_eq!(refusal(create).code, "InvalidRequestException");
    }

    #[tokio::test]
    async fn a_repeated_token_is_a_repeated_request() {
        let aws = start().await;
        aws.put_secret("db", "one");
        let client = secrets(&aws);
        let token = "t".repeat(36);
        let put = |value: &str| {
            client.put_secret_value().secret_id("db").secret_string(value).client_request_token(&token).send()
        };
        assert_eq!(put("two").await.unwrap().version_id(), Some(token.as_str()));
        assert_eq!(put("two").await.unwrap().version_id(), Some(token.as_str()));
        assert_eq!(refusal(put("three").await).code, "ResourceExistsException");
    }

    #[tokio::test]
    async fn a_batch_answers_each_secret_by_itself() {
        let aws = start().await;
        for name in ["fine", "shut", "sealed", "leaving", "forbidden"] {
            aws.put_secret(name, "value");
        }
        aws.deny("secretsmanager:GetSecretValue", "shut");
        aws.disable_key_of("sealed");
        aws.schedule_deletion("leaving");
        aws.deny("kms:Decrypt", "arn:aws:secretsmanager:*:secret:forbidden-??????");
        let ids = ["fine", "shut", "sealed", "leaving", "forbidden", "missing"].map(str::to_owned);
        let client = secrets(&aws);
        let answer = client.batch_get_secret_value().set_secret_id_list(Some(ids.to_vec())).send().await.unwrap();
        assert_eq!(answer.secret_values().len(), 1);
        assert_eq!(answer.secret_values()[0].secret_string(), Some("value"));
        assert_eq!(answer.secret_values()[0].name(), Some("fine"));
        let errors: Vec<_> =
            answer.errors().iter().filter_map(|error| Some((error.secret_id()?, error.error_code()?))).collect();
        assert_eq!(
            errors,
            [
                ("shut", "AccessDeniedException"),
                ("sealed", "DecryptionFailure"),
                ("leaving", "InvalidRequestException"),
                ("forbidden", "AccessDeniedException"),
                ("missing", "ResourceNotFoundException"),
            ]
        );
        assert_eq!(
            answer.errors()[0].message(),
            Some(
                "User: arn:aws:sts::123456789012:assumed-role/fake-aws/test is not authorized to perform: \
                 secretsmanager:GetSecretValue on resource: shut with an explicit deny in an identity-based policy"
            )
        );
    }

    #[tokio::test]
    async fn a_denied_batch_fails_as_a_whole() {
        let aws = start().await;
        aws.put_secret("db", "value");
        let client = secrets(&aws);
        aws.deny("secretsmanager:BatchGetSecretValue", "db");
        client.batch_get_secret_value().secret_id_list("db").send().await.expect("it knows no resource but `*`");
        aws.deny("secretsmanager:BatchGetSecretValue", "*");
        let refused = refusal(client.batch_get_secret_value().secret_id_list("db").send().await);
        assert_eq!(refused.code, "AccessDeniedException");
        client.get_secret_value().secret_id("db").send().await.expect("another action");
    }

    #[tokio::test]
    async fn twenty_ids_are_a_batch_and_twenty_one_are_none() {
        let aws = start().await;
        let client = secrets(&aws);
        let batch = |count| client.batch_get_secret_value().set_secret_id_list(Some(names(count))).send();
        assert_eq!(batch(20).await.unwrap().errors().len(), 20);
        assert_eq!(refusal(batch(21).await).code, "ValidationException");
        assert_eq!(refusal(batch(0).await).code, "ValidationException");
        let twice = client.batch_get_secret_value().secret_id_list("a").secret_id_list("a").send().await;
        assert_eq!(refusal(twice).code, "InvalidParameterException");
        let results = client.batch_get_secret_value().secret_id_list("a").max_results(5).send().await;
        assert_eq!(refusal(results).code, "InvalidParameterException");
    }

    #[tokio::test]
    async fn a_batch_may_come_in_pages() {
        let aws = start().await;
        let ids = ["a", "b", "c"].map(str::to_owned).to_vec();
        for id in &ids {
            aws.put_secret(id, "value");
        }
        aws.set_page_size(2);
        let client = secrets(&aws);
        let page = |token| client.batch_get_secret_value().set_secret_id_list(Some(ids.clone())).set_next_token(token);
        let first = page(None).send().await.unwrap();
        assert_eq!(first.secret_values().len(), 2);
        let last = page(first.next_token().map(str::to_owned)).send().await.unwrap();
        assert_eq!(last.secret_values()[0].name(), Some("c"));
        assert_eq!(last.next_token(), None);
    }
}

mod the_server {
    use super::*;

    #[tokio::test]
    async fn calls_are_listed_in_order_with_their_names() {
        let aws = start().await;
        aws.put_parameter("/a", Parameter::string("value"));
        let _ = ssm(&aws).get_parameters().names("/a").names("/b:2").send().await;
        let _ = secrets(&aws).batch_get_secret_value().secret_id_list("db").send().await;
        let _ = ssm(&aws).get_parameters_by_path().path("/a").send().await;
        let calls = aws.calls();
        let listed: Vec<_> = calls.iter().map(|call| (call.action(), call.names().join(" "))).collect();
        assert_eq!(
            listed,
            [
                ("GetParameters", "/a /b:2".to_owned()),
                ("BatchGetSecretValue", "db".to_owned()),
                ("GetParametersByPath", "/a".to_owned())
            ]
        );
        assert_eq!((calls.len(), calls.count("GetParameters"), calls.count("GetParameter")), (3, 1, 0));
        aws.reset_calls();
        assert!(aws.calls().is_empty());
    }

    #[tokio::test]
    async fn scripted_failures_come_once_each_and_in_order() {
        let aws = start().await;
        aws.put_parameter("/a", Parameter::secure_string("value"));
        aws.put_secret("db", "value");
        let (parameters, secrets) = (ssm(&aws), secrets(&aws));
        let get = || parameters.get_parameter().name("/a").send();
        aws.fail_next("GetParameter", Failure::Throttled);
        aws.fail_next("GetParameter", Failure::InternalError);
        aws.fail_next("GetSecretValue", Failure::InternalError);
        aws.fail_next("GetSecretValue", Failure::Undecryptable);
        aws.fail_next("GetParameter", Failure::Undecryptable);
        assert_eq!(refusal(get().await).code, "ThrottlingException");
        assert_eq!(refusal(get().await).code, "InternalServerError");
        assert_eq!(refusal(get().await).code, "InvalidKeyId");
        get().await.expect("the script is at its end");
        let get = || secrets.get_secret_value().secret_id("db").send();
        assert_eq!(refusal(get().await).code, "InternalServiceError");
        assert_eq!(refusal(get().await).code, "DecryptionFailure");
        get().await.expect("the script is at its end");

        aws.fail_times(2, "Get*", Failure::Status(503));
        for _ in 0..2 {
            let error = get().await.unwrap_err();
            assert_eq!(error.raw_response().unwrap().status().as_u16(), 503);
        }
        get().await.expect("the script is at its end");
        aws.fail_next("*", Failure::CloseConnection);
        assert!(get().await.unwrap_err().raw_response().is_none(), "there was no answer");
        aws.fail_next("*", Failure::Raw { status: 200, body: "{\"SecretString\":".to_owned() });
        assert!(get().await.is_err());
        aws.fail_times(usize::MAX, "*", Failure::Status(500));
        aws.recover();
        get().await.unwrap();
    }

    #[tokio::test]
    async fn the_sdk_gets_through_throttling_with_its_own_retries() {
        let aws = start().await;
        aws.put_parameter("/a", Parameter::string("value"));
        aws.fail_times(2, "GetParameter", Failure::Throttled);
        let http_client = sdk_config(aws.endpoint_url()).http_client().unwrap();
        let config = aws.sdk_config().into_builder().http_client(http_client).build();
        aws_sdk_ssm::Client::new(&config).get_parameter().name("/a").send().await.expect("the third attempt");
        assert_eq!(aws.calls().count("GetParameter"), 3);
    }

    #[tokio::test]
    async fn an_answer_waits_for_the_delay_and_the_others_do_not_wait_for_it() {
        let aws = start().await;
        aws.put_parameter("/a", Parameter::string("value"));
        aws.set_delay(Duration::from_millis(200));
        let client = ssm(&aws);
        let get = || client.get_parameter().name("/a").send();
        let started = Instant::now();
        let (one, two, three) = tokio::join!(get(), get(), get());
        assert!(one.is_ok() && two.is_ok() && three.is_ok());
        let took = started.elapsed();
        assert!(took >= Duration::from_millis(200), "{took:?}");
        assert!(took < Duration::from_millis(550), "{took:?}");
    }

    #[tokio::test]
    async fn connections_are_kept_and_counted() {
        let aws = start().await;
        assert_eq!(aws.connections(), 0);
        let client = ssm(&aws);
        for _ in 0..5 {
            let _ = client.get_parameter().name("/a").send().await;
        }
        assert_eq!((aws.connections(), aws.calls().len()), (1, 5));
    }

    #[tokio::test]
    async fn it_is_gone_when_it_is_dropped() {
        let aws = start().await;
        let address = aws.endpoint_url().trim_start_matches("http://").to_owned();
        let mut open = TcpStream::connect(&address).await.unwrap();
        tokio::task::yield_now().await;
        drop(aws);
        let mut rest = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(5), open.read_to_end(&mut rest)).await.expect("it was closed");
        assert!(TcpStream::connect(&address).await.is_err());
    }

    #[tokio::test]
    async fn nothing_prints_a_value() {
        let aws = start().await;
        let parameter = Parameter::secure_string(CANARY);
        let failure = Failure::Raw { status: 500, body: CANARY.to_owned() };
        let printed = format!("{parameter:?} {failure:?}");
        aws.put_parameter("/a", parameter);
        aws.put_secret("db", CANARY);
        aws.fail_next("GetParameter", failure);
        let _ = ssm(&aws).put_parameter().name("/b").value(CANARY).r#type(ParameterType::String).send().await;
        let printed = format!("{printed} {aws:?} {:?}", aws.calls());
        assert!(!printed.contains(CANARY));
    }

    #[tokio::test]
    async fn a_refusal_does_not_repeat_the_value() {
        let aws = start().await;
        let value = CANARY.repeat(500);
        let put = ssm(&aws).put_parameter().name("/a").value(&value).r#type(ParameterType::String).send().await;
        assert!(!refusal(put).message.contains(CANARY));
        let nested = format!("{{{{{CANARY}}}}}");
        let put = ssm(&aws).put_parameter().name("/a").value(&nested).r#type(ParameterType::String).send().await;
        assert!(!refusal(put).message.contains(CANARY));
        let put = secrets(&aws).create_secret().name("a").secret_string(CANARY.repeat(6000)).send().await;
        assert!(!refusal(put).message.contains(CANARY));
    }

    #[tokio::test]
    #[should_panic(expected = "cannot seed `/aws/key`: AccessDeniedException")]
    async fn a_seed_that_aws_would_refuse_stops_the_test() {
        start().await.put_parameter("/aws/key", Parameter::string("value"));
    }

    /// A request as the SDK would never send it. Answers the status and the body.
    async fn send(aws: &FakeAws, head: &str, body: &str) -> (u16, String) {
        let address = aws.endpoint_url().trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).await.unwrap();
        let length = body.len();
        let request =
            format!("{head}\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.to_lowercase().contains("\r\nx-amzn-requestid: "), "every answer has a request id");
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    #[tokio::test]
    async fn malformed_requests_are_answered_as_aws_does() {
        let aws = start().await;
        let json = "content-type: application/x-amz-json-1.1";
        let target = "x-amz-target: AmazonSSM.GetParameter";
        let signed = "authorization: AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c\r\nx-amz-date: today";
        let post = "POST / HTTP/1.1";
        let cases = [
            (format!("{post}\r\n{json}\r\n{target}"), "{}", "MissingAuthenticationTokenException"),
            (
                format!("{post}\r\n{json}\r\n{target}\r\nauthorization: Bearer x"),
                "{}",
                "MissingAuthenticationTokenException",
            ),
            (
                format!("{post}\r\n{json}\r\n{target}\r\nauthorization: AWS4-HMAC-SHA256 Credential=a"),
                "{}",
                "IncompleteSignatureException",
            ),
            (format!("{post}\r\n{json}\r\n{target}\r\n{signed}"), "{\"Name\":", "SerializationException"),
            (format!("{post}\r\n{json}\r\n{target}\r\n{signed}"), "[]", "SerializationException"),
            (format!("{post}\r\n{json}\r\n{target}\r\n{signed}"), "{\"Name\":[\"/a\"]}", "SerializationException"),
            (format!("{post}\r\n{json}\r\n{target}\r\n{signed}"), "{}", "ValidationException"),
            (format!("{post}\r\n{json}\r\n{target}\r\n{signed}"), "{\"Name\":\"/a\"}", "ParameterNotFound"),
            (format!("{post}\r\n{json}\r\n{signed}"), "{}", "UnknownOperationException"),
            (format!("{post}\r\n{target}\r\n{signed}"), "{}", "UnknownOperationException"),
            (format!("GET / HTTP/1.1\r\n{json}\r\n{target}\r\n{signed}"), "{}", "UnknownOperationException"),
            (
                format!("{post}\r\n{json}\r\nx-amz-target: AmazonSSM.DeleteParameter\r\n{signed}"),
                "{}",
                "UnknownOperationException",
            ),
            (
                format!("{post}\r\n{json}\r\nx-amz-target: secretsmanager.GetParameter\r\n{signed}"),
                "{}",
                "UnknownOperationException",
            ),
        ];
        for (head, body, code) in cases {
            let (status, answer) = send(&aws, &head, body).await;
            assert_eq!(status, 400, "{head} {body}");
            assert!(answer.contains(&format!("\"__type\":\"{code}\"")), "{head} {body}: {answer}");
        }
        let (status, _) =
            send(&aws, &format!("{post}\r\n{json}\r\n{target}\r\n{signed}"), &" ".repeat((1 << 20) + 1)).await;
        assert_eq!(status, 413);
    }
}
