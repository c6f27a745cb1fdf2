//! HTTP/1.1 on loopback: connections, headers, bodies. What a request means is the business of `state`.

use super::state::{Reply, Request as Call, State};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, DATE};
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const JSON: &str = "application/x-amz-json-1.1";

/// More than any operation here can take, and little enough to hold.
const LONGEST_BODY: usize = 1 << 20;

/// The state, shared by the server's connections and the test. The lock is never held across an await.
pub(super) struct Shared(Mutex<State>);

impl Shared {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(State::default())))
    }

    /// A test that panicked elsewhere leaves whole state behind: every change here is one step.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Accepts until it is dropped; the set ends the connections with it.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // An error here is of one connection, or of too many open files: waiting is all that helps.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        shared.lock().connections += 1;
        connections.spawn(converse(stream, Arc::clone(&shared)));
        while connections.try_join_next().is_some() {}
    }
}

async fn converse(stream: TcpStream, shared: Arc<Shared>) {
    // Without it, Nagle's algorithm adds up to 40 ms to what a test measures.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| respond(request, &shared));
    // A connection ends when the caller closes it or when a test told the server to: both are no errors here.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(request: Request<Incoming>, shared: &Shared) -> Result<Response<Full<Bytes>>, Closed> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, LONGEST_BODY).collect().await {
        Ok(body) => Some(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => None,
        Err(_) => return Err(Closed),
    };
    let (request_id, reply, delay) = {
        let mut state = shared.lock();
        let request_id = state.next_request_id();
        let reply = match &body {
            Some(body) => state.answer(&call(&head.method, &head.headers, body)),
            None => Reply::Raw { status: StatusCode::PAYLOAD_TOO_LARGE.as_u16(), body: String::new() },
        };
        (request_id, reply, state.delay)
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let mut response = match reply {
        Reply::CloseConnection => return Err(Closed),
        Reply::Raw { status, body } => plain(status_code(status), body),
        Reply::Outcome(Ok(answer)) => json(StatusCode::OK, answer.to_string()),
        Reply::Outcome(Err(fault)) => json(status_code(fault.status), fault.body().to_string()),
    };
    if let Ok(value) = request_id.parse() {
        response.headers_mut().insert("x-amzn-requestid", value);
    }
    Ok(response)
}

/// Only a POST in the protocol's own content type has a target: anything else is an unknown operation, as on AWS.
fn call<'a>(method: &Method, headers: &'a HeaderMap, body: &'a [u8]) -> Call<'a> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let speaks_json = text(CONTENT_TYPE.as_str()).is_some_and(|value| value.starts_with(JSON));
    Call {
        target: text("x-amz-target").filter(|_| *method == Method::POST && speaks_json),
        authorization: text(AUTHORIZATION.as_str()),
        is_signed_with_date: headers.contains_key("x-amz-date") || headers.contains_key(DATE),
        body,
    }
}

fn json(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = plain(status, body);
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(JSON));
    response
}

fn plain(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Ends a connection without an answer: hyper closes it when a service fails.
#[derive(Debug)]
struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the connection was closed")
    }
}

impl std::error::Error for Closed {}
