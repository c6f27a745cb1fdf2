//! All that one server knows, and the order in which it judges a request. No I/O.

use super::calls::{Call, Calls};
use super::failure::{Failure, Script};
use super::parameter_store::ParameterStore;
use super::policy::Policy;
use super::protocol::{Fault, Input, Outcome};
use super::quota::Quota;
use super::random::uuid;
use super::secret_store::SecretStore;
use super::{secretsmanager, ssm};
use std::time::Duration;

pub(super) struct State {
    pub(super) parameters: ParameterStore,
    pub(super) secrets: SecretStore,
    pub(super) policy: Policy,
    pub(super) calls: Calls,
    pub(super) script: Script,
    pub(super) delay: Duration,
    pub(super) quota: Option<Quota>,
    pub(super) page_size: usize,
    pub(super) connections: usize,
    pub(super) requests: u64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            parameters: ParameterStore::default(),
            secrets: SecretStore::default(),
            policy: Policy::default(),
            calls: Calls::default(),
            script: Script::default(),
            delay: Duration::ZERO,
            quota: None,
            page_size: usize::MAX,
            connections: 0,
            requests: 0,
        }
    }
}

/// The two services share an address; a request says in a header which one it means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Service {
    ParameterStore,
    SecretsManager,
}

impl Service {
    fn from_target(target: &str) -> Option<(Self, &str)> {
        match target.split_once('.')? {
            ("AmazonSSM", action) => Some((Self::ParameterStore, action)),
            ("secretsmanager", action) => Some((Self::SecretsManager, action)),
            _ => None,
        }
    }
}

/// A request without its transport.
pub(super) struct Request<'a> {
    pub(super) target: Option<&'a str>,
    pub(super) authorization: Option<&'a str>,
    pub(super) is_signed_with_date: bool,
    pub(super) body: &'a [u8],
}

/// What goes back.
pub(super) enum Reply {
    Outcome(Outcome),
    Raw { status: u16, body: String },
    CloseConnection,
}

impl State {
    pub(super) fn next_request_id(&mut self) -> String {
        self.requests += 1;
        uuid(&["request", &self.requests.to_string()])
    }

    /// Takes over what another one keeps and forbids.
    pub(super) fn copy(&mut self, other: &Self) {
        self.parameters = other.parameters.clone();
        self.secrets = other.secrets.clone();
        self.policy = other.policy.clone();
        self.policy.forget_judged();
    }

    pub(super) fn answer(&mut self, request: &Request<'_>) -> Reply {
        let Some((service, action)) = request.target.and_then(Service::from_target) else {
            return Reply::Outcome(Err(unknown_operation()));
        };
        let input = Input::parse(request.body);
        // A call counts however it ends, so that retries can be seen.
        self.calls.push(Call::new(action, input.as_ref().map(Input::names).unwrap_or_default()));
        if let Some(failure) = self.script.next(action) {
            return scripted(service, failure);
        }
        if service == Service::ParameterStore
            && action.starts_with("GetParameter")
            && let Some(quota) = &mut self.quota
            && !quota.allows()
        {
            return scripted(service, Failure::Throttled);
        }
        Reply::Outcome(check_signature(request).and_then(|()| self.operate(service, action, &input?)))
    }

    fn operate(&mut self, service: Service, action: &str, input: &Input) -> Outcome {
        let outcome = match service {
            Service::ParameterStore => ssm::dispatch(self, action, input),
            Service::SecretsManager => secretsmanager::dispatch(self, action, input),
        };
        outcome.unwrap_or_else(|| Err(unknown_operation()))
    }
}

fn scripted(service: Service, failure: Failure) -> Reply {
    let fault = match (failure, service) {
        (Failure::Status(status), _) => return Reply::Raw { status, body: String::new() },
        (Failure::Raw { status, body }, _) => return Reply::Raw { status, body },
        (Failure::CloseConnection, _) => return Reply::CloseConnection,
        (Failure::Throttled, _) => Fault::new("ThrottlingException", "Rate exceeded"),
        (Failure::InternalError, Service::ParameterStore) => {
            Fault::new("InternalServerError", "An internal error occurred").with_status(500)
        }
        (Failure::InternalError, Service::SecretsManager) => {
            Fault::new("InternalServiceError", "An error occurred on the server side.").with_status(500)
        }
        (Failure::Undecryptable, Service::ParameterStore) => {
            Fault::new("InvalidKeyId", "The key that encrypts this parameter is disabled.")
        }
        (Failure::Undecryptable, Service::SecretsManager) => {
            Fault::new("DecryptionFailure", "Secrets Manager can't decrypt the secret with its KMS key.")
        }
    };
    Reply::Outcome(Err(fault))
}

/// That a request is signed at all, not that the signature is right: any credentials will do here.
fn check_signature(request: &Request<'_>) -> Result<(), Fault> {
    let Some(signature) = request.authorization.and_then(|header| header.strip_prefix("AWS4-HMAC-SHA256 ")) else {
        return Err(Fault::new("MissingAuthenticationTokenException", "Missing Authentication Token"));
    };
    let missing = ["Credential=", "SignedHeaders=", "Signature="].into_iter().find(|part| !signature.contains(part));
    match missing {
        Some(part) => Err(Fault::new(
            "IncompleteSignatureException",
            format!("Authorization header requires '{}' parameter.", part.trim_end_matches('=')),
        )),
        None if !request.is_signed_with_date => Err(Fault::new(
            "IncompleteSignatureException",
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        )),
        None => Ok(()),
    }
}

fn unknown_operation() -> Fault {
    Fault::new("UnknownOperationException", "The requested operation is not known, or FakeAws does not serve it")
}
