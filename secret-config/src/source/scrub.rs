//! An HTTP client around another one, which leaves no answer behind in memory as far as safe code can reach, and passes
//! on of an answer that is an error no more than its code.
//!
//! The other client still decides on connections, time-outs and TLS; what TLS itself keeps is out of reach here.

use super::call::Counts;
use super::codes;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connection::CaptureSmithyConnection;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::Bytes;
use futures_util::stream;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use zeroize::{Zeroize, Zeroizing};

/// Twice what either service can answer: twenty secrets of 64 KiB, each byte of them escaped as six.
const LARGEST: usize = 16 << 20;

/// The size at which hyper's buffer begins, and what the first line of an answer takes of it at most.
const FIRST_BUFFER: usize = 8192;
const STATUS_LINE: usize = 64;

/// How often the connection has a turn to let go of an answer.
const TURNS: usize = 8;

/// What the length of an answer is rounded up to.
const STEP: usize = 1024;

/// The same client, whose answers are wiped, and counted.
pub(super) fn scrubbing(client: SharedHttpClient, counts: Arc<Counts>) -> SharedHttpClient {
    SharedHttpClient::new(Scrubbing(client, counts))
}

struct Scrubbing<C>(C, Arc<Counts>);

/// By hand: the SDK traces its clients, and a count of bytes tells how long an answer was.
impl<C: fmt::Debug> fmt::Debug for Scrubbing<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Scrubbing").field(&self.0).finish_non_exhaustive()
    }
}

impl HttpClient for Scrubbing<SharedHttpClient> {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let connector = self.0.http_connector(settings, components);
        SharedHttpConnector::new(Scrubbing(connector, Arc::clone(&self.1)))
    }

    /// Not handed on: what HTTP clients do there is to set up TLS once for nothing, with all the roots, for each service's
    /// client. The first call sets it up, for all.
    fn validate_base_client_config(&self, _: &RuntimeComponentsBuilder, _: &ConfigBag) -> Result<(), BoxError> {
        Ok(())
    }

    fn validate_final_config(&self, components: &RuntimeComponents, config: &ConfigBag) -> Result<(), BoxError> {
        HttpClient::validate_final_config(&self.0, components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

impl HttpConnector for Scrubbing<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connection = request.extension::<CaptureSmithyConnection>().cloned();
        // Credentials and metadata services have no targets, and speak of no secret of ours.
        let is_of_store = request.headers().get("x-amz-target").is_some();
        let (answer, counts) = (self.0.call(request), Arc::clone(&self.1));
        HttpConnectorFuture::new(async move {
            let answer = match answer.await {
                Ok(answer) => answer,
                Err(error) if connection.is_some_and(|connection| connection.get().is_none()) => {
                    return Err(NoConnection::tell(error));
                }
                Err(error) => return Err(error),
            };
            if !is_small(answer.headers())
                && let Some(connection) = connection.and_then(|captured| captured.get())
            {
                connection.poison();
            }
            let says = match (is_of_store, answer.status().is_success()) {
                (true, true) => Says::Values,
                (true, false) => Says::ItsCode,
                (false, _) => Says::Everything,
            };
            Ok(scrubbed(answer, says, counts))
        })
    }
}

/// Whether the answer leaves hyper's buffer as it is. After a read that fills it, the buffer is a larger one; and an idle
/// connection holds on to a larger one that still has room, with the last small answer in it. Nobody else can write there,
/// so such a connection makes no second call: before that rule, three loads in a thousand left an answer behind.
fn is_small(headers: &Headers) -> bool {
    let body = headers.get("content-length").and_then(|length| length.parse::<usize>().ok());
    let head: usize = headers.iter_bytes().map(|(name, value)| name.len() + ": \r\n".len() + value.len()).sum();
    body.is_some_and(|body| body.saturating_add(STATUS_LINE + head) < FIRST_BUFFER)
}

/// What an answer may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// What it says, of a service that has none of our secrets.
    Everything,
    /// The values, and not how long they are.
    Values,
    /// An error, and not in its own words.
    ItsCode,
}

