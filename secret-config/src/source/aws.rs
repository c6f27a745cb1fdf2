//! What both AWS stores share: one configuration, one HTTP client and one credentials lookup for a load, made when the
//! first call needs them; and what the SDK's errors mean.

use super::call::{Again, Counts, Failure, Limits, UNREACHABLE_FOR};
use super::codes;
use super::insecure::{self, PlainHttp, RefusePlainHttp};
use super::scrub::{CutOff, NoConnection, TooLarge, scrubbing};
use super::{BoxFuture, Payload, SourceError, SourceErrorKind};
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::identity::IdentityCache;
use aws_config::imds;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future::ProvideCredentials as ProvidedCredentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::request_id::RequestId;
use futures_util::future::join_all;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{OnceCell, Semaphore, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;
use tracing::instrument::WithSubscriber;

/// What the loader was given for AWS.
#[derive(Clone)]
pub(crate) struct Given {
    pub(crate) config: Option<SdkConfig>,
    pub(crate) region: Option<String>,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) concurrency: usize,
    pub(crate) allows_plain_http: bool,
    pub(crate) allows_body_logging: bool,
}

impl Default for Given {
    fn default() -> Self {
        Self {
            config: None,
            region: None,
            endpoint_url: None,
            concurrency: 128,
            allows_plain_http: false,
            allows_body_logging: false,
        }
    }
}

/// The way to AWS that the stores of a load share.
pub(crate) struct Connection {
    given: Given,
    opened: OnceCell<Result<SdkConfig, SourceError>>,
    /// The same, with credentials that were looked up anew.
    renewed: OnceCell<SdkConfig>,
    pub(super) limits: Arc<Limits>,
}

/// A metadata service that does not answer at once is not there.
const METADATA_PATIENCE: Duration = Duration::from_millis(900);

/// Long enough for a call of either service, and short enough for another one before the deadline.
const ANSWER_PATIENCE: Duration = Duration::from_secs(8);

impl Connection {
    /// Nothing is built before the first call needs it.
    pub(crate) fn new(given: Given, deadline: Option<Instant>) -> Self {
        // Whoever switched retries off wants to see each failure.
        let retries = given.config.as_ref().and_then(SdkConfig::retry_config);
        let limits = Limits {
            permits: Semaphore::new(given.concurrency),
            deadline,
            retries: retries.is_none_or(|retries| retries.max_attempts() > 1),
            counts: Arc::default(),
            is_signing_in: Arc::default(),
        };
        Self { given, opened: OnceCell::new(), renewed: OnceCell::new(), limits: Arc::new(limits) }
    }

    /// What the calls of the load came to.
    pub(crate) fn counts(&self) -> Arc<Counts> {
        Arc::clone(&self.limits.counts)
    }

    /// The configuration to make clients from. The first caller waits for it to be read, all others for the first.
    pub(super) fn config(&self) -> BoxFuture<'_, Result<&SdkConfig, SourceError>> {
        // Boxed, here and below: each place that waits would have all of the SDK's chains in its own code.
        Box::pin(async {
            let opening = self.opened.get_or_init(|| self.open());
            let opened = match self.limits.deadline {
                Some(deadline) => {
                    timeout_at(deadline, opening).await.map_err(|_| self.limits.too_late("region and credentials"))?
                }
                None => opening.await,
            };
            opened.as_ref().map_err(Clone::clone)
        })
    }

    /// The same with credentials that are looked up anew, for when a service says that the known ones have expired.
    pub(super) fn renewed(&self) -> BoxFuture<'_, Result<&SdkConfig, SourceError>> {
        Box::pin(async {
            let config = self.config().await?;
            let renew = async || {
                let identities = IdentityCache::lazy().build();
                config.to_builder().identity_cache(identities).build()
            };
            Ok(self.renewed.get_or_init(renew).await)
        })
    }

    /// What each service's client watches its calls with.
    pub(super) fn interceptors(&self) -> impl Iterator<Item = SharedInterceptor> {
        (!self.given.allows_plain_http).then(|| SharedInterceptor::new(RefusePlainHttp)).into_iter()
    }

    fn scrubbing(&self, client: SharedHttpClient) -> SharedHttpClient {
        scrubbing(client, self.counts())
    }

    async fn open(&self) -> Result<SdkConfig, SourceError> {
        if !self.given.allows_body_logging {
            insecure::logs_bodies()?;
        }
        let region = self.given.region.clone().map(Region::new);
        let config = match &self.given.config {
            Some(config) => {
                let region = region.or_else(|| config.region().cloned()).ok_or_else(no_region)?;
                let client = config.http_client().unwrap_or_else(http_client);
                // Without one that they share, each store's client would look the credentials up for itself.
                let identities = config.identity_cache().unwrap_or_else(|| IdentityCache::lazy().build());
                config
                    .to_builder()
                    .region(region)
                    .http_client(self.scrubbing(client))
                    .identity_cache(identities)
                    .build()
            }
            None => standard_chain(region, self.scrubbing(http_client())).await?,
        };
        let config = match config.credentials_provider() {
            Some(provider) => {
                let watched = Watched { provider, is_asked: Arc::clone(&self.limits.is_signing_in) };
                config.into_builder().credentials_provider(SharedCredentialsProvider::new(watched)).build()
            }
            None => config,
        };
        // The retries are this library's: see `call`.
        let timeouts = patience(config.timeout_config());
        let config = config.into_builder().retry_config(RetryConfig::disabled()).timeout_config(timeouts);
        Ok(match &self.given.endpoint_url {
            Some(url) => config.endpoint_url(url).build(),
            None => config.build(),
        })
    }
}

