//! Secrets Manager: `BatchGetSecretValue`, twenty ids a call, for what is read at its current version;
//! `GetSecretValue` for a pinned one, for a single secret, and for all where the batch call is not to be had.

use super::aws::{self, Indexed};
use super::call::{Again, Calls, Credentials};
use super::codes;
use super::connection::Connection;
use super::{BoxFuture, Payload, Provenance, Source, SourceError, SourceErrorKind};
use crate::key::Key;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::Builder;
use aws_sdk_secretsmanager::primitives::{Blob, DateTime};
use aws_sdk_secretsmanager::types::{ApiErrorType, SecretValueEntry};
use aws_types::SdkConfig;
use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// What `BatchGetSecretValue` takes in one call.
const IDS_PER_CALL: usize = 20;

pub(crate) struct SecretsManager {
    pub(super) connection: Arc<Connection>,
    pub(super) calls: Calls,
}

/// Where the batch call was refused to this process: it is not tried there again. A cost that is known is no setting, so
/// it may be the one thing that loads have in common.
static WITHOUT_BATCH: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

fn without_batch() -> MutexGuard<'static, BTreeSet<String>> {
    WITHOUT_BATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SecretsManager {
    pub(crate) fn new(connection: Arc<Connection>) -> Self {
        Self { calls: Calls::new("Secrets Manager", Arc::clone(&connection.limits)), connection }
    }

    async fn fetch_all(&self, keys: &[Key]) -> Vec<Result<Payload, SourceError>> {
        let config = match self.connection.config().await {
            Ok(config) => config,
            Err(error) => return keys.iter().map(|_| Err(error.clone())).collect(),
        };
        let call = Call { store: self, config, client: &self.client(config), keys };
        let (current, mut single): (Vec<_>, Vec<_>) = (0..keys.len()).partition(|index| keys[*index].is_current());
        let batches: Vec<_> = match current.as_slice() {
            [one] => {
                single.push(*one);
                Vec::new()
            }
            many => many.chunks(IDS_PER_CALL).map(<[usize]>::to_vec).collect(),
        };
        let batches = batches.into_iter().map(|batch| call.fetch_batch(batch));
        let calls = batches.chain(single.into_iter().map(|index| call.fetch_one(index)));
        aws::in_order(keys.len(), aws::all(calls.collect()).await)
    }

    pub(super) fn client(&self, config: &SdkConfig) -> Client {
        let mut builder = Builder::from(config);
        builder.set_interceptors(self.connection.interceptors());
        Client::from_conf(builder.build())
    }
}

#[derive(Clone, Copy)]
struct Call<'a> {
    store: &'a SecretsManager,
    config: &'a SdkConfig,
    client: &'a Client,
    keys: &'a [Key],
}

impl<'a> Call<'a> {
    async fn client(self, credentials: Credentials) -> Result<Client, SourceError> {
        Ok(match credentials {
            Credentials::Known => self.client.clone(),
            Credentials::New => self.store.client(self.store.connection.renewed().await?),
        })
    }