/// The answer with copies in the place of whatever shares a buffer with the connection.
fn scrubbed(mut response: HttpResponse, says: Says, counts: Arc<Counts>) -> HttpResponse {
    *response.headers_mut() = copied(response.headers(), says);
    let body = std::mem::replace(response.body_mut(), SdkBody::taken());
    // The body is read when the SDK asks for it, as before: its time-outs, retries and guard against stalled answers see
    // no difference. And it is no buffered one, which the SDK would trace.
    let frames = stream::once(async move {
        let step = if says == Says::Values { STEP } else { 1 };
        let mut body = whole(body, step).await?;
        if says != Says::Everything {
            counts.bytes.fetch_add(body.frames.length().next_multiple_of(STEP), Ordering::Relaxed);
        }
        if says == Says::ItsCode {
            return Ok(Frame::data(Bytes::from(codes::reduced(&body.bytes))));
        }
        if says == Says::Values
            && let Some(reduced) = codes::with_reduced_errors(&body.bytes)
        {
            body.bytes = reduced;
        }
        Ok::<_, BoxError>(Frame::data(Bytes::from_owner(body)))
    });
    *response.body_mut() = SdkBody::from_body_1_x(StreamBody::new(frames));
    response
}

/// A value of a header is a view into the buffer that it was read into, with the beginning of the body behind it.
fn copied(headers: &Headers, says: Says) -> Headers {
    let mut copies = Headers::new();
    for (name, value) in headers {
        let value = match name {
            _ if says == Says::Everything => value,
            "x-amzn-requestid" | "x-amz-request-id" if !codes::is_request_id(value) => continue,
            "x-amzn-errortype" => match codes::known(value) {
                Some(code) => code,
                None => continue,
            },
            // The body has become another one, and the SDK traces lengths.
            "content-length" => continue,
            _ => value,
        };
        // What was a header is one.
        let _ = copies.try_append(name.to_owned(), value.to_owned());
    }
    copies
}

/// A body, copied into a buffer that is wiped; and the frames that it came in, which are wiped with it if not before.
struct Body {
    bytes: Zeroizing<Vec<u8>>,
    frames: Frames,
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The whole body, with blanks behind it up to a multiple of `step`. The SDK traces how long a body is, and that of one
/// secret tells the secret's length; blanks mean nothing in JSON.
async fn whole(mut body: SdkBody, step: usize) -> Result<Body, BoxError> {
    let mut frames = Frames(Vec::new());
    while let Some(frame) = body.frame().await {
        // Neither service has trailers.
        let Ok(data) = frame.map_err(CutOff)?.into_data() else { continue };
        frames.0.push(data);
        if frames.length() > LARGEST {
            return Err(TooLarge.into());
        }
    }
    // Of the exact size: a buffer that grows leaves its past behind.
    let length = frames.length().next_multiple_of(step);
    let mut bytes = Zeroizing::new(Vec::with_capacity(length));
    frames.0.iter().for_each(|frame| bytes.extend_from_slice(frame));
    bytes.resize(length, b' ');
    frames.until_let_go().await;
    Ok(Body { bytes, frames })
}

/// The parts of a body as the connection gave them: views into its buffers, several into one.
struct Frames(Vec<Bytes>);

impl Frames {
    fn length(&self) -> usize {
        self.0.iter().map(Bytes::len).sum()
    }

    /// A connection lets go of its buffer when it begins to wait for the next answer or ends. The answer could be here a
    /// moment before, though 1200 loads on a busy machine saw no such moment: so the connection is given a few turns, and
    /// no time is lost with views into one buffer, which are never alone.
    async fn until_let_go(&self) {
        for _ in 0..TURNS {
            if self.0.iter().all(Bytes::is_unique) {
                return;
            }
            let mut had_its_turn = false;
            poll_fn(|context| match std::mem::replace(&mut had_its_turn, true) {
                true => Poll::Ready(()),
                false => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
            })
            .await;
        }
    }
}

/// A buffer can be written to when nobody else has a view of it, and then from the view on. So the views go from the last
/// to the first: the first one of a buffer wipes what the others saw.
impl Drop for Frames {
    fn drop(&mut self) {
        while let Some(frame) = self.0.pop() {
            if let Ok(mut buffer) = frame.try_into_mut() {
                buffer.resize(buffer.capacity(), 0);
                buffer.zeroize();
            }
        }
    }
}

/// No connection came about: nothing was sent.
#[derive(Debug)]
pub(super) struct NoConnection(ConnectorError);

impl NoConnection {
    fn tell(error: ConnectorError) -> ConnectorError {
        match error.is_timeout() {
            true => ConnectorError::timeout(Box::new(Self(error))),
            false => ConnectorError::io(Box::new(Self(error))),
        }
    }
}

impl fmt::Display for NoConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no connection")
    }
}

