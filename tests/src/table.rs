//! The table of cases that run against `FakeAws` and moto alike, and what its cases have in common.

use crate::emulator::Emulator;
use crate::policy_proof::prove_unless_denied;
use secret_config::{LoadError, Loader, ProblemKind, SecretConfig};
use std::fmt;
use tempfile::TempDir;

/// Each case runs against both emulators; what one of them cannot serve says so, with the reason.
#[macro_export]
macro_rules! cases {
    ($($name:ident $([not on moto: $reason:literal])? ($emulator:ident) $body:block)*) => {
        $($crate::cases!(@case $name [$($reason)?] $emulator $body);)*
    };
    (@case $name:ident [] $emulator:ident $body:block) => {
        mod $name {
            use super::*;

            async fn case($emulator: $crate::emulator::Emulator) $body

            #[tokio::test]
            async fn on_fake_aws() {
                case($crate::emulator::Emulator::fake().await).await;
            }

            #[tokio::test]
            async fn on_moto() {
                case($crate::emulator::Emulator::moto().await).await;
            }
        }
    };
    (@case $name:ident [$reason:literal] $emulator:ident $body:block) => {
        mod $name {
            use super::*;

            async fn case($emulator: $crate::emulator::Emulator) $body

            #[doc = $reason]
            #[tokio::test]
            async fn on_fake_aws_only() {
                case($crate::emulator::Emulator::fake().await).await;
            }
        }
    };
}

/// A load of the environment that is named like the emulator's own prefix, from nothing but the stores.
pub fn loader<T: SecretConfig>(emulator: &Emulator) -> Loader<T> {
    let loader = T::loader(emulator.prefix()).aws(&emulator.sdk_config());
    loader.root("no/such/directory").env_vars::<&str, &str>([])
}

/// A directory whose `config/default.toml` is this. It is gone when it is dropped.
pub fn directory(default_toml: &str) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory can be made");
    std::fs::create_dir(directory.path().join("config")).expect("and one in it");
    std::fs::write(directory.path().join("config/default.toml"), default_toml).expect("and a file in that");
    directory
}

/// Loads with this `config/default.toml` below what the stores have.
pub async fn load<T: SecretConfig>(emulator: &Emulator, default_toml: &str) -> Result<T, LoadError> {
    let directory = directory(default_toml);
    load_and_prove(emulator, || loader(emulator).root(directory.path())).await
}

/// Loads from nothing but the stores.
pub async fn load_alone<T: SecretConfig>(emulator: &Emulator) -> Result<T, LoadError> {
    load_and_prove(emulator, || loader(emulator)).await
}

/// Where a load succeeds, its policy is proved: all shapes there are have one.
async fn load_and_prove<T: SecretConfig>(emulator: &Emulator, loader: impl Fn() -> Loader<T>) -> Result<T, LoadError> {
    let result = loader().load().await;
    if let (Ok(_), Some(fake)) = (&result, emulator.as_fake()) {
        prove_unless_denied(fake, loader).await;
    }
    result
}

/// The kinds of a failed load's problems with their fields, in order.
#[track_caller]
pub fn problems<T: fmt::Debug>(result: Result<T, LoadError>) -> Vec<(ProblemKind, String)> {
    let error = result.expect_err("the load should fail");
    error.problems().iter().map(|problem| (problem.kind(), problem.fields().join(","))).collect()
}

/// The same, beside what is expected.
#[track_caller]
pub fn assert_problems<T: fmt::Debug>(result: Result<T, LoadError>, expected: &[(ProblemKind, &str)]) {
    let found = problems(result);
    let found: Vec<_> = found.iter().map(|(kind, fields)| (*kind, fields.as_str())).collect();
    assert_eq!(found, expected);
}

/// The calls that read, as far as the emulator counts them: each operation that was called, and how often.
#[track_caller]
pub fn assert_calls(emulator: &Emulator, expected: &[(&str, usize)]) {
    const READING: [&str; 4] = ["GetParameters", "GetParametersByPath", "BatchGetSecretValue", "GetSecretValue"];
    if let Some(fake) = emulator.as_fake() {
        let calls = fake.calls();
        let found: Vec<_> = READING.map(|operation| (operation, calls.count(operation))).to_vec();
        let found: Vec<_> = found.into_iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(found, expected);
    }
}
