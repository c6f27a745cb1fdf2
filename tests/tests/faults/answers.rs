//! Answers that are not what was asked: broken, incomplete, doubled, or of another name.

use super::*;
use serde_json::{Value, json};

/// The entries of an answer of either store.
fn entries(answer: &mut Value) -> &mut Vec<Value> {
    let key = if answer.get("Parameters").is_some() { "Parameters" } else { "SecretValues" };
    answer[key].as_array_mut().expect("an answer has entries")
}

fn entry<'a>(answer: &'a mut Value, leaf: &str) -> &'a mut Value {
    let is_it = |entry: &&mut Value| entry["Name"].as_str().is_some_and(|name| name.ends_with(leaf));
    entries(answer).iter_mut().find(is_it).expect("an answer has it")
}

fn without(answer: &mut Value, leaf: &str) {
    entries(answer).retain(|entry| entry["Name"].as_str().is_some_and(|name| !name.ends_with(leaf)));
}

/// One leaf of each store, with the field that it supplies.
const LEAVES: [(&str, &str); 2] = [("GetParameters", "spare"), ("BatchGetSecretValue", "pepper")];

/// A server that changes every answer that has `leaf`.
async fn changing(
    operation: &str,
    leaf: &'static str,
    change: impl Fn(&mut Value, &str) + Send + Sync + 'static,
) -> Faulty {
    let faulty = seeded().await;
    faulty.always(operation, Fault::changed(move |answer| change(answer, leaf)));
    faulty
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_asked_for_again() {
    for body in ["<html>", "{\"Parameters\": [", "", "\u{0}"] {
        let faulty = seeded().await;
        for (operation, _) in OPERATIONS {
            faulty.next(operation, Answer::new(200, body));
        }
        let result = load(&faulty).await;
        assert_whole(result);
        // The other one is there for what is refused, not for what was garbled once.
        assert_eq!(faulty.count("GetSecretValue"), 0);
    }
}

#[tokio::test]
async fn answers_that_are_never_json_are_told_without_what_they_say() {
    let half = format!(r#"{{"Parameters":[{{"Name":"/app/dev/token","Value":"{TOKEN}","Type":"Secu"#);
    for body in [half, format!("<p>{TOKEN}</p>"), format!("{TOKEN} {KEY}")] {
        for (operation, fields) in OPERATIONS {
            let faulty = seeded().await;
            break_for_ever(&faulty, operation, Answer::new(200, body.clone()));
            assert_told(load_soon(&faulty).await, &[(Unreachable, fields)], &["the answer is not what"]);
            assert!(faulty.calls().len() <= 40, "{} calls", faulty.calls().len());
        }
    }
}

#[tokio::test]
async fn json_of_another_shape_is_told() {
    let shapes = [
        json!({}),
        json!([]),
        json!(null),
        json!({ "Parameters": null, "SecretValues": null }),
        json!({ "Parameters": [], "InvalidParameters": [], "SecretValues": [], "Errors": [] }),
        json!({ "Parameters": 7, "SecretValues": { "Name": TOKEN } }),
        json!({ "Parameters": [7, TOKEN], "SecretValues": [TOKEN] }),
        json!({ "Parameters": [null, {}], "SecretValues": [{}] }),
        json!({ "__type": "AccessDeniedException", "message": TOKEN }),
    ];
    for shape in shapes {
        for (operation, fields) in OPERATIONS {
            let faulty = seeded().await;
            break_for_ever(&faulty, operation, Answer::new(200, shape.to_string()));
            assert_told(load_soon(&faulty).await, &[(Unreachable, fields)], &["the answer"]);
        }
    }
}

#[tokio::test]
async fn an_order_of_its_own_mixes_nothing_up() {
    let faulty = seeded().await;
    faulty.always("*", Fault::changed(|answer| entries(answer).reverse()));
    assert_whole(load(&faulty).await);
}

#[tokio::test]
async fn a_name_that_was_not_asked_for_is_left_alone() {
    for (operation, leaf) in LEAVES {
        let faulty = changing(operation, leaf, |answer, leaf| {
            let mut other = entry(answer, leaf).clone();
            for key in ["Name", "ARN"] {
                other[key] = json!(other[key].as_str().unwrap_or_default().replace(leaf, "other"));
            }
            entries(answer).insert(0, other);
        });
        assert_whole(load(&faulty.await).await);
    }
}

#[tokio::test]
async fn an_entry_under_another_name_leaves_its_field_without_a_value() {
    for (operation, leaf) in LEAVES {
        let faulty = changing(operation, leaf, |answer, leaf| {
            let entry = entry(answer, leaf);
            for key in ["Name", "ARN"] {
                entry[key] = json!(entry[key].as_str().unwrap_or_default().replace(leaf, "other"));
            }
        });
        assert_told(load_soon(&faulty.await).await, &[(Unreachable, leaf)], &["does not speak of the name"]);
    }
}

#[tokio::test]
async fn an_entry_under_the_name_of_another_field_is_not_taken_for_it() {
    // The name is the other field's, and the ARN betrays it.
    for (operation, leaf, victim) in [("GetParameters", "spare", "token"), ("BatchGetSecretValue", "pepper", "key")] {
        let faulty = changing(operation, leaf, move |answer, leaf| {
            without(answer, victim);
            let entry = entry(answer, leaf);
            entry["Name"] = json!(entry["Name"].as_str().unwrap_or_default().replace(leaf, victim));
        });
        let faulty = faulty.await;
        let error = load_soon(&faulty).await.expect_err("one value is nowhere");
        let told: Vec<_> = error.problems().iter().flat_map(|problem| problem.fields().to_vec()).collect();
        assert!(told.iter().any(|field| field == victim), "{victim} took the value of {leaf}: {error}");
        assert!(told.iter().all(|field| field == victim || field == leaf), "{error}");
    }
}

#[tokio::test]
async fn fewer_entries_than_names_are_told_of_what_is_not_there() {
    for (operation, leaf) in LEAVES {
        let faulty = changing(operation, leaf, without);
        // Optional, and yet a problem: nobody said that it does not exist.
        assert_told(load_soon(&faulty.await).await, &[(Unreachable, leaf)], &["does not speak of the name"]);
    }
}

#[tokio::test]
async fn an_entry_that_is_there_twice_is_taken_once() {
    for (operation, leaf) in LEAVES {
        let faulty = changing(operation, leaf, |answer, leaf| {
            let double = entry(answer, leaf).clone();
            entries(answer).push(double);
        });
        assert_whole(load(&faulty.await).await);
    }
}

#[tokio::test]
async fn two_values_for_one_name_are_told_and_none_is_chosen() {
    for (operation, leaf) in LEAVES {
        let faulty = changing(operation, leaf, |answer, leaf| {
            let mut other = entry(answer, leaf).clone();
            let key = if other.get("Value").is_some() { "Value" } else { "SecretString" };
            other[key] = json!("another");
            entries(answer).push(other);
        });
        assert_told(load_soon(&faulty.await).await, &[(Unreachable, leaf)], &["the answer"]);
    }
}

#[tokio::test]
async fn an_entry_without_its_value_is_told() {
    for (operation, leaf) in LEAVES {
        let faulty = changing(operation, leaf, |answer, leaf| {
            let entry = entry(answer, leaf).as_object_mut().unwrap();
            entry.remove("Value");
            entry.remove("SecretString");
        });
        assert_told(load_soon(&faulty.await).await, &[(Unreachable, leaf)], &["the answer has no value"]);
    }
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "app/{env}")]
#[allow(dead_code)]
struct One {
    #[secret(secretsmanager)]
    key: Secret<String>,
}

#[tokio::test]
async fn the_answer_of_another_secret_is_refused() {
    let faulty = seeded().await;
    let other = faulty.aws.put_secret("app/dev/other", PEPPER);
    let change = move |answer: &mut Value| {
        for key in ["Name", "ARN"] {
            answer[key] = json!(answer[key].as_str().unwrap_or_default().replace("key", "other"));
        }
        answer["VersionId"] = json!(other);
    };
    faulty.always("GetSecretValue", Fault::changed(change));
    let result = loader::<One>(&faulty).deadline(Duration::from_secs(3)).load().await;
    assert_told(result, &[(Unreachable, "key")], &["does not speak of the name"]);
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "app/{env}")]
#[allow(dead_code)]
struct Pinned {
    #[secret(version = "1")]
    token: Secret<String>,
}

