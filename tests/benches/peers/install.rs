//! Gets the peers from PyPI, npm and crates.io, pinned by the files in `tests/peers`, into the target directory.
//!
//! What cannot be had is told, and the others are measured all the same.

use crate::client::{Client, OURS, SECRET_CONFIG};
use secret_config_tests::python;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PYTHON: [(&str, &str); 4] = [
    ("boto3 batched", "boto3_batches.py"),
    ("boto3 loop", "boto3_loops.py"),
    ("Powertools (Python)", "powertools.py"),
    ("pydantic-settings", "pydantic_sources.py"),
];
const NODE: [(&str, &str); 2] = [("middy", "middy.mjs"), ("Powertools (TypeScript)", "powertools.mjs")];
pub(crate) const RUST: &str = "aws_secretsmanager_caching";

/// Ours, and those that can be installed.
pub(crate) fn clients() -> Vec<Client> {
    let ours = env::current_exe().expect("a process knows its binary");
    let mut clients = vec![Client { name: SECRET_CONFIG, program: ours, arguments: vec![OURS.into()] }];
    match python::with_packages("peers/python", include_str!("../../peers/requirements.txt")) {
        Ok(python) => clients.extend(PYTHON.map(|(name, script)| Client {
            name,
            program: python.clone(),
            // It leaves no compiled files beside the scripts.
            arguments: vec!["-B".into(), scripts().join(script).into()],
        })),
        Err(problem) => eprintln!("the peers in Python are left out: {problem}"),
    }
    match node_with_packages() {
        Ok(home) => clients.extend(NODE.map(|(name, script)| Client {
            name,
            program: "node".into(),
            arguments: vec![home.join(script).into()],
        })),
        Err(problem) => eprintln!("the peers in TypeScript are left out: {problem}"),
    }
    match built_by_cargo() {
        Ok(program) => clients.push(Client { name: RUST, program, arguments: Vec::new() }),
        Err(problem) => eprintln!("the peer in Rust is left out: {problem}"),
    }
    clients
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

/// Node looks for packages beside the script, so the scripts go where the packages are.
fn node_with_packages() -> Result<PathBuf, String> {
    let lock_file = include_str!("../../peers/package-lock.json");
    let home = python::target_directory().join("peers/node");
    let marker = home.join("installed");
    fs::create_dir_all(&home).expect("the target directory is ours");
    for file in
        ["package.json", "package-lock.json", ".npmrc", "peer.mjs"].into_iter().chain(NODE.map(|(_, script)| script))
    {
        fs::copy(scripts().join(file), home.join(file)).expect("the target directory is ours");
    }
    if fs::read_to_string(&marker).ok().as_deref() != Some(lock_file) {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let install =
            Command::new(npm).args(["ci", "--ignore-scripts"]).current_dir(&home).stdin(Stdio::null()).output();
        let output = install.map_err(|error| format!("npm: {error}; Node.js 20 or newer is needed"))?;
        if !output.status.success() {
            return Err(format!("npm failed:\n{}", String::from_utf8_lossy(&output.stderr)));
        }
        fs::write(marker, lock_file).expect("the target directory is ours");
    }
    Ok(home)
}

/// A crate of its own, with features of the SDK that must not become ours. Its first build takes minutes, so cargo may
/// say on our standard error what it does; our output is for lines only.
fn built_by_cargo() -> Result<PathBuf, String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers/caching");
    let mut cargo = Command::new(env!("CARGO"));
    // What `cargo bench` says of this program, build scripts of others would take for news.
    let of_this = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_this)) {
        cargo.env_remove(name);
    }
    cargo.args(["build", "--release", "--locked", "--manifest-path"]).arg(scripts().join("caching/Cargo.toml"));
    // Built for a target by name, the program would lie in a directory of that name.
    cargo.env("CARGO_TARGET_DIR", &target).env_remove("CARGO_BUILD_TARGET");
    let status = cargo.stdin(Stdio::null()).stdout(Stdio::null()).status();
    let status = status.map_err(|error| format!("cargo: {error}"))?;
    let program = target.join("release/secret-config-peer-caching").with_extension(env::consts::EXE_EXTENSION);
    status.success().then_some(program).ok_or_else(|| "cargo failed, as it says above".to_owned())
}
