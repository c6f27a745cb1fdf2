//! The operations of Secrets Manager: what they demand of a request, and what they answer.

use super::policy::{Policy, Resource, whole_service_arn};
use super::protocol::{Fault, Input, Outcome, page};
use super::random::uuid;
use super::secret_store::{
    CURRENT, Content, Entry, SecretStore, Version, check_creatable, check_id, not_found, partial_arn,
};
use super::state::State;
use serde_json::{Value, json};

const MOST_IDS: usize = 20;
const MOST_STAGES: usize = 20;

/// The one key there is. AWS refuses keys that do not exist, and here no other does.
const MANAGED_KEY: &str = "alias/aws/secretsmanager";

pub(super) fn dispatch(state: &mut State, action: &str, input: &Input) -> Option<Outcome> {
    Some(match action {
        "CreateSecret" => create_secret(state, input),
        "PutSecretValue" => put_secret_value(state, input),
        "UpdateSecretVersionStage" => update_secret_version_stage(state, input),
        "GetSecretValue" => get_secret_value(state, input),
        "BatchGetSecretValue" => batch_get_secret_value(state, input),
        "DescribeSecret" => describe_secret(state, input),
        _ => return None,
    })
}

fn create_secret(state: &mut State, input: &Input) -> Outcome {
    let name = input.required_text("Name")?;
    check_creatable(name)?;
    let content = content(input)?;
    let token = token(input)?;
    if input.text("KmsKeyId")?.is_some_and(|key| key != MANAGED_KEY) {
        return Err(Fault::new("EncryptionFailure", "The KMS key does not exist or cannot be used."));
    }
    let arn = partial_arn(name);
    state.policy.authorize("secretsmanager:CreateSecret", &Resource { name, arn: &arn }, name)?;
    match state.secrets.find(name) {
        Some(entry) if entry.is_deleted() => {
            return Err(Fault::new(
                "InvalidRequestException",
                "You can't create this secret because a secret with this name is already scheduled for deletion.",
            ));
        }
        Some(_) => {
            return Err(Fault::new(
                "ResourceExistsException",
                format!("The operation failed because the secret {name} already exists."),
            ));
        }
        None => {}
    }
    let arn = state.secrets.create(name, input.text("Description")?.map(str::to_owned));
    let entry = state.secrets.find_mut(&arn).ok_or_else(not_found)?;
    let mut answer = json!({ "ARN": entry.arn, "Name": entry.name });
    if let Some(content) = content {
        let id = token.unwrap_or_else(|| uuid(&[&arn, "created"]));
        answer["VersionId"] = json!(&id);
        entry.add_version(&id, content, &[CURRENT]);
    }
    Ok(answer)
}

fn put_secret_value(state: &mut State, input: &Input) -> Outcome {
    let content = content(input)?.ok_or_else(|| {
        Fault::new("InvalidRequestException", "You must provide either SecretString or SecretBinary.")
    })?;
    let stages = match input.texts("VersionStages")? {
        Some(_) => input.bounded_texts("VersionStages", MOST_STAGES)?,
        None => vec![CURRENT],
    };
    if stages.iter().any(|stage| !(1..=256).contains(&stage.len())) {
        return Err(Fault::constraint("versionStages", "have entries of 1 to 256 characters"));
    }
    let token = token(input)?;
    let id = input.required_text("SecretId")?;
    authorize(&state.policy, &state.secrets, "secretsmanager:PutSecretValue", id)?;
    let fresh = uuid(&[id, "put", &state.requests.to_string()]);
    let entry = live_mut(&mut state.secrets, id)?;
    let version_id = token.unwrap_or(fresh);
    match entry.version(&version_id) {
        // The same token with the same value is the retry of a request whose answer was lost.
        Some(version) if version.holds(&content) => return Ok(entry.render_stages(version)),
        Some(_) => {
            return Err(Fault::new(
                "ResourceExistsException",
                "You can't use ClientRequestToken because that value is already in use for a version of this secret.",
            ));
        }
        None => entry.add_version(&version_id, content, &stages),
    }
    entry.version(&version_id).map(|version| entry.render_stages(version)).ok_or_else(not_found)
}

