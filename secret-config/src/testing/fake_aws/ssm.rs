//! The operations of Parameter Store: what they demand of a request, and what they answer.

use super::parameter::{Kind, Parameter};
use super::parameter_name::{self, Reference, own_arn};
use super::parameter_store::{
    Decryption, Entry, MANAGED_KEY, Tier, Version, already_exists, check_value, not_found, version_not_found,
};
use super::policy::{Policy, Resource, whole_service_arn};
use super::protocol::{Fault, Input, Outcome, page, rendered_tags};
use super::state::State;
use serde_json::{Value, json};

const MOST_NAMES: usize = 10;
const MOST_BY_PATH: usize = 10;
const MOST_DESCRIBED: usize = 50;

pub(super) fn dispatch(state: &mut State, action: &str, input: &Input) -> Option<Outcome> {
    Some(match action {
        "PutParameter" => put_parameter(state, input),
        "LabelParameterVersion" => label_parameter_version(state, input),
        "DescribeParameters" => describe_parameters(state, input),
        "GetParameterHistory" => get_parameter_history(state, input),
        "ListTagsForResource" => list_tags_for_resource(state, input),
        "GetParameter" => get_parameter(state, input),
        "GetParameters" => get_parameters(state, input),
        "GetParametersByPath" => get_parameters_by_path(state, input),
        _ => return None,
    })
}

fn put_parameter(state: &mut State, input: &Input) -> Outcome {
    let name = input.required_text("Name")?;
    let value = input.required_text("Value")?;
    let overwrite = input.flag("Overwrite")?;
    if overwrite && input.has("Tags") {
        return Err(Fault::validation("Invalid request: tags and overwrite can't be used together."));
    }
    parameter_name::check_creatable(name)?;
    let reference = Reference::of_name(name);
    state.policy.authorize("ssm:PutParameter", &reference.resource(), &reference.arn)?;
    let tags = input.tags()?;
    if !tags.is_empty() {
        state.policy.authorize("ssm:AddTagsToResource", &reference.resource(), &reference.arn)?;
    }
    let former = state.parameters.find(&reference).and_then(Entry::latest);
    if former.is_some() && !overwrite {
        return Err(already_exists());
    }
    let kind = wanted_kind(input, former)?;
    check_key(input, kind, &state.keys)?;
    let tier = wanted_tier(input, former, value)?;
    check_value(value, tier)?;

    let data_type = input.text("DataType")?.unwrap_or("text").to_owned();
    let parameter = Parameter { kind, value: value.to_owned() };
    let version = state.parameters.add_version(name, reference.arn.clone(), parameter, data_type, tier)?;
    // The guide to `KeyId`: without one it is that of the account, and nothing is said of the version before.
    state.parameters.mark(&reference, input.text("KeyId")?, tags);
    Ok(json!({ "Version": version, "Tier": tier.name() }))
}

fn wanted_kind(input: &Input, former: Option<&Version>) -> Result<Kind, Fault> {
    let wanted =
        match input.text("Type")? {
            None => None,
            Some(name) => Some(Kind::from_name(name).ok_or_else(|| {
                Fault::constraint("type", "satisfy enum value set: [SecureString, StringList, String]")
            })?),
        };
    match (wanted, former.map(|former| former.kind)) {
        (None, None) => Err(Fault::validation("A parameter type is required when you create a parameter.")),
        (Some(wanted), Some(former)) if wanted != former => Err(Fault::new(
            "HierarchyTypeMismatchException",
            "Parameter Store does not support changing a parameter type in a hierarchy.",
        )),
        (Some(kind), _) | (None, Some(kind)) => Ok(kind),
    }
}

/// AWS refuses keys that do not exist, and here no others do than its own and those that a test has added.
fn check_key(input: &Input, kind: Kind, keys: &[String]) -> Result<(), Fault> {
    match input.text("KeyId")? {
        None => Ok(()),
        Some(_) if kind != Kind::SecureString => {
            Err(Fault::validation("KeyId is required for SecureString type parameter only."))
        }
        Some(MANAGED_KEY) => Ok(()),
        Some(key) if keys.iter().any(|known| known == key) => Ok(()),
        Some(key) => Err(Fault::new("InvalidKeyId", format!("Invalid keyId {key}"))),
    }
}

