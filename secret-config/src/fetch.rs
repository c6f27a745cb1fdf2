//! The one stage that waits: all sources at once, one deadline, one outcome for each request.

use crate::plan::{Plan, SourceName};
use crate::source::{Key, Payload, Source, SourceError, SourceErrorKind};
use futures_util::future::join_all;
use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use tokio::time::Instant;

/// The sources of a load.
pub(crate) type Sources = HashMap<SourceName, Arc<dyn Source>>;

/// What became of a request.
pub(crate) type Outcome = Result<Payload, SourceError>;

/// One outcome for each request of the plan, in its order. Nothing returns early: a key that fails hides no other.
pub(crate) async fn fetch(plan: &Plan, sources: &Sources, deadline: Option<Instant>) -> Vec<Outcome> {
    let mut batches: Vec<Batch<'_>> = Vec::new();
    for (index, request) in plan.requests.iter().enumerate() {
        let batch = match batches.iter_mut().find(|batch| batch.source == request.source) {
            Some(batch) => batch,
            None => {
                let ask = sources.get(&request.source).map(AsRef::as_ref);
                batches.push(Batch { source: request.source, ask, indexes: Vec::new(), keys: Vec::new() });
                let last = batches.len() - 1;
                &mut batches[last]
            }
        };
        batch.indexes.push(index);
        batch.keys.push(request.key.clone());
    }
    let answers = join_all(batches.iter().map(|batch| batch.fetch(deadline))).await;
    let mut outcomes: Vec<_> = plan.requests.iter().map(|_| Err(no_answer())).collect();
    for (batch, answer) in batches.iter().zip(answers) {
        for (index, outcome) in batch.indexes.iter().zip(answer) {
            outcomes[*index] = outcome;
        }
    }
    outcomes
}

/// All requests to one source.
struct Batch<'a> {
    source: SourceName,
    ask: Option<&'a dyn Source>,
    indexes: Vec<usize>,
    keys: Vec<Key>,
}

impl Batch<'_> {
    async fn fetch(&self, deadline: Option<Instant>) -> Vec<Outcome> {
        let all = |error: SourceError| self.keys.iter().map(|_| Err(error.clone())).collect();
        let Some(source) = self.ask else {
            return all(SourceError::new(SourceErrorKind::NoSource).with_help(match self.source {
                SourceName::Custom(name) => format!("give the loader one: `.source(\"{name}\", ..)`"),
                SourceName::SecretsManager => "switch on the feature `secretsmanager` of secret-config".to_owned(),
                _ => "switch on the feature `ssm` of secret-config".to_owned(),
            }));
        };
        tracing::debug!(target: "secret_config", source = %self.source, keys = self.keys.len(), "looking up");
        let mut answer = source.fetch(&self.keys);
        // A source that has its values at hand needs no timer, and then the runtime needs none either.
        let at_once = poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await;
        if let Poll::Ready(outcomes) = at_once {
            return outcomes;
        }
        let Some(deadline) = deadline else { return answer.await };
        // The stores of AWS end by themselves then, and give what they have.
        match tokio::time::timeout_at(deadline, answer).await {
            Ok(outcomes) => outcomes,
            Err(_) => all(SourceError::too_late()),
        }
    }
}

fn no_answer() -> SourceError {
    SourceError::new(SourceErrorKind::Unreachable).with_reason("the source gave no outcome for the key")
}
