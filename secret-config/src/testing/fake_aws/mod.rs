//! The server as a test holds it: start, seed, forbid, ask. One file each does the rest: `server` the transport,
//! `state` the order of judgement, `ssm` and `secretsmanager` the operations on their stores, `policy` and `access` who
//! may do what, `failure`, `calls`.

mod access;
mod authorization;
mod base64;
mod calls;
mod failure;
mod parameter;
mod parameter_name;
mod parameter_store;
mod policy;
mod protocol;
mod quota;
mod random;
mod secret_store;
mod secretsmanager;
mod server;
mod ssm;
mod state;

pub use access::{AccessPolicy, InvalidAccessPolicy};
pub use authorization::Authorization;
pub use calls::{Call, Calls};
pub use failure::Failure;
pub use parameter::Parameter;

use parameter_name::Reference;
use protocol::Fault;
use quota::Quota;
use secret_store::{CURRENT, Content};
use server::Shared;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const REGION: &str = "eu-west-1";
const ACCOUNT: &str = "123456789012";

/// Parameter Store and Secrets Manager on loopback, inside the test's own process.
///
/// Point a loader, an SDK client or any other program at [`endpoint_url`](Self::endpoint_url): both services answer
/// there. Seed it with the `put_` methods or with the services' own operations, forbid with [`deny`](Self::deny), break
/// with [`fail_next`](Self::fail_next), and ask with [`calls`](Self::calls) what was read.
///
/// It is strict, and refuses what AWS refuses: 11 names or 21 ids in a call, names and values that cannot be, versions
/// and stages that are not there, requests without a signature. What it does not serve at all, it says.
///
/// It runs on the runtime that started it, a current-thread one included, and stops when it is dropped. All is in the
/// region `eu-west-1` and the account `123456789012`.
///
/// ```
/// use secret_config::testing::{FakeAws, Parameter};
///
/// # fn main() -> std::io::Result<()> {
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let aws = FakeAws::start().await?;
/// aws.put_parameter("/orders/prod/stripe_key", Parameter::secure_string("sk_live"));
/// aws.put_secret("orders/prod/db", r#"{"username":"orders","password":"hunter2"}"#);
/// assert!(aws.endpoint_url().starts_with("http://127.0.0.1:"));
/// # Ok(()) })
/// # }
/// ```
pub struct FakeAws {
    endpoint_url: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl FakeAws {
    /// The region of everything in it.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// assert_eq!(FakeAws::REGION, "eu-west-1");
    /// ```
    pub const REGION: &'static str = REGION;

    /// The account of everything in it.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// assert_eq!(FakeAws::ACCOUNT, "123456789012");
    /// ```
    pub const ACCOUNT: &'static str = ACCOUNT;

    /// Starts an empty server on a free port of 127.0.0.1.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// # Ok(()) })
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If no port can be bound.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime, or inside one without I/O and time.
    pub async fn start() -> std::io::Result<Self> {
        Self::serve(Shared::new()).await
    }

    /// Starts another server with all that is kept and forbidden in this one now. From there on they know nothing of each
    /// other: each has its own address, calls and failures.
    ///
    /// ```
    /// # use secret_config::testing::{FakeAws, Parameter};
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.put_parameter("/orders/prod/port", Parameter::string("8080"));
    /// let other = aws.fork().await?;
    /// assert_eq!(other.put_parameter("/orders/prod/port", Parameter::string("8081")), 2);
    /// assert_eq!(aws.put_parameter("/orders/prod/port", Parameter::string("8082")), 2);
    /// # Ok(()) })
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If no port can be bound.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start).
    pub async fn fork(&self) -> std::io::Result<Self> {
        let shared = Shared::new();
        shared.lock().copy(&self.shared.lock());
        Self::serve(shared).await
    }

    async fn serve(shared: Arc<Shared>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let endpoint_url = format!("http://{}", listener.local_addr()?);
        let server = tokio::spawn(server::serve(listener, Arc::clone(&shared)));
        Ok(Self { endpoint_url, shared, server })
    }