fn wanted_tier(input: &Input, former: Option<&Version>, value: &str) -> Result<Tier, Fault> {
    let was_advanced = former.is_some_and(|former| former.tier == Tier::Advanced);
    match input.text("Tier")? {
        Some("Standard") if was_advanced => Err(Fault::validation(
            "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the \
             advanced-parameter tier to the standard-parameter tier.",
        )),
        Some("Intelligent-Tiering") if value.len() > Tier::Standard.most_bytes() => Ok(Tier::Advanced),
        Some("Standard" | "Intelligent-Tiering") | None if !was_advanced => Ok(Tier::Standard),
        Some("Advanced" | "Intelligent-Tiering") | None => Ok(Tier::Advanced),
        Some(_) => Err(Fault::constraint("tier", "satisfy enum value set: [Standard, Advanced, Intelligent-Tiering]")),
    }
}

fn label_parameter_version(state: &mut State, input: &Input) -> Outcome {
    let name = input.required_text("Name")?;
    let labels = input.bounded_texts("Labels", MOST_NAMES)?;
    let version = input.number("ParameterVersion")?;
    let reference = Reference::parse(name)?;
    state.policy.authorize("ssm:LabelParameterVersion", &reference.resource(), &reference.arn)?;
    let (invalid, version) = state.parameters.label(&reference, version, &labels)?;
    Ok(json!({ "InvalidLabels": invalid, "ParameterVersion": version }))
}

fn get_parameter(state: &State, input: &Input) -> Outcome {
    let decryption = decryption(input)?;
    let reference = Reference::parse(input.required_text("Name")?)?;
    state.policy.authorize("ssm:GetParameter", &reference.resource(), &reference.arn)?;
    let entry = state.parameters.find(&reference).ok_or_else(|| not_found(reference.base))?;
    let version = entry
        .select(reference.selector)
        .ok_or_else(|| version_not_found(reference.selector.unwrap_or_default(), &entry.name))?;
    check_decryptable(&state.policy, &reference.resource(), version, decryption)?;
    Ok(json!({ "Parameter": entry.render(version, reference.selector, decryption) }))
}

fn get_parameter_history(state: &State, input: &Input) -> Outcome {
    let decryption = decryption(input)?;
    let reference = Reference::parse(input.required_text("Name")?)?;
    state.policy.authorize("ssm:GetParameterHistory", &reference.resource(), &reference.arn)?;
    let entry = state.parameters.find(&reference).ok_or_else(|| not_found(reference.base))?;
    let mut versions = Vec::new();
    for (version, rendered) in entry.history(decryption) {
        check_decryptable(&state.policy, &reference.resource(), version, decryption)?;
        versions.push(rendered);
    }
    Ok(json!({ "Parameters": versions }))
}

fn describe_parameters(state: &State, input: &Input) -> Outcome {
    // The action knows no resource: only a rule for `*` can allow or deny it.
    let everything = whole_service_arn("ssm");
    state.policy.authorize("ssm:DescribeParameters", &Resource { name: "*", arn: &everything }, &everything)?;
    let size = match input.number("MaxResults")? {
        None => MOST_DESCRIBED,
        Some(number @ 1..=50) => usize::try_from(number).unwrap_or(MOST_DESCRIBED),
        Some(_) => return Err(Fault::constraint("maxResults", "be between 1 and 50")),
    };
    let names = input.filtered_names(MOST_DESCRIBED)?;
    let references = names.iter().map(|name| Reference::parse(name)).collect::<Result<Vec<_>, _>>()?;
    let found: Vec<&Entry> = references.iter().filter_map(|reference| state.parameters.find(reference)).collect();
    let (found, next) = page(&found, input.text("NextToken")?, size.min(state.page_size))?;
    let mut answer = json!({ "Parameters": found.iter().filter_map(|entry| entry.describe()).collect::<Vec<_>>() });
    if let Some(next) = next {
        answer["NextToken"] = json!(next);
    }
    Ok(answer)
}

fn list_tags_for_resource(state: &State, input: &Input) -> Outcome {
    if input.required_text("ResourceType")? != "Parameter" {
        return Err(Fault::new("InvalidResourceType", "FakeAws has nothing but parameters"));
    }
    let reference = Reference::parse(input.required_text("ResourceId")?)?;
    state.policy.authorize("ssm:ListTagsForResource", &reference.resource(), &reference.arn)?;
    let entry = state.parameters.find(&reference);
    let entry = entry.ok_or_else(|| Fault::new("InvalidResourceId", "The resource ID is not valid."))?;
    Ok(json!({ "TagList": rendered_tags(&entry.tags) }))
}

