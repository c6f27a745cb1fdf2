//! `FakeAws` and moto agree on the raw operations that secret-config uses. Where moto does not do what AWS does, the
//! table says so with the reason, and the test notices when a newer moto does.

use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueOutput;
use aws_sdk_ssm::types::{Parameter, ParameterHistory, ParameterType, ResourceTypeForTagging, Tag};
use secret_config_tests::emulator::Emulator;
use std::future::Future;
use std::pin::Pin;

/// One operation, what AWS answers, and whether moto does.
struct Case {
    name: &'static str,
    run: fn(&Emulator) -> Pin<Box<dyn Future<Output = String> + '_>>,
    aws: &'static str,
    moto: Moto,
}

enum Moto {
    Agrees,
    Deviates {
        answers: &'static str,
        because: &'static str,
    },
    /// It deviates, but not the same way in every run.
    Varies {
        because: &'static str,
    },
}

/// A row of the table: `row!("name", |emulator| { .. } => "what AWS answers")`.
macro_rules! row {
    ($name:literal, |$emulator:ident| $run:block => $aws:literal) => {
        row!($name, |$emulator| $run => $aws, Moto::Agrees)
    };
    ($name:literal, |$emulator:ident| $run:block => $aws:literal, moto $answers:literal because $because:literal) => {
        row!($name, |$emulator| $run => $aws, Moto::Deviates { answers: $answers, because: $because })
    };
    ($name:literal, |$emulator:ident| $run:block => $aws:literal, moto varies because $because:literal) => {
        row!($name, |$emulator| $run => $aws, Moto::Varies { because: $because })
    };
    ($name:literal, |$emulator:ident| $run:block => $aws:literal, $moto:expr) => {
        Case { name: $name, run: |$emulator| Box::pin(async move { $run }), aws: $aws, moto: $moto }
    };
}

