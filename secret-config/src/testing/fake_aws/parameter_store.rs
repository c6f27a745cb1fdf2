//! What Parameter Store keeps: parameters with their versions and labels. It knows nothing of requests.

use super::parameter::{Kind, Parameter};
use super::parameter_name::{self, Reference, bare_name, own_arn};
use super::protocol::{Fault, Tag, now};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The key that AWS has for the parameters of an account.
pub(super) const MANAGED_KEY: &str = "alias/aws/ssm";

const MOST_VERSIONS: usize = 100;
const MOST_LABELS: usize = 10;

/// All parameters, by ARN: those of another account live here too.
#[derive(Clone, Default)]
pub(super) struct ParameterStore(BTreeMap<String, Entry>);

#[derive(Clone)]
pub(super) struct Entry {
    pub(super) name: String,
    arn: String,
    pub(super) tags: Vec<Tag>,
    versions: Vec<Version>,
}

#[derive(Clone)]
pub(super) struct Version {
    number: i64,
    pub(super) kind: Kind,
    value: String,
    data_type: String,
    pub(super) tier: Tier,
    labels: Vec<String>,
    /// The KMS key of a SecureString, if it is not that of AWS.
    key: Option<String>,
    modified: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tier {
    Standard,
    Advanced,
}

impl Tier {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Standard => "Standard",
            Self::Advanced => "Advanced",
        }
    }

    pub(super) fn most_bytes(self) -> usize {
        match self {
            Self::Standard => 4096,
            Self::Advanced => 8192,
        }
    }
}

/// Whether the caller wants a `SecureString` in the clear.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Decryption {
    Wanted,
    Unwanted,
}

impl ParameterStore {
    /// Seeds without a request, with the rules of one. An ARN of another account stands for a shared parameter.
    pub(super) fn seed(&mut self, name: &str, parameter: Parameter) -> Result<i64, Fault> {
        let is_foreign = name.starts_with("arn:");
        if is_foreign {
            Reference::parse(name)?;
        } else {
            parameter_name::check_creatable(name)?;
        }
        let tier = if is_foreign || parameter.value.len() > Tier::Standard.most_bytes() {
            Tier::Advanced
        } else {
            Tier::Standard
        };
        check_value(&parameter.value, tier)?;
        let (name, arn) =
            if is_foreign { (bare_name(name), name.to_owned()) } else { (name.to_owned(), own_arn(name)) };
        self.add_version(&name, arn, parameter, "text".to_owned(), tier)
    }

    pub(super) fn add_version(
        &mut self,
        name: &str,
        arn: String,
        parameter: Parameter,
        data_type: String,
        tier: Tier,
    ) -> Result<i64, Fault> {
        let entry = self.0.entry(arn).or_insert_with_key(|arn| Entry {
            name: name.to_owned(),
            arn: arn.clone(),
            tags: Vec::new(),
            versions: Vec::new(),
        });
        if entry.name != name {
            return Err(already_exists());
        }
        if entry.versions.len() >= MOST_VERSIONS {
            if entry.versions.first().is_some_and(|oldest| !oldest.labels.is_empty()) {
                return Err(Fault::new(
                    "ParameterMaxVersionLimitExceeded",
                    format!("You attempted to create a new version of {name}, but its oldest version has a label."),
                ));
            }
            entry.versions.remove(0);
        }
        let number = entry.versions.last().map_or(1, |latest| latest.number + 1);
        let Parameter { kind, value } = parameter;
        let labels = Vec::new();
        entry.versions.push(Version { number, kind, value, data_type, tier, labels, key: None, modified: now() });
        Ok(number)
    }

    /// Encrypts the latest version with a key; and tags a parameter that is new.
    pub(super) fn mark(&mut self, reference: &Reference<'_>, key: Option<&str>, tags: Vec<Tag>) {
        let Some(entry) = self.0.get_mut(&reference.arn) else { return };
        if let Some(latest) = entry.versions.last_mut() {
            latest.key = key.map(str::to_owned);
        }
        if !tags.is_empty() {
            entry.tags = tags;
        }
    }

    pub(super) fn remove(&mut self, reference: &Reference<'_>) {
        self.0.remove(&reference.arn);
    }

    /// By name only under exactly that name: `x` and `/x` share an ARN, but are two spellings.
    pub(super) fn find(&self, reference: &Reference<'_>) -> Option<&Entry> {
        self.0.get(&reference.arn).filter(|entry| reference.is_arn() || entry.name == reference.base)
    }

