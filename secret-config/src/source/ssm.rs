//! Parameter Store: `GetParameters`, ten names a call, all calls at once; a call that fails as a whole is split until
//! the guilty name is known. `GetParametersByPath`, page after page, only for a level that is wanted whole.

use super::aws::{self, Indexed};
use super::call::{Calls, Credentials};
use super::codes;
use super::connection::Connection;
use super::{BoxFuture, ParameterKind, Payload, Provenance, Source, SourceError, SourceErrorKind};
use crate::key::Key;
use aws_sdk_ssm::Client;
use aws_sdk_ssm::config::Builder;
use aws_sdk_ssm::types::{Parameter, ParameterType};
use aws_types::SdkConfig;
use futures_util::future::join;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// What `GetParameters` takes in one call.
const NAMES_PER_CALL: usize = 10;

/// What `GetParametersByPath` gives in one page.
const ENTRIES_PER_PAGE: i32 = 10;

/// The bytes of a value that is at 90 % of what a standard parameter takes, or above. One that has more is no standard one.
const NEAR_LIMIT: std::ops::RangeInclusive<usize> = 3687..=4096;

pub(crate) struct ParameterStore {
    pub(super) connection: Arc<Connection>,
    pub(super) calls: Calls,
}

impl ParameterStore {
    pub(crate) fn new(connection: Arc<Connection>) -> Self {
        Self { calls: Calls::new("SSM", Arc::clone(&connection.limits)), connection }
    }

    async fn fetch_all(&self, keys: &[Key]) -> Vec<Result<Payload, SourceError>> {
        let config = match self.connection.config().await {
            Ok(config) => config,
            Err(error) => return keys.iter().map(|_| Err(error.clone())).collect(),
        };
        let call = Call { store: self, config, client: &self.client(config), keys };
        let levels = keys.iter().enumerate().filter(|(_, key)| key.is_level());
        let by_name = chunks(keys).into_iter().map(|chunk| call.fetch(chunk));
        let calls = by_name.chain(levels.map(|(index, _)| call.fetch_level(index)));
        aws::in_order(keys.len(), aws::all(calls.collect()).await)
    }

    pub(super) fn client(&self, config: &SdkConfig) -> Client {
        let mut builder = Builder::from(config);
        builder.set_interceptors(self.connection.interceptors());
        Client::from_conf(builder.build())
    }
}

/// As few calls as possible, no name twice in one: the answer would not tell two versions of it apart.
fn chunks(keys: &[Key]) -> Vec<Vec<usize>> {
    let mut chunks: Vec<Vec<usize>> = Vec::new();
    for (index, key) in keys.iter().enumerate().filter(|(_, key)| !key.is_level()) {
        let takes = |chunk: &&mut Vec<usize>| {
            chunk.len() < NAMES_PER_CALL && chunk.iter().all(|other| keys[*other].name() != key.name())
        };
        match chunks.iter_mut().find(takes) {
            Some(chunk) => chunk.push(index),
            None => chunks.push(vec![index]),
        }
    }
    chunks
}

#[derive(Clone, Copy)]
struct Call<'a> {
    store: &'a ParameterStore,
    config: &'a SdkConfig,
    client: &'a Client,
    keys: &'a [Key],
}