fn update_secret_version_stage(state: &mut State, input: &Input) -> Outcome {
    let id = input.required_text("SecretId")?;
    let stage = input.required_text("VersionStage")?;
    let (from, to) = (input.text("RemoveFromVersionId")?, input.text("MoveToVersionId")?);
    authorize(&state.policy, &state.secrets, "secretsmanager:UpdateSecretVersionStage", id)?;
    let entry = live_mut(&mut state.secrets, id)?;
    if from.is_none() && to.is_none() {
        return Err(invalid_parameter("You must provide RemoveFromVersionId or MoveToVersionId.".to_owned()));
    }
    for version in [from, to].into_iter().flatten() {
        entry.version(version).ok_or_else(|| value_not_found("VersionId", version))?;
    }
    let holder = entry.version_at(stage).map(|version| version.id.as_str());
    if let Some(holder) = holder
        && from != Some(holder)
        && to != Some(holder)
    {
        return Err(invalid_parameter(format!(
            "The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently attached to version \
             {holder}, so you must explicitly reference that version in RemoveFromVersionId."
        )));
    }
    if from.is_some() && from != holder {
        return Err(invalid_parameter(format!("Staging label {stage} is not attached to RemoveFromVersionId.")));
    }
    if stage == CURRENT && to.is_none() {
        return Err(invalid_parameter(
            "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed."
                .to_owned(),
        ));
    }
    entry.move_stage(stage, to);
    Ok(json!({ "ARN": entry.arn, "Name": entry.name }))
}

fn get_secret_value(state: &State, input: &Input) -> Outcome {
    let id = input.required_text("SecretId")?;
    secret_value(state, id, input.text("VersionId")?, input.text("VersionStage")?)
}

fn secret_value(state: &State, id: &str, version_id: Option<&str>, stage: Option<&str>) -> Outcome {
    check_id(id)?;
    authorize(&state.policy, &state.secrets, "secretsmanager:GetSecretValue", id)?;
    let entry = state.secrets.find(id).ok_or_else(not_found)?;
    if entry.is_deleted() {
        return Err(marked_for_deletion());
    }
    let version = select(entry, version_id, stage)?;
    if state.policy.key_is_disabled(&entry.resource()) {
        return Err(Fault::new("DecryptionFailure", "Secrets Manager can't decrypt the secret with its KMS key."));
    }
    if !state.policy.may_decrypt("secretsmanager", "kms:EncryptionContext:SecretARN", &entry.resource()) {
        return Err(Fault::new("AccessDeniedException", "Access to KMS is not allowed"));
    }
    Ok(entry.render(version))
}

fn select<'a>(entry: &'a Entry, version_id: Option<&str>, stage: Option<&str>) -> Result<&'a Version, Fault> {
    let Some(version_id) = version_id else {
        let stage = stage.unwrap_or(CURRENT);
        return entry.version_at(stage).ok_or_else(|| value_not_found("staging label", stage));
    };
    let version = entry.version(version_id).ok_or_else(|| value_not_found("VersionId", version_id))?;
    if stage.is_some_and(|stage| !version.has_stage(stage)) {
        return Err(Fault::new(
            "InvalidRequestException",
            "You provided a VersionStage that is not associated to the provided VersionId.",
        ));
    }
    Ok(version)
}

