//! [`Loader`]: what a load is given, and the order of its stages.

#[cfg(feature = "operator")]
mod ahead;
mod named;
#[cfg(feature = "operator")]
mod observed;
mod order;

use crate::assemble::{Assembler, Stage};
use crate::environment::{Environment, IntoEnvironment};
use crate::error::{LoadError, Problem};
use crate::explanation::{Explanation, LoadReport, Origin};
use crate::fetch::{self, Outcome, Sources};
use crate::layers::{self, Layers, Value};
use crate::plan::{Plan, SourceName};
#[cfg(feature = "aws")]
use crate::source::connection::{Connection, Given};
#[cfg(feature = "secretsmanager")]
use crate::source::secretsmanager::SecretsManager;
#[cfg(feature = "ssm")]
use crate::source::ssm::ParameterStore;
#[cfg(all(feature = "operator", feature = "aws"))]
use crate::source::writes::Way;
use crate::source::{Source, file};
use crate::spec::Spec;
#[cfg(feature = "operator")]
pub(crate) use ahead::Absence;
use figment::Figment;
use named::Named;
#[cfg(feature = "operator")]
pub(crate) use observed::{Asked, Observed, Placed, is_within};
use std::ffi::OsString;
#[cfg(feature = "operator")]
use std::hash::RandomState;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tracing::Instrument;

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
    aws: Given,
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
            aws: Given::default(),
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
        let assembled = self.run(T::SPEC, Purpose::Load, |assembler| T::assemble(assembler, None)).await?;
        assembled.finish().map(|(config, _)| config)
    }

    /// Runs the load and drops the config: where each value came from, and what the load took.
    ///
    /// ```
    /// use secret_config::SecretConfig;
    ///
    /// #[derive(Debug, SecretConfig)]
    /// #[config(env_prefix = "ORDERS")]
    /// struct AppConfig {
    ///     #[config(default = 8080)]
    ///     port: u16,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), secret_config::LoadError> {
    /// let explanation = AppConfig::loader("dev").env_vars([("ORDERS_PORT", "80")]).explain().await?;
    /// assert_eq!(explanation.origins()[0].field(), "port");
    /// assert_eq!(explanation.origins()[0].origin(), "environment variable ORDERS_PORT");
    /// assert_eq!(explanation.report().calls(), 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub async fn explain(self) -> Result<Explanation, LoadError> {
        let assembled = self.run(T::SPEC, Purpose::Explain, |assembler| T::assemble(assembler, None)).await?;
        assembled.finish().map(|(_, explanation)| explanation)
    }

    /// Runs the load for what can be seen of its values, whether or not they make a config.
    #[cfg(feature = "operator")]
    pub(crate) async fn observe(self, fingerprints: RandomState) -> Result<Observed, LoadError> {
        let purpose = Purpose::Compare(fingerprints);
        let assembled = self.run(T::SPEC, purpose, |assembler| T::assemble(assembler, None)).await?;
        let Assembled { environment, fields, origins, problems, .. } = assembled;
        let (config, environment) = (T::SPEC.type_name, environment.to_string());
        Ok(Observed { config, environment, fields, origins, problems })
    }
}

/// What a person wants to know of a load, and everything that is wrong with it.
#[cfg(feature = "cli")]
pub(crate) struct Overview {
    pub(crate) config: &'static str,
    pub(crate) environment: String,
    pub(crate) origins: Vec<Origin>,
    pub(crate) report: LoadReport,
    pub(crate) problems: Vec<Problem>,
}

#[cfg(feature = "cli")]
impl<T: crate::SecretConfig> Loader<T> {
    /// Runs the load for a person who wants to see it, whether or not its values make a config.
    pub(crate) async fn overview(self) -> Result<Overview, LoadError> {
        let assembled = self.run(T::SPEC, Purpose::Show, |assembler| T::assemble(assembler, None)).await?;
        let Assembled { spec, environment, origins, report, problems, .. } = assembled;
        Ok(Overview { config: spec.type_name, environment: environment.to_string(), origins, report, problems })
    }
}

/// What was seen on the way of a load, and everything that is wrong with it.
#[cfg(all(feature = "operator", feature = "aws"))]
pub(crate) struct Surveyed<S> {
    pub(crate) environment: String,
    pub(crate) seen: S,
    pub(crate) problems: Vec<Problem>,
}