    fn fetch_batch(self, batch: Vec<usize>) -> BoxFuture<'a, Vec<Indexed>> {
        Box::pin(async move {
            let place = self.place();
            if !without_batch().contains(&place) {
                match self.send_batch(&batch).await {
                    Ok(outcomes) => return self.with_second_tries(outcomes).await,
                    Err(error) if is_of_the_batch(error.kind) => {
                        tracing::debug!(target: "secret_config", "BatchGetSecretValue is refused; asking for each secret");
                        if may_not_be_called(&error) {
                            without_batch().insert(place);
                        }
                    }
                    Err(error) => return batch.into_iter().map(|index| (index, Err(error.clone()))).collect(),
                }
            }
            aws::all(batch.into_iter().map(|index| self.fetch_one(index)).collect()).await
        })
    }

    /// What the service could not read at that moment is asked for alone.
    async fn with_second_tries(self, outcomes: Vec<Indexed>) -> Vec<Indexed> {
        let is_of_a_moment = |error: &SourceError| codes::again(error.kind, error.reason) != Again::Never;
        let (again, mut done): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(|(_, outcome)| {
            outcome.as_ref().is_err_and(|error| error.code.is_some() && is_of_a_moment(error))
        });
        done.extend(aws::all(again.into_iter().map(|(index, _)| self.fetch_one(index)).collect()).await);
        done
    }

    /// Where the calls go to, as far as the batch call's being there may depend on it.
    fn place(self) -> String {
        let region = self.config.region().map(AsRef::as_ref).unwrap_or_default();
        format!("{region} {}", self.config.endpoint_url().unwrap_or_default())
    }

    async fn send_batch(self, batch: &[usize]) -> Result<Vec<Indexed>, SourceError> {
        let mut ids: Vec<_> = batch.iter().map(|index| self.keys[*index].name().to_owned()).collect();
        // Two keys may be one secret, at its current stage with and without saying so.
        ids.sort_unstable();
        ids.dedup();
        let (mut entries, mut errors, mut next_page) = (Vec::new(), Vec::new(), None);
        let mut seen = HashSet::new();
        loop {
            let call = |credentials| {
                let (ids, page) = (ids.clone(), next_page.clone());
                async move {
                    let client = self.client(credentials).await?;
                    let request = client.batch_get_secret_value().set_secret_id_list(Some(ids)).set_next_token(page);
                    let answer = aws::send(&self.store.connection.limits, request.send()).await?;
                    let is_empty = answer.secret_values.is_none() && answer.errors.is_none();
                    if is_empty { Err(aws::unanswered().into()) } else { Ok(answer) }
                }
            };
            let answer = self.store.calls.make("BatchGetSecretValue", ids.len(), call).await?;
            entries.extend(answer.secret_values.unwrap_or_default());
            errors.extend(answer.errors.unwrap_or_default());
            let Some(next) = answer.next_token else { break };
            // A token that was there before would lead to the same pages for ever.
            if !seen.insert(next.clone()) {
                break;
            }
            next_page = Some(next);
        }
        Ok(self.match_up(batch, entries, &errors))
    }

    /// Finds for each key the entry or the error that speaks of it. Two keys may name one secret.
    fn match_up(self, batch: &[usize], entries: Vec<SecretValueEntry>, errors: &[ApiErrorType]) -> Vec<Indexed> {
        let mut found: Vec<Indexed> = Vec::with_capacity(batch.len());
        let mut open = batch.to_vec();
        for entry in entries {
            let (name, arn) = (entry.name, entry.arn);
            let speaks_of = |index: &usize| names(self.keys[*index].name(), name.as_deref(), arn.as_deref());
            let (of_it, others): (Vec<_>, Vec<_>) = open.into_iter().partition(speaks_of);
            open = others;
            let payload = payload(
                entry.secret_string,
                entry.secret_binary,
                Origin { name: name.clone(), arn: arn.clone(), version: entry.version_id, created: entry.created_date },
            );
            let mut of_it = of_it.into_iter();
            let Some(first) = of_it.next() else {
                // Of a secret that was spoken of before: there should be none.
                let before = found.iter_mut().filter(|(index, _)| speaks_of(index));
                before.for_each(|(_, known)| contradict(known, &payload));
                continue;
            };
            found.extend(of_it.map(|index| (index, payload.as_ref().map(Payload::duplicate).map_err(Clone::clone))));
            found.push((first, payload));
        }
        for index in open {
            let key = &self.keys[index];
            let error = errors.iter().find(|error| {
                let id = error.secret_id.as_deref();
                id == Some(key.name()) || key.name().starts_with("arn:") && names(key.name(), None, id)
            });
            let error = match error {
                Some(error) => {
                    let code = error.error_code.as_deref().unwrap_or_default();
                    let (kind, reason) = codes::kind_of(code, error.message.as_deref().unwrap_or_default(), 400);
                    let meaning = SourceError { reason, ..SourceError::new(kind) };
                    let known = codes::is_known(code).then(|| code.to_owned());
                    self.explain(index, SourceError { code: known, ..meaning })
                }
                None => aws::unanswered(),
            };
            found.push((index, Err(error)));
        }
        found
    }

    fn fetch_one(self, index: usize) -> BoxFuture<'a, Vec<Indexed>> {
        Box::pin(async move {
            let key = &self.keys[index];
            let call = |credentials| async move {
                let client = self.client(credentials).await?;
                let request = client.get_secret_value().secret_id(key.name());
                let request = request.set_version_stage(key.stage().map(str::to_owned));
                let request = request.set_version_id(key.version().map(str::to_owned));
                aws::send(&self.store.connection.limits, request.send()).await
            };
            let answer = self.store.calls.make("GetSecretValue", 1, call).await;
            let outcome = match answer {
                Ok(answer) if !names(key.name(), answer.name.as_deref(), answer.arn.as_deref()) => {
                    Err(aws::unanswered())
                }
                Ok(answer) if key.version().is_some_and(|version| answer.version_id() != Some(version)) => {
                    Err(aws::unanswered())
                }
                Ok(answer)
                    if key.stage().is_some_and(|stage| !answer.version_stages().iter().any(|of| of == stage)) =>
                {
                    Err(aws::unanswered())
                }
                Ok(answer) => payload(
                    answer.secret_string,
                    answer.secret_binary,
                    Origin {
                        name: answer.name,
                        arn: answer.arn,
                        version: answer.version_id,
                        created: answer.created_date,
                    },
                ),
                Err(error) => Err(self.explain(index, error)),
            };
            vec![(index, outcome)]
        })
    }

    /// The next step, now that the secret is known.
    fn explain(self, index: usize, error: SourceError) -> SourceError {
        let name = self.keys[index].name();
        match error.kind {
            SourceErrorKind::Denied => {
                // Secrets Manager adds a hyphen and six characters to every name.
                let arn = match name.starts_with("arn:") {
                    true => name.to_owned(),
                    false => aws::arn(self.config, "secretsmanager", &format!("secret:{name}-??????")),
                };
                error.with_help(format!("allow secretsmanager:GetSecretValue on {arn}"))
            }
            SourceErrorKind::NoCredentials if error.reason == Some(codes::OTHER_REGION) => {
                error.with_help(aws::correct_region(self.config))
            }
            SourceErrorKind::Undecryptable => error.with_help(aws::allow_decryption(self.config, "secretsmanager")),
            SourceErrorKind::Invalid if error.reason == Some(codes::AWAITS_DELETION) => {
                error.with_help(format!("aws secretsmanager restore-secret --secret-id '{name}'"))
            }
            _ => error,
        }
    }
}

