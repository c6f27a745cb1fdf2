//! What would show secrets on the way: an endpoint in plain http on another host, and the SDK's switches that log bodies.

use super::{SourceError, SourceErrorKind};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use std::error::Error;
use std::fmt;
use std::net::IpAddr;

/// Variables that make the SDK log what it sends and receives.
const SWITCHES: [&str; 2] = ["LOG_SENSITIVE_BODIES", "LOG_SIGNABLE_BODY"];

/// Whether the process logs the bodies of its calls.
pub(super) fn logs_bodies() -> Result<(), SourceError> {
    let is_on = |switch: &&&str| std::env::var(switch).is_ok_and(|value| value.eq_ignore_ascii_case("true"));
    match SWITCHES.iter().find(is_on) {
        None => Ok(()),
        Some(switch) => Err(SourceError::new(SourceErrorKind::Insecure)
            .with_reason("the AWS SDK is told to log the bodies of its calls")
            .with_help(format!("unset {switch}, or allow it with `.allow_body_logging()` where no secret is real"))),
    }
}

/// Refuses a call before it is signed and sent, if it would go to another host in plain http. The request itself is
/// looked at: an endpoint may come from a variable, a profile, the program, for both services or for one.
#[derive(Debug)]
pub(super) struct RefusePlainHttp;

#[dyn_dispatch_hint]
impl Intercept for RefusePlainHttp {
    fn name(&self) -> &'static str {
        "RefusePlainHttp"
    }

    fn read_before_signing(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if is_plain_on_another_host(context.request().uri()) { Err(PlainHttp.into()) } else { Ok(()) }
    }
}

/// Whether everybody on the way could read what goes to `url`.
fn is_plain_on_another_host(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return true };
    if scheme.eq_ignore_ascii_case("https") {
        return false;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_loopback = host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    !(is_loopback || host.eq_ignore_ascii_case("localhost"))
}

/// The call was refused.
#[derive(Debug)]
pub(super) struct PlainHttp;

impl PlainHttp {
    pub(super) fn meaning() -> SourceError {
        SourceError::new(SourceErrorKind::Insecure).with_reason("its endpoint is plain http on another host").with_help(
            "use https in AWS_ENDPOINT_URL, the profile or `.endpoint_url(..)`, or allow it with `.allow_plain_http()`",
        )
    }
}

impl fmt::Display for PlainHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the endpoint is plain http on another host")
    }
}

impl Error for PlainHttp {}

#[cfg(test)]
mod tests {
    use super::is_plain_on_another_host;

    #[test]
    fn only_loopback_may_be_asked_in_plain_http() {
        for url in [
            "https://ssm.eu-west-1.amazonaws.com/",
            "HTTPS://proxy/",
            "http://127.0.0.1:4566/x",
            "http://127.8.9.1",
            "http://[::1]:80/",
            "http://localhost:5000",
        ] {
            assert!(!is_plain_on_another_host(url), "{url}");
        }
        for url in [
            "http://ssm.eu-west-1.amazonaws.com/",
            "http://10.0.0.1",
            "http://127.0.0.1.evil.example/",
            "http://127.0.0.1@evil.example/",
            "http://localhost.evil.example/",
            "http://[::ffff:10.0.0.1]/",
            "http://evil.example/?@127.0.0.1",
            "ws://127.0.0.2.example",
            "no url",
        ] {
            assert!(is_plain_on_another_host(url), "{url}");
        }
    }
}
