//! What requests need: actions, and the ARNs they are on. Names are taken literally, whatever stands in them.

use super::account::Account;
use crate::key::Key;
use crate::loader::Absence;
use crate::plan::{Request, SourceName};
use std::collections::{BTreeMap, BTreeSet};

/// One purpose of a policy. What it is for, ARNs or the values of a condition, is kept beside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grant {
    /// `ssm:GetParameters` on each parameter.
    ReadParameters,
    /// `ssm:GetParametersByPath` on each level: AWS judges the path that is asked for, and nothing below it.
    ReadLevels,
    /// `secretsmanager:GetSecretValue` on each secret.
    ReadSecrets,
    /// `secretsmanager:BatchGetSecretValue`, which knows no resource.
    ReadSecretsInBatches,
    /// `kms:Decrypt` with the keys, for each parameter or secret.
    Decrypt { what: Encrypted, via: Vec<String>, keys: Vec<String> },
}

/// What is decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Encrypted {
    Parameters,
    Secrets,
}

/// Each purpose, with what it is for. In the order in which it is shown.
pub(super) type Grants = BTreeMap<Grant, BTreeSet<String>>;

/// What the requests of a load need. Mounted files and sources of the program's own are no business of IAM.
pub(super) fn grants(requests: &[(Request, Absence)], account: &Account) -> Grants {
    let mut grants = Grants::new();
    let mut current = 0;
    for (request, absence) in requests {
        match request.source {
            SourceName::Ssm => allow_parameter(&mut grants, &request.key, account),
            SourceName::SecretsManager => {
                allow_secret(&mut grants, &request.key, *absence, account);
                current += usize::from(request.key.is_current());
            }
            SourceName::File | SourceName::Custom(_) => {}
        }
    }
    // A single one is asked for by itself.
    if current > 1 {
        grants.entry(Grant::ReadSecretsInBatches).or_default().insert("*".to_owned());
    }
    grants
}

fn allow_parameter(grants: &mut Grants, key: &Key, account: &Account) {
    let arn = parameter_arn(key.name(), account);
    let (grant, encrypted) = match key.is_level() {
        true => (Grant::ReadLevels, format!("{}/*", arn.trim_end_matches('/'))),
        false => (Grant::ReadParameters, arn.clone()),
    };
    grants.entry(grant).or_default().insert(arn);
    allow_decryption(grants, Encrypted::Parameters, encrypted, account);
}

fn allow_secret(grants: &mut Grants, key: &Key, absence: Absence, account: &Account) {
    let arns = secret_arns(key.name(), account);
    let secrets = grants.entry(Grant::ReadSecrets).or_default();
    // A secret that does not exist is judged by its name without the six characters. Where that is no problem of the load it
    // must not be denied, or the load would fail. No secret has that ARN.
    if absence == Absence::IsFine
        && let Some(absent) = arns.absent
    {
        secrets.insert(absent);
    }
    secrets.insert(arns.existing.clone());
    allow_decryption(grants, Encrypted::Secrets, arns.existing, account);
}

fn allow_decryption(grants: &mut Grants, what: Encrypted, value: String, account: &Account) {
    if account.keys().is_empty() {
        return;
    }
    let via = account.via(what.service());
    let grant = Grant::Decrypt { what, via, keys: account.keys().to_vec() };
    grants.entry(grant).or_default().insert(value);
}

impl Encrypted {
    fn service(self) -> &'static str {
        match self {
            Self::Parameters => "ssm",
            Self::Secrets => "secretsmanager",
        }
    }

    /// What the store gives to KMS with each value.
    pub(super) fn context(self) -> &'static str {
        match self {
            Self::Parameters => "kms:EncryptionContext:PARAMETER_ARN",
            Self::Secrets => "kms:EncryptionContext:SecretARN",
        }
    }
}

impl Grant {
    pub(super) fn sid(&self) -> &'static str {
        match self {
            Self::ReadParameters => "ReadParameters",
            Self::ReadLevels => "ReadParametersByPath",
            Self::ReadSecrets => "ReadSecrets",
            Self::ReadSecretsInBatches => "ReadSecretsInBatches",
            Self::Decrypt { what: Encrypted::Parameters, .. } => "DecryptParameters",
            Self::Decrypt { what: Encrypted::Secrets, .. } => "DecryptSecrets",
        }
    }

    pub(super) fn action(&self) -> &'static str {
        match self {
            Self::ReadParameters => "ssm:GetParameters",
            Self::ReadLevels => "ssm:GetParametersByPath",
            Self::ReadSecrets => "secretsmanager:GetSecretValue",
            Self::ReadSecretsInBatches => "secretsmanager:BatchGetSecretValue",
            Self::Decrypt { .. } => "kms:Decrypt",
        }
    }
}

