//! What the calls to both AWS stores share: how they are sent, what the SDK's errors mean, and the next steps.

use super::call::{Again, Failure, Limits};
use super::codes;
use super::insecure::PlainHttp;
use super::scrub::{CutOff, NoConnection, TooLarge};
use super::{BoxFuture, Payload, SourceError, SourceErrorKind};
use aws_config::SdkConfig;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;
use futures_util::future::join_all;
use std::error::Error;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout_at;
use tracing::Instrument;
use tracing::instrument::WithSubscriber;

/// A task ends this long before the load does: one that is dropped lives until the runtime has its next turn.
const ENDS_BEFORE: Duration = Duration::from_millis(5);

/// Sends a request in a task of its own, which ends with the wait for it: signing requests and reading answers is work,
/// and the runtime may have several threads for it.
pub(super) async fn send<T, E>(
    limits: &Limits,
    request: impl Future<Output = Result<T, SdkError<E, Response>>> + Send + 'static,
) -> Result<T, Failure>
where
    T: Send + 'static,
    E: ProvideErrorMetadata + RequestId + Error + 'static,
{
    let ends = limits.deadline.and_then(|deadline| deadline.checked_sub(ENDS_BEFORE));
    let sent = async move {
        let result = match ends {
            Some(ends) => timeout_at(ends, request).await.map_err(|_| Failure::too_late())?,
            None => request.await,
        };
        result.map_err(|error| meaning(&error))
    };
    let (sender, receiver) = oneshot::channel();
    let _task = task(Box::pin(async {
        // Nobody waits for it when the load was dropped.
        let _ = sender.send(sent.await);
    }));
    // It panicked, in a provider of the program's own, or the runtime ends.
    receiver.await.unwrap_or_else(|_| Err(Failure::new(unreachable("the call failed"), Again::Never)))
}

/// A task that ends with its handle. One kind for all calls: the runtime's code for it is there once.
fn task(work: BoxFuture<'static, ()>) -> JoinSet<()> {
    let mut task = JoinSet::new();
    task.spawn(work.in_current_span().with_current_subscriber());
    task
}

/// All of them at once.
pub(super) async fn all(calls: Vec<BoxFuture<'_, Vec<Indexed>>>) -> Vec<Indexed> {
    join_all(calls).await.into_iter().flatten().collect()
}

/// The index of a key among those asked for, and what became of it.
pub(super) type Indexed = (usize, Result<Payload, SourceError>);

/// What was found out key by key, in the order in which the keys were asked for.
pub(super) fn in_order(keys: usize, found: impl IntoIterator<Item = Indexed>) -> Vec<Result<Payload, SourceError>> {
    let mut outcomes: Vec<_> = std::iter::repeat_with(|| Err(unanswered())).take(keys).collect();
    for (index, outcome) in found {
        outcomes[index] = outcome;
    }
    outcomes
}

/// A service answered, and not what it was asked.
pub(super) fn unanswered() -> SourceError {
    unreachable("the answer does not speak of the name that was asked for")
}

/// A service answered with two values for one name: nobody knows which one is meant.
pub(super) fn contradictory() -> SourceError {
    unreachable("the answer has two values for the name that was asked for")
}

/// A service answered without the value.
pub(super) fn without_value() -> SourceError {
    unreachable("the answer has no value")
}

/// What an error of the SDK means. Nothing of its text goes on: a service's words may repeat a value.
fn meaning<E>(error: &SdkError<E, Response>) -> Failure
where
    E: ProvideErrorMetadata + RequestId + Error + 'static,
{
    let mut failure = match error {
        SdkError::ServiceError(service) if !service.raw().status().is_success() => {
            let code = service.err().code().unwrap_or_default();
            let words = service.err().message().unwrap_or_default();
            let status = service.raw().status().as_u16();
            let (kind, reason) = codes::kind_of(code, words, status);
            let meaning = SourceError { reason, ..SourceError::new(kind) };
            let meaning = match codes::is_known(code) {
                true => meaning.with_code(code),
                false => meaning.with_code(format!("HTTP {status}")),
            };
            Failure::new(meaning, codes::again(kind, reason))
        }
        SdkError::TimeoutError(_) => Failure::new(unreachable("no answer in time"), Again::Soon),
        SdkError::ResponseError(_) if cause::<TooLarge>(error).is_some() => {
            Failure::new(unreachable("the answer is larger than any of the service's"), Again::Never)
        }
        SdkError::ResponseError(_) if cause::<CutOff>(error).is_some() => {
            Failure::new(unreachable("the connection was cut"), Again::Soon)
        }
        // An error without a code: of a proxy, or of a service that is down.
        SdkError::ResponseError(response) if !response.raw().status().is_success() => {
            of_status(response.raw().status().as_u16())
        }
        SdkError::ResponseError(_) | SdkError::ServiceError(_) => {
            Failure::new(unreachable("the answer is not what the service should give"), Again::Twice)
        }
        _ if cause::<PlainHttp>(error).is_some() => Failure::new(PlainHttp::meaning(), Again::Never),
        SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) => match cause::<CredentialsError>(error) {
            Some(credentials) => Failure::new(no_credentials(credentials), Again::Never),
            None => dispatch(error),
        },
        _ => Failure::new(unreachable("the call failed"), Again::Never),
    };
    if let Some(id) = error.request_id() {
        failure.error = failure.error.with_request_id(id);
    }
    failure
}

