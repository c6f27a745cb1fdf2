//! Nothing of what is written shows: not in a plan, an outcome, an error or a trace, and not its length.

use secret_config::operator::{Action, NewValue, Promotion, Values, WriteOptions, Written};
use secret_config::testing::{Failure, FakeAws};
use secret_config::{Loader, Secret, SecretConfig};
use secret_config_tests::canary::{Search, Sighting, canary};
use secret_config_tests::traces::Traces;

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}")]
struct AppConfig {
    #[secret]
    token: Secret<String>,
    #[config(ssm)]
    plain: String,
    #[secret(secretsmanager)]
    whole: Secret<String>,
    #[config(nested)]
    document: Document,
}

#[derive(Debug, SecretConfig)]
#[config(document(secretsmanager = "{prefix}/document"))]
struct Document {
    #[secret]
    former: Secret<String>,
    #[secret]
    added: Secret<String>,
    #[secret]
    number: Secret<Vec<String>>,
}

const NAMES: [&str; 6] = ["token", "plain", "whole", "document.former", "document.added", "document.number"];

fn loader(aws: &FakeAws, environment: &str) -> Loader<AppConfig> {
    AppConfig::loader(environment).aws(&aws.sdk_config()).root("no/such").env_vars::<&str, &str>([])
}

fn value(number: usize) -> NewValue {
    match NAMES[number] {
        "document.number" => NewValue::json(serde_json::to_string(&[canary(number)]).unwrap()),
        _ => NewValue::text(canary(number)),
    }
}

fn values() -> Values {
    (0..NAMES.len()).fold(Values::new(), |values, number| values.with(NAMES[number], value(number)))
}

/// Everything that is shown of it.
struct Shown {
    search: Search,
    found: Vec<(&'static str, Sighting)>,
    looked: usize,
}

impl Shown {
    fn look(&mut self, outlet: &'static str, text: &str) {
        self.looked += 1;
        self.found.extend(self.search.find(text).into_iter().map(|sighting| (outlet, sighting)));
    }

    fn look_at_plan(&mut self, plan: &Promotion) {
        self.look("the plan", &format!("{plan} {plan:?} {plan:#?} {}", serde_json::to_string(plan).unwrap()));
        self.look("its parts", &format!("{:?}", plan.creations()));
    }

    fn look_at_written(&mut self, written: &Written) {
        self.look("what was written", &format!("{written} {written:?} {written:#?}"));
        self.look("what was written, as JSON", &serde_json::to_string(written).unwrap());
    }
}

#[tokio::test]
async fn nothing_of_a_value_shows_and_not_its_length() {
    let traces = Traces::install();
    let search = (0..NAMES.len()).fold(Search::default(), |search, number| search.with(NAMES[number], &canary(number)));
    let mut shown = Shown { search, found: Vec::new(), looked: 0 };
    let aws = FakeAws::start().await.unwrap();
    aws.put_secret("prod/document", serde_json::json!({ "former": canary(3) }).to_string());

    let all = values();
    shown.look("values", &format!("{all:?} {all:#?}"));
    let plan = loader(&aws, "prod").missing().await.unwrap();
    shown.look_at_plan(&plan);
    aws.fail_next("PutParameter", Failure::InternalError);
    aws.fail_next("CreateSecret", Failure::InternalError);
    let written = plan.write(&all, &WriteOptions::new(), |_| ()).await;
    assert!(written.is_complete(), "{written}");
    assert_eq!(written.writes()[3].action(), Action::Completed);
    shown.look_at_written(&written);
    let traced = traces.take();
    // A line of audit for each write, with nothing but names.
    let audited: Vec<_> = traced.lines().filter(|line| line.contains("secret_config::audit")).collect();
    assert_eq!(audited.len(), 4);
    assert!(audited[0].contains(" INFO ") && audited[0].contains("name=\"/prod/token\""));
    // The SDK traces how long the signed requests are: of writes no more than steps.
    let lengths = traced.lines().filter_map(|line| line.strip_prefix("content-length:")?.parse().ok());
    let of_writes: Vec<u64> = lengths.filter(|length| *length > 1000).collect();
    assert!(of_writes.len() >= 4 && of_writes.iter().all(|length| length % 8192 == 0), "{of_writes:?}");
    shown.look("tracing", &traced);

    let copied = loader(&aws, "prod").copy(NAMES).await.unwrap();
    shown.look("copied values", &format!("{copied:?}"));
    let other = loader(&aws, "dev").missing().await.unwrap();
    let written = other.write(&copied, &WriteOptions::new(), |_| ()).await;
    assert!(written.is_complete(), "{written}");
    let AppConfig { token, plain, whole, document } = loader(&aws, "dev").load().await.unwrap();
    let Document { former, added, number } = document;
    let all = [token, plain.into(), whole, former, added, number.expose_secret()[0].clone().into()];
    assert!(all.iter().enumerate().all(|(number, secret)| *secret.expose_secret() == canary(number)));
    shown.look("tracing of copies", &traces.take());

    // Refused by the service, whose words repeat the value; and by us.
    let echo = serde_json::json!({ "__type": "ValidationException", "message": canary(0) }).to_string();
    let echoes = |action: &str| aws.fail_next(action, Failure::Raw { status: 400, body: echo.clone() });
    let mistyped = values().with("document.number", NewValue::text(canary(5)));
    let error = loader(&aws, "third").rehearse(&mistyped).unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    shown.look("a rehearsal", &format!("{error} {error:?}"));
    let third = loader(&aws, "third").missing().await.unwrap();
    echoes("PutParameter");
    echoes("CreateSecret");
    let unfit = values().with("plain", NewValue::json(canary(1)));
    let written = third.write(&unfit, &WriteOptions::new(), |_| ()).await;
    let failed = written.writes().iter().filter(|write| write.action() == Action::Failed).count();
    assert_eq!(failed, 3, "{written}");
    shown.look_at_written(&written);
    shown.look("tracing of refusals", &traces.take());
    aws.put_secret("fourth/document", format!("{{\"former\": \"{}", canary(3)));
    let fourth = loader(&aws, "fourth").missing().await.unwrap();
    shown.look_at_plan(&fourth);
    let place = loader(&aws, "fourth").place("document.added").unwrap();
    let written = place.write(&values(), &WriteOptions::new().overwrite(), |_| ()).await;
    assert_eq!(written.writes()[0].action(), Action::Failed);
    shown.look_at_written(&written);
    let error = loader(&aws, "fourth").copy(NAMES).await.unwrap_err();
    shown.look("an error", &format!("{error} {error:?}"));
    shown.look("tracing of errors", &traces.take());
    assert!(shown.looked > 15);
    assert_eq!(shown.found, []);
}
