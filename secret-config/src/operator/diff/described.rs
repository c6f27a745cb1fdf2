//! The diff with what a store tells of a name without its value: tier and KMS key. These are calls that a load does not
//! make, with permissions of their own.

use super::{Diff, NotDescribed};
use crate::SecretConfig;
use crate::error::LoadError;
use crate::loader::Loader;
use crate::operator::sight::View;
use crate::source::describe::{Described, describe};
use crate::source::writes::Way;
use futures_util::future::{join, try_join};
use std::hash::RandomState;

/// As [`diff`](super::diff), with the tiers of parameters and the KMS keys of both stores.
///
/// For this it makes calls that a load does not make, with permissions of their own: `ssm:DescribeParameters` on `*`
/// (the action knows no resource), a call for fifty parameters, and `secretsmanager:DescribeSecret` on each secret. What is
/// refused is not compared, and told in the output; it is no failure.
///
/// ```no_run
/// use secret_config::{Secret, SecretConfig, operator};
///
/// #[derive(SecretConfig)]
/// #[config(prefix = "orders/{env}")]
/// struct AppConfig {
///     #[secret]
///     stripe_key: Secret<String>,
/// }
///
/// # async fn run() -> Result<(), secret_config::LoadError> {
/// let diff = operator::diff_with_descriptions(AppConfig::loader("dev"), AppConfig::loader("prod")).await?;
/// for row in diff.rows() {
///     println!("{}: {:?} {:?}", row.field(), row.other().tier(), row.other().kms_key());
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// As [`diff`](super::diff).
pub fn diff_with_descriptions<T: SecretConfig>(
    one: Loader<T>,
    other: Loader<T>,
) -> impl Future<Output = Result<Diff, LoadError>> + Send {
    let key = RandomState::new();
    async move {
        let ways = (one.way(), other.way());
        let (one, other) = try_join(one.observe(key.clone()), other.observe(key)).await?;
        let (mut one, mut other) = (View::new(one)?, View::new(other)?);
        let (refused, also_refused) = join(complete(&mut one, &ways.0), complete(&mut other, &ways.1)).await;
        Ok(Diff { not_described: refused.into_iter().chain(also_refused).collect(), ..Diff::new(one, other) })
    }
}

/// Adds to what was seen what is told beside it.
async fn complete(view: &mut View, way: &Way) -> Vec<NotDescribed> {
    let arns = view.fields.iter().filter_map(|seen| seen.sight.arn()).map(str::to_owned).collect();
    let Described { descriptions, refusals } = describe(way, &arns).await;
    for seen in &mut view.fields {
        if let Some(description) = seen.sight.arn().and_then(|arn| descriptions.get(arn)) {
            (seen.sight.tier, seen.sight.kms_key) = (description.tier, description.kms_key.clone());
        }
    }
    let refusals = refusals.into_iter().map(|(store, error)| NotDescribed {
        environment: view.environment.clone(),
        store,
        reason: error.to_string(),
        next_step: error.help,
    });
    refusals.collect()
}
