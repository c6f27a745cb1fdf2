//! The way to AWS: one configuration, one HTTP client and one credentials lookup for all stores of a load, made when the
//! first call needs them.

use super::call::{Counts, Limits, UNREACHABLE_FOR};
use super::insecure::{self, RefusePlainHttp};
use super::scrub::scrubbing;
use super::{BoxFuture, SourceError, SourceErrorKind};
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
use aws_credential_types::provider::future::ProvideCredentials as ProvidedCredentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::{HttpClient, SharedHttpClient};
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::timeout::TimeoutConfig;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OnceCell, Semaphore};
use tokio::time::{Instant, timeout_at};

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

    /// Reads the system's certificates in a thread of its own, once for the process: it takes milliseconds, in which the
    /// layers are read, and region and credentials found. No client and no socket: perhaps nothing is looked up.
    pub(crate) fn read_roots(&self) {
        static ONCE: Once = Once::new();
        let is_ours = self.given.config.as_ref().is_none_or(|config| config.http_client().is_none());
        if is_ours && let Ok(runtime) = Handle::try_current() {
            ONCE.call_once(|| {
                // Setting up TLS for nothing is the way to the HTTP client's own list.
                let components = RuntimeComponentsBuilder::new("roots");
                let set_up = move || http_client().validate_base_client_config(&components, &ConfigBag::base());
                drop(runtime.spawn_blocking(set_up));
            });
        }
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