/// Takes back what is known of a name, if `other` says otherwise.
fn contradict(known: &mut Result<Payload, SourceError>, other: &Result<Payload, SourceError>) {
    if let (Ok(known), Ok(other)) = (&known, other)
        && known.is_same_value(other)
    {
        return;
    }
    *known = Err(aws::contradictory());
}

/// Whether the error is about the batch call, so that asking for each secret alone may still do.
fn is_of_the_batch(kind: SourceErrorKind) -> bool {
    matches!(
        kind,
        SourceErrorKind::Denied | SourceErrorKind::Invalid | SourceErrorKind::Undecryptable | SourceErrorKind::NotFound
    )
}

/// Whether the batch call will be refused to this program again.
fn may_not_be_called(error: &SourceError) -> bool {
    error.kind == SourceErrorKind::Denied || error.code.as_deref() == Some("UnknownOperationException")
}

/// Whether `asked` means the secret with this name and ARN: by the name, the ARN, or the ARN without its last part.
fn names(asked: &str, name: Option<&str>, arn: Option<&str>) -> bool {
    let is_its_arn = |arn: &str| match arn.strip_prefix(asked) {
        Some("") => true,
        Some(suffix) => suffix.strip_prefix('-').is_some_and(|suffix| suffix.len() == 6),
        None => false,
    };
    match asked.starts_with("arn:") {
        true => arn.is_some_and(is_its_arn),
        false => name == Some(asked) && arn.is_none_or(|arn| is_arn_of(arn, asked)),
    }
}

/// Whether the ARN is that of the secret with this name: with a hyphen and six characters that the service adds.
fn is_arn_of(arn: &str, name: &str) -> bool {
    let secret = aws::resource_of(arn, "secretsmanager").and_then(|resource| resource.strip_prefix("secret:"));
    let suffix = secret.and_then(|secret| secret.strip_prefix(name)?.strip_prefix('-'));
    suffix.is_some_and(|suffix| suffix.len() == 6 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// What an answer says of where its value is from.
struct Origin {
    name: Option<String>,
    arn: Option<String>,
    version: Option<String>,
    created: Option<DateTime>,
}

fn payload(text: Option<String>, binary: Option<Blob>, origin: Origin) -> Result<Payload, SourceError> {
    let mut payload = match (text, binary) {
        (Some(text), _) => Payload::text(text),
        (None, Some(bytes)) => Payload::bytes(bytes.into_inner()),
        (None, None) => {
            return Err(aws::without_value());
        }
    };
    payload.provenance = origin.provenance();
    Ok(payload)
}

impl Origin {
    /// A report shows it, so there is no place in it for anything but what it should be.
    fn provenance(self) -> Provenance {
        let Self { name, arn, version, created } = self;
        let is_its_own = |arn: &String| name.is_some_and(|name| is_arn_of(arn, &name));
        Provenance {
            arn: arn.filter(is_its_own),
            version: version.filter(|version| codes::is_request_id(version)),
            modified: created.and_then(|created| SystemTime::try_from(created).ok()),
            parameter: None,
            is_near_limit: false,
        }
    }
}

impl Source for SecretsManager {
    fn fetch<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Vec<Result<Payload, SourceError>>> {
        Box::pin(self.fetch_all(keys))
    }
}

impl fmt::Debug for SecretsManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretsManager")
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_secret_is_known_by_name_arn_and_partial_arn() {
        let (name, arn) = ("orders/db", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/db-AbCdEf");
        for asked in [name, arn, "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/db"] {
            assert!(names(asked, Some(name), Some(arn)), "{asked}");
        }
        for asked in ["orders", "orders/d", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders"] {
            assert!(!names(asked, Some(name), Some(arn)), "{asked}");
        }
        assert!(!names(name, Some("another"), Some(name)), "only an ARN is known by an ARN");
    }
}
