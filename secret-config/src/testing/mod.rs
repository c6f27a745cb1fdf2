//! What an application's tests need instead of AWS. Feature `testing`.
//!
//! [`FakeAws`] is a server on loopback, inside the test's own process, that speaks the protocols of Parameter Store and
//! Secrets Manager: no account, no container, nothing to install. It is strict, and refuses what AWS refuses, so that a
//! test that is green here is not red in production for a rule that only AWS knew.
//!
//! ```
//! use secret_config::testing::{FakeAws, Failure, Parameter};
//!
//! # fn main() -> std::io::Result<()> {
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let aws = FakeAws::start().await?;
//! aws.put_parameter("/orders/prod/stripe_key", Parameter::secure_string("sk_live"));
//! aws.put_secret("orders/prod/db", r#"{"username":"orders","password":"hunter2"}"#);
//! aws.deny("ssm:GetParameters", "/orders/prod/admin/*");
//! aws.fail_next("BatchGetSecretValue", Failure::Throttled);
//!
//! // Whatever calls `aws.endpoint_url()` is answered, and counted:
//! assert_eq!(aws.calls().count("GetParameters"), 0);
//! # Ok(()) })
//! # }
//! ```

#![cfg_attr(all(feature = "ssm", feature = "secretsmanager"), doc = include_str!("guide.md"))]

mod fake_aws;
mod source_contract;

pub use fake_aws::{AccessPolicy, Authorization, Call, Calls, Failure, FakeAws, InvalidAccessPolicy, Parameter};
pub use source_contract::source_contract;
