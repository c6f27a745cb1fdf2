//! `DescribeParameters` and `DescribeSecret`: what a store tells of a name without its value. For operators; a load has
//! no use for it.

use super::aws::{self, resource_of};
use super::call::Credentials;
use super::connection::Connection;
#[cfg(feature = "secretsmanager")]
use super::secretsmanager::SecretsManager;
#[cfg(feature = "ssm")]
use super::ssm::ParameterStore;
use super::writes::Way;
use super::{BoxFuture, SourceError, SourceErrorKind};
#[cfg(feature = "ssm")]
use aws_sdk_ssm::types::{ParameterStringFilter, ParameterTier};
use futures_util::future::join_all;
#[cfg(feature = "ssm")]
use std::collections::HashSet;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use tokio::time::Instant;

/// What is told of a name beside its value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Description {
    /// `Standard` or `Advanced`, of a parameter.
    pub(crate) tier: Option<&'static str>,
    /// The KMS key, as whoever wrote the value named it.
    pub(crate) kms_key: Option<String>,
}

/// By the ARNs of what they describe.
pub(crate) type Descriptions = HashMap<String, Description>;

/// What was told, and for each service that would not tell its name and why.
pub(crate) struct Described {
    pub(crate) descriptions: Descriptions,
    pub(crate) refusals: Vec<(&'static str, SourceError)>,
}

/// Asks for all of them at once.
pub(crate) async fn describe(way: &Way, arns: &BTreeSet<String>) -> Described {
    let connection = Arc::new(Connection::new(way.aws.clone(), Instant::now().checked_add(way.deadline)));
    let mut described = Described { descriptions: Descriptions::new(), refusals: Vec::new() };
    for (store, told) in join_all(calls(&connection, arns)).await {
        match told {
            Ok(descriptions) => described.descriptions.extend(descriptions),
            Err(error) if described.refusals.iter().any(|(other, _)| *other == store) => drop(error),
            Err(error) => described.refusals.push((store, error)),
        }
    }
    described
}

type Told<'a> = BoxFuture<'a, (&'static str, Result<Descriptions, SourceError>)>;

fn calls<'a>(connection: &Arc<Connection>, arns: &'a BTreeSet<String>) -> Vec<Told<'a>> {
    let mut calls: Vec<Told<'a>> = Vec::new();
    #[cfg(feature = "ssm")]
    {
        let names: Vec<_> = arns.iter().flat_map(|arn| names_of(arn)).collect();
        let store = Arc::new(ParameterStore::new(Arc::clone(connection)));
        for names in names.chunks(NAMES_PER_CALL).map(|names| names.iter().cloned().collect()) {
            let store = Arc::clone(&store);
            calls.push(Box::pin(async move { ("Parameter Store", describe_parameters(&store, names).await) }));
        }
    }
    #[cfg(feature = "secretsmanager")]
    {
        let store = Arc::new(SecretsManager::new(Arc::clone(connection)));
        for arn in arns.iter().filter(|arn| resource_of(arn, "secretsmanager").is_some()) {
            let store = Arc::clone(&store);
            calls.push(Box::pin(async move { ("Secrets Manager", describe_secret(&store, arn).await) }));
        }
    }
    calls
}

/// The names that a parameter with this ARN can have: an ARN has a slash where a name of one word has none.
#[cfg(feature = "ssm")]
fn names_of(arn: &str) -> Vec<(String, String)> {
    let Some(name) = resource_of(arn, "ssm").and_then(|resource| resource.strip_prefix("parameter/")) else {
        return Vec::new();
    };
    let bare = (!name.contains('/')).then(|| name.to_owned());
    bare.into_iter().chain([format!("/{name}")]).map(|name| (name, arn.to_owned())).collect()
}

/// What one filter of `DescribeParameters` takes, and what a page has at most.
#[cfg(feature = "ssm")]
const NAMES_PER_CALL: usize = 50;
#[cfg(feature = "ssm")]
const ENTRIES_PER_PAGE: i32 = 50;

