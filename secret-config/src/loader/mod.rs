//! [`Loader`]: what a load is given, and the order of its stages.

mod named;
mod order;

use crate::assemble::{Assembler, Stage};
use crate::environment::{Environment, IntoEnvironment};
use crate::error::LoadError;
use crate::fetch::{self, Outcome, Sources};
use crate::layers::{self, Layers, Value};
use crate::plan::{Plan, SourceName};
#[cfg(feature = "aws")]
use crate::source::aws;
#[cfg(feature = "secretsmanager")]
use crate::source::secretsmanager::SecretsManager;
#[cfg(feature = "ssm")]
use crate::source::ssm::ParameterStore;
use crate::source::{Source, file};
use crate::spec::Spec;
use figment::Figment;
use named::Named;
use std::ffi::OsString;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A load before it starts: everything that tests and unusual programs want to say of it, and nothing global.
///
/// Made by [`SecretConfig::loader`](crate::SecretConfig::loader). [`load`](Self::load) runs it.
///
/// ```
/// use secret_config::SecretConfig;
///
/// #[derive(Debug, SecretConfig)]
/// #[config(env_prefix = "ORDERS")]
/// struct AppConfig {
///     host: String,
///     port: u16,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), secret_config::LoadError> {
/// let config = AppConfig::loader("dev")
///     .env_vars([("ORDERS_HOST", "localhost"), ("ORDERS_PORT", "80")])
///     .set("port", 8080)
///     .load()
///     .await?;
/// assert_eq!((config.host.as_str(), config.port), ("localhost", 8080));
/// # Ok(())
/// # }
/// ```
#[must_use = "a loader does nothing until `load` is called and awaited"]
pub struct Loader<T> {
    environment: Named,
    given: layers::Given,
    sources: Sources,
    deadline: Duration,
    #[cfg(feature = "aws")]
    aws: aws::Given,
    config: PhantomData<fn() -> T>,
}

/// How long a load may take if the program does not say.
const DEADLINE: Duration = Duration::from_secs(30);

impl<T> Loader<T> {
    pub(crate) fn new(environment: impl IntoEnvironment) -> Self {
        Self::named(Named::Given(environment.into_environment()))
    }

    pub(crate) fn from_variable(name: impl Into<String>) -> Self {
        Self::named(Named::ByVariable(name.into()))
    }

    fn named(environment: Named) -> Self {
        Self {
            environment,
            given: layers::Given::default(),
            sources: Sources::new(),
            deadline: DEADLINE,
            #[cfg(feature = "aws")]
            aws: aws::Given::default(),
            config: PhantomData,
        }
    }

    /// Looks for files below `directory` instead of the working directory. Relative paths of mounted files too.
    pub fn root(mut self, directory: impl Into<PathBuf>) -> Self {
        self.given.root = Some(directory.into());
        self
    }

    /// Reads these variables instead of the process's, for the fields and the environment's name. Those of AWS, such as
    /// `AWS_REGION`, are always the process's. None at all: `.env_vars::<&str, &str>([])`.
    pub fn env_vars<K: Into<OsString>, V: Into<OsString>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.given.variables = Some(variables.collect());
        self
    }

    /// Sets a value in the highest layer: `path` is the field's, with dots, as in `database.host`.
    pub fn set(mut self, path: impl Into<String>, value: impl Into<Value>) -> Self {
        self.given.set.push((path.into(), value.into()));
        self
    }

    /// Adds a layer above the files: any provider of the crate `figment`. Of its profiles, the default, the one with
    /// the environment's name and the global one count. The rules for files hold: no secrets outside offline
    /// environments, no unknown keys.
    pub fn layer(mut self, provider: impl figment::Provider) -> Self {
        self.given.providers.push(Figment::from(provider));
        self
    }

    /// Adds a source of your own, for the fields under `#[secret(source = "..")]` with this name.
    pub fn source(mut self, name: &'static str, source: impl Source) -> Self {
        self.sources.insert(SourceName::Custom(name), Arc::new(source));
        self
    }

    /// How long the load may take, retries included; 30 seconds if not said. What has not answered by then is
    /// reported as unreachable.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }
}

/// What the calls to AWS are made with. What is not said comes from the standard chain: variables, profile, container,
/// instance.
#[cfg(feature = "aws")]
impl<T> Loader<T> {
    /// Uses this configuration of the AWS SDK: credentials, region, endpoints, HTTP client.
    pub fn aws(mut self, config: &aws_types::SdkConfig) -> Self {
        self.aws.config = Some(config.clone());
        self
    }

