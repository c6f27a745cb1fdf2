//! Both services as a model in memory, behind an HTTP client: no sockets, so that paused time passes by itself. It is
//! simpler than `FakeAws` on purpose, and judges as the two services do.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What is kept under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    Value(String),
    Nothing,
    Denied,
    Undecryptable,
    /// Secrets only: scheduled for deletion.
    Deleted,
    /// Secrets only: it exists, and was never given a value.
    Empty,
}

/// What happens to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Throttled,
    Failing,
    Unavailable,
    Broken,
    TimedOut,
    Garbled,
    /// An entry of the answer is not there, and is remembered as lost.
    Fewer,
    /// The same entry twice.
    Doubled,
    /// An entry that nobody asked for.
    Extra,
    Reversed,
}

impl Fault {
    /// What asking again helps against.
    pub(crate) const TRANSIENT: [Self; 6] =
        [Self::Throttled, Self::Failing, Self::Unavailable, Self::Broken, Self::TimedOut, Self::Garbled];
    /// What an answer may be without harm, and the one that loses an entry.
    pub(crate) const OF_ANSWERS: [Self; 4] = [Self::Doubled, Self::Extra, Self::Reversed, Self::Fewer];
}

/// Whether there is a batch call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Batch {
    Allowed,
    Denied,
    Unknown,
}

