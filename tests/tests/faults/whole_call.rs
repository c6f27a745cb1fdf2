//! Calls that fail as a whole because of one name, and the batch call that is not to be had: the guilty are told, each with
//! what to allow, and all others are read.

use super::*;

/// A full call of parameters.
#[derive(Debug, SecretConfig)]
#[config(prefix = "ten/{env}")]
struct Ten {
    #[secret]
    p0: Secret<String>,
    #[secret]
    p1: Secret<String>,
    #[secret]
    p2: Secret<String>,
    #[secret]
    p3: Secret<String>,
    #[secret]
    p4: Secret<String>,
    #[secret]
    p5: Secret<String>,
    #[secret]
    p6: Secret<String>,
    #[secret]
    p7: Secret<String>,
    #[secret]
    p8: Secret<String>,
    #[secret]
    p9: Option<Secret<String>>,
}

const NUMBERS: [&str; 10] = ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"];

async fn ten() -> Faulty {
    let faulty = Faulty::start().await;
    for name in NUMBERS {
        faulty.aws.put_parameter(&format!("/ten/dev/{name}"), Parameter::secure_string(format!("value of {name}")));
    }
    faulty
}

#[tokio::test]
async fn ten_names_are_one_call_and_each_has_its_value() {
    let faulty = ten().await;
    let Ten { p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 } = loader(&faulty).load().await.unwrap();
    let values = [p0, p1, p2, p3, p4, p5, p6, p7, p8, p9.unwrap()];
    assert_eq!(values.map(|value| text(&value).to_owned()), NUMBERS.map(|name| format!("value of {name}")));
    assert_eq!(faulty.calls().len(), 1);
}

#[tokio::test]
async fn each_denied_name_is_found_alone() {
    for name in NUMBERS {
        let faulty = ten().await;
        faulty.aws.deny("ssm:GetParameters", format!("/ten/dev/{name}"));
        let allow = format!("allow ssm:GetParameters on arn:aws:ssm:eu-west-1:ACCOUNT:parameter/ten/dev/{name}");
        assert_told(loader::<Ten>(&faulty).load().await, &[(Denied, name)], &[&allow]);
        assert!(faulty.calls().len() <= 9, "{name}: {} calls", faulty.calls().len());
    }
}

#[tokio::test]
async fn each_name_that_cannot_be_decrypted_is_found_alone() {
    for name in NUMBERS {
        let faulty = ten().await;
        faulty.aws.disable_key_of(format!("/ten/dev/{name}"));
        let hints = ["allow kms:Decrypt on its key", "ssm.eu-west-1.amazonaws.com"];
        assert_told(loader::<Ten>(&faulty).load().await, &[(Undecryptable, name)], &hints);
        assert!(faulty.calls().len() <= 9, "{name}: {} calls", faulty.calls().len());
    }
}

#[tokio::test]
async fn guilty_names_of_every_kind_hide_no_other() {
    let faulty = ten().await;
    faulty.aws.deny("ssm:GetParameters", "/ten/dev/p1");
    faulty.aws.deny("ssm:GetParameters", "/ten/dev/p9");
    faulty.aws.deny("kms:Decrypt", "/ten/dev/p4");
    faulty.aws.disable_key_of("/ten/dev/p5");
    faulty.aws.remove_parameter("/ten/dev/p7");
    let expected = [(Denied, "p1"), (Undecryptable, "p4"), (Undecryptable, "p5"), (Missing, "p7"), (Denied, "p9")];
    let words = ["parameter/ten/dev/p1", "parameter/ten/dev/p9", "kms:Decrypt", "put-parameter --name '/ten/dev/p7'"];
    assert_told(loader::<Ten>(&faulty).load().await, &expected, &words);
    assert!(faulty.calls().len() <= 19, "{} calls", faulty.calls().len());
}

#[tokio::test]
async fn where_all_are_denied_each_is_told_with_few_calls() {
    let faulty = ten().await;
    faulty.aws.deny("ssm:*", "*");
    let expected = NUMBERS.map(|name| (Denied, name));
    assert_told(loader::<Ten>(&faulty).load().await, &expected, &NUMBERS.map(|name| name));
    assert!(faulty.calls().len() <= 19, "{} calls", faulty.calls().len());
}