    /// Where both services answer, `http://127.0.0.1:PORT`.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// assert!(aws.endpoint_url().starts_with("http://127.0.0.1:"));
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn endpoint_url(&self) -> &str {
        &self.endpoint_url
    }

    /// Creates a parameter, or adds a version to it. Answers the version's number.
    ///
    /// An ARN of another account stands for a parameter that is shared with this one. A value above 4096 bytes makes it
    /// an advanced parameter.
    ///
    /// ```
    /// # use secret_config::testing::{FakeAws, Parameter};
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// assert_eq!(aws.put_parameter("/orders/prod/port", Parameter::string("8080")), 1);
    /// assert_eq!(aws.put_parameter("/orders/prod/port", Parameter::string("8081")), 2);
    /// # Ok(()) })
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If AWS would refuse it; the message does not repeat the value.
    #[track_caller]
    pub fn put_parameter(&self, name: &str, parameter: Parameter) -> i64 {
        let outcome = self.shared.lock().parameters.seed(name, parameter);
        seeded(name, outcome)
    }

    /// Moves a label to a version of a parameter.
    ///
    /// ```
    /// # use secret_config::testing::{FakeAws, Parameter};
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// let version = aws.put_parameter("/orders/prod/port", Parameter::string("8080"));
    /// aws.label_parameter("/orders/prod/port", version, "stable"); // now `/orders/prod/port:stable` can be asked for
    /// # Ok(()) })
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If the parameter or the version does not exist, or the label cannot be.
    #[track_caller]
    pub fn label_parameter(&self, name: &str, version: i64, label: &str) {
        let labelled = Reference::parse(name)
            .and_then(|reference| self.shared.lock().parameters.label(&reference, Some(version), &[label]));
        let outcome = labelled.and_then(|(invalid, _)| match invalid.as_slice() {
            [] => Ok(()),
            _ => Err(Fault::validation(format!("`{label}` cannot be a label"))),
        });
        seeded(name, outcome);
    }

    /// Removes a parameter with all its versions, if it is there.
    ///
    /// ```
    /// # use secret_config::testing::{FakeAws, Parameter};
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.put_parameter("/orders/prod/port", Parameter::string("8080"));
    /// aws.remove_parameter("/orders/prod/port");
    /// # Ok(()) })
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If it cannot be a name.
    #[track_caller]
    pub fn remove_parameter(&self, name: &str) {
        let outcome = Reference::parse(name).map(|reference| self.shared.lock().parameters.remove(&reference));
        seeded(name, outcome);
    }

    /// Creates a secret, or rotates it: the value becomes `AWSCURRENT`, the one before `AWSPREVIOUS`. Answers the
    /// version's id.
    ///
    /// The full ARN of another account's secret stands for one that is shared with this one.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// let first = aws.put_secret("orders/prod/db", r#"{"password":"old"}"#);
    /// let second = aws.put_secret("orders/prod/db", r#"{"password":"new"}"#);
    /// assert_ne!(first, second);
    /// # Ok(()) })
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If AWS would refuse it; the message does not repeat the value.
    #[track_caller]
    pub fn put_secret(&self, name: &str, value: impl Into<String>) -> String {
        self.put_content(name, Content::Text(value.into()), CURRENT)
    }

    /// Like [`put_secret`](Self::put_secret), for a value of bytes.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.put_secret_binary("orders/prod/key", [0x00, 0xff]);
    /// # Ok(()) })
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If AWS would refuse it.
    #[track_caller]
    pub fn put_secret_binary(&self, name: &str, value: impl AsRef<[u8]>) -> String {
        self.put_content(name, Content::Binary(base64::encode(value.as_ref())), CURRENT)
    }

    /// Adds a version at a stage of its own, such as `AWSPENDING`, and leaves `AWSCURRENT` where it is.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.put_secret("orders/prod/db", "old");
    /// aws.put_secret_at("orders/prod/db", "AWSPENDING", "new"); // as in the middle of a rotation
    /// # Ok(()) })
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If AWS would refuse it; the message does not repeat the value.
    #[track_caller]
    pub fn put_secret_at(&self, name: &str, stage: &str, value: impl Into<String>) -> String {
        self.put_content(name, Content::Text(value.into()), stage)
    }

