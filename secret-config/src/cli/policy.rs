//! `policy`: what the service's role must be allowed.

use super::arguments::{environments, examples, value};
use super::{Exit, Session, Told};
use crate::operator::{Account, InvalidAccount, Policy};
use crate::spec::Spec;
use crate::{LoadError, SecretConfig};
use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgAction, ArgMatches, Command};

pub(super) fn command(spec: &'static Spec, program: &str) -> Command {
    let lines = [
        ("policy --env prod --account 123456789012 --region eu-west-1", "JSON, as IAM has it"),
        ("policy --env dev --env staging --account 123456789012 --region eu-west-1 --format terraform", "for two"),
    ];
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help).value_parser(NonEmptyStringValueParser::new())
    };
    let environment = Arg::new("env").long("env").short('e').value_name("ENVIRONMENT").required(true);
    Command::new("policy")
        .about("Write the IAM policy that allows exactly the calls of a load; nothing is asked")
        .arg(environments(environment.action(ArgAction::Append).help("The environments; may be repeated"), spec))
        .arg(option("account", "ID", "The account, twelve digits").required(true))
        .arg(option("kms-key", "ARN", "A customer key that values are encrypted with").action(ArgAction::Append))
        .arg(
            option("format", "FORMAT", "What is written")
                .value_parser(["json", "terraform", "cloudformation"])
                .default_value("json"),
        )
        .after_help(examples(program, &lines))
}

pub(super) fn run<T: SecretConfig>(session: &Session<'_, T>, matches: &ArgMatches) -> Result<Told, LoadError> {
    let account = match account(session, matches) {
        Ok(account) => account,
        Err(error) => return Ok(Told::error(format!("error: {error}\n"), Exit::CouldNotRun)),
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
    let mut told = Told::line(match value(matches, "format") {
        "terraform" => policy.to_terraform(),
        "cloudformation" => policy.to_cloudformation(),
        _ => policy.to_json(),
    });
    if value(matches, "format") == "json" && policy.size() > Policy::MAX_SIZE {
        told.error = format!(
            "error: the policy has {} characters, and IAM takes {}: write it as terraform or cloudformation, which split it\n",
            policy.size(),
            Policy::MAX_SIZE
        );
        told.exit = Exit::Problems;
    }
    Ok(told)
}

fn account<T>(session: &Session<'_, T>, matches: &ArgMatches) -> Result<Account, InvalidAccount> {
    let region = session.arguments.region.clone().or_else(|| std::env::var("AWS_REGION").ok()).unwrap_or_default();
    let keys = matches.get_many::<String>("kms-key").into_iter().flatten();
    keys.fold(Account::new(value(matches, "account"), region), |account, key| account?.kms_key(key))
}