fn get_parameters(state: &State, input: &Input) -> Outcome {
    let decryption = decryption(input)?;
    let names = input.bounded_texts("Names", MOST_NAMES)?;
    let references = names.iter().map(|name| Reference::parse(name)).collect::<Result<Vec<_>, _>>()?;
    check_duplicates(&references)?;
    // One denied name fails the call, also for those that are allowed.
    for reference in &references {
        state.policy.authorize("ssm:GetParameters", &reference.resource(), &reference.arn)?;
    }
    let (mut found, mut invalid) = (Vec::new(), Vec::new());
    for (name, reference) in names.iter().zip(&references) {
        let entry = state.parameters.find(reference);
        let Some((entry, version)) = entry.and_then(|entry| Some((entry, entry.select(reference.selector)?))) else {
            invalid.push(json!(name));
            continue;
        };
        check_decryptable(&state.policy, &reference.resource(), version, decryption)?;
        found.push((entry.name.as_str(), entry.render(version, reference.selector, decryption)));
    }
    found.sort_by_key(|(name, _)| *name);
    let found: Vec<Value> = found.into_iter().map(|(_, rendered)| rendered).collect();
    Ok(json!({ "Parameters": found, "InvalidParameters": invalid }))
}

/// No guide says what AWS makes of a name that stands twice in one call, or with two selectors; clients are told not to
/// ask. Refusing it finds those that do.
fn check_duplicates(references: &[Reference<'_>]) -> Result<(), Fault> {
    let mut bases: Vec<&str> = references.iter().map(|reference| reference.base).collect();
    bases.sort_unstable();
    if bases.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Fault::validation("Duplicate parameter names are not supported in one request."));
    }
    Ok(())
}

fn get_parameters_by_path(state: &State, input: &Input) -> Outcome {
    let decryption = decryption(input)?;
    let path = input.required_text("Path")?;
    let recursive = input.flag("Recursive")?;
    let size = match input.number("MaxResults")? {
        None => MOST_BY_PATH,
        Some(number @ 1..=10) => usize::try_from(number).unwrap_or(MOST_BY_PATH),
        Some(_) => return Err(Fault::constraint("maxResults", "be between 1 and 10")),
    };
    if input.has("ParameterFilters") {
        return Err(Fault::new("InvalidFilterKey", "FakeAws serves no parameter filters"));
    }
    if !path.starts_with('/') {
        return Err(Fault::validation(
            "The parameter path must begin with a forward slash, and is formed of sub-paths divided by slashes",
        ));
    }
    if path != "/" {
        Reference::parse(path)?;
    }
    // Only the path is authorised: what is denied below it is answered all the same, as on AWS.
    let bare = path.trim_end_matches('/');
    let arn = own_arn(if bare.is_empty() { "/" } else { bare });
    state.policy.authorize("ssm:GetParametersByPath", &Resource { name: path, arn: &arn }, &arn)?;

    let (below, account) = (format!("{bare}/"), own_arn(""));
    let entries = state.parameters.below(&below, &account, recursive);
    let (entries, next) = page(&entries, input.text("NextToken")?, size.min(state.page_size))?;
    let mut found = Vec::with_capacity(entries.len());
    for entry in entries {
        let Some(version) = entry.latest() else { continue };
        let arn = own_arn(&entry.name);
        check_decryptable(&state.policy, &Resource { name: &entry.name, arn: &arn }, version, decryption)?;
        found.push(entry.render(version, None, decryption));
    }
    let mut answer = json!({ "Parameters": found });
    if let Some(next) = next {
        answer["NextToken"] = json!(next);
    }
    Ok(answer)
}

fn decryption(input: &Input) -> Result<Decryption, Fault> {
    Ok(if input.flag("WithDecryption")? { Decryption::Wanted } else { Decryption::Unwanted })
}

/// A key that is disabled, or that the caller may not use, fails the whole call.
fn check_decryptable(
    policy: &Policy,
    resource: &Resource<'_>,
    version: &Version,
    decryption: Decryption,
) -> Result<(), Fault> {
    if version.kind != Kind::SecureString || decryption == Decryption::Unwanted {
        return Ok(());
    }
    if policy.key_is_disabled(resource) {
        return Err(Fault::new("InvalidKeyId", "The key that encrypts this parameter is disabled."));
    }
    if !policy.may_decrypt("ssm", "kms:EncryptionContext:PARAMETER_ARN", resource) {
        return Err(Fault::new("InvalidKeyId", "The caller is not authorized to perform: kms:Decrypt."));
    }
    Ok(())
}