impl<'a> Call<'a> {
    fn fetch(self, chunk: Vec<usize>) -> BoxFuture<'a, Vec<Indexed>> {
        Box::pin(async move {
            match self.send(&chunk).await {
                Ok(outcomes) => outcomes,
                Err(error) if chunk.len() > 1 && is_of_one_name(error.kind) => {
                    let (left, right) = chunk.split_at(chunk.len() / 2);
                    let (mut left, right) = join(self.fetch(left.to_vec()), self.fetch(right.to_vec())).await;
                    left.extend(right);
                    left
                }
                Err(error) => chunk.iter().map(|index| (*index, Err(self.explain(*index, error.clone())))).collect(),
            }
        })
    }

    async fn client(self, credentials: Credentials) -> Result<Client, SourceError> {
        Ok(match credentials {
            Credentials::Known => self.client.clone(),
            Credentials::New => self.store.client(self.store.connection.renewed().await?),
        })
    }

    async fn send(self, chunk: &[usize]) -> Result<Vec<Indexed>, SourceError> {
        let selected = |index: &usize| match self.keys[*index].version() {
            Some(version) => format!("{}:{version}", self.keys[*index].name()),
            None => self.keys[*index].name().to_owned(),
        };
        let names: Vec<_> = chunk.iter().map(selected).collect();
        let call = |credentials| {
            let names = names.clone();
            async move {
                let client = self.client(credentials).await?;
                let request = client.get_parameters().with_decryption(true).set_names(Some(names));
                let answer = aws::send(&self.store.connection.limits, request.send()).await?;
                let is_empty = answer.parameters.is_none() && answer.invalid_parameters.is_none();
                if is_empty { Err(aws::unanswered().into()) } else { Ok(answer) }
            }
        };
        let answer = self.store.calls.make("GetParameters", names.len(), call).await?;
        let unknown = answer.invalid_parameters.unwrap_or_default();
        let mut parameters = answer.parameters.unwrap_or_default();
        let outcome = |(index, name): (&usize, &String)| {
            let key = &self.keys[*index];
            let mut answers = Vec::new();
            while let Some(at) = parameters.iter().position(|parameter| is_answer_to(key, parameter)) {
                answers.push(parameters.swap_remove(at));
            }
            let outcome = match answers.pop() {
                Some(answer) if answers.iter().any(|other| other.value != answer.value) => Err(aws::contradictory()),
                Some(answer) if !is_version_of(key, &answer) => Err(aws::unanswered()),
                Some(answer) => payload(answer),
                None if unknown.contains(name) => Err(SourceError::not_found()),
                None => Err(aws::unanswered()),
            };
            (*index, outcome)
        };
        Ok(chunk.iter().zip(&names).map(outcome).collect())
    }

    /// Everything below a level.
    fn fetch_level(self, index: usize) -> BoxFuture<'a, Vec<Indexed>> {
        Box::pin(async move {
            let outcome = match self.pages(self.keys[index].name()).await {
                Ok(entries) if entries.is_empty() => Err(SourceError::not_found()),
                Ok(entries) => Ok(Payload::level(entries)),
                Err(error) => Err(self.explain(index, error)),
            };
            vec![(index, outcome)]
        })
    }

    /// A page may be empty and have a next one.
    async fn pages(self, level: &str) -> Result<Vec<(String, Payload)>, SourceError> {
        let (mut entries, mut page, mut seen) = (Vec::new(), None, HashSet::new());
        loop {
            let call = |credentials| {
                let page = page.clone();
                async move {
                    let client = self.client(credentials).await?;
                    let request = client.get_parameters_by_path().path(level).recursive(true).with_decryption(true);
                    let request = request.max_results(ENTRIES_PER_PAGE).set_next_token(page);
                    aws::send(&self.store.connection.limits, request.send()).await
                }
            };
            let answer = self.store.calls.make("GetParametersByPath", 1, call).await?;
            for parameter in answer.parameters.unwrap_or_default() {
                let name = parameter.name().and_then(|name| name.strip_prefix(level)?.strip_prefix('/'));
                let name = name.ok_or_else(aws::unanswered)?.to_owned();
                entries.push((name, payload(parameter)?));
            }
            let Some(next) = answer.next_token else { return Ok(entries) };
            // A token that was there before would lead to the same pages for ever.
            if !seen.insert(next.clone()) {
                return Err(aws::unanswered());
            }
            page = Some(next);
        }
    }

    /// The next step, now that the name is known.
    fn explain(self, index: usize, error: SourceError) -> SourceError {
        let name = self.keys[index].name();
        let action = if self.keys[index].is_level() { "ssm:GetParametersByPath" } else { "ssm:GetParameters" };
        match error.kind {
            SourceErrorKind::Denied => {
                let arn = match name.starts_with("arn:") {
                    true => name.to_owned(),
                    false => aws::arn(self.config, "ssm", &format!("parameter/{}", name.trim_start_matches('/'))),
                };
                error.with_help(format!("allow {action} on {arn}"))
            }
            SourceErrorKind::NoCredentials if error.reason == Some(codes::OTHER_REGION) => {
                error.with_help(aws::correct_region(self.config))
            }
            SourceErrorKind::Undecryptable => error.with_help(aws::allow_decryption(self.config, "ssm")),
            _ => error,
        }
    }
}