    #[track_caller]
    fn put_content(&self, name: &str, content: Content, stage: &str) -> String {
        let outcome = self.shared.lock().secrets.seed(name, content, &[stage]);
        seeded(name, outcome)
    }

    /// Schedules a secret for deletion: from now on reading it is an `InvalidRequestException`.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.put_secret("orders/prod/db", "value");
    /// aws.schedule_deletion("orders/prod/db");
    /// # Ok(()) })
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If there is no such secret.
    #[track_caller]
    pub fn schedule_deletion(&self, name: &str) {
        let outcome = match self.shared.lock().secrets.find_mut(name) {
            Some(entry) => {
                entry.schedule_deletion();
                Ok(())
            }
            None => Err(secret_store::not_found()),
        };
        seeded(name, outcome);
    }

    /// Denies an IAM action on a resource; everything else stays allowed.
    ///
    /// The resource is a name or an ARN; `*` and `?` are wildcards in it and in the action, as in IAM. Denying
    /// `kms:Decrypt` stands for a missing permission on the key. `secretsmanager:BatchGetSecretValue` knows no
    /// resource: deny it on `*`.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.deny("ssm:GetParameters", "/orders/prod/stripe_key");
    /// aws.deny("secretsmanager:*", "arn:aws:secretsmanager:*:*:secret:payments/*");
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn deny(&self, action: impl Into<String>, resource: impl Into<String>) {
        self.shared.lock().policy.deny(action.into(), resource.into());
    }

    /// Attaches an IAM policy: from now on only what the attached policies allow is allowed, and what is denied stays denied.
    ///
    /// ```
    /// # use secret_config::testing::{AccessPolicy, FakeAws};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.attach_policy(AccessPolicy::parse(
    ///     r#"{
    ///         "Version": "2012-10-17",
    ///         "Statement": {
    ///             "Effect": "Allow",
    ///             "Action": "ssm:GetParameters",
    ///             "Resource": "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/*"
    ///         }
    ///     }"#,
    /// )?);
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn attach_policy(&self, policy: AccessPolicy) {
        self.shared.lock().policy.attach(policy);
    }

    /// Says that the parameters and secrets whose name or ARN is this are encrypted with a customer key, by its ARN: with a
    /// policy attached, who reads them needs `kms:Decrypt` on it. `*` and `?` are wildcards. Other values are encrypted with
    /// the keys that AWS manages, which need no permission.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.encrypt_with("/orders/prod/*", "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab");
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn encrypt_with(&self, resource: impl Into<String>, key_arn: impl Into<String>) {
        self.shared.lock().policy.encrypt_with(resource.into(), key_arn.into());
    }

    /// Disables the key of the parameters and secrets whose name or ARN is this; `*` and `?` are wildcards.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.disable_key_of("/orders/prod/stripe_key"); // reading it is now an `InvalidKeyId`
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn disable_key_of(&self, resource: impl Into<String>) {
        self.shared.lock().policy.disable_keys_of(resource.into());
    }

    /// Takes back every [`deny`](Self::deny), [`disable_key_of`](Self::disable_key_of) and
    /// [`attach_policy`](Self::attach_policy).
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.deny("*", "*");
    /// aws.allow_all();
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn allow_all(&self) {
        self.shared.lock().policy.allow_all();
    }

    /// Makes the next call of an operation fail. Failures wait in the order they were asked for.
    ///
    /// ```
    /// # use secret_config::testing::{FakeAws, Failure};
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.fail_next("GetParameters", Failure::Throttled);
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn fail_next(&self, action: impl Into<String>, failure: Failure) {
        self.fail_times(1, action, failure);
    }

    /// Makes the next `times` calls of an operation fail; `*` means any operation.
    ///
    /// ```
    /// # use secret_config::testing::{FakeAws, Failure};
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.fail_times(usize::MAX, "*", Failure::Status(503)); // an outage
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn fail_times(&self, times: usize, action: impl Into<String>, failure: Failure) {
        self.shared.lock().script.add(times, action.into(), failure);
    }