fn of_status(status: u16) -> Failure {
    let (kind, reason) = codes::kind_of("", "", status);
    let meaning = SourceError { reason, ..SourceError::new(kind) };
    Failure::new(meaning.with_code(format!("HTTP {status}")), codes::again(kind, reason))
}

/// What it means that no answer came.
fn dispatch<E>(error: &SdkError<E, Response>) -> Failure
where
    E: Error + 'static,
{
    let SdkError::DispatchFailure(failure) = error else {
        return Failure::new(unreachable("the call could not be made"), Again::Never);
    };
    if cause::<NoConnection>(error).is_some() {
        let help =
            "see whether the endpoint is right and the network lets it through: AWS_ENDPOINT_URL, VPC endpoint, proxy";
        return Failure::new(unreachable("no connection").with_help(help), Again::IfReachable);
    }
    let reason = match failure {
        failure if failure.is_timeout() => "no answer in time",
        failure if failure.is_io() => "the connection was cut",
        _ => "the call could not be made",
    };
    Failure::new(unreachable(reason), Again::Soon)
}

fn unreachable(reason: &'static str) -> SourceError {
    SourceError::new(SourceErrorKind::Unreachable).with_reason(reason)
}

fn no_credentials(error: &CredentialsError) -> SourceError {
    let (reason, help) = match error {
        CredentialsError::ProviderTimedOut(_) => {
            ("their provider does not answer", "see whether it can be reached: the metadata service, STS, SSO")
        }
        CredentialsError::InvalidConfiguration(_) => (
            "their configuration is invalid",
            "correct the profile in ~/.aws/config, or the variables of the web identity",
        ),
        _ => (
            "no provider of the standard chain could give any",
            "give the program a role, or set AWS_PROFILE, or sign in with `aws sso login`; \
             `aws sts get-caller-identity` in the same place tells more",
        ),
    };
    SourceError::new(SourceErrorKind::NoCredentials).with_reason(reason).with_help(help)
}

/// The first cause of this type.
fn cause<'e, C: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e C> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(cause) = error.downcast_ref() {
            return Some(cause);
        }
        next = error.source();
    }
    None
}

/// The ARN of a resource, as one writes it into a policy; the account is the reader's to fill in.
pub(super) fn arn(config: &SdkConfig, service: &str, resource: &str) -> String {
    let region = config.region().map_or("REGION", |region| region.as_ref());
    let partition = match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    format!("arn:{partition}:{service}:{region}:ACCOUNT:{resource}")
}

/// The resource of an ARN of `service`; `None` for any other text. Little of what may stand before it is free.
pub(super) fn resource_of<'a>(arn: &'a str, service: &str) -> Option<&'a str> {
    let mut parts = arn.splitn(6, ':');
    let is_word =
        |part: &str| part.len() <= 24 && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    let is_arn = parts.next()? == "arn"
        && parts.next().is_some_and(|partition| partition.starts_with("aws") && is_word(partition))
        && parts.next()? == service
        && parts.next().is_some_and(is_word)
        && parts.next().is_some_and(|account| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()));
    parts.next().filter(|_| is_arn)
}

/// The next step where the credentials are right and the place is not.
pub(super) fn correct_region(config: &SdkConfig) -> String {
    let region = config.region().map_or("no region", |region| region.as_ref());
    format!("this load calls {region}: set AWS_REGION or `.region(..)` to that of the endpoint")
}

/// The next step for a person who may not decrypt what `service` keeps.
pub(super) fn allow_decryption(config: &SdkConfig, service: &str) -> String {
    let region = config.region().map_or("REGION", |region| region.as_ref());
    format!("allow kms:Decrypt on its key, via {service}.{region}.amazonaws.com, and see whether the key is enabled")
}

/// The next step for a person with whose key `service` cannot encrypt.
#[cfg(feature = "operator")]
pub(super) fn allow_encryption(config: &SdkConfig, service: &str) -> String {
    let region = config.region().map_or("REGION", |region| region.as_ref());
    format!(
        "see whether the KMS key exists and is enabled, and allow kms:GenerateDataKey, kms:Encrypt and kms:Decrypt on it, \
         via {service}.{region}.amazonaws.com"
    )
}

#[cfg(test)]
mod tests {
    use super::resource_of;

    #[test]
    fn only_an_arn_has_a_resource() {
        let arn = "arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/a:b";
        assert_eq!(resource_of(arn, "ssm"), Some("parameter/a:b"));
        for text in [
            "arn:aws:ssm:eu-west-1:123456789012",
            "arn:aws:ssm:eu-west-1:12345678901:x",
            "arn:aws:ssm:eu-west-1:hunter2hunt:x",
            "arn:aws:ssm:Hunter2:123456789012:x",
            "arn:hunter2:ssm:eu-west-1:123456789012:x",
            "arn:aws:secretsmanager:eu-west-1:123456789012:x",
            "hunter2",
        ] {
            assert_eq!(resource_of(text, "ssm"), None, "{text}");
        }
    }
}