fn parameter_arn(name: &str, account: &Account) -> String {
    if let Some(parts) = parts_of_arn(name) {
        // The version or label behind it is not a part of what is judged.
        let resource = parts[5].split_once(':').map_or(parts[5], |(resource, _)| resource);
        return literal(&format!("{}:{resource}", parts[..5].join(":")));
    }
    // What AWS publishes for all belongs to no account.
    let owner = if name.starts_with("/aws/service/") { "" } else { account.id() };
    let (partition, region) = (account.partition(), account.region());
    format!("arn:{partition}:ssm:{region}:{owner}:parameter/{}", literal(name.strip_prefix('/').unwrap_or(name)))
}

struct SecretArns {
    existing: String,
    /// What is judged if it does not exist.
    absent: Option<String>,
}

fn secret_arns(name: &str, account: &Account) -> SecretArns {
    let partial = match parts_of_arn(name) {
        Some(_) if has_suffix(name) => return SecretArns { existing: literal(name), absent: None },
        Some(_) => literal(name),
        None => {
            let (partition, region, id) = (account.partition(), account.region(), account.id());
            format!("arn:{partition}:secretsmanager:{region}:{id}:secret:{}", literal(name))
        }
    };
    SecretArns { existing: format!("{partial}-??????"), absent: Some(partial) }
}

/// The six parts of an ARN. The last one may have colons of its own.
fn parts_of_arn(name: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    (parts.len() == 6 && parts[0] == "arn").then_some(parts)
}

/// Whether it ends in the hyphen and six characters that Secrets Manager gives to each secret.
fn has_suffix(arn: &str) -> bool {
    let suffix = arn.rsplit_once('-').map(|(_, suffix)| suffix);
    suffix.is_some_and(|suffix| suffix.len() == 6 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The text as IAM takes it for itself: keys of maps and other values of the config are in names, and a star there must
/// not open what is beside it.
fn literal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '*' | '?' | '$' => escaped.extend(['$', '{', letter, '}']),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// Whether a star or a question mark in it is a wildcard.
pub(super) fn is_pattern(text: &str) -> bool {
    text.replace("${*}", "").replace("${?}", "").contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(region: &str) -> Account {
        Account::new("123456789012", region).expect("it is one")
    }

    #[test]
    fn parameters_have_one_slash_and_no_version() {
        let arn = |name: &str| parameter_arn(name, &account("eu-west-1"));
        assert_eq!(arn("/orders/x"), "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/x");
        assert_eq!(arn("orders"), "arn:aws:ssm:eu-west-1:123456789012:parameter/orders");
        let shared = "arn:aws:ssm:us-east-1:210987654321:parameter/shared/x";
        assert_eq!(arn(shared), shared);
        assert_eq!(arn(&format!("{shared}:3")), shared);
        assert_eq!(arn("/aws/service/x"), "arn:aws:ssm:eu-west-1::parameter/aws/service/x");
        assert_eq!(parameter_arn("/x", &account("cn-north-1")), "arn:aws-cn:ssm:cn-north-1:123456789012:parameter/x");
        assert_eq!(
            parameter_arn("/x", &account("us-gov-west-1")),
            "arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/x"
        );
    }

    #[test]
    fn secrets_have_six_characters_more_unless_they_are_there() {
        let arn = |name: &str| secret_arns(name, &account("eu-west-1")).existing;
        let of = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/db";
        assert_eq!(arn("orders/db"), format!("{of}-??????"));
        assert_eq!(arn("orders/db-AbCdEf"), format!("{of}-AbCdEf-??????"), "that is a name");
        assert_eq!(arn(of), format!("{of}-??????"));
        assert_eq!(arn(&format!("{of}-AbCdEf")), format!("{of}-AbCdEf"));
        assert_eq!(
            secret_arns("x", &account("us-gov-west-1")).absent.as_deref(),
            Some("arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:x")
        );
    }

    #[test]
    fn a_star_in_a_name_is_a_star() {
        let arn = parameter_arn("/orders/*/a?b$c", &account("eu-west-1"));
        assert_eq!(arn, "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/${*}/a${?}b${$}c");
        assert!(!is_pattern(&arn) && is_pattern(&format!("{arn}-??????")));
    }
}
