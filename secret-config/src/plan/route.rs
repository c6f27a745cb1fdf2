//! From an expanded name to the request that answers it: the source, its key, and the key of the document there.

use super::{Request, SourceName};
use crate::key::Key;
use crate::spec::{Lookup, Place, Scope, Store};
use std::borrow::Cow;

/// A request, and where the value is in its answer.
pub(super) struct Route {
    pub(super) request: Request,
    pub(super) json_key: Option<Cow<'static, str>>,
}

/// Secrets that are read through Parameter Store: the service itself is asked, at none of Parameter Store's quota.
const SECRET_AS_PARAMETER: &str = "/aws/reference/secretsmanager/";

impl Route {
    pub(super) fn of_lookup(lookup: &Lookup, scope: Scope, name: String) -> Self {
        let (stage, version) = (lookup.stage.map(str::to_owned), lookup.version.map(str::to_owned));
        let json_key = lookup.key.map(Cow::Borrowed);
        if lookup.below {
            let request = Request { source: SourceName::Ssm, key: Key::below(with_slash(name)) };
            return Self { request, json_key };
        }
        Self::new(source(lookup, scope), name, stage, version, json_key)
    }

    pub(super) fn of_reference(store: Store, name: String, json_key: Option<Cow<'static, str>>) -> Self {
        // What an attribute says with words of its own stands in the name here.
        let selector =
            |name: &str| store == Store::Ssm && !name.starts_with("arn:") && !name.starts_with(SECRET_AS_PARAMETER);
        let (name, version) = match name.split_once(':') {
            Some((bare, version)) if selector(&name) => (bare.to_owned(), Some(version.to_owned())),
            _ => (name, None),
        };
        Self::new(of_store(store), name, None, version, json_key)
    }

    fn new(
        source: SourceName,
        name: String,
        mut stage: Option<String>,
        mut version: Option<String>,
        mut json_key: Option<Cow<'static, str>>,
    ) -> Self {
        let (mut source, mut name) = (source, name);
        if source == SourceName::Ssm {
            name = with_slash(name);
            if let Some(id) = name.strip_prefix(SECRET_AS_PARAMETER) {
                let (id, selector) = match id.rsplit_once(':') {
                    Some((id, selector)) => (id.to_owned(), Some(selector.to_owned())),
                    None => (id.to_owned(), version.take()),
                };
                match selector {
                    Some(selector) if is_version_id(&selector) => version = Some(selector),
                    selector => stage = selector,
                }
                (source, name) = (SourceName::SecretsManager, id);
            }
        }
        if source == SourceName::SecretsManager && name.starts_with("arn:") {
            // What ECS allows behind the ARN of a secret: `:json-key:stage:version-id`, each of which may be empty.
            // More is left in the name, for the service to judge: it is not to be read as another one.
            let mut parts: Vec<&str> = name.split(':').collect();
            if parts.len() > 10 {
                parts = vec![&name];
            }
            let suffix = |index: usize| parts.get(index).filter(|part| !part.is_empty()).map(|part| (*part).to_owned());
            json_key = suffix(7).map(Cow::Owned).or(json_key);
            stage = suffix(8).or(stage);
            version = suffix(9).or(version);
            name = parts[..parts.len().min(7)].join(":");
        }
        let mut key = Key::new(name);
        if let Some(stage) = stage {
            key = key.with_stage(stage);
        }
        if let Some(version) = version {
            key = key.with_version(version);
        }
        Self { request: Request { source, key }, json_key }
    }
}

/// Names that contain `/` get the leading slash that Parameter Store demands.
fn with_slash(mut name: String) -> String {
    if name.contains('/') && !name.starts_with('/') && !name.starts_with("arn:") {
        name.insert(0, '/');
    }
    name
}

/// The ids that Secrets Manager gives to versions: 32 to 64 characters, and in practice a UUID. Stages are words.
fn is_version_id(selector: &str) -> bool {
    selector.len() >= 32 && selector.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-')
}

fn of_store(store: Store) -> SourceName {
    match store {
        Store::Ssm => SourceName::Ssm,
        Store::SecretsManager => SourceName::SecretsManager,
    }
}

/// The source of a lookup, where it stands.
fn source(lookup: &Lookup, scope: Scope) -> SourceName {
    match lookup.place {
        Place::Default => of_store(scope.store.unwrap_or(Store::Ssm)),
        Place::Document => scope.document.map_or(SourceName::SecretsManager, |(store, _)| of_store(store)),
        Place::Ssm => SourceName::Ssm,
        Place::SecretsManager => SourceName::SecretsManager,
        Place::File => SourceName::File,
        Place::Source(name) => SourceName::Custom(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(store: Store, name: &str) -> (SourceName, String, Option<String>) {
        let route = Route::of_reference(store, name.to_owned(), None);
        (route.request.source, route.request.key.to_string(), route.json_key.map(Cow::into_owned))
    }

    #[test]
    fn a_parameter_has_its_slash_and_its_selector() {
        assert_eq!(route(Store::Ssm, "orders/x"), (SourceName::Ssm, "/orders/x".into(), None));
        assert_eq!(route(Store::Ssm, "orders:3"), (SourceName::Ssm, "orders version 3".into(), None));
        let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/x";
        assert_eq!(route(Store::Ssm, arn), (SourceName::Ssm, arn.into(), None));
    }

    #[test]
    fn a_secret_behind_a_parameter_is_asked_for_directly() {
        let name = |selector: &str| route(Store::Ssm, &format!("/aws/reference/secretsmanager/orders/db{selector}"));
        let of = |shown: &str| (SourceName::SecretsManager, shown.to_owned(), None);
        assert_eq!(name(""), of("orders/db"));
        assert_eq!(name(":AWSPREVIOUS"), of("orders/db stage AWSPREVIOUS"));
        let id = "a1b2c3d4-5678-90ab-cdef-EXAMPLE11111".replace("EXAMPLE", "0000000");
        assert_eq!(name(&format!(":{id}")), of(&format!("orders/db version {id}")));
    }

    #[test]
    fn the_suffix_of_ecs_is_taken_apart() {
        const ARN: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/db-AbCdEf";
        let of = |suffix: &str| route(Store::SecretsManager, &format!("{ARN}{suffix}"));
        let answer = |shown: &str, key: Option<&str>| {
            (SourceName::SecretsManager, format!("{ARN}{shown}"), key.map(str::to_owned))
        };
        assert_eq!(of(""), answer("", None));
        assert_eq!(of(":password::"), answer("", Some("password")));
        assert_eq!(of("::AWSPREVIOUS:"), answer(" stage AWSPREVIOUS", None));
        assert_eq!(of(":password:AWSCURRENT:v1"), answer(" version v1 stage AWSCURRENT", Some("password")));
    }
}
