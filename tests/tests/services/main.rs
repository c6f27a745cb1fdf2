//! Ten structs modelled on public services, each with what is special in it: documentation of what is possible.
//!
//! Keys, variables and formats of the files are the service's own, reduced to what is special. All else is written for
//! this place: where the values are kept, and every line of code. Each loads in an environment that calls nothing, from
//! files and variables, and in one that asks the stores, with every call counted.

mod apollo_router;
mod autopush;
mod garage;
mod graph_node;
mod matrix_authentication_service;
mod meilisearch;
mod rauthy;
mod symbolicator;
mod vaultwarden;
mod zed_collab;

use secret_config::testing::FakeAws;
use secret_config::{LoadError, ProblemKind, Secret};
use tempfile::TempDir;

/// For `env_vars`: the tests see no variables of the process that runs them.
const NO_VARIABLES: [(&str, &str); 0] = [];

/// A directory with these files, for `root`.
fn directory<const N: usize>(files: [(&str, &str); N]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    directory
}

/// How often each operation was called.
fn calls(aws: &FakeAws) -> Vec<(&'static str, usize)> {
    let calls = aws.calls();
    let operations = ["BatchGetSecretValue", "GetParameters", "GetParametersByPath", "GetSecretValue"];
    let counts = operations.map(|operation| (operation, calls.count(operation)));
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<usize>(), calls.len(), "an operation that is not listed");
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// What was asked for, in order of the alphabet.
fn asked(aws: &FakeAws) -> Vec<String> {
    let mut names: Vec<_> = aws.calls().iter().flat_map(|call| call.names().to_vec()).collect();
    names.sort();
    names
}

/// A secret that may be absent, in the clear.
fn exposed(secret: &Option<Secret<String>>) -> Option<&str> {
    secret.as_ref().map(|secret| secret.expose_secret().as_str())
}

/// The kinds of a failed load's problems, each with its field.
fn problems(error: &LoadError) -> Vec<(ProblemKind, String)> {
    error.problems().iter().map(|problem| (problem.kind(), problem.fields().join(","))).collect()
}
