//! Names of Parameter Store: what may be created, and what a caller may ask with (selectors, ARNs).

use super::policy::Resource;
use super::protocol::Fault;
use super::{ACCOUNT, REGION};

const LEVELS: usize = 15;
const LONGEST_ARN: usize = 1011;

/// A name as a caller wrote it: perhaps an ARN, perhaps with `:3` or `:label` at its end.
pub(super) struct Reference<'a> {
    /// As asked, without the selector.
    pub(super) base: &'a str,
    pub(super) selector: Option<&'a str>,
    /// The bare name, also of what was asked for by ARN: rules are written for names.
    name: String,
    pub(super) arn: String,
}

impl<'a> Reference<'a> {
    pub(super) fn parse(asked: &'a str) -> Result<Self, Fault> {
        let (resource, is_arn) = match asked.strip_prefix("arn:") {
            Some(rest) => (resource_of_arn(rest)?, true),
            None => (asked, false),
        };
        let (name, selector) = match resource.split_once(':') {
            Some((name, selector)) => (name, Some(checked_selector(selector)?)),
            None => (resource, None),
        };
        check_characters(name)?;
        check_reserved_for_reading(name)?;
        let base = &asked[..asked.len() - selector.map_or(0, |selector| selector.len() + 1)];
        let (name, arn) = if is_arn { (bare_name(base), base.to_owned()) } else { (base.to_owned(), own_arn(base)) };
        Ok(Self { base, selector, name, arn })
    }

    /// A name that was checked already, without a selector.
    pub(super) fn of_name(name: &'a str) -> Self {
        Self { base: name, selector: None, name: name.to_owned(), arn: own_arn(name) }
    }

    pub(super) fn is_arn(&self) -> bool {
        self.base.starts_with("arn:")
    }

    pub(super) fn resource(&self) -> Resource<'_> {
        Resource { name: &self.name, arn: &self.arn }
    }
}

/// The ARN of a parameter of this account. `x` and `/x` have the same: Parameter Store takes only one of them.
pub(super) fn own_arn(name: &str) -> String {
    format!("arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{}", name.strip_prefix('/').unwrap_or(name))
}

/// The name that a parameter has that is known by its ARN: with a slash in front if it has levels.
pub(super) fn bare_name(arn: &str) -> String {
    let name = arn.split_once(":parameter/").map_or(arn, |(_, name)| name);
    if name.contains('/') { format!("/{name}") } else { name.to_owned() }
}

/// Whether a parameter of this name may be created.
pub(super) fn check_creatable(name: &str) -> Result<(), Fault> {
    check_characters(name)?;
    let lower = name.to_ascii_lowercase();
    let first = lower.trim_start_matches('/');
    if lower.starts_with("/aws") && lower[1..].contains('/') {
        return Err(Fault::new("AccessDeniedException", format!("No access to reserved parameter name: {name}.")));
    }
    if first.starts_with("aws") || first.starts_with("ssm") {
        return Err(Fault::validation(
            "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). If formed as a path, it can \
             consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers \
             and the following 3 symbols .-_",
        ));
    }
    let levels = name.strip_prefix('/').unwrap_or(name);
    if (levels.contains('/') && !name.starts_with('/')) || levels.split('/').any(str::is_empty) {
        return Err(Fault::validation("Parameter name must be a fully qualified name"));
    }
    if levels.split('/').count() > LEVELS {
        return Err(Fault::new(
            "HierarchyLevelLimitExceededException",
            "A hierarchy can have a maximum of 15 levels. For more information, see Requirements and constraints for \
             parameter names in the AWS Systems Manager User Guide.",
        ));
    }
    if own_arn(name).len() > LONGEST_ARN {
        return Err(Fault::validation("The maximum length of a parameter name, counting its ARN, is 1011 characters"));
    }
    Ok(())
}

/// `partition:ssm:region:account:parameter/name[:selector]`, without the `arn:` in front.
fn resource_of_arn(rest: &str) -> Result<&str, Fault> {
    let fields: Vec<&str> = rest.splitn(5, ':').collect();
    match fields.as_slice() {
        [_, "ssm", _, _, resource] => resource.strip_prefix("parameter/"),
        _ => None,
    }
    .ok_or_else(|| Fault::validation("Invalid parameter ARN"))
}

fn checked_selector(selector: &str) -> Result<&str, Fault> {
    let well_formed = !selector.is_empty() && selector.chars().all(is_name_character);
    well_formed.then_some(selector).ok_or_else(|| {
        Fault::validation(
            "Invalid parameter name. Please use correct syntax for referencing a version/label  <name>:<version/label>",
        )
    })
}

fn check_characters(name: &str) -> Result<(), Fault> {
    if name.is_empty() {
        return Err(Fault::constraint("name", "have length greater than or equal to 1"));
    }
    if name.chars().all(|character| is_name_character(character) || character == '/') {
        return Ok(());
    }
    Err(invalid_syntax())
}

/// Nothing can be called `ssm..`; below `/aws/` AWS keeps public parameters, which may be asked for.
fn check_reserved_for_reading(name: &str) -> Result<(), Fault> {
    if name.trim_start_matches('/').to_ascii_lowercase().starts_with("ssm") { Err(invalid_syntax()) } else { Ok(()) }
}

/// AWS has this one message for every name that cannot be, whatever is wrong with it.
fn invalid_syntax() -> Fault {
    Fault::validation(
        "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of \
         sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following \
         3 symbols .-_",
    )
}

fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '-')
}