    /// Forgets the failures that are still to come.
    ///
    /// ```
    /// # use secret_config::testing::{FakeAws, Failure};
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.fail_times(usize::MAX, "*", Failure::Status(503));
    /// aws.recover(); // the outage is over
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn recover(&self) {
        self.shared.lock().script = failure::Script::default();
    }

    /// Waits this long before each answer.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # use std::time::Duration;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.set_delay(Duration::from_millis(25));
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn set_delay(&self, delay: Duration) {
        self.shared.lock().delay = delay;
    }

    /// Allows so many calls a second that read parameters, and as many at once; what is above is throttled. The default
    /// quota of an account is 40 ("AWS Systems Manager endpoints and quotas").
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.set_quota(40);
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn set_quota(&self, calls_per_second: u32) {
        self.shared.lock().quota = Some(Quota::new(calls_per_second));
    }

    /// Answers at most this many entries a page where AWS may answer less than was asked for: `GetParametersByPath` and
    /// `BatchGetSecretValue`.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.set_page_size(2);
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn set_page_size(&self, entries: usize) {
        self.shared.lock().page_size = entries.max(1);
    }

    /// The calls so far, refused and failed ones included. Seeding makes none.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// assert_eq!(aws.calls().count("GetParameters"), 0);
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn calls(&self) -> Calls {
        self.shared.lock().calls.clone()
    }

    /// What was judged so far: the actions of the calls, each with its resource, and the use of customer keys.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// // ... load a config ...
    /// for authorization in aws.authorizations() {
    ///     assert!(authorization.is_allowed(), "{} on {}", authorization.action(), authorization.resource());
    /// }
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn authorizations(&self) -> Vec<Authorization> {
        self.shared.lock().policy.judged()
    }

    /// Forgets the calls so far, and what was judged of them.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// aws.reset_calls();
    /// assert!(aws.calls().is_empty());
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn reset_calls(&self) {
        let mut state = self.shared.lock();
        state.calls = Calls::default();
        state.policy.forget_judged();
    }

    /// How many TCP connections were opened so far.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// assert_eq!(aws.connections(), 0);
    /// # Ok(()) })
    /// # }
    /// ```
    pub fn connections(&self) -> usize {
        self.shared.lock().connections
    }

    /// What a loader needs to come here, with `AppConfig::loader("dev").aws(&aws.sdk_config())`: endpoint, region and
    /// invented credentials.
    ///
    /// A client of the SDK that you make from it yourself wants an HTTP client that speaks plain HTTP; the loader has one.
    ///
    /// ```
    /// # use secret_config::testing::FakeAws;
    /// # fn main() -> std::io::Result<()> {
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let aws = FakeAws::start().await?;
    /// assert_eq!(aws.sdk_config().endpoint_url(), Some(aws.endpoint_url()));
    /// # Ok(()) })
    /// # }
    /// ```
    #[cfg(feature = "aws")]
    pub fn sdk_config(&self) -> aws_config::SdkConfig {
        use aws_credential_types::Credentials;
        use aws_credential_types::provider::SharedCredentialsProvider;

        let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "invented", None, None, "FakeAws");
        aws_config::SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::from_static(REGION))
            .endpoint_url(&self.endpoint_url)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build()
    }
}

impl Drop for FakeAws {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// By hand: of all it holds, the address and the counts.
impl fmt::Debug for FakeAws {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FakeAws")
            .field("endpoint_url", &self.endpoint_url)
            .field("calls", &self.calls().len())
            .field("connections", &self.connections())
            .finish_non_exhaustive()
    }
}

/// A seed that AWS would refuse is a mistake in the test, and should stop it where it was made.
#[track_caller]
#[expect(clippy::panic, reason = "seeding is for tests, and a test ends by a panic")]
fn seeded<T>(name: &str, outcome: Result<T, Fault>) -> T {
    outcome.unwrap_or_else(|fault| panic!("cannot seed `{name}`: {}: {}", fault.code, fault.message))
}