impl std::error::Error for NoConnection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// The connection ended in the middle of an answer.
#[derive(Debug)]
pub(super) struct CutOff(BoxError);

impl fmt::Display for CutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer was cut off")
    }
}

impl std::error::Error for CutOff {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

/// An answer that cannot be one of the services'.
#[derive(Debug)]
pub(super) struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer is larger than {} MiB", LARGEST >> 20)
    }
}

impl std::error::Error for TooLarge {}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_runtime_api::http::StatusCode;
    use futures_util::future::ready;

    /// Answers every request with these parts of a body.
    #[derive(Debug)]
    struct Parts(Vec<&'static [u8]>);

    impl HttpConnector for Parts {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            let parts = self.0.clone().into_iter().map(|part| Ok::<_, BoxError>(Frame::data(Bytes::from_static(part))));
            let body = SdkBody::from_body_1_x(StreamBody::new(stream::iter(parts)));
            let mut response = HttpResponse::new(StatusCode::try_from(200).unwrap(), body);
            response.headers_mut().append("content-length", "7");
            response.headers_mut().append("x-two", "1");
            response.headers_mut().append("x-two", "2");
            HttpConnectorFuture::new(ready(Ok(response)))
        }
    }

    async fn answer(parts: Vec<&'static [u8]>) -> HttpResponse {
        let connector = Scrubbing(SharedHttpConnector::new(Parts(parts)), Arc::default());
        connector.call(HttpRequest::new(SdkBody::empty())).await.unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_of_a_store_does_not_tell_its_length() {
        let connector = Scrubbing(SharedHttpConnector::new(Parts(vec![b"{\"a\":", b"1}"])), Arc::default());
        let mut request = HttpRequest::new(SdkBody::empty());
        request.headers_mut().insert("x-amz-target", "AmazonSSM.GetParameters");
        let mut response = connector.call(request).await.unwrap();
        assert_eq!(response.headers().get("content-length"), None);
        let body = std::mem::replace(response.body_mut(), SdkBody::taken()).collect().await.unwrap().to_bytes();
        assert_eq!((body.len(), body.trim_ascii()), (STEP, b"{\"a\":1}".as_slice()));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_handed_on_whole_and_as_a_stream() {
        let mut response = answer(vec![b"{\"a\"", b":", b"1}"]).await;
        assert_eq!(response.headers().get_all("x-two").collect::<Vec<_>>(), ["1", "2"]);
        // The SDK would trace what it can look into.
        assert!(response.body().bytes().is_none());
        let body = std::mem::replace(response.body_mut(), SdkBody::taken());
        assert_eq!(body.collect().await.unwrap().to_bytes(), "{\"a\":1}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_endless_answer_is_refused() {
        static MEBIBYTE: [u8; 1 << 20] = [b' '; 1 << 20];
        let mut response = answer(vec![&MEBIBYTE; 17]).await;
        let body = std::mem::replace(response.body_mut(), SdkBody::taken());
        let error = body.collect().await.unwrap_err();
        assert!(error.is::<TooLarge>());
        assert_eq!(error.to_string(), "the answer is larger than 16 MiB");
    }

    /// Here and not among the mutations: whether the SDK traces its client before or after an answer is a matter of time.
    #[test]
    fn the_count_of_bytes_is_not_shown() {
        let counts = Arc::new(Counts::default());
        counts.bytes.store(31337, Ordering::Relaxed);
        let shown = format!("{:?}", Scrubbing("a client", counts));
        assert!(shown.contains("a client") && !shown.contains("31337"), "{shown}");
    }

    #[test]
    fn what_fills_the_first_buffer_is_not_small() {
        let headers = |length: &'static str| {
            let mut headers = Headers::new();
            headers.insert("content-length", length);
            headers
        };
        assert!(is_small(&headers("8000")));
        assert!(!is_small(&headers("8192")) && !is_small(&headers("much")) && !is_small(&Headers::new()));
    }
}