/// Tells while it waits for another provider, so that a deadline which passes then can be told as what it is.
#[derive(Debug)]
struct Watched {
    provider: SharedCredentialsProvider,
    is_asked: Arc<AtomicBool>,
}

impl ProvideCredentials for Watched {
    fn provide_credentials<'a>(&'a self) -> ProvidedCredentials<'a>
    where
        Self: 'a,
    {
        ProvidedCredentials::new(async {
            self.is_asked.store(true, Ordering::Relaxed);
            let credentials = self.provider.provide_credentials().await;
            self.is_asked.store(false, Ordering::Relaxed);
            credentials
        })
    }

    fn fallback_on_interrupt(&self) -> Option<Credentials> {
        self.provider.fallback_on_interrupt()
    }
}

/// Region and credentials as every AWS tool finds them, but without waiting long for a metadata service.
async fn standard_chain(region: Option<Region>, client: SharedHttpClient) -> Result<SdkConfig, SourceError> {
    let provider = ProviderConfig::without_region().with_http_client(client.clone());
    let metadata = imds::Client::builder()
        .configure(&provider)
        .max_attempts(1)
        .connect_timeout(METADATA_PATIENCE)
        .read_timeout(METADATA_PATIENCE)
        .operation_timeout(METADATA_PATIENCE)
        .build();
    let region = match region {
        Some(region) => region,
        None => RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
            .or_else(ProfileFileRegionProvider::builder().configure(&provider).build())
            .or_else(ImdsRegionProvider::builder().configure(&provider).imds_client(metadata.clone()).build())
            .region()
            .await
            .ok_or_else(no_region)?,
    };
    let provider = provider.with_region(Some(region.clone()));
    let credentials = DefaultCredentialsChain::builder().configure(provider).imds_client(metadata).build().await;
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region)
        .http_client(client)
        .credentials_provider(credentials)
        .timeout_config(patience(None));
    Ok(loader.load().await)
}

/// The time-outs of a configuration, with ours where it has none.
fn patience(given: Option<&TimeoutConfig>) -> TimeoutConfig {
    let mut timeouts = given.map_or_else(TimeoutConfig::builder, TimeoutConfig::to_builder);
    if given.is_none_or(|given| given.connect_timeout().is_none()) {
        timeouts = timeouts.connect_timeout(UNREACHABLE_FOR);
    }
    if given.is_none_or(|given| given.read_timeout().is_none()) {
        timeouts = timeouts.read_timeout(ANSWER_PATIENCE);
    }
    timeouts.build()
}

fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().tls_provider(TLS).build_https()
}

#[cfg(feature = "s2n-tls")]
const TLS: tls::Provider = tls::Provider::S2nTls;
#[cfg(not(feature = "s2n-tls"))]
const TLS: tls::Provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc);

fn no_region() -> SourceError {
    SourceError::new(SourceErrorKind::NoRegion)
        .with_help("set AWS_REGION, or `region` in the profile of ~/.aws/config, or call `.region(..)` on the loader")
}

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
