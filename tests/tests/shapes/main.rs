//! The shapes of real configurations, from one table of cases that runs against `FakeAws` and moto. Each has its negative
//! twins: something is missing, something is of the wrong type, something is denied.

mod candidates;
mod conditions;
mod documents;
mod for_each;
mod inject;
mod names;
mod nested;
mod optional;
mod precedence;
mod references;
mod rest;

use aws_sdk_ssm::types::ParameterType::{SecureString, String as Plain, StringList};
use secret_config::ProblemKind::{Denied, Malformed, Missing, NoSuchKey, RefusedSecret, WrongType};
use secret_config::{Secret, SecretConfig};
use secret_config_tests::cases;
use secret_config_tests::table::{assert_calls, assert_problems, load, load_alone, loader};
use std::collections::{BTreeMap, HashMap};

/// The text of a secret, for comparing.
fn text(secret: &Secret<String>) -> &str {
    secret.expose_secret()
}