#[derive(Debug)]
pub(crate) struct State {
    /// By the name with which they are asked for.
    pub(crate) held: HashMap<String, Held>,
    pub(crate) batch: Batch,
    /// The faults of the next calls of an operation.
    pub(crate) next: HashMap<&'static str, VecDeque<Fault>>,
    /// What happens to all calls of a service, `ssm` or `secretsmanager`.
    pub(crate) outage: Option<(&'static str, Fault)>,
    pub(crate) latency: Vec<Duration>,
    pub(crate) calls: Vec<&'static str>,
    pub(crate) under_way: usize,
    pub(crate) lost: HashSet<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Service(Arc<Mutex<State>>);

impl Service {
    pub(crate) fn new(held: HashMap<String, Held>) -> Self {
        let state = State {
            held,
            batch: Batch::Allowed,
            next: HashMap::new(),
            outage: None,
            latency: vec![Duration::from_millis(10)],
            calls: Vec::new(),
            under_way: 0,
            lost: HashSet::new(),
        };
        Self(Arc::new(Mutex::new(state)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `number` tells the endpoints of two services apart: what a process remembers of one is not true of the other.
    pub(crate) fn sdk_config(&self, number: u64) -> SdkConfig {
        let credentials = Credentials::new("AKIDEXAMPLE", "invented", None, None, "tests");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("eu-west-1"))
            .endpoint_url(format!("https://service-{number}.example"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(self.clone())
            .build()
    }
}

impl HttpClient for Service {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Service {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (reply, latency) = {
            let mut state = self.lock();
            let reply = state.receive(&request);
            let number = state.calls.len();
            (reply, state.latency[number % state.latency.len()])
        };
        let under_way = UnderWay::new(self.clone());
        HttpConnectorFuture::new(async move {
            let _under_way = under_way;
            tokio::time::sleep(latency).await;
            reply
        })
    }
}

/// Counts a call for as long as somebody waits for it.
struct UnderWay(Service);

impl UnderWay {
    fn new(service: Service) -> Self {
        service.lock().under_way += 1;
        Self(service)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.lock().under_way -= 1;
    }
}

type Reply = Result<HttpResponse, ConnectorError>;

/// What an operation answers, or the code and message of its refusal.
type Outcome = Result<Value, (&'static str, &'static str)>;

fn answer(status: u16, body: String) -> Reply {
    let status = status.try_into().expect("it is a status");
    Ok(HttpResponse::new(status, SdkBody::from(body)))
}

fn error(code: &str, message: &str) -> Reply {
    answer(400, json!({ "__type": code, "message": message }).to_string())
}

const OPERATIONS: [&str; 3] = ["GetParameters", "BatchGetSecretValue", "GetSecretValue"];

impl State {
    fn receive(&mut self, request: &HttpRequest) -> Reply {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = OPERATIONS.into_iter().find(|operation| target.ends_with(&format!(".{operation}")));
        let operation = operation.expect("nothing else is asked for");
        self.calls.push(operation);
        let input: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default()).expect("it is JSON");
        let service = if operation == "GetParameters" { "ssm" } else { "secretsmanager" };
        let outage = self.outage.filter(|(of, _)| *of == service).map(|(_, fault)| fault);
        let fault = outage.or_else(|| self.next.get_mut(operation)?.pop_front());
        match fault {
            Some(Fault::Throttled) => return error("ThrottlingException", "Rate exceeded"),
            Some(Fault::Failing) => return answer(500, json!({ "__type": "InternalServerError" }).to_string()),
            Some(Fault::Unavailable) => return answer(503, String::new()),
            Some(Fault::Broken) => return Err(ConnectorError::io("the connection broke".into())),
            Some(Fault::TimedOut) => return Err(ConnectorError::timeout("no answer".into())),
            Some(Fault::Garbled) => return answer(200, "<html>".to_owned()),
            _ => {}
        }
        let names = texts(&input[if service == "ssm" { "Names" } else { "SecretIdList" }]);
        let mut reply = match operation {
            "GetParameters" => self.parameters(&names),
            "BatchGetSecretValue" => match self.batch {
                Batch::Allowed => Ok(self.batch(&names)),
                Batch::Denied => Err(("AccessDeniedException", "not authorized to perform it")),
                Batch::Unknown => Err(("UnknownOperationException", "")),
            },
            _ => self.secret(input["SecretId"].as_str().expect("an id is asked for")),
        };
        if let (Ok(reply), Some(fault)) = (&mut reply, fault) {
            self.change(reply, fault);
        }
        match reply {
            Ok(reply) => answer(200, reply.to_string()),
            Err((code, message)) => error(code, message),
        }
    }

    fn of(&self, name: &str) -> &Held {
        self.held.get(name).unwrap_or(&Held::Nothing)
    }

    /// One guilty name fails the whole call.
    fn parameters(&self, names: &[String]) -> Outcome {
        assert!((1..=10).contains(&names.len()), "{} names in a call", names.len());
        if names.iter().any(|name| *self.of(name) == Held::Denied) {
            return Err(("AccessDeniedException", "not authorized to perform: ssm:GetParameters"));
        }
        if names.iter().any(|name| *self.of(name) == Held::Undecryptable) {
            return Err(("InvalidKeyId", "The key is disabled."));
        }
        let entry = |name: &String| match self.of(name) {
            Held::Value(value) => Some(json!({
                "Name": name, "Value": value, "Type": "SecureString", "Version": 1,
                "ARN": format!("arn:aws:ssm:eu-west-1:123456789012:parameter{name}"),
            })),
            _ => None,
        };
        let entries: Vec<_> = names.iter().filter_map(entry).collect();
        let unknown: Vec<_> = names.iter().filter(|name| entry(name).is_none()).collect();
        Ok(json!({ "Parameters": entries, "InvalidParameters": unknown }))
    }

    fn batch(&self, names: &[String]) -> Value {
        assert!((1..=20).contains(&names.len()), "{} ids in a call", names.len());
        let (mut values, mut errors) = (Vec::new(), Vec::new());
        for name in names {
            match self.secret(name) {
                Ok(value) => values.push(value),
                Err((code, message)) => {
                    errors.push(json!({ "SecretId": name, "ErrorCode": code, "Message": message }));
                }
            }
        }
        json!({ "SecretValues": values, "Errors": errors })
    }

    fn secret(&self, name: &str) -> Outcome {
        match self.of(name) {
            Held::Value(value) => Ok(json!({
                "Name": name, "SecretString": value, "VersionId": "00000000-0000-0000-0000-000000000001",
                "VersionStages": ["AWSCURRENT", "AWSPREVIOUS"],
                "ARN": format!("arn:aws:secretsmanager:eu-west-1:123456789012:secret:{name}-AbCdEf"),
            })),
            Held::Nothing => Err(("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")),
            Held::Denied => Err(("AccessDeniedException", "not authorized to perform: secretsmanager:GetSecretValue")),
            Held::Undecryptable => Err(("DecryptionFailure", "Secrets Manager can't decrypt the secret.")),
            Held::Deleted => Err(("InvalidRequestException", "It was marked for deletion.")),
            Held::Empty => Err((
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
            )),
        }
    }

    fn change(&mut self, reply: &mut Value, fault: Fault) {
        let key = if reply.get("Parameters").is_some() { "Parameters" } else { "SecretValues" };
        let Some(entries) = reply.get_mut(key).and_then(Value::as_array_mut) else { return };
        if entries.is_empty() {
            return;
        }
        match fault {
            Fault::Fewer => {
                let lost = entries.pop().unwrap_or_default();
                self.lost.insert(lost["Name"].as_str().unwrap_or_default().to_owned());
            }
            Fault::Doubled => entries.push(entries[0].clone()),
            Fault::Extra => {
                let mut other = entries[0].clone();
                for key in ["Name", "ARN"] {
                    other[key] = json!(other[key].as_str().unwrap_or_default().replace("run/dev/", "run/dev/other/"));
                }
                entries.insert(0, other);
            }
            Fault::Reversed => entries.reverse(),
            _ => {}
        }
    }
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