fn batch_get_secret_value(state: &State, input: &Input) -> Outcome {
    if input.has("Filters") {
        return Err(invalid_parameter("FakeAws serves no filters".to_owned()));
    }
    if input.has("MaxResults") {
        return Err(invalid_parameter("To use MaxResults, you must also use the Filters parameter.".to_owned()));
    }
    let ids = input.bounded_texts("SecretIdList", MOST_IDS)?;
    check_duplicates(&ids)?;
    for id in &ids {
        check_id(id)?;
    }
    // The action itself knows no resource: only a rule for `*` can deny it.
    let everything = whole_service_arn("secretsmanager");
    let resource = Resource { name: "*", arn: &everything };
    state.policy.authorize("secretsmanager:BatchGetSecretValue", &resource, &everything)?;

    let (ids, next) = page(&ids, input.text("NextToken")?, state.page_size)?;
    let (mut values, mut errors): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    for id in ids {
        match secret_value(state, id, None, None) {
            Ok(value) => values.push(value),
            Err(fault) => {
                errors.push(json!({ "SecretId": id, "ErrorCode": fault.code, "Message": fault.message }));
            }
        }
    }
    let mut answer = json!({ "SecretValues": values, "Errors": errors });
    if let Some(next) = next {
        answer["NextToken"] = json!(next);
    }
    Ok(answer)
}

/// No guide says what AWS makes of an id that stands twice in one call. Refusing it finds the clients that do so.
fn check_duplicates(ids: &[&str]) -> Result<(), Fault> {
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(invalid_parameter("SecretIdList holds an id twice.".to_owned()));
    }
    Ok(())
}

fn describe_secret(state: &State, input: &Input) -> Outcome {
    let id = input.required_text("SecretId")?;
    check_id(id)?;
    authorize(&state.policy, &state.secrets, "secretsmanager:DescribeSecret", id)?;
    state.secrets.find(id).map(Entry::describe).ok_or_else(not_found)
}

/// A rule may be written for a secret's name or ARN, whichever of them was asked with, also if it does not exist.
fn authorize(policy: &Policy, secrets: &SecretStore, action: &str, id: &str) -> Result<(), Fault> {
    match secrets.find(id) {
        Some(entry) => policy.authorize(action, &entry.resource(), id),
        None if id.starts_with("arn:") => policy.authorize(action, &Resource { name: id, arn: id }, id),
        None => policy.authorize(action, &Resource { name: id, arn: &partial_arn(id) }, id),
    }
}

fn live_mut<'a>(secrets: &'a mut SecretStore, id: &str) -> Result<&'a mut Entry, Fault> {
    check_id(id)?;
    let entry = secrets.find_mut(id).ok_or_else(not_found)?;
    if entry.is_deleted() { Err(marked_for_deletion()) } else { Ok(entry) }
}

fn content(input: &Input) -> Result<Option<Content>, Fault> {
    let content = match (input.text("SecretString")?, input.text("SecretBinary")?) {
        (Some(_), Some(_)) => {
            return Err(invalid_parameter(
                "You can't specify both a binary secret value and a string secret value.".to_owned(),
            ));
        }
        (Some(text), None) => Content::Text(text.to_owned()),
        (None, Some(binary)) => Content::Binary(binary.to_owned()),
        (None, None) => return Ok(None),
    };
    content.check()?;
    Ok(Some(content))
}

fn token(input: &Input) -> Result<Option<String>, Fault> {
    match input.text("ClientRequestToken")? {
        Some(token) if !(32..=64).contains(&token.len()) => {
            Err(invalid_parameter("ClientRequestToken must have 32 to 64 characters.".to_owned()))
        }
        token => Ok(token.map(str::to_owned)),
    }
}

fn marked_for_deletion() -> Fault {
    Fault::new(
        "InvalidRequestException",
        "You can't perform this operation on the secret because it was marked for deletion.",
    )
}

fn value_not_found(what: &str, which: &str) -> Fault {
    Fault::new(
        "ResourceNotFoundException",
        format!("Secrets Manager can't find the specified secret value for {what}: {which}"),
    )
}

fn invalid_parameter(message: String) -> Fault {
    Fault::new("InvalidParameterException", message)
}
