//! `CreateSecret` and `PutSecretValue`, each with a token by which the service knows a call that is made again.

use super::unseen::Unseen;
use super::{Content, Marks, explained};
use crate::source::aws;
use crate::source::call::{Calls, Credentials};
use crate::source::codes;
use crate::source::connection::Connection;
use crate::source::secretsmanager::SecretsManager;
use crate::source::{SourceError, SourceErrorKind};
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::Builder;
use aws_sdk_secretsmanager::primitives::Blob;
use aws_sdk_secretsmanager::types::Tag;
use aws_types::SdkConfig;
use std::sync::Arc;

pub(super) struct Secrets {
    connection: Arc<Connection>,
    calls: Calls,
    source: SecretsManager,
}

impl Secrets {
    pub(super) fn new(connection: Arc<Connection>) -> Self {
        let calls = Calls::new("Secrets Manager", Arc::clone(&connection.limits));
        Self { calls, source: SecretsManager::new(Arc::clone(&connection)), connection }
    }

    /// The reading half.
    pub(super) fn source(&self) -> &SecretsManager {
        &self.source
    }

    pub(super) async fn create(
        &self,
        name: &str,
        content: Content<'_>,
        marks: Marks<'_>,
    ) -> Result<Option<String>, SourceError> {
        let config = self.connection.config().await?;
        let (known, token) = (self.client(config), token()?);
        let tag = |(key, value): &(String, String)| Tag::builder().key(key).value(value).build();
        let tags = (!marks.tags.is_empty()).then(|| marks.tags.iter().map(tag).collect::<Vec<_>>());
        let call = |credentials| {
            let (known, token, tags) = (known.clone(), token.clone(), tags.clone());
            async move {
                let client = self.with(known, credentials).await?;
                let (text, bytes) = split(content);
                let request = client.create_secret().name(name).client_request_token(token).set_tags(tags);
                let request = request.set_kms_key_id(marks.kms_key.map(str::to_owned));
                let request = request.set_secret_string(text).set_secret_binary(bytes);
                aws::send(&self.connection.limits, request.send()).await
            }
        };
        let answer = self.calls.make("CreateSecret", 1, call).await;
        let actions = match marks.tags {
            [] => "secretsmanager:CreateSecret",
            _ => "secretsmanager:CreateSecret and secretsmanager:TagResource",
        };
        answer.map(|answer| answer.version_id).map_err(|error| explain(config, name, actions, error)).map(version)
    }

    pub(super) async fn put(&self, name: &str, content: Content<'_>) -> Result<Option<String>, SourceError> {
        let config = self.connection.config().await?;
        let (known, token) = (self.client(config), token()?);
        let call = |credentials| {
            let (known, token) = (known.clone(), token.clone());
            async move {
                let client = self.with(known, credentials).await?;
                let (text, bytes) = split(content);
                let request = client.put_secret_value().secret_id(name).client_request_token(token);
                let request = request.set_secret_string(text).set_secret_binary(bytes);
                aws::send(&self.connection.limits, request.send()).await
            }
        };
        let answer = self.calls.make("PutSecretValue", 1, call).await;
        let action = "secretsmanager:PutSecretValue";
        answer.map(|answer| answer.version_id).map_err(|error| explain(config, name, action, error)).map(version)
    }

    async fn with(&self, known: Client, credentials: Credentials) -> Result<Client, SourceError> {
        Ok(match credentials {
            Credentials::Known => known,
            Credentials::New => self.client(self.connection.renewed().await?),
        })
    }

    fn client(&self, config: &SdkConfig) -> Client {
        let mut builder = Builder::from(config);
        builder.set_interceptors(self.connection.interceptors());
        Client::from_conf(builder.interceptor(Unseen).build())
    }
}

/// What the SDK takes is its own.
fn split(content: Content<'_>) -> (Option<String>, Option<Blob>) {
    match content {
        Content::Text(text) => (Some(text.to_owned()), None),
        Content::Bytes(bytes) => (None, Some(Blob::new(bytes))),
    }
}

/// A report shows it, so it is no place for anything but what it should be.
fn version(id: Option<String>) -> Option<String> {
    id.filter(|id| codes::is_request_id(id))
}

/// Becomes the id of the version.
fn token() -> Result<String, SourceError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| {
        SourceError::new(SourceErrorKind::Unreachable).with_reason("the system gives no random numbers")
    })?;
    // Version 4 of a UUID, as the SDK and the console make them.
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = bytes.map(|byte| format!("{byte:02x}")).concat();
    Ok(format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
}

fn explain(config: &SdkConfig, name: &str, actions: &str, error: SourceError) -> SourceError {
    if error.reason == Some(codes::AWAITS_DELETION) {
        return error.with_help(format!("aws secretsmanager restore-secret --secret-id '{name}'"));
    }
    let denied = || {
        let arn = match name.starts_with("arn:") {
            true => name.to_owned(),
            false => aws::arn(config, "secretsmanager", &format!("secret:{name}-??????")),
        };
        format!("allow {actions} on {arn}")
    };
    explained(error, denied, || aws::allow_encryption(config, "secretsmanager"))
}

#[cfg(test)]
mod tests {
    use super::token;

    #[test]
    fn a_token_is_a_uuid_and_no_other_ones() {
        let (one, other) = (token().unwrap(), token().unwrap());
        assert_ne!(one, other);
        assert_eq!((one.len(), one.as_bytes()[14], one.matches('-').count()), (36, b'4', 4));
    }
}
