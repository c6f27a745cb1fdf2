//! `policy`: what the service's role must be allowed.

use super::arguments::{environments, examples, value};
use super::{Exit, Session, Told, failure};
use crate::operator::{Account, InvalidAccount, Policy};
use crate::spec::Spec;
use crate::{LoadError, SecretConfig};
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde::Serialize;

const ANY_REGION: &str = "eu-west-1";

pub(super) fn command(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("policy --env prod --account 123456789012 --region eu-west-1", "JSON, as IAM has it"),
        ("policy --env dev --env staging --account 123456789012 --region eu-west-1 --format terraform", "for two"),
    ];
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let environment = Arg::new("env").long("env").short('e').value_name("ENVIRONMENT").required(true);
    Command::new("policy")
        .about("Write the IAM policy that allows exactly the calls of a load; no store is asked")
        .arg(environments(environment.action(ArgAction::Append).help("The environments; may be repeated"), spec))
        .arg(option("account", "ID", "The AWS account, twelve digits").required(true).value_parser(parsed_id))
        .arg(
            option("kms-key", "ARN", "A KMS key of your own that values are encrypted with; may be repeated")
                .action(ArgAction::Append)
                .value_parser(parsed_key),
        )
        .arg(
            option("format", "FORMAT", "The language that it is written in")
                .value_parser(["json", "terraform", "cloudformation"])
                .default_value("json"),
        )
        .after_help(examples(program, &lines))
}

pub(super) fn run<T: SecretConfig>(session: &Session<'_, T>, matches: &ArgMatches) -> Result<Told, LoadError> {
    let is_json = session.arguments.json;
    let region = region(session.arguments.region.as_deref(), |name| std::env::var(name).ok());
    let account = match region.and_then(|region| account(matches, region)) {
        Ok(account) => account,
        Err(why) => return Ok(failure::of_command(&why, is_json)),
    };
    let mut merged: Option<Policy> = None;
    for name in matches.get_many::<String>("env").into_iter().flatten() {
        let policy = session.loader(name).policy(&account)?;
        merged = Some(match merged {
            Some(others) => others.merge(policy),
            None => policy,
        });
    }
    // clap has asked for one.
    let Some(policy) = merged else { return Ok(Told::nothing(Exit::CouldNotRun)) };
    let notes = notes(T::SPEC, &policy);
    let format = value(matches, "format");
    if is_json {
        return Ok(failure::json(&Written::new(&policy, format, notes)));
    }
    let mut told = Told::line(in_format(&policy, format));
    told.error = notes.iter().map(|note| format!("{note}\n")).collect();
    if format == "json" && policy.size() > Policy::MAX_SIZE {
        told.error.push_str(&format!(
            "error: the policy has {} characters, and IAM takes {}: split it with --json, --format terraform or \
             --format cloudformation\n",
            policy.size(),
            Policy::MAX_SIZE
        ));
        told.exit = Exit::Problems;
    }
    Ok(told)
}

fn in_format(policy: &Policy, format: &str) -> String {
    match format {
        "terraform" => policy.to_terraform(),
        "cloudformation" => policy.to_cloudformation(),
        _ => policy.to_json(),
    }
}

/// A policy for a program: as documents, each short enough for IAM, or as the text of another format.
#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    format: &'a str,
    environments: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    documents: Option<Vec<Policy>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

impl<'a> Written<'a> {
    fn new(policy: &'a Policy, format: &'a str, notes: Vec<String>) -> Self {
        let (documents, text) = match format {
            // IAM takes no document without a statement.
            "json" => (Some(policy.clone().split().into_iter().filter(|part| !part.is_empty()).collect()), None),
            _ => (None, Some(in_format(policy, format))),
        };
        Self { version: 1, format, environments: policy.environments(), documents, text, notes }
    }
}

/// Why there is less to allow than somebody may expect.
fn notes(spec: &Spec, policy: &Policy) -> Vec<String> {
    let offline = policy.environments().iter().filter(|name| spec.root.offline.contains(&name.as_str()));
    let mut notes: Vec<_> =
        offline.map(|name| format!("`{name}` is offline: a load asks no store, and needs no permission")).collect();
    if policy.is_empty() && notes.is_empty() {
        let names = policy.environments().join(", ");
        notes.push(format!(
            "in {names} a load reads neither Parameter Store nor Secrets Manager, and needs no permission"
        ));
    }
    notes
}

fn account(matches: &ArgMatches, region: String) -> Result<Account, String> {
    // clap has seen to the account and the keys, and the region is left.
    let account =
        Account::new(value(matches, "account"), region).map_err(|why| format!("{why}: correct `--region`"))?;
    let mut keys = matches.get_many::<String>("kms-key").into_iter().flatten();
    keys.try_fold(account, Account::kms_key).map_err(|why| why.to_string())
}

fn parsed_id(text: &str) -> Result<String, InvalidAccount> {
    Account::new(text, ANY_REGION).map(|account| account.id().to_owned())
}

fn parsed_key(text: &str) -> Result<String, InvalidAccount> {
    Account::new("123456789012", ANY_REGION)?.kms_key(text).map(|_| text.to_owned())
}

/// The region that is asked for, or else that of the process.
fn region(asked: Option<&str>, variable: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let is_set = |value: &String| !value.is_empty();
    let of_process = || ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().filter_map(variable).find(is_set);
    asked.map(str::to_owned).or_else(of_process).ok_or_else(|| {
        "the policy is for one region, and none is given: add `--region eu-west-1`, or set AWS_REGION".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_region_it_is_said_how_one_is_given() {
        let with = |name: &'static str| move |asked: &str| (asked == name).then(|| "eu-north-1".to_owned());
        assert_eq!(region(Some("eu-west-1"), with("AWS_REGION")), Ok("eu-west-1".to_owned()));
        assert_eq!(region(None, with("AWS_REGION")), Ok("eu-north-1".to_owned()));
        assert_eq!(region(None, with("AWS_DEFAULT_REGION")), Ok("eu-north-1".to_owned()));
        for empty in [None, Some(String::new())] {
            let why = region(None, |_| empty.clone()).unwrap_err();
            assert!(why.contains("add `--region eu-west-1`"), "{why}");
        }
    }
}
