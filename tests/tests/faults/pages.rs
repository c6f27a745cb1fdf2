//! Answers in pages whose tokens lead round in a circle, or nowhere. Every load ends, and soon.

use super::*;
use serde_json::{Value, json};
use std::collections::HashMap;

#[derive(Debug, SecretConfig)]
#[config(prefix = "app/{env}")]
struct Level {
    #[secret(ssm_path = "{prefix}/tokens")]
    tokens: HashMap<String, Secret<String>>,
    #[config(ssm)]
    host: String,
}

/// Two pages of both kinds.
async fn paged() -> Faulty {
    let faulty = seeded().await;
    for (name, value) in [("a", TOKEN), ("b", SPARE), ("c", KEY)] {
        faulty.aws.put_parameter(&format!("/app/dev/tokens/{name}"), Parameter::secure_string(value));
    }
    faulty.aws.set_page_size(2);
    faulty
}

/// The tokens that the pages have in the place of their own; the last one again and again.
fn with_tokens(tokens: &'static [&'static str]) -> Fault {
    Fault::Changed(std::sync::Arc::new(|number, answer: &mut Value| {
        answer["NextToken"] = json!(tokens[(number - 1) % tokens.len()]);
    }))
}

#[tokio::test]
async fn pages_are_read_to_their_end() {
    let faulty = paged().await;
    assert_whole(load(&faulty).await);
    let config = loader::<Level>(&faulty).load().await.unwrap();
    let mut tokens: Vec<_> = config.tokens.iter().map(|(name, value)| (name.as_str(), text(value))).collect();
    tokens.sort_unstable();
    assert_eq!((tokens, config.host.as_str()), (vec![("a", TOKEN), ("b", SPARE), ("c", KEY)], "localhost"));
    assert_eq!((faulty.count("BatchGetSecretValue"), faulty.count("GetParametersByPath")), (2, 2));
}

#[tokio::test]
async fn a_page_that_fails_is_asked_for_again_and_no_other() {
    let faulty = paged().await;
    for operation in ["BatchGetSecretValue", "GetParametersByPath"] {
        faulty.next(operation, Fault::changed(|_| ()));
        faulty.next(operation, Fault::Reset(At::Body));
    }
    assert_whole(load(&faulty).await);
    assert_eq!(loader::<Level>(&faulty).load().await.unwrap().tokens.len(), 3);
    assert_eq!((faulty.count("BatchGetSecretValue"), faulty.count("GetParametersByPath")), (3, 3));
}

#[tokio::test]
async fn a_token_that_repeats_ends_a_level_with_a_problem() {
    let faulty = paged().await;
    faulty.always("GetParametersByPath", with_tokens(&["AAEB0"]));
    let result = loader::<Level>(&faulty).deadline(Duration::from_secs(3)).load().await;
    assert_told(result, &[(Unreachable, "tokens")], &["the answer"]);
    assert!(faulty.count("GetParametersByPath") <= 10, "{} calls", faulty.count("GetParametersByPath"));
}

#[tokio::test]
async fn a_token_that_repeats_leaves_the_secrets_that_were_not_answered() {
    let faulty = paged().await;
    // The first page for ever: the third secret never comes.
    faulty.always("BatchGetSecretValue", with_tokens(&["AAEB0"]));
    let error = load_soon(&faulty).await.expect_err("a secret is missing");
    let kinds: Vec<_> = error.problems().iter().map(|problem| (problem.kind(), problem.fields().len())).collect();
    assert!(matches!(kinds[..], [(Unreachable, 1..=2)]), "{error}");
    assert_hides(&error);
    assert!(faulty.count("BatchGetSecretValue") <= 10, "{} calls", faulty.count("BatchGetSecretValue"));
}

#[tokio::test]
async fn tokens_that_lead_round_in_a_circle_end() {
    let faulty = paged().await;
    for operation in ["BatchGetSecretValue", "GetParametersByPath"] {
        faulty.always(operation, with_tokens(&["AAEB1", "AAEB0"]));
    }
    let start = Instant::now();
    let result = loader::<Level>(&faulty).deadline(Duration::from_secs(3)).load().await;
    assert_told(result, &[(Unreachable, "tokens")], &["the answer"]);
    let _ = load_soon(&faulty).await;
    assert!(start.elapsed() < Duration::from_secs(2), "it went round until the deadline");
    let calls = faulty.count("GetParametersByPath") + faulty.count("BatchGetSecretValue");
    assert!(calls <= 20, "{calls} calls");
}

#[tokio::test]
async fn pages_without_an_end_end_at_the_deadline_at_the_latest() {
    let faulty = paged().await;
    let next = |number: usize, answer: &mut Value| {
        answer["NextToken"] = json!(format!("AAEB{}", "0".repeat(number)));
    };
    faulty.always("GetParametersByPath", Fault::Changed(std::sync::Arc::new(next)));
    let start = Instant::now();
    let result = loader::<Level>(&faulty).deadline(Duration::from_secs(1)).load().await;
    assert_told(result, &[(Unreachable, "tokens")], &[]);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_token_that_the_service_does_not_take_is_told() {
    let faulty = paged().await;
    faulty.next("GetParametersByPath", with_tokens(&["nonsense"]));
    let error = loader::<Level>(&faulty).deadline(Duration::from_secs(3)).load().await.expect_err("a page is missing");
    let told: Vec<_> = error.problems().iter().flat_map(|problem| problem.fields().to_vec()).collect();
    assert_eq!(told, ["tokens"], "{error}");
}