#[cfg(feature = "operator")]
impl<T: crate::SecretConfig> Loader<T> {
    /// The plan of the load, and the files' part in it: nothing is asked.
    #[cfg_attr(not(feature = "aws"), allow(dead_code, reason = "only stores are written to"))]
    pub(crate) fn whole_plan(self) -> Result<(String, Plan), LoadError> {
        let (environment, mut layers, mut plan) = self.layers_and_plan()?;
        let mut problems = std::mem::take(&mut layers.problems);
        problems.append(&mut plan.problems);
        if !problems.is_empty() {
            return Err(LoadError::new(T::SPEC.type_name, Some(environment.to_string()), problems));
        }
        Ok((environment.to_string(), plan))
    }

    fn layers_and_plan(self) -> Result<(Environment, Layers, Plan), LoadError> {
        let spec = T::SPEC;
        let environment = self.environment(spec)?;
        let given = self.environment.told_to(self.given);
        let layers = Layers::read(spec, &environment, given);
        let plan = Plan::new(spec, &environment, &layers);
        Ok((environment, layers, plan))
    }

    /// What would be wrong with a load to which the stores answer like this. Nothing is asked.
    #[cfg(feature = "aws")]
    pub(crate) fn assemble_from(
        self,
        answer: impl FnOnce(&'static Spec, &Plan) -> Vec<Outcome>,
    ) -> Result<(String, Vec<Problem>), LoadError> {
        let spec = T::SPEC;
        let (environment, layers, plan) = self.layers_and_plan()?;
        let outcomes = answer(spec, &plan);
        let gathered = Gathered { environment, layers, plan, outcomes, report: LoadReport::default() };
        let assembled = gathered.assemble(spec, &Purpose::Load, |assembler| T::assemble(assembler, None));
        Ok((assembled.environment.to_string(), assembled.problems))
    }

    /// Runs a whole load for what `look` sees in its plan and in what the stores answered, and for what is wrong with it.
    #[cfg(feature = "aws")]
    pub(crate) async fn survey<S>(
        self,
        look: fn(&'static Spec, &Plan, &[Outcome]) -> S,
    ) -> Result<Surveyed<S>, LoadError> {
        let spec = T::SPEC;
        let span = tracing::info_span!(target: "secret_config", "survey", config = spec.type_name);
        let gathered = self.gather(spec).instrument(span.clone()).await?;
        let _in_it = span.enter();
        let seen = look(spec, &gathered.plan, &gathered.outcomes);
        let assembled = gathered.assemble(spec, &Purpose::Load, |assembler| T::assemble(assembler, None));
        let Assembled { environment, problems, .. } = assembled;
        Ok(Surveyed { environment: environment.to_string(), seen, problems })
    }

    /// The way to the stores, for calls that follow the load's.
    #[cfg(feature = "aws")]
    pub(crate) fn way(&self) -> Way {
        Way { aws: self.aws.clone(), deadline: self.deadline }
    }
}

/// What a load is run for.
enum Purpose {
    Load,
    Explain,
    #[cfg(feature = "operator")]
    Compare(RandomState),
    #[cfg(feature = "cli")]
    Show,
}

impl<T> Loader<T> {
    async fn run<C>(
        self,
        spec: &'static Spec,
        purpose: Purpose,
        assemble: impl FnOnce(&mut Assembler<'_>) -> Option<C>,
    ) -> Result<Assembled<C>, LoadError> {
        let span = tracing::info_span!(target: "secret_config", "load", config = spec.type_name);
        let gathered = self.gather(spec).instrument(span.clone()).await?;
        Ok(span.in_scope(|| gathered.assemble(spec, &purpose, assemble)))
    }

    pub(crate) fn environment(&self, spec: &'static Spec) -> Result<Environment, LoadError> {
        let environment = self.environment.resolve(spec, self.given.variables.as_deref());
        environment.map_err(|(name, problem)| LoadError::new(spec.type_name, name, vec![*problem]))
    }

    /// The stages before the config's own type comes in.
    async fn gather(self, spec: &'static Spec) -> Result<Gathered, LoadError> {
        // One for all of it. Without one, which is too far away to be told, there is no end to the waiting.
        let deadline = Instant::now().checked_add(self.deadline);
        let environment = self.environment(spec)?;
        let given = self.environment.told_to(self.given);
        let mut sources = self.sources;
        sources.insert(SourceName::File, Arc::new(file::Files { root: given.root.clone().unwrap_or_default() }));
        #[cfg(feature = "aws")]
        let connection = Arc::new(Connection::new(self.aws, deadline));
        #[cfg(feature = "aws")]
        if spec.is_remote() && !spec.root.offline.contains(&environment.as_str()) {
            connection.read_roots();
        }
        #[cfg(feature = "ssm")]
        sources.insert(SourceName::Ssm, Arc::new(ParameterStore::new(connection.clone())));
        #[cfg(feature = "secretsmanager")]
        sources.insert(SourceName::SecretsManager, Arc::new(SecretsManager::new(connection.clone())));

        let mut report = LoadReport::default();
        let layers = stage(&mut report, "layers", || Layers::read(spec, &environment, given));
        let plan = stage(&mut report, "plan", || Plan::new(spec, &environment, &layers));
        let start = Instant::now();
        let span = tracing::debug_span!(target: "secret_config", "stage", name = "fetch", keys = plan.requests.len());
        let outcomes = fetch::fetch(&plan, &sources, deadline).instrument(span).await;
        report.stages.push(("fetch", start.elapsed()));
        #[cfg(feature = "aws")]
        connection.counts().tell(&mut report);
        Ok(Gathered { environment, layers, plan, outcomes, report })
    }
}

/// Runs one stage in a span of its own, so that whoever traces sees what a load spends its time on.
fn stage<R>(report: &mut LoadReport, name: &'static str, run: impl FnOnce() -> R) -> R {
    let start = Instant::now();
    let result = tracing::debug_span!(target: "secret_config", "stage", name).in_scope(run);
    report.stages.push((name, start.elapsed()));
    result
}

/// What the stages before `assemble` found.
struct Gathered {
    environment: Environment,
    layers: Layers,
    plan: Plan,
    outcomes: Vec<Outcome>,
    report: LoadReport,
}

impl Gathered {
    fn assemble<C>(
        mut self,
        spec: &'static Spec,
        purpose: &Purpose,
        assemble: impl FnOnce(&mut Assembler<'_>) -> Option<C>,
    ) -> Assembled<C> {
        let found = Stage { root: spec, layers: &self.layers, plan: &self.plan };
        let mut assembler = Assembler::new(&found, self.outcomes);
        match purpose {
            Purpose::Load => {}
            Purpose::Explain => assembler.note_origins(None),
            #[cfg(feature = "operator")]
            Purpose::Compare(key) => assembler.note_origins(Some(key.clone())),
            #[cfg(feature = "cli")]
            Purpose::Show => assembler.note_values(),
        }
        let config = stage(&mut self.report, "assemble", || assemble(&mut assembler));
        let origins = assembler.take_origins();
        #[cfg(feature = "operator")]
        let fields = match purpose {
            Purpose::Compare(_) => observed::fields(spec, &self.layers, &self.plan),
            _ => Vec::new(),
        };
        let of_fields = assembler.into_problems();
        let mut problems = std::mem::take(&mut self.layers.problems);
        problems.append(&mut self.plan.problems);
        problems.extend(of_fields);
        if !problems.is_empty() {
            order::sort(&mut problems, spec, &self.layers);
        }
        Assembled {
            spec,
            environment: self.environment,
            config,
            origins,
            #[cfg(feature = "operator")]
            fields,
            report: self.report,
            problems,
        }
    }
}

/// What came of a load.
struct Assembled<C> {
    spec: &'static Spec,
    environment: Environment,
    config: Option<C>,
    origins: Vec<Origin>,
    #[cfg(feature = "operator")]
    fields: Vec<Placed>,
    report: LoadReport,
    problems: Vec<Problem>,
}

impl<C> Assembled<C> {
    fn finish(self) -> Result<(C, Explanation), LoadError> {
        match self.config {
            Some(config) if self.problems.is_empty() => {
                Ok((config, Explanation { origins: self.origins, report: self.report }))
            }
            _ => Err(LoadError::new(self.spec.type_name, Some(self.environment.to_string()), self.problems)),
        }
    }
}
