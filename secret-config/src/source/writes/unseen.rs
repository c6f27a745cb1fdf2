//! A request whose body tells nobody how long the value in it is, and is wiped when it was sent.
//!
//! The SDK traces the length of a body at the level TRACE, and that of one parameter tells the parameter's. Blanks mean
//! nothing in JSON.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::Bytes;
use futures_util::FutureExt;
use http_body_util::BodyExt;
use zeroize::{Zeroize, Zeroizing};

/// What the length of a request is rounded up to: larger than what a parameter of the standard tier can be.
const STEP: usize = 8192;

/// Puts the body into a buffer that is padded, and wiped when the last one has let go of it.
#[derive(Debug)]
pub(super) struct Unseen;

#[dyn_dispatch_hint]
impl Intercept for Unseen {
    fn name(&self) -> &'static str {
        "Unseen"
    }

    /// Before the request is signed, and before the SDK keeps a copy of it for another attempt.
    fn modify_before_retry_loop(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let Some(padded) = request.body().bytes().map(padded) else { return Ok(()) };
        request.headers_mut().insert("content-length", padded.len().to_string());
        let body = std::mem::replace(request.body_mut(), SdkBody::from(Bytes::from_owner(padded)));
        wipe(body);
        Ok(())
    }
}

fn padded(body: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = body.len().next_multiple_of(STEP);
    let mut padded = Zeroizing::new(Vec::with_capacity(length));
    padded.extend_from_slice(body);
    padded.resize(length, b' ');
    padded
}

/// A body in memory is one frame, and nobody else has it yet.
fn wipe(mut body: SdkBody) {
    let frame = body.frame().now_or_never().flatten();
    if let Some(Ok(frame)) = frame
        && let Ok(bytes) = frame.into_data()
        && let Ok(mut buffer) = bytes.try_into_mut()
    {
        buffer.resize(buffer.capacity(), 0);
        buffer.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::padded;

    #[test]
    fn a_body_is_padded_with_blanks() {
        let body = padded(b"{\"Value\":\"x\"}");
        assert_eq!((body.len(), body.trim_ascii_end()), (8192, b"{\"Value\":\"x\"}".as_slice()));
        assert_eq!(padded(&[b'x'; 8193]).len(), 16384);
    }
}