/// Whether one name of many can make the whole call fail this way.
fn is_of_one_name(kind: SourceErrorKind) -> bool {
    matches!(kind, SourceErrorKind::Denied | SourceErrorKind::Undecryptable | SourceErrorKind::Invalid)
}

/// The answer has the bare name even where a version, a label or an ARN was asked for. Each name is in a call once.
fn is_answer_to(key: &Key, parameter: &Parameter) -> bool {
    let asked = if key.name().starts_with("arn:") { parameter.arn() } else { parameter.name() };
    asked == Some(key.name()) && parameter.arn().is_none_or(|arn| is_its_own(parameter, arn))
}

/// Whether the answer's ARN is that of its name.
fn is_its_own(parameter: &Parameter, arn: &str) -> bool {
    let of = aws::resource_of(arn, "ssm").and_then(|resource| resource.strip_prefix("parameter/"));
    of.is_some_and(|of| parameter.name().is_some_and(|name| of == name.trim_start_matches('/')))
}

/// Whether it is the version or the label that was asked for. The selector is not always there.
fn is_version_of(key: &Key, parameter: &Parameter) -> bool {
    let selected = parameter.selector().map(|selector| selector.trim_start_matches(':'));
    match key.version() {
        Some(number) if number.parse().is_ok_and(|number: i64| number > 0) => parameter.version.to_string() == number,
        Some(label) => selected.is_none_or(|selected| selected == label),
        None => true,
    }
}

fn payload(parameter: Parameter) -> Result<Payload, SourceError> {
    // A report shows it, so it is no place for anything but what it should be.
    let arn = parameter.arn().filter(|arn| is_its_own(&parameter, arn)).map(str::to_owned);
    let Some(value) = parameter.value else {
        return Err(aws::without_value());
    };
    let is_near_limit = NEAR_LIMIT.contains(&value.len());
    let kind = match parameter.r#type {
        Some(ParameterType::StringList) => Some(ParameterKind::StringList),
        Some(ParameterType::SecureString) => Some(ParameterKind::SecureString),
        Some(ParameterType::String) => Some(ParameterKind::String),
        _ => None,
    };
    let mut payload = match kind {
        Some(ParameterKind::StringList) => Payload::list(value),
        _ => Payload::text(value),
    };
    payload.provenance = Provenance {
        is_near_limit,
        arn,
        version: Some(parameter.version.to_string()),
        modified: parameter.last_modified_date.and_then(|date| SystemTime::try_from(date).ok()),
        parameter: kind,
    };
    Ok(payload)
}

impl Source for ParameterStore {
    fn fetch<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Vec<Result<Payload, SourceError>>> {
        Box::pin(self.fetch_all(keys))
    }
}

impl fmt::Debug for ParameterStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ParameterStore")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_names_make_a_call_and_no_name_is_twice_in_one() {
        let keys: Vec<_> = (0..25).map(|number| Key::new(format!("/{number}"))).collect();
        assert_eq!(chunks(&keys).iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 5]);
        let keys = [Key::new("/a"), Key::new("/a").with_version("1"), Key::new("/b")];
        assert_eq!(chunks(&keys), [vec![0, 2], vec![1]]);
    }
}
