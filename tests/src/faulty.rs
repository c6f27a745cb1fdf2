//! A proxy in front of `FakeAws` that does to connections and answers what networks, other proxies and a service in
//! trouble do to them. What a call means is the business of `FakeAws`; here it is told what becomes of the answer.

use crate::emulator;
use aws_config::SdkConfig;
use secret_config::testing::FakeAws;
use serde_json::Value;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// The proxy and the server behind it. Both stop when it is dropped.
pub struct Faulty {
    /// Seed and forbid here.
    pub aws: FakeAws,
    endpoint_url: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

/// What becomes of an answer.
#[derive(Clone)]
pub enum Fault {
    /// The connection is reset.
    Reset(At),
    /// The connection is closed in good order: in the body, the answer is shorter than it said.
    Closed(At),
    /// Nothing more comes, and the connection stays open.
    Stalled(At),
    /// The answer comes in pieces of so many bytes, with a pause before each.
    Slow { piece: usize, pause: Duration },
    /// Another answer.
    Answer(Answer),
    /// Bytes that are no HTTP.
    Noise,
    /// The answer of `FakeAws`, changed by this. A refusal stays as it is.
    Changed(Change),
}

/// What changes an answer, given the number of the call among those of its operation.
pub type Change = Arc<dyn Fn(usize, &mut Value) + Send + Sync>;

/// Where in an answer it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Start,
    Head,
    Body,
}

/// An answer as it stands.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Answer {
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// An error as both services tell it.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        Self::new(status, serde_json::json!({ "__type": code, "message": message }).to_string())
    }

    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn head(&self) -> String {
        let mut head = format!("HTTP/1.1 {} Told\r\ncontent-length: {}\r\n", self.status, self.body.len());
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        head.push_str("\r\n");
        head
    }
}

impl From<Answer> for Fault {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

impl Fault {
    /// The answer of `FakeAws`, changed.
    pub fn changed(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self::Changed(Arc::new(move |_, answer| change(answer)))
    }
}

/// A call that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub action: String,
    pub names: Vec<String>,
    /// The id of the access key that signed it.
    pub key_id: String,
}

#[derive(Default)]
struct State {
    rules: Vec<Rule>,
    calls: Vec<Received>,
    opened: usize,
    open: usize,
}

struct Rule {
    action: String,
    applies: Arc<dyn Fn(&Received) -> bool + Send + Sync>,
    left: usize,
    fault: Fault,
}

