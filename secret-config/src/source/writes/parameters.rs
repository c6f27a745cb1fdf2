//! `PutParameter`.

use super::unseen::Unseen;
use super::{NewParameter, Standing, explained};
use crate::source::aws;
use crate::source::call::{Calls, Credentials};
use crate::source::connection::Connection;
use crate::source::{ParameterKind, SourceError};
use aws_sdk_ssm::Client;
use aws_sdk_ssm::config::Builder;
use aws_sdk_ssm::types::{ParameterType, Tag};
use aws_types::SdkConfig;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) struct Parameters {
    connection: Arc<Connection>,
    calls: Calls,
}

impl Parameters {
    pub(super) fn new(connection: Arc<Connection>) -> Self {
        Self { calls: Calls::new("SSM", Arc::clone(&connection.limits)), connection }
    }

    /// Answers the version; or what is wrong, and whether the call was made more than once.
    pub(super) async fn put(&self, new: &NewParameter<'_>) -> Result<Option<String>, (SourceError, bool)> {
        let config = self.connection.config().await.map_err(|error| (error, false))?;
        let known = self.client(config);
        let tags = tags(new).map_err(|error| (error, false))?;
        let attempts = AtomicUsize::new(0);
        let call = |credentials| {
            attempts.fetch_add(1, Ordering::Relaxed);
            let (known, tags) = (known.clone(), tags.clone());
            async move {
                let client = match credentials {
                    Credentials::Known => known,
                    Credentials::New => self.client(self.connection.renewed().await?),
                };
                let request = client.put_parameter().name(new.name).value(new.value).r#type(kind(new.kind));
                let request = request.set_key_id(key(new)).set_tags(tags);
                let request = request.overwrite(new.standing == Standing::Overwrite);
                aws::send(&self.connection.limits, request.send()).await
            }
        };
        let answer = self.calls.make("PutParameter", 1, call).await;
        let was_repeated = attempts.load(Ordering::Relaxed) > 1;
        answer
            .map(|answer| Some(answer.version().to_string()))
            .map_err(|error| (explain(config, new, error), was_repeated))
    }

    fn client(&self, config: &SdkConfig) -> Client {
        let mut builder = Builder::from(config);
        builder.set_interceptors(self.connection.interceptors());
        Client::from_conf(builder.interceptor(Unseen).build())
    }
}

fn kind(kind: ParameterKind) -> ParameterType {
    match kind {
        ParameterKind::String => ParameterType::String,
        ParameterKind::StringList => ParameterType::StringList,
        ParameterKind::SecureString => ParameterType::SecureString,
    }
}

/// Only what is encrypted has a key.
fn key(new: &NewParameter<'_>) -> Option<String> {
    new.marks.kms_key.filter(|_| new.kind == ParameterKind::SecureString).map(str::to_owned)
}

/// The service takes tags for a new parameter only.
fn tags(new: &NewParameter<'_>) -> Result<Option<Vec<Tag>>, SourceError> {
    if new.marks.tags.is_empty() || new.standing == Standing::Overwrite {
        return Ok(None);
    }
    let tag = |(key, value): &(String, String)| Tag::builder().key(key).value(value).build();
    let tags = new.marks.tags.iter().map(tag).collect::<Result<_, _>>();
    // It lacks neither of the two.
    tags.map(Some).map_err(|_| aws::unanswered())
}

fn explain(config: &SdkConfig, new: &NewParameter<'_>, error: SourceError) -> SourceError {
    let name = new.name.trim_start_matches('/');
    let denied = || {
        let arn = aws::arn(config, "ssm", &format!("parameter/{name}"));
        let and_tags = if new.marks.tags.is_empty() { "" } else { " and ssm:AddTagsToResource" };
        format!("allow ssm:PutParameter{and_tags} on {arn}")
    };
    explained(error, denied, || aws::allow_encryption(config, "ssm"))
}