    /// The parameters of this account below `path`, which ends in a slash, in the order of their names.
    pub(super) fn below<'a>(&'a self, path: &'a str, account: &'a str, recursive: bool) -> Vec<&'a Entry> {
        self.0
            .values()
            .filter(|entry| entry.arn.starts_with(account))
            .filter(|entry| entry.name.strip_prefix(path).is_some_and(|rest| recursive || !rest.contains('/')))
            .collect()
    }

    /// Moves labels to one version, the latest if none is given. Answers the labels that cannot be, and the version.
    pub(super) fn label(
        &mut self,
        reference: &Reference<'_>,
        version: Option<i64>,
        labels: &[&str],
    ) -> Result<(Vec<String>, i64), Fault> {
        let entry = self.0.get_mut(&reference.arn).ok_or_else(|| not_found(reference.base))?;
        let latest = entry.versions.last().map_or(0, |version| version.number);
        let number = version.unwrap_or(latest);
        let (valid, invalid): (Vec<&str>, Vec<&str>) = labels.iter().partition(|label| is_label(label));
        let target = entry
            .versions
            .iter()
            .find(|version| version.number == number)
            .ok_or_else(|| version_not_found(&number.to_string(), &entry.name))?;
        let added = valid.iter().filter(|&&label| !target.labels.iter().any(|held| held == label)).count();
        if target.labels.len() + added > MOST_LABELS {
            return Err(Fault::new(
                "ParameterVersionLabelLimitExceeded",
                "A parameter version can have maximum 10 labels.Move one or more labels to another version and try \
                 again.",
            ));
        }
        for version in &mut entry.versions {
            version.labels.retain(|label| !valid.contains(&label.as_str()));
            if version.number == number {
                version.labels.extend(valid.iter().map(|&label| label.to_owned()));
            }
        }
        Ok((invalid.into_iter().map(str::to_owned).collect(), number))
    }
}

impl Entry {
    pub(super) fn latest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// The version that a selector means: all digits are a number, anything else a label.
    pub(super) fn select(&self, selector: Option<&str>) -> Option<&Version> {
        let Some(selector) = selector else { return self.latest() };
        match selector.parse::<i64>() {
            Ok(number) => self.versions.iter().find(|version| version.number == number),
            Err(_) => self.versions.iter().find(|version| version.labels.iter().any(|label| label == selector)),
        }
    }

    /// All versions, the oldest first, with what only the history tells.
    pub(super) fn history(&self, decryption: Decryption) -> Vec<(&Version, Value)> {
        let render = |version| {
            let mut rendered = self.render(version, None, decryption);
            if version.kind == Kind::SecureString {
                rendered["KeyId"] = json!(version.key.as_deref().unwrap_or(MANAGED_KEY));
            }
            rendered["Labels"] = json!(version.labels);
            rendered["Tier"] = json!(version.tier.name());
            (version, rendered)
        };
        self.versions.iter().map(render).collect()
    }

    /// The latest version without its value, and with what reading it does not tell.
    pub(super) fn describe(&self) -> Option<Value> {
        let latest = self.latest()?;
        let mut described = self.render(latest, None, Decryption::Unwanted);
        if let Some(described) = described.as_object_mut() {
            described.remove("Value");
        }
        described["Tier"] = json!(latest.tier.name());
        if latest.kind == Kind::SecureString {
            described["KeyId"] = json!(latest.key.as_deref().unwrap_or(MANAGED_KEY));
        }
        Some(described)
    }

    /// A version as the answers spell it. The name is bare: the selector stands beside it.
    pub(super) fn render(&self, version: &Version, selector: Option<&str>, decryption: Decryption) -> Value {
        let value = match (version.kind, decryption) {
            (Kind::SecureString, Decryption::Unwanted) => ciphertext(&self.arn, version.number),
            _ => version.value.clone(),
        };
        let mut rendered = json!({
            "ARN": self.arn,
            "Name": self.name,
            "Type": version.kind.name(),
            "Value": value,
            "Version": version.number,
            "DataType": version.data_type,
            "LastModifiedDate": version.modified,
        });
        if let Some(selector) = selector {
            rendered["Selector"] = json!(format!(":{selector}"));
        }
        rendered
    }
}

/// Whether a value may be kept in this tier.
pub(super) fn check_value(value: &str, tier: Tier) -> Result<(), Fault> {
    if value.is_empty() {
        return Err(Fault::constraint("value", "have length greater than or equal to 1"));
    }
    if value.find("{{").is_some_and(|start| value[start + 2..].contains("}}")) {
        return Err(Fault::validation(
            "Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.",
        ));
    }
    if value.len() <= tier.most_bytes() {
        return Ok(());
    }
    Err(Fault::validation(match tier {
        Tier::Standard => {
            "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger \
             parameter value, upgrade the parameter to use the advanced-parameter tier."
        }
        Tier::Advanced => "Advanced tier parameters support a maximum parameter value of 8192 characters.",
    }))
}

pub(super) fn already_exists() -> Fault {
    Fault::new(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    )
}

/// AWS says no more than this code, so that a name is not repeated to who may not know it; the name helps here.
pub(super) fn not_found(name: &str) -> Fault {
    Fault::new("ParameterNotFound", format!("Parameter {name} not found."))
}

pub(super) fn version_not_found(selector: &str, name: &str) -> Fault {
    Fault::new(
        "ParameterVersionNotFound",
        format!("Systems Manager could not find version {selector} of {name}. Verify the version and try again."),
    )
}

fn is_label(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    (1..=100).contains(&label.len())
        && label.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '-'))
        && !label.starts_with(|first: char| first.is_ascii_digit())
        && !lower.starts_with("aws")
        && !lower.starts_with("ssm")
}

/// What stands for a value that nobody decrypted: made from its place, never from the value.
fn ciphertext(arn: &str, version: i64) -> String {
    let opaque = super::random::uuid(&[arn, &version.to_string(), "ciphertext"]);
    format!("AQICAHh{}", super::base64::encode(opaque.as_bytes()))
}
