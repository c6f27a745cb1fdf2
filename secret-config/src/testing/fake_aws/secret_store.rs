//! What Secrets Manager keeps: secrets with their versions and stages. It knows nothing of requests.

use super::policy::Resource;
use super::protocol::{Fault, now};
use super::random::{suffix, uuid};
use super::{ACCOUNT, REGION, base64};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(super) const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";
const MOST_BYTES: usize = 65_536;

/// All secrets, by ARN: those of another account live here too.
#[derive(Clone, Default)]
pub(super) struct SecretStore(BTreeMap<String, Entry>);

#[derive(Clone)]
pub(super) struct Entry {
    pub(super) arn: String,
    pub(super) name: String,
    description: Option<String>,
    versions: Vec<Version>,
    created: f64,
    changed: f64,
    deleted: Option<f64>,
}

#[derive(Clone)]
pub(super) struct Version {
    pub(super) id: String,
    stages: Vec<String>,
    content: Content,
    created: f64,
}

/// The value of a version; the binary one as base64, which is how it comes and goes.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Content {
    Text(String),
    Binary(String),
}

impl Content {
    pub(super) fn check(&self) -> Result<(), Fault> {
        let (field, length) = match self {
            Self::Text(text) => ("secretString", text.len()),
            Self::Binary(text) => ("secretBinary", base64::decoded_length(text).ok_or_else(Fault::serialization)?),
        };
        match length {
            0 => Err(Fault::constraint(field, "have length greater than or equal to 1")),
            length if length > MOST_BYTES => Err(Fault::constraint(field, "have length less than or equal to 65536")),
            _ => Ok(()),
        }
    }
}

impl SecretStore {
    /// Seeds without a request: creates the secret if need be, and adds a version with these stages.
    pub(super) fn seed(&mut self, name: &str, content: Content, stages: &[&str]) -> Result<String, Fault> {
        content.check()?;
        // Names that only AWS may give, such as `rds!db-..`, may be seeded.
        check_id(name)?;
        let arn = match self.find(name) {
            Some(entry) => entry.arn.clone(),
            None => self.create(name, None),
        };
        let entry = self.0.get_mut(&arn).ok_or_else(not_found)?;
        let id = uuid(&[&arn, &entry.versions.len().to_string()]);
        entry.add_version(&id, content, stages);
        Ok(id)
    }

    /// A new secret without a value, by its name or by the full ARN of one in another account. Answers the ARN.
    pub(super) fn create(&mut self, name_or_arn: &str, description: Option<String>) -> String {
        let (name, arn) = match name_of_full_arn(name_or_arn) {
            Some(name) => (name, name_or_arn.to_owned()),
            None => (name_or_arn, format!("{}-{}", partial_arn(name_or_arn), suffix(name_or_arn))),
        };
        let name = name.to_owned();
        let created = now();
        self.0.insert(
            arn.clone(),
            Entry {
                arn: arn.clone(),
                name,
                description,
                versions: Vec::new(),
                created,
                changed: created,
                deleted: None,
            },
        );
        arn
    }

    /// By name, full ARN, or ARN without the six characters at its end. What looks like a full ARN is taken as one, so
    /// a name that ends in a hyphen and six characters is not found by its partial ARN: a trap of the real service.
    pub(super) fn find(&self, id: &str) -> Option<&Entry> {
        if !id.starts_with("arn:") {
            let own = partial_arn("");
            return self.0.values().find(|entry| entry.name == id && entry.arn.starts_with(&own));
        }
        match name_of_full_arn(id) {
            Some(_) => self.0.get(id),
            None => self.0.values().find(|entry| entry.arn.len() == id.len() + 7 && entry.arn.starts_with(id)),
        }
    }

    pub(super) fn find_mut(&mut self, id: &str) -> Option<&mut Entry> {
        let arn = self.find(id)?.arn.clone();
        self.0.get_mut(&arn)
    }
}