#[tokio::test]
async fn faults_while_a_call_is_split_are_lived_through() {
    let faulty = ten().await;
    faulty.aws.deny("ssm:GetParameters", "/ten/dev/p3");
    for fault in [Fault::Reset(At::Body), Answer::new(500, "").into(), Fault::Closed(At::Body)] {
        faulty.next("GetParameters", Fault::changed(|_| ()));
        faulty.next("GetParameters", fault);
    }
    assert_told(loader::<Ten>(&faulty).load().await, &[(Denied, "p3")], &["parameter/ten/dev/p3"]);
    assert!(faulty.calls().len() <= 12, "{} calls", faulty.calls().len());
}

#[tokio::test]
async fn a_failure_that_is_of_no_name_is_not_split() {
    let faulty = ten().await;
    faulty.always("*", Answer::new(500, ""));
    let result = loader::<Ten>(&faulty).deadline(Duration::from_secs(2)).load().await;
    assert_told(result, &[(Unreachable, &NUMBERS.join(","))], &["the service fails"]);
    assert!(faulty.calls().iter().all(|call| call.names.len() == 10), "it was split");
}

fn denied_by(words: &str) -> Answer {
    let message = format!(
        "User: arn:aws:sts::123456789012:assumed-role/app/i-0 is not authorized to perform: \
         secretsmanager:BatchGetSecretValue {words}"
    );
    Answer::error(400, "AccessDeniedException", &message)
}

/// The ways in which the batch call is not to be had.
fn refusals() -> Vec<Answer> {
    vec![
        denied_by("because no identity-based policy allows the secretsmanager:BatchGetSecretValue action"),
        denied_by("because no VPC endpoint policy allows the secretsmanager:BatchGetSecretValue action"),
        denied_by("with an explicit deny in a service control policy"),
        // Emulators that do not have it.
        Answer::error(400, "UnknownOperationException", "BatchGetSecretValue"),
        Answer::error(404, "UnknownOperationException", ""),
        Answer::error(501, "InternalFailure", "API action 'BatchGetSecretValue' is not yet implemented"),
        Answer::new(404, "<!doctype html><title>404 Not Found</title>").with_header("content-type", "text/html"),
        Answer::new(405, ""),
        Answer::new(501, ""),
    ]
}

#[tokio::test]
async fn without_the_batch_call_secrets_are_read_one_by_one() {
    for refusal in refusals() {
        let faulty = seeded().await;
        let (status, body) = (refusal.status, refusal.body.clone());
        faulty.always("BatchGetSecretValue", refusal);
        let result = load_soon(&faulty).await;
        assert!(result.is_ok(), "{status} {body}: {}", result.unwrap_err());
        assert_whole(result);
        assert_eq!(faulty.count("GetSecretValue"), 3, "{status} {body}");
        assert!(faulty.count("BatchGetSecretValue") <= 3, "{status} {body}");
    }
}

#[tokio::test]
async fn that_there_is_no_batch_call_is_remembered_for_the_process() {
    let faulty = seeded().await;
    faulty.aws.deny("secretsmanager:BatchGetSecretValue", "*");
    for _ in 0..3 {
        assert_whole(load(&faulty).await);
    }
    assert_eq!((faulty.count("BatchGetSecretValue"), faulty.count("GetSecretValue")), (1, 9));
    // Of this service only: another one has it.
    let other = seeded().await;
    assert_whole(load(&other).await);
    assert_eq!((other.count("BatchGetSecretValue"), other.count("GetSecretValue")), (1, 0));
}

#[tokio::test]
async fn a_batch_call_that_fails_for_a_moment_is_not_given_up_for_ever() {
    let faulty = seeded().await;
    let answers = [Answer::new(500, ""), Answer::new(503, ""), Answer::new(200, "<html>")].map(Fault::from);
    for fault in answers.into_iter().chain([Fault::Reset(At::Body), Fault::Closed(At::Body)]) {
        faulty.next("BatchGetSecretValue", fault);
        assert_whole(load(&faulty).await);
    }
    assert_eq!((faulty.count("BatchGetSecretValue"), faulty.count("GetSecretValue")), (10, 0));
}

#[tokio::test]
async fn an_endpoint_policy_that_denies_one_secret_hides_no_other() {
    let faulty = seeded().await;
    // Such a policy fails the batch as a whole.
    faulty.always("BatchGetSecretValue", denied_by("because no VPC endpoint policy allows it"));
    faulty.aws.deny("secretsmanager:GetSecretValue", "app/dev/pepper");
    let allow =
        "allow secretsmanager:GetSecretValue on arn:aws:secretsmanager:eu-west-1:ACCOUNT:secret:app/dev/pepper-??????";
    assert_told(load(&faulty).await, &[(Denied, "pepper")], &[allow]);
    assert_eq!(faulty.count("GetSecretValue"), 3);
}