/// The lock is never held across an await.
#[derive(Default)]
struct Shared(Mutex<State>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Faulty {
    pub async fn start() -> Self {
        let aws = FakeAws::start().await.expect("loopback has a free port");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
        let endpoint_url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let behind = aws.endpoint_url().trim_start_matches("http://").to_owned();
        let shared = Arc::<Shared>::default();
        let server = tokio::spawn(serve(listener, behind, Arc::clone(&shared)));
        Self { aws, endpoint_url, shared, server }
    }

    pub fn endpoint_url(&self) -> &str {
        &self.endpoint_url
    }

    pub fn sdk_config(&self) -> SdkConfig {
        emulator::sdk_config(&self.endpoint_url)
    }

    /// Does this to the next answer to an operation; `*` means any. Faults come in the order they were asked for.
    pub fn next(&self, action: &str, fault: impl Into<Fault>) {
        self.times(1, action, fault);
    }

    pub fn times(&self, times: usize, action: &str, fault: impl Into<Fault>) {
        self.rule(times, action, |_| true, fault.into());
    }

    pub fn always(&self, action: &str, fault: impl Into<Fault>) {
        self.times(usize::MAX, action, fault);
    }

    /// Does this to every answer to a call of which that is true.
    pub fn when(&self, applies: impl Fn(&Received) -> bool + Send + Sync + 'static, fault: impl Into<Fault>) {
        self.rule(usize::MAX, "*", applies, fault.into());
    }

    fn rule(
        &self,
        left: usize,
        action: &str,
        applies: impl Fn(&Received) -> bool + Send + Sync + 'static,
        fault: Fault,
    ) {
        let rule = Rule { action: action.to_owned(), applies: Arc::new(applies), left, fault };
        self.shared.lock().rules.push(rule);
    }

    /// From now on nothing is done to answers.
    pub fn recover(&self) {
        self.shared.lock().rules.clear();
    }

    /// The calls so far, those without an answer included.
    pub fn calls(&self) -> Vec<Received> {
        self.shared.lock().calls.clone()
    }

    pub fn count(&self, action: &str) -> usize {
        self.shared.lock().calls.iter().filter(|call| call.action == action).count()
    }

    /// How many connections there are now.
    pub fn open_connections(&self) -> usize {
        self.shared.lock().open
    }

    /// How many there were, those that are closed included.
    pub fn opened_connections(&self) -> usize {
        self.shared.lock().opened
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, behind: String, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let _ = stream.set_nodelay(true);
        let open = Open::new(Arc::clone(&shared));
        let behind = behind.clone();
        connections.spawn(async move {
            // A connection ends when either side wants it to: no error of the test.
            let _ = converse(stream, &behind, &open.0).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

/// Counts a connection for as long as it lives.
struct Open(Arc<Shared>);

impl Open {
    fn new(shared: Arc<Shared>) -> Self {
        let mut state = shared.lock();
        state.opened += 1;
        state.open += 1;
        drop(state);
        Self(shared)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.lock().open -= 1;
    }
}

async fn converse(mut stream: TcpStream, behind: &str, shared: &Shared) -> std::io::Result<()> {
    while let Some(request) = Message::read(&mut stream).await? {
        let (fault, number) = shared.lock().receive(received(&request));
        let (head, body) = match &fault {
            Some(Fault::Answer(answer)) => (answer.head(), answer.body.clone().into_bytes()),
            _ => match forward(behind, request).await? {
                Some(answer) => (answer.head, answer.body),
                None => return Ok(()),
            },
        };
        let until = |at: At| match at {
            At::Start => 0,
            At::Head => head.len() / 2,
            At::Body => head.len() + body.len() / 2,
        };
        let bytes = [head.as_bytes(), &body].concat();
        match fault {
            None | Some(Fault::Answer(_)) => stream.write_all(&bytes).await?,
            Some(Fault::Reset(at)) => {
                stream.write_all(&bytes[..until(at)]).await?;
                // The caller shall have read what was sent: a reset throws away what was not.
                tokio::time::sleep(Duration::from_millis(20)).await;
                stream.set_zero_linger()?;
                return Ok(());
            }
            Some(Fault::Closed(at)) => {
                stream.write_all(&bytes[..until(at)]).await?;
                return Ok(());
            }
            Some(Fault::Stalled(at)) => {
                stream.write_all(&bytes[..until(at)]).await?;
                // Until the caller gives up.
                let _ = stream.read(&mut [0]).await?;
                return Ok(());
            }
            Some(Fault::Slow { piece, pause }) => {
                for piece in bytes.chunks(piece) {
                    tokio::time::sleep(pause).await;
                    stream.write_all(piece).await?;
                }
            }
            Some(Fault::Noise) => {
                stream.write_all(b"\x16\x03\x01 this is no HTTP\r\n\r\n").await?;
                return Ok(());
            }
            // Refusals are not changed.
            Some(Fault::Changed(_)) if !head.starts_with("HTTP/1.1 200") => stream.write_all(&bytes).await?,
            Some(Fault::Changed(change)) => {
                let mut answer = serde_json::from_slice(&body)?;
                change(number, &mut answer);
                let answer = Answer::new(200, answer.to_string()).with_header("content-type", JSON);
                stream.write_all(answer.head().as_bytes()).await?;
                stream.write_all(answer.body.as_bytes()).await?;
            }
        }
    }
    Ok(())
}

const JSON: &str = "application/x-amz-json-1.1";

impl State {
    /// Notes the call. Answers what is to be done to it, and its number among those of its operation, from 1 on.
    fn receive(&mut self, call: Received) -> (Option<Fault>, usize) {
        let is_of_call = |rule: &Rule| (rule.action == "*" || rule.action == call.action) && (rule.applies)(&call);
        let rule = self.rules.iter_mut().find(|rule| rule.left > 0 && is_of_call(rule));
        let fault = rule.map(|rule| {
            rule.left -= 1;
            rule.fault.clone()
        });
        let number = 1 + self.calls.iter().filter(|other| other.action == call.action).count();
        self.calls.push(call);
        (fault, number)
    }
}

/// What a request asks for, as far as tests want to know.
fn received(request: &Message) -> Received {
    let header = |name: &str| request.header(name).unwrap_or_default();
    let action = header("x-amz-target").rsplit('.').next().unwrap_or_default().to_owned();
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let texts = |field: &str| match &body[field] {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let names = ["Names", "Path", "SecretId", "SecretIdList"].into_iter().flat_map(texts).collect();
    let signed_by = header("authorization").split_once("Credential=").map_or("", |(_, rest)| rest);
    Received { action, names, key_id: signed_by.split('/').next().unwrap_or_default().to_owned() }
}

/// The answer of the server behind; `None` if it closed the connection instead.
async fn forward(behind: &str, request: Message) -> std::io::Result<Option<Message>> {
    let mut stream = TcpStream::connect(behind).await?;
    // One call a connection: what is a fault of the proxy's own is never one of its connection to the server.
    let head = request.head.trim_end_matches("\r\n");
    stream.write_all(format!("{head}\r\nconnection: close\r\n\r\n").as_bytes()).await?;
    stream.write_all(&request.body).await?;
    let Some(mut answer) = Message::read(&mut stream).await? else { return Ok(None) };
    let is_kept = |line: &&str| !line.to_ascii_lowercase().starts_with("connection:");
    answer.head = answer.head.split_inclusive("\r\n").filter(is_kept).collect();
    Ok(Some(answer))
}

/// A request or an answer with a length of its own.
struct Message {
    head: String,
    body: Vec<u8>,
}

impl Message {
    /// The next one; `None` if the other side has closed.
    async fn read(stream: &mut TcpStream) -> std::io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(None);
            }
        };
        let body = bytes.split_off(end);
        let mut message = Self { head: String::from_utf8_lossy(&bytes).into_owned(), body };
        let length = message.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        while message.body.len() < length {
            if stream.read_buf(&mut message.body).await? == 0 {
                return Ok(None);
            }
        }
        Ok(Some(message))
    }

    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}