#[tokio::test(flavor = "multi_thread")]
async fn both_answer_as_aws_does_but_for_what_the_table_says() {
    let mut wrong = Vec::new();
    for case in parameter_store().into_iter().chain(secrets_manager()) {
        // Both servers are new to each case: they are told apart by their prefixes.
        for emulator in Emulator::both().await {
            let expected = match case.moto {
                Moto::Deviates { answers, because } if emulator.is_moto() => {
                    assert!(!because.is_empty() && answers != case.aws, "{}: that is no deviation", case.name);
                    answers
                }
                Moto::Varies { because } if emulator.is_moto() => {
                    assert!(!because.is_empty());
                    continue;
                }
                _ => case.aws,
            };
            let answered = (case.run)(&emulator).await.replace(emulator.prefix(), "PREFIX");
            if answered != expected {
                wrong.push(format!(
                    "{}: {}\n  expected {expected}\n  answered {answered}",
                    case.name,
                    emulator.label()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn parameter_store() -> Vec<Case> {
    vec![
        row!("a parameter by name", |aws| {
            let name = seeded(aws, ParameterType::String, &["value"]).await;
            parameter(aws.ssm().get_parameter().name(name).send().await.map(|answer| answer.parameter))
        } => "/PREFIX/key String value 1 text arn:aws:ssm:eu-west-1:123456789012:parameter/PREFIX/key"),
        row!("a secure string, decrypted", |aws| {
            let name = seeded(aws, ParameterType::SecureString, &["value"]).await;
            let get = aws.ssm().get_parameter().name(name).with_decryption(true);
            parameter(get.send().await.map(|answer| answer.parameter))
        } => "/PREFIX/key SecureString value 1 text arn:aws:ssm:eu-west-1:123456789012:parameter/PREFIX/key"),
        row!("a secure string stays sealed without decryption", |aws| {
            let name = seeded(aws, ParameterType::SecureString, &["value"]).await;
            let answer = aws.ssm().get_parameter().name(name).send().await.unwrap();
            (answer.parameter().unwrap().value() != Some("value")).to_string()
        } => "true"),
        row!("a list", |aws| {
            let name = seeded(aws, ParameterType::StringList, &["a,b"]).await;
            parameter(aws.ssm().get_parameter().name(name).send().await.map(|answer| answer.parameter))
        } => "/PREFIX/key StringList a,b 1 text arn:aws:ssm:eu-west-1:123456789012:parameter/PREFIX/key"),
        row!("an older version", |aws| {
            let name = seeded(aws, ParameterType::String, &["one", "two"]).await;
            batch(aws, &[format!("{name}:1")]).await
        } => "/PREFIX/key=one v1; invalid:"),
        row!("a label", |aws| {
            let name = seeded(aws, ParameterType::String, &["one", "two"]).await;
            aws.label_parameter(&name, 1, "stable").await;
            batch(aws, &[format!("{name}:stable")]).await
        } => "/PREFIX/key=one v1; invalid:"),
        row!("the selector of an answer", |aws| {
            let name = seeded(aws, ParameterType::String, &["value"]).await;
            let answer = aws.ssm().get_parameters().names(format!("{name}:1")).send().await.unwrap();
            format!("{:?}", answer.parameters()[0].selector())
        } => r#"Some(":1")"#, moto "None" because "moto omits `Selector`"),
        row!("a missing version, alone", |aws| {
            let name = seeded(aws, ParameterType::String, &["value"]).await;
            code(aws.ssm().get_parameter().name(format!("{name}:7")).send().await)
        } => "ParameterVersionNotFound"),
        row!("a missing version, among several", |aws| {
            let name = seeded(aws, ParameterType::String, &["value"]).await;
            batch(aws, &[format!("{name}:7")]).await
        } => "; invalid: /PREFIX/key:7"),
        row!("a missing parameter, alone", |aws| {
            code(aws.ssm().get_parameter().name(aws.parameter("none")).send().await)
        } => "ParameterNotFound"),
        row!("missing parameters, among several", |aws| {
            let name = seeded(aws, ParameterType::String, &["value"]).await;
            batch(aws, &[aws.parameter("none"), name]).await
        } => "/PREFIX/key=value v1; invalid: /PREFIX/none"),
        row!("several parameters come alphabetically", |aws| {
            let names = ["c", "a", "b"].map(|leaf| aws.parameter(leaf));
            for name in &names {
                aws.put_parameter(name, ParameterType::String, "value").await;
            }
            let answer = aws.ssm().get_parameters().set_names(Some(names.to_vec())).send().await.unwrap();
            let found: Vec<_> = answer.parameters().iter().filter_map(Parameter::name).collect();
            found.join(" ")
        } => "/PREFIX/a /PREFIX/b /PREFIX/c", moto varies because "moto answers in the order of a Python set"),
        row!("a parameter by ARN", |aws| {
            let name = seeded(aws, ParameterType::String, &["value"]).await;
            batch(aws, &[format!("arn:aws:ssm:eu-west-1:123456789012:parameter{name}")]).await
        } => "/PREFIX/key=value v1; invalid:"),
        row!("eleven names", |aws| {
            let names = (0..11).map(|index| aws.parameter(&index.to_string())).collect();
            code(aws.ssm().get_parameters().set_names(Some(names)).send().await)
        } => "ValidationException"),
        row!("the same name twice", |aws| {
            let name = seeded(aws, ParameterType::String, &["value"]).await;
            code(aws.ssm().get_parameters().names(&name).names(&name).send().await)
        } => "ValidationException",
            moto "ok" because "no guide says what AWS does, so FakeAws refuses it; moto answers it once"),
        row!("an empty value", |aws| { put(aws, "key", "").await } => "ValidationException"),
        row!("4096 bytes", |aws| { put(aws, "key", &"a".repeat(4096)).await } => "ok"),
        row!("4097 bytes", |aws| { put(aws, "key", &"a".repeat(4097)).await } => "ValidationException",
            moto "ok" because "moto knows no limit"),
        row!("a nested value", |aws| { put(aws, "key", "{{ssm:other}}").await } => "ValidationException",
            moto "ok" because "moto does not look into values"),
        row!("a name with a space", |aws| { put(aws, "with space", "value").await } => "ValidationException",
            moto "ok" because "moto checks the prefix of a name only"),
        row!("a name of 17 levels", |aws| {
            put(aws, &["l"; 16].join("/"), "value").await
        } => "HierarchyLevelLimitExceededException", moto "ok" because "moto checks the prefix of a name only"),
        row!("a name that begins with ssm", |aws| {
            let put = aws.ssm().put_parameter().name("ssm-key").value("value").r#type(ParameterType::String);
            code(put.send().await)
        } => "ValidationException"),
        row!("a name that begins with aws", |aws| {
            let put = aws.ssm().put_parameter().name("/aws/key").value("value").r#type(ParameterType::String);
            code(put.send().await)
        } => "AccessDeniedException"),
        row!("a name with levels and no slash in front", |aws| {
            let put = aws.ssm().put_parameter().name(aws.secret("key")).value("value").r#type(ParameterType::String);
            code(put.send().await)
        } => "ValidationException", moto "ok" because "moto checks the prefix of a name only"),
        row!("a key that does not exist", |aws| {
            let put = aws.ssm().put_parameter().name(aws.parameter("key")).value("value");
            code(put.r#type(ParameterType::SecureString).key_id("alias/unknown").send().await)
        } => "InvalidKeyId", moto "ok" because "moto does not look at keys"),
        row!("the keys of two versions, the second without saying one", |aws| {
            let name = aws.parameter("key");
            for key in [Some("alias/orders"), None] {
                if let (Some(fake), Some(key)) = (aws.as_fake(), key) {
                    fake.add_key(key);
                }
                let put = aws.ssm().put_parameter().name(&name).value("value").r#type(ParameterType::SecureString);
                put.set_key_id(key.map(str::to_owned)).overwrite(true).send().await.unwrap();
            }
            let history = aws.ssm().get_parameter_history().name(name).send().await.unwrap();
            let keys: Vec<_> = history.parameters().iter().filter_map(ParameterHistory::key_id).collect();
            keys.join(" ")
        } => "alias/orders alias/aws/ssm", moto "alias/orders alias/orders"
            because "moto keeps the key of the version before; the guide says that AWS takes the account's default key"),
        row!("the tags of a parameter", |aws| {
            let name = aws.parameter("key");
            let tag = Tag::builder().key("service").value("orders").build().unwrap();
            let put = aws.ssm().put_parameter().name(&name).value("value").r#type(ParameterType::String).tags(tag);
            put.send().await.unwrap();
            let list = aws.ssm().list_tags_for_resource().resource_type(ResourceTypeForTagging::Parameter);
            let tags = list.resource_id(name).send().await.unwrap();
            let tags: Vec<_> = tags.tag_list().iter().map(|tag| format!("{}={}", tag.key(), tag.value())).collect();
            tags.join(" ")
        } => "service=orders"),
        row!("tags of a new version", |aws| {
            let name = seeded(aws, ParameterType::String, &["value"]).await;
            let tag = Tag::builder().key("service").value("orders").build().unwrap();
            code(aws.ssm().put_parameter().name(name).value("new").overwrite(true).tags(tag).send().await)
        } => "ValidationException"),
        row!("a parameter that exists, without overwriting", |aws| {
            seeded(aws, ParameterType::String, &["value"]).await;
            put(aws, "key", "other").await
        } => "ParameterAlreadyExists"),
        row!("a label that cannot be", |aws| {
            let name = seeded(aws, ParameterType::String, &["value"]).await;
            let label = aws.ssm().label_parameter_version().name(name).labels("1st").labels("fine");
            label.send().await.unwrap().invalid_labels().join(" ")
        } => "1st"),
        row!("the parameters below a path", |aws| {
            for leaf in ["a", "b", "deep/c"] {
                aws.put_parameter(&aws.parameter(leaf), ParameterType::String, "value").await;
            }
            let path = format!("/{}", aws.prefix());
            let below = |recursive| aws.ssm().get_parameters_by_path().path(&path).recursive(recursive);
            let (flat, deep) = (below(false).send().await.unwrap(), below(true).send().await.unwrap());
            format!("{} {}", flat.parameters().len(), deep.parameters().len())
        } => "2 3"),
        row!("a path comes in pages of ten", |aws| {
            for index in 0..11 {
                aws.put_parameter(&aws.parameter(&format!("p{index}")), ParameterType::String, "value").await;
            }
            let path = format!("/{}", aws.prefix());
            let page = |token| aws.ssm().get_parameters_by_path().path(&path).set_next_token(token).send();
            let first = page(None).await.unwrap();
            let last = page(first.next_token().map(str::to_owned)).await.unwrap();
            format!("{} {} {:?}", first.parameters().len(), last.parameters().len(), last.next_token())
        } => "10 1 None"),
    ]
}

fn secrets_manager() -> Vec<Case> {
    vec![
        row!("a secret by name", |aws| {
            aws.put_secret(&aws.secret("db"), "value").await;
            secret(aws.secretsmanager().get_secret_value().secret_id(aws.secret("db")).send().await)
        } => "PREFIX/db value AWSCURRENT arn:aws:secretsmanager:eu-west-1:123456789012:secret:PREFIX/db-??????"),
        row!("a secret by its full ARN", |aws| {
            let arn = created(aws, "db").await;
            secret(aws.secretsmanager().get_secret_value().secret_id(arn).send().await)
        } => "PREFIX/db value AWSCURRENT arn:aws:secretsmanager:eu-west-1:123456789012:secret:PREFIX/db-??????"),
        row!("a secret by its partial ARN", |aws| {
            let arn = created(aws, "db").await;
            secret(aws.secretsmanager().get_secret_value().secret_id(&arn[..arn.len() - 7]).send().await)
        } => "PREFIX/db value AWSCURRENT arn:aws:secretsmanager:eu-west-1:123456789012:secret:PREFIX/db-??????"),
        row!("a binary secret", |aws| {
            aws.put_secret_binary(&aws.secret("key"), &[0, 255, 10]).await;
            let answer = aws.secretsmanager().get_secret_value().secret_id(aws.secret("key")).send().await.unwrap();
            format!("{:?} {:?}", answer.secret_binary().unwrap().as_ref(), answer.secret_string())
        } => "[0, 255, 10] None"),
        row!("the previous version", |aws| {
            rotated(aws).await;
            at(aws, Some("AWSPREVIOUS"), None).await
        } => "one AWSPREVIOUS"),
        row!("a version by its id", |aws| {
            let [first, _] = rotated(aws).await;
            at(aws, None, Some(first)).await
        } => "one AWSPREVIOUS"),
        row!("a version by its id and its stage", |aws| {
            let [_, second] = rotated(aws).await;
            at(aws, Some("AWSCURRENT"), Some(second)).await
        } => "two AWSCURRENT"),
        row!("a version by its id and another's stage", |aws| {
            let [first, _] = rotated(aws).await;
            at(aws, Some("AWSCURRENT"), Some(first)).await
        } => "InvalidRequestException"),
        row!("a stage that is nowhere", |aws| {
            rotated(aws).await;
            at(aws, Some("AWSPENDING"), None).await
        } => "ResourceNotFoundException"),
        row!("a version that is nowhere", |aws| {
            rotated(aws).await;
            at(aws, None, Some("0".repeat(36))).await
        } => "ResourceNotFoundException"),
        row!("a pending version", |aws| {
            rotated(aws).await;
            aws.put_secret_at(&aws.secret("db"), "AWSPENDING", "three").await;
            format!("{}, {}", at(aws, Some("AWSPENDING"), None).await, at(aws, None, None).await)
        } => "three AWSPENDING, two AWSCURRENT"),
        row!("a finished rotation, by stage", |aws| {
            finish_a_rotation(aws).await;
            format!("{}, {}", at(aws, Some("AWSCURRENT"), None).await, at(aws, Some("AWSPREVIOUS"), None).await)
        } => "three AWSCURRENT+AWSPENDING, two AWSPREVIOUS"),
        row!("a finished rotation, without a stage", |aws| {
            finish_a_rotation(aws).await;
            at(aws, None, None).await
        } => "three AWSCURRENT+AWSPENDING", moto "two AWSPREVIOUS"
            because "to moto the version last put as the current one stays it, wherever the stage moves"),
        row!("a missing secret", |aws| {
            code(aws.secretsmanager().get_secret_value().secret_id(aws.secret("none")).send().await)
        } => "ResourceNotFoundException"),
        row!("a secret without a value", |aws| {
            aws.secretsmanager().create_secret().name(aws.secret("empty")).send().await.unwrap();
            code(aws.secretsmanager().get_secret_value().secret_id(aws.secret("empty")).send().await)
        } => "ResourceNotFoundException"),
        row!("a secret that exists", |aws| {
            created(aws, "db").await;
            code(aws.secretsmanager().create_secret().name(aws.secret("db")).secret_string("other").send().await)
        } => "ResourceExistsException"),
        row!("a secret that is created twice with one token and value", |aws| {
            let create = || {
                let create = aws.secretsmanager().create_secret().name(aws.secret("db")).secret_string("value");
                create.client_request_token("00000000-0000-4000-8000-000000000000").send()
            };
            let one = create().await.unwrap();
            let again = create().await;
            (again.is_ok_and(|again| again.version_id() == one.version_id())).to_string()
        } => "true"),
        row!("a name that cannot be", |aws| {
            let create = aws.secretsmanager().create_secret().name(aws.secret("with space"));
            code(create.secret_string("value").send().await)
        } => "ValidationException", moto "ok" because "moto checks no names of secrets"),
        row!("65537 bytes", |aws| {
            let create = aws.secretsmanager().create_secret().name(aws.secret("big"));
            code(create.secret_string("a".repeat(65_537)).send().await)
        } => "ValidationException", moto "ok" because "moto knows no limit"),
        row!("a batch answers each secret by itself", |aws| {
            created(aws, "a").await;
            created(aws, "b").await;
            secret_batch(aws, &["a", "none", "b"]).await
        } => "PREFIX/a=value PREFIX/b=value; PREFIX/none ResourceNotFoundException"),
        row!("a batch takes ARNs", |aws| {
            let arn = created(aws, "a").await;
            let answer = aws.secretsmanager().batch_get_secret_value().secret_id_list(arn).send().await.unwrap();
            format!("{} {}", answer.secret_values().len(), answer.errors().len())
        } => "1 0"),
        row!("a batch answers the current version", |aws| {
            rotated(aws).await;
            secret_batch(aws, &["db"]).await
        } => "PREFIX/db=two;"),
        row!("a secret without a value, in a batch", |aws| {
            aws.secretsmanager().create_secret().name(aws.secret("empty")).send().await.unwrap();
            secret_batch(aws, &["empty"]).await
        } => "; PREFIX/empty ResourceNotFoundException",
            moto "ResourceNotFoundException" because "in moto a secret without a value fails the whole batch"),
        row!("twenty-one ids", |aws| {
            let ids = (0..21).map(|index| aws.secret(&index.to_string())).collect();
            code(aws.secretsmanager().batch_get_secret_value().set_secret_id_list(Some(ids)).send().await)
        } => "ValidationException", moto "ok" because "moto knows no limit"),
        row!("the description of a secret", |aws| {
            let [first, second] = rotated(aws).await;
            let answer = aws.secretsmanager().describe_secret().secret_id(aws.secret("db")).send().await.unwrap();
            let stages = answer.version_ids_to_stages().unwrap();
            format!("{} {} {}", answer.name().unwrap(), stages[&first].join("+"), stages[&second].join("+"))
        } => "PREFIX/db AWSPREVIOUS AWSCURRENT"),
    ]
}

/// A parameter `key` with these versions. Answers its name.
async fn seeded(emulator: &Emulator, kind: ParameterType, values: &[&str]) -> String {
    let name = emulator.parameter("key");
    for value in values {
        emulator.put_parameter(&name, kind.clone(), value).await;
    }
    name
}

async fn put(emulator: &Emulator, leaf: &str, value: &str) -> String {
    let put = emulator.ssm().put_parameter().name(emulator.parameter(leaf)).value(value);
    code(put.r#type(ParameterType::String).send().await)
}

async fn batch(emulator: &Emulator, names: &[String]) -> String {
    let answer = emulator.ssm().get_parameters().set_names(Some(names.to_vec())).send().await.unwrap();
    let found: Vec<_> = answer
        .parameters()
        .iter()
        .map(|found| format!("{}={} v{}", found.name().unwrap(), found.value().unwrap(), found.version()))
        .collect();
    format!("{}; invalid: {}", found.join(" "), answer.invalid_parameters().join(" ")).trim_end().to_owned()
}

/// A secret with one value. Answers its ARN.
async fn created(emulator: &Emulator, leaf: &str) -> String {
    let create = emulator.secretsmanager().create_secret().name(emulator.secret(leaf)).secret_string("value");
    create.send().await.unwrap().arn().unwrap().to_owned()
}

/// A secret `db` with the values `one` and `two`. Answers the ids of both versions.
async fn rotated(emulator: &Emulator) -> [String; 2] {
    let name = emulator.secret("db");
    [emulator.put_secret(&name, "one").await, emulator.put_secret(&name, "two").await]
}

/// Moves the current stage to a third version, as the last step of a rotation does.
async fn finish_a_rotation(emulator: &Emulator) {
    let [_, second] = rotated(emulator).await;
    let name = emulator.secret("db");
    let third = emulator.put_secret_at(&name, "AWSPENDING", "three").await;
    emulator.move_stage(&name, "AWSCURRENT", Some(&second), &third).await;
}

async fn at(emulator: &Emulator, stage: Option<&str>, version: Option<String>) -> String {
    let get = emulator.secretsmanager().get_secret_value().secret_id(emulator.secret("db"));
    match get.set_version_stage(stage.map(str::to_owned)).set_version_id(version).send().await {
        Ok(answer) => format!("{} {}", answer.secret_string().unwrap(), stages(&answer)),
        Err(error) => error.code().unwrap_or("no code").to_owned(),
    }
}

async fn secret_batch(emulator: &Emulator, leaves: &[&str]) -> String {
    let ids = leaves.iter().map(|leaf| emulator.secret(leaf)).collect();
    let answer = match emulator.secretsmanager().batch_get_secret_value().set_secret_id_list(Some(ids)).send().await {
        Ok(answer) => answer,
        Err(error) => return error.code().unwrap_or("no code").to_owned(),
    };
    let found: Vec<_> = answer
        .secret_values()
        .iter()
        .map(|found| format!("{}={}", found.name().unwrap(), found.secret_string().unwrap()))
        .collect();
    let errors: Vec<_> = answer
        .errors()
        .iter()
        .map(|error| format!("{} {}", error.secret_id().unwrap(), error.error_code().unwrap()))
        .collect();
    format!("{}; {}", found.join(" "), errors.join(" ")).trim_end().to_owned()
}

fn parameter<E: ProvideErrorMetadata>(outcome: Result<Option<Parameter>, E>) -> String {
    match outcome {
        Ok(found) => {
            let found = found.unwrap();
            format!(
                "{} {} {} {} {} {}",
                found.name().unwrap(),
                found.r#type().unwrap(),
                found.value().unwrap(),
                found.version(),
                found.data_type().unwrap_or("untyped"),
                found.arn().unwrap()
            )
        }
        Err(error) => error.code().unwrap_or("no code").to_owned(),
    }
}

fn secret<E: ProvideErrorMetadata>(outcome: Result<GetSecretValueOutput, E>) -> String {
    match outcome {
        Ok(answer) => {
            let arn = answer.arn().unwrap();
            let (partial, _) = arn.rsplit_once('-').unwrap();
            let value = answer.secret_string().unwrap();
            format!("{} {value} {} {partial}-??????", answer.name().unwrap(), stages(&answer))
        }
        Err(error) => error.code().unwrap_or("no code").to_owned(),
    }
}

fn stages(answer: &GetSecretValueOutput) -> String {
    let mut stages = answer.version_stages().to_vec();
    stages.sort();
    stages.join("+")
}

/// `ok`, or the code of the refusal.
fn code<T, E: ProvideErrorMetadata>(outcome: Result<T, E>) -> String {
    match outcome {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.code().unwrap_or("no code").to_owned(),
    }
}
