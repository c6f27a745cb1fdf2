//! Hostile input in a bounded run: the bodies of the fuzz targets over the kept corpus, and over what a few thousand
//! mutations make of it. The same ones in every run, so that a failure is found again.

use secret_config_tests::hostile::mutations::Mutations;
use secret_config_tests::hostile::{TARGETS, Target};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// The files of a target, in the order of their names.
fn corpus(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

fn target(name: &str) -> Target {
    TARGETS.into_iter().find(|(other, _)| *other == name).unwrap().1
}

/// Runs the target over its corpus and this many mutations of it. What fails is printed as it is to be kept.
fn run(name: &str, mutations: usize) {
    let (target, corpus) = (target(name), corpus(name));
    for (path, data) in &corpus {
        let outcome = catch_unwind(AssertUnwindSafe(|| target(data)));
        assert!(outcome.is_ok(), "a promise is broken by {}", path.display());
    }
    let seeds: Vec<_> = corpus.into_iter().map(|(_, data)| data).collect();
    for data in Mutations::of(&seeds).take(mutations) {
        let outcome = catch_unwind(AssertUnwindSafe(|| target(&data)));
        assert!(outcome.is_ok(), "a promise is broken by b\"{}\"", data.escape_ascii());
    }
}

#[test]
fn hostile_templates_keep_every_promise() {
    run("templates", 400);
}

#[test]
fn hostile_documents_keep_every_promise() {
    run("documents", 600);
}

#[test]
fn hostile_variables_keep_every_promise() {
    run("variables", 1500);
}

#[test]
fn hostile_responses_keep_every_promise() {
    run("responses", 300);
}

#[test]
fn every_target_is_run_here_and_by_the_fuzzer() {
    let names = TARGETS.map(|(name, _)| name);
    assert_eq!(names, ["templates", "documents", "variables", "responses"]);
    for name in names {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/targets").join(name).with_extension("rs");
        assert!(std::fs::read_to_string(file).unwrap().contains(&format!("hostile::{name}(data)")), "{name}");
        assert!((1..=60).contains(&corpus(name).len()), "{name}: a small corpus is kept");
    }
}