#[tokio::test]
async fn one_by_one_secrets_are_asked_for_within_the_bound() {
    let faulty = seeded().await;
    faulty.aws.deny("secretsmanager:BatchGetSecretValue", "*");
    // Nobody answers: so as many calls come in as are under way at once.
    faulty.always("GetSecretValue", Fault::Stalled(At::Start));
    let loader = loader::<Config>(&faulty).concurrency(2).deadline(Duration::from_millis(700));
    let error = loader.load().await.expect_err("nobody answers");
    assert!(error.problems().iter().all(|problem| problem.kind() == Unreachable), "{error}");
    assert!((1..=2).contains(&faulty.count("GetSecretValue")), "{} calls", faulty.count("GetSecretValue"));
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "app/{env}", store = "secretsmanager")]
#[allow(dead_code)]
struct Ways {
    #[secret]
    present: Secret<String>,
    #[secret]
    missing: Secret<String>,
    #[secret]
    denied: Option<Secret<String>>,
    #[secret]
    deleted: Option<Secret<String>>,
    #[secret]
    empty: Secret<String>,
    #[secret]
    locked: Option<Secret<String>>,
    #[secret]
    forbidden: Option<Secret<String>>,
}

/// A secret for each way in which one cannot be read.
async fn ways() -> Faulty {
    let faulty = Faulty::start().await;
    for leaf in ["present", "denied", "deleted", "locked", "forbidden"] {
        faulty.aws.put_secret(&format!("app/dev/{leaf}"), KEY);
    }
    let client = aws_sdk_secretsmanager::Client::new(&faulty.sdk_config());
    client.create_secret().name("app/dev/empty").send().await.expect("a secret needs no value");
    faulty.aws.deny("secretsmanager:GetSecretValue", "app/dev/denied");
    faulty.aws.schedule_deletion("app/dev/deleted");
    faulty.aws.disable_key_of("app/dev/locked");
    faulty.aws.deny("kms:Decrypt", "app/dev/forbidden");
    faulty
}

#[track_caller]
fn assert_told_apart(result: Result<Ways, LoadError>) {
    let error = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
    let about_empty = error.split("\n\n").find(|part| part.contains("empty:")).unwrap_or_default().to_owned();
    let expected = [
        (Missing, "missing"),
        (Denied, "denied"),
        (Refused, "deleted"),
        (Missing, "empty"),
        (Undecryptable, "locked"),
        (Undecryptable, "forbidden"),
    ];
    let words = [
        "create-secret --name 'app/dev/missing'",
        "allow secretsmanager:GetSecretValue on arn:aws:secretsmanager:eu-west-1:ACCOUNT:secret:app/dev/denied-??????",
        "scheduled for deletion",
        "restore-secret --secret-id 'app/dev/deleted'",
        "allow kms:Decrypt",
    ];
    assert_told(result, &expected, &words);
    // It exists: creating it would fail.
    assert!(!about_empty.contains("create-secret"), "{about_empty}");
    assert!(about_empty.contains("no value") && about_empty.contains("put-secret-value"), "{about_empty}");
}

#[tokio::test]
async fn the_errors_of_a_batch_are_told_apart() {
    let faulty = ways().await;
    assert_told_apart(loader(&faulty).load().await);
    assert_eq!(faulty.count("BatchGetSecretValue"), 1);
}

#[tokio::test]
async fn the_errors_of_single_calls_are_told_apart_alike() {
    let faulty = ways().await;
    faulty.aws.deny("secretsmanager:BatchGetSecretValue", "*");
    assert_told_apart(loader(&faulty).load().await);
}

#[tokio::test]
async fn a_throttled_entry_of_a_batch_is_asked_for_again() {
    let faulty = seeded().await;
    faulty.next("BatchGetSecretValue", throttled_entry());
    assert_whole(load(&faulty).await);
}

/// One of the secrets is not answered this time.
fn throttled_entry() -> Fault {
    Fault::changed(|answer| {
        let values = answer["SecretValues"].as_array_mut().expect("a batch has values");
        let at = values.iter().position(|value| value["Name"] == "app/dev/pepper").expect("it was asked for");
        values.remove(at);
        let error =
            serde_json::json!({ "SecretId": "app/dev/pepper", "ErrorCode": "ThrottlingException", "Message": "" });
        answer["Errors"].as_array_mut().expect("a batch has errors").push(error);
    })
}