impl Entry {
    pub(super) fn resource(&self) -> Resource<'_> {
        Resource { name: &self.name, arn: &self.arn }
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.deleted.is_some()
    }

    pub(super) fn schedule_deletion(&mut self) {
        self.deleted = Some(now());
    }

    pub(super) fn version(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == id)
    }

    pub(super) fn version_at(&self, stage: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.has_stage(stage))
    }

    /// Adds a version; the first one of a secret is current whatever stages it was given.
    pub(super) fn add_version(&mut self, id: &str, content: Content, stages: &[&str]) {
        let is_first = self.versions.is_empty();
        self.versions.push(Version { id: id.to_owned(), stages: Vec::new(), content, created: now() });
        for stage in stages {
            self.move_stage(stage, Some(id));
        }
        if is_first {
            self.move_stage(CURRENT, Some(id));
        }
    }

    /// A stage is at one version at a time. When the current one moves, the version that loses it becomes the previous.
    pub(super) fn move_stage(&mut self, stage: &str, to: Option<&str>) {
        let from = self.version_at(stage).map(|version| version.id.clone());
        if from.as_deref() == to {
            return;
        }
        for version in &mut self.versions {
            version.stages.retain(|held| held != stage);
            if to == Some(version.id.as_str()) {
                version.stages.push(stage.to_owned());
            }
        }
        if stage == CURRENT
            && let Some(from) = from
        {
            self.move_stage(PREVIOUS, Some(&from));
        }
        self.changed = now();
    }

    pub(super) fn describe(&self) -> Value {
        let stages: Map<String, Value> = self
            .versions
            .iter()
            .filter(|version| !version.stages.is_empty())
            .map(|version| (version.id.clone(), json!(version.stages)))
            .collect();
        let mut described = json!({
            "ARN": self.arn,
            "Name": self.name,
            "CreatedDate": self.created,
            "LastChangedDate": self.changed,
            "VersionIdsToStages": stages,
        });
        if let Some(description) = &self.description {
            described["Description"] = json!(description);
        }
        if let Some(deleted) = self.deleted {
            described["DeletedDate"] = json!(deleted);
        }
        described
    }

    pub(super) fn render(&self, version: &Version) -> Value {
        let mut rendered = self.render_stages(version);
        rendered["CreatedDate"] = json!(version.created);
        match &version.content {
            Content::Text(text) => rendered["SecretString"] = json!(text),
            Content::Binary(text) => rendered["SecretBinary"] = json!(text),
        }
        rendered
    }

    /// A version without its value, as the writing operations answer.
    pub(super) fn render_stages(&self, version: &Version) -> Value {
        json!({ "ARN": self.arn, "Name": self.name, "VersionId": version.id, "VersionStages": version.stages })
    }
}

impl Version {
    pub(super) fn has_stage(&self, stage: &str) -> bool {
        self.stages.iter().any(|held| held == stage)
    }

    pub(super) fn holds(&self, content: &Content) -> bool {
        self.content == *content
    }
}

/// Whether something can be the id of a secret at all; the ARN has a colon more than the name.
pub(super) fn check_id(id: &str) -> Result<(), Fault> {
    let is_arn = id.starts_with("arn:");
    if !(1..=2048).contains(&id.len()) {
        return Err(Fault::constraint("secretId", "have length between 1 and 2048"));
    }
    if is_arn
        && !matches!(id.splitn(7, ':').collect::<Vec<_>>().as_slice(), [_, _, "secretsmanager", _, _, "secret", _])
    {
        return Err(Fault::new("InvalidParameterException", "Invalid ARN"));
    }
    let taken = |character: char| character.is_ascii_alphanumeric() || "-/_+=.@!".contains(character);
    if id.chars().all(|character| taken(character) || is_arn && character == ':') {
        return Ok(());
    }
    Err(invalid_name())
}

/// Whether a secret of this name may be created.
pub(super) fn check_creatable(name: &str) -> Result<(), Fault> {
    if !(1..=512).contains(&name.len()) {
        return Err(Fault::constraint("name", "have length between 1 and 512"));
    }
    let taken = |character: char| character.is_ascii_alphanumeric() || "-/_+=.@".contains(character);
    if name.chars().all(taken) { Ok(()) } else { Err(invalid_name()) }
}

pub(super) fn not_found() -> Fault {
    Fault::new("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

fn invalid_name() -> Fault {
    Fault::validation(
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    )
}

/// The ARN of a secret of this account, but for the hyphen and six characters at its end.
pub(super) fn partial_arn(name: &str) -> String {
    format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}")
}

/// The name in an ARN that ends in a hyphen and six letters or digits.
fn name_of_full_arn(id: &str) -> Option<&str> {
    let resource = id.strip_prefix("arn:")?.splitn(6, ':').nth(5)?;
    let (name, suffix) = resource.rsplit_once('-')?;
    (suffix.len() == 6 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(name)
}