#[tokio::test]
async fn another_version_than_the_pinned_one_is_refused() {
    let faulty = seeded().await;
    faulty.aws.put_parameter("/app/dev/token", Parameter::secure_string(SPARE));
    let config = loader::<Pinned>(&faulty).load().await.unwrap();
    assert_eq!(text(&config.token), TOKEN);
    faulty.always("GetParameters", Fault::changed(|answer| entry(answer, "token")["Version"] = json!(2)));
    let result = loader::<Pinned>(&faulty).deadline(Duration::from_secs(3)).load().await;
    assert_told(result, &[(Unreachable, "token")], &["the answer"]);
}

#[tokio::test]
async fn a_code_that_nobody_knows_is_told_by_its_status_and_not_repeated() {
    for (operation, fields) in OPERATIONS {
        let faulty = seeded().await;
        break_for_ever(&faulty, operation, Answer::error(400, TOKEN, PEPPER));
        let error = load_soon(&faulty).await.expect_err("nothing is answered");
        let told: Vec<_> = error.problems().iter().flat_map(|problem| problem.fields().to_vec()).collect();
        assert_eq!(told.join(","), fields, "{error}");
        assert!(error.problems().iter().all(|problem| problem.kind() == Refused), "{error}");
        assert!(error.to_string().contains("HTTP 400"), "{error}");
        assert_hides(&error);
        assert!(faulty.calls().len() <= 13, "{} calls", faulty.calls().len());
    }
}