    /// Calls this region.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.aws.region = Some(region.into());
        self
    }

    /// Calls both services at this URL, as for an emulator or a VPC endpoint. Without it `AWS_ENDPOINT_URL`,
    /// `AWS_ENDPOINT_URL_SSM` and `AWS_ENDPOINT_URL_SECRETS_MANAGER` count.
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.aws.endpoint_url = Some(url.into());
        self
    }

    /// Lets the stores be asked in plain http on a host other than this one, where everybody on the way can read the
    /// answers. Without it that is a problem, and nothing is sent. Loopback needs no leave.
    pub fn allow_plain_http(mut self) -> Self {
        self.aws.allows_plain_http = true;
        self
    }

    /// Lets the load run although `LOG_SENSITIVE_BODIES` or `LOG_SIGNABLE_BODY` makes the AWS SDK log the bodies of its
    /// calls, and the secrets in them. Without it that is a problem, and nothing is sent.
    pub fn allow_body_logging(mut self) -> Self {
        self.aws.allows_body_logging = true;
        self
    }

    /// How many calls to AWS may be under way at once; 128 if not said.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.aws.concurrency = calls.max(1);
        self
    }
}

impl<T: crate::SecretConfig> Loader<T> {
    /// Runs the load: reads the layers, asks the stores for what is left, and builds the config.
    ///
    /// A load that needs no look-up builds no client and opens no socket. One that does wants a tokio runtime with
    /// its timers on, as `#[tokio::main]` has.
    ///
    /// # Errors
    ///
    /// Every problem at once, in one [`LoadError`].
    pub async fn load(self) -> Result<T, LoadError> {
        self.gather(T::SPEC).await?.finish(T::SPEC, |assembler| T::assemble(assembler, None))
    }
}

impl<T> Loader<T> {
    /// The stages before the config's own type comes in.
    async fn gather(self, spec: &'static Spec) -> Result<Gathered, LoadError> {
        // One for all of it. Without one, which is too far away to be told, there is no end to the waiting.
        let deadline = Instant::now().checked_add(self.deadline);
        let environment = self.environment.resolve(spec, self.given.variables.as_deref());
        let environment =
            environment.map_err(|(name, problem)| LoadError::new(spec.type_name, name, vec![*problem]))?;
        let mut given = self.given;
        if let Named::ByVariable(name) = self.environment {
            given.named_by = Some(name);
        }
        let mut sources = self.sources;
        sources.insert(SourceName::File, Arc::new(file::Files { root: given.root.clone().unwrap_or_default() }));
        #[cfg(feature = "aws")]
        let connection = Arc::new(aws::Connection::new(self.aws, deadline));
        #[cfg(feature = "ssm")]
        sources.insert(SourceName::Ssm, Arc::new(ParameterStore::new(connection.clone())));
        #[cfg(feature = "secretsmanager")]
        sources.insert(SourceName::SecretsManager, Arc::new(SecretsManager::new(connection)));

        let layers = stage("layers", || Layers::read(spec, &environment, given));
        let plan = stage("plan", || Plan::new(spec, &environment, &layers));
        let outcomes = fetch::fetch(&plan, &sources, deadline).await;
        Ok(Gathered { environment, layers, plan, outcomes })
    }
}

/// Runs one stage in a span of its own, so that whoever traces sees what a load spends its time on.
fn stage<R>(name: &'static str, run: impl FnOnce() -> R) -> R {
    tracing::debug_span!(target: "secret_config", "stage", name).in_scope(run)
}

/// What the stages before `assemble` found.
struct Gathered {
    environment: Environment,
    layers: Layers,
    plan: Plan,
    outcomes: Vec<Outcome>,
}

impl Gathered {
    fn finish<T>(
        mut self,
        spec: &'static Spec,
        assemble: impl FnOnce(&mut Assembler<'_>) -> Option<T>,
    ) -> Result<T, LoadError> {
        let found = Stage { root: spec, layers: &self.layers, plan: &self.plan };
        let mut assembler = Assembler::new(&found, self.outcomes);
        let config = stage("assemble", || assemble(&mut assembler));
        let of_fields = assembler.into_problems();
        let mut problems = std::mem::take(&mut self.layers.problems);
        problems.append(&mut self.plan.problems);
        problems.extend(of_fields);
        match config {
            Some(config) if problems.is_empty() => Ok(config),
            _ => {
                order::sort(&mut problems, spec, &self.layers);
                Err(LoadError::new(spec.type_name, Some(self.environment.to_string()), problems))
            }
        }
    }
}