/// Page after page. `names` tells the ARN of each; one that is not there is none of the answer.
#[cfg(feature = "ssm")]
async fn describe_parameters(
    store: &ParameterStore,
    names: HashMap<String, String>,
) -> Result<Descriptions, SourceError> {
    let known = store.client(store.connection.config().await?);
    let filter = ParameterStringFilter::builder().key("Name").option("Equals");
    // It lacks nothing.
    let filter = filter.set_values(Some(names.keys().cloned().collect())).build().map_err(|_| aws::unanswered())?;
    let (mut descriptions, mut page, mut seen) = (Descriptions::new(), None, HashSet::new());
    loop {
        let call = |credentials| {
            let (known, filter, page) = (known.clone(), filter.clone(), page.clone());
            async move {
                let client = match credentials {
                    Credentials::Known => known,
                    Credentials::New => store.client(store.connection.renewed().await?),
                };
                let request = client.describe_parameters().parameter_filters(filter);
                let request = request.max_results(ENTRIES_PER_PAGE).set_next_token(page);
                aws::send(&store.connection.limits, request.send()).await
            }
        };
        let answer = store.calls.make("DescribeParameters", names.len(), call).await;
        let answer = answer.map_err(|error| explained(error, || "ssm:DescribeParameters on *".to_owned()))?;
        for parameter in answer.parameters.unwrap_or_default() {
            let Some(arn) = parameter.name().and_then(|name| names.get(name)) else { continue };
            let kms_key = parameter.key_id().and_then(kms_key);
            descriptions.insert(arn.clone(), Description { tier: parameter.tier().and_then(tier), kms_key });
        }
        let Some(next) = answer.next_token else { return Ok(descriptions) };
        // A token that was there before would lead to the same pages for ever.
        if !seen.insert(next.clone()) {
            return Err(aws::unanswered());
        }
        page = Some(next);
    }
}

#[cfg(feature = "ssm")]
fn tier(tier: &ParameterTier) -> Option<&'static str> {
    match tier {
        ParameterTier::Standard => Some("Standard"),
        ParameterTier::Advanced => Some("Advanced"),
        _ => None,
    }
}

/// What a secret without a key of its own is encrypted with.
#[cfg(feature = "secretsmanager")]
const MANAGED_KEY: &str = "alias/aws/secretsmanager";

#[cfg(feature = "secretsmanager")]
async fn describe_secret(store: &SecretsManager, arn: &str) -> Result<Descriptions, SourceError> {
    let known = store.client(store.connection.config().await?);
    let call = |credentials| {
        let known = known.clone();
        async move {
            let client = match credentials {
                Credentials::Known => known,
                Credentials::New => store.client(store.connection.renewed().await?),
            };
            aws::send(&store.connection.limits, client.describe_secret().secret_id(arn).send()).await
        }
    };
    let answer = store.calls.make("DescribeSecret", 1, call).await;
    let answer = answer.map_err(|error| explained(error, || format!("secretsmanager:DescribeSecret on {arn}")))?;
    let kms_key = answer.kms_key_id().map_or_else(|| Some(MANAGED_KEY.to_owned()), kms_key);
    Ok(Descriptions::from([(arn.to_owned(), Description { tier: None, kms_key })]))
}

/// The name of a key, if it can be one: an id, an ARN or an alias. Whatever else a service may send is not for a report.
fn kms_key(name: &str) -> Option<String> {
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/_-".contains(&byte));
    (is_name && (1..=256).contains(&name.len())).then(|| name.to_owned())
}

/// The next step of whoever may not ask.
fn explained(error: SourceError, permission: impl FnOnce() -> String) -> SourceError {
    match error.kind {
        SourceErrorKind::Denied => error.with_help(format!("allow {}", permission())),
        _ => error,
    }
}
