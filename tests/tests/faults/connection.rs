//! Connections that break, stall or crawl, and the answers of what stands between us and the service.

use super::*;
use tokio::net::TcpListener;

/// The fault hits the first call of each operation, and the second one is answered.
async fn assert_asked_again(fault: impl Into<Fault>) {
    let fault = fault.into();
    let faulty = seeded().await;
    for (operation, _) in OPERATIONS {
        faulty.next(operation, fault.clone());
    }
    assert_whole(load(&faulty).await);
    assert_eq!(OPERATIONS.map(|(operation, _)| faulty.count(operation)), [2, 2]);
}

/// The fault hits every call of one operation: its fields are told, the others are not, and the calls are few.
async fn assert_cause_is_told(fault: impl Into<Fault>, words: &[&str]) {
    let fault = fault.into();
    for (operation, fields) in OPERATIONS {
        let faulty = seeded().await;
        break_for_ever(&faulty, operation, fault.clone());
        assert_told(load_soon(&faulty).await, &[(Unreachable, fields)], words);
        let calls = faulty.calls().len();
        assert!((2..=40).contains(&calls), "{calls} calls");
    }
}

#[tokio::test]
async fn a_connection_that_is_reset_before_its_answer_is_replaced() {
    assert_asked_again(Fault::Reset(At::Start)).await;
}

#[tokio::test]
async fn a_connection_that_is_reset_in_the_head_of_its_answer_is_replaced() {
    assert_asked_again(Fault::Reset(At::Head)).await;
}

#[tokio::test]
async fn a_connection_that_is_reset_in_the_body_of_its_answer_is_replaced() {
    assert_asked_again(Fault::Reset(At::Body)).await;
}

#[tokio::test]
async fn a_connection_that_is_closed_in_the_head_of_its_answer_is_replaced() {
    assert_asked_again(Fault::Closed(At::Head)).await;
}

#[tokio::test]
async fn a_body_that_is_shorter_than_it_said_is_asked_for_again() {
    assert_asked_again(Fault::Closed(At::Body)).await;
}

#[tokio::test]
async fn noise_in_the_place_of_an_answer_is_told() {
    assert_cause_is_told(Fault::Noise, &["cannot be reached"]).await;
}

#[tokio::test]
async fn a_service_that_fails_once_is_asked_again() {
    for status in [500, 502, 503, 504] {
        assert_asked_again(Answer::new(status, "")).await;
    }
    assert_asked_again(Answer::error(500, "InternalServerError", "An error occurred on the server side.")).await;
    assert_asked_again(Answer::error(503, "ServiceUnavailable", "Come back later.")).await;
    assert_asked_again(Answer::new(503, "<html>Bad Gateway</html>").with_header("content-type", "text/html")).await;
}

#[tokio::test]
async fn a_fault_of_each_kind_after_the_other_is_lived_through() {
    let faulty = seeded().await;
    for (operation, _) in OPERATIONS {
        faulty.next(operation, Fault::Reset(At::Body));
        faulty.next(operation, Answer::new(500, ""));
        faulty.next(operation, Fault::Closed(At::Body));
        faulty.next(operation, Answer::new(503, ""));
    }
    assert_whole(load(&faulty).await);
    assert_eq!(OPERATIONS.map(|(operation, _)| faulty.count(operation)), [5, 5]);
}

#[tokio::test]
async fn connections_that_are_always_reset_are_told() {
    for at in [At::Start, At::Head, At::Body] {
        assert_cause_is_told(Fault::Reset(at), &["cannot be reached", "connection"]).await;
    }
}

#[tokio::test]
async fn bodies_that_are_always_cut_short_are_told() {
    assert_cause_is_told(Fault::Closed(At::Body), &["cannot be reached"]).await;
}

#[tokio::test]
async fn a_service_that_always_fails_is_told() {
    assert_cause_is_told(Answer::new(500, ""), &["the service fails", "HTTP 500"]).await;
    assert_cause_is_told(Answer::error(503, "ServiceUnavailable", TOKEN), &["the service fails"]).await;
}

#[tokio::test]
async fn a_body_that_comes_slowly_is_waited_for() {
    let faulty = seeded().await;
    faulty.always("*", Fault::Slow { piece: 8, pause: Duration::from_millis(20) });
    assert_whole(load(&faulty).await);
    assert_eq!(OPERATIONS.map(|(operation, _)| faulty.count(operation)), [1, 1], "a slow answer is not a broken one");
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_told_at_the_deadline() {
    let faulty = seeded().await;
    faulty.always("BatchGetSecretValue", Fault::Slow { piece: 1, pause: Duration::from_millis(100) });
    let start = Instant::now();
    let result = loader::<Config>(&faulty).deadline(Duration::from_secs(1)).load().await;
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_told(result, &[(Unreachable, SECRETS)], &["deadline"]);
}

#[tokio::test]
async fn a_call_that_is_never_answered_is_made_again_while_there_is_time() {
    let faulty = seeded().await;
    for (operation, _) in OPERATIONS {
        faulty.next(operation, Fault::Stalled(At::Start));
    }
    assert_whole(loader(&faulty).deadline(Duration::from_secs(20)).load().await);
}

#[tokio::test]
async fn an_answer_that_stops_in_its_middle_is_asked_for_again_while_there_is_time() {
    let faulty = seeded().await;
    for (operation, _) in OPERATIONS {
        faulty.next(operation, Fault::Stalled(At::Body));
    }
    assert_whole(loader(&faulty).deadline(Duration::from_secs(20)).load().await);
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        for (operation, fields) in OPERATIONS {
            let faulty = seeded().await;
            let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let location = format!("http://{}/", elsewhere.local_addr().unwrap());
            break_for_ever(&faulty, operation, Answer::new(status, "").with_header("location", location));
            let error = load_soon(&faulty).await.expect_err("nobody answers");
            let told: Vec<_> = error.problems().iter().flat_map(|problem| problem.fields().to_vec()).collect();
            assert_eq!(told.join(","), fields, "{error}");
            let report = error.to_string();
            assert!(report.contains("redirect") || report.contains("elsewhere"), "{status} is not told: {report}");
            let visitor = tokio::time::timeout(Duration::from_millis(20), elsewhere.accept()).await;
            assert!(visitor.is_err(), "{status} was followed");
            assert!(faulty.calls().len() <= 13, "{} calls", faulty.calls().len());
        }
    }
}

#[tokio::test]
async fn what_is_broken_for_one_store_is_not_told_of_the_other() {
    let faulty = seeded().await;
    faulty.always("GetParameters", Fault::Reset(At::Body));
    faulty.aws.deny("secretsmanager:GetSecretValue", "app/dev/pepper");
    let expected = [(Unreachable, PARAMETERS), (Denied, "pepper")];
    assert_told(load_soon(&faulty).await, &expected, &["secretsmanager:GetSecretValue"]);
}
