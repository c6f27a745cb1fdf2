//! A copy of the workspace that may be mutated, with a target directory of its own: nothing mutated ever stands where
//! somebody could build it by mistake.

use crate::table::Edit;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) struct Tree {
    sources: PathBuf,
    target: PathBuf,
}

impl Tree {
    /// Copies what git knows of and does not ignore, and of what is compiled everything but the workspace's own crates.
    pub(crate) fn new() -> io::Result<Self> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace is around this crate");
        // This program is `target/debug/mutations`.
        let program = std::env::current_exe()?;
        let compiled = program.parent().expect("a program is in a directory");
        let own = compiled.parent().expect("`debug` is in `target`").join("mutations");
        let tree = Self { sources: own.join("tree"), target: own.join("target") };
        tree.copy_sources(workspace)?;
        let to = tree.target.join("debug");
        copy(&compiled.join("deps"), &to.join("deps"), is_of_library)?;
        copy(&compiled.join("build"), &to.join("build"), |name| !is_own(name))?;
        copy(&compiled.join(".fingerprint"), &to.join(".fingerprint"), |name| !is_own(name))?;
        Ok(tree)
    }

    fn copy_sources(&self, workspace: &Path) -> io::Result<()> {
        if self.sources.exists() {
            fs::remove_dir_all(&self.sources)?;
        }
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(workspace)
            .output()?;
        let listed = String::from_utf8(listed.stdout).expect("names of files are UTF-8");
        // The suite needs none of the programs, and each would be linked again for each mutation.
        for file in listed.split_terminator('\0').filter(|file| !file.starts_with("tests/src/bin/")) {
            let (from, to) = (workspace.join(file), self.sources.join(file));
            fs::create_dir_all(to.parent().expect("a file is in a directory"))?;
            // As new: cargo should not take a file for the one that it compiled with a mutation.
            if from.exists() {
                fs::write(to, fs::read(from)?)?;
            }
        }
        Ok(())
    }

    /// Replaces the texts, until what comes back is dropped.
    pub(crate) fn mutate(&self, edits: &[Edit]) -> Result<Mutated, String> {
        let mut mutated = Mutated(Vec::new());
        for edit in edits {
            let path = self.sources.join(edit.file);
            let text = fs::read_to_string(&path).map_err(|error| format!("stale: {}: {error}", edit.file))?;
            match text.matches(edit.from).count() {
                1 => {}
                count => return Err(format!("stale: its text is {count} times in {}", edit.file)),
            }
            let changed = text.replacen(edit.from, edit.to, 1);
            mutated.0.push((path.clone(), text));
            fs::write(path, changed).map_err(|error| error.to_string())?;
        }
        Ok(mutated)
    }

    /// Runs the canary suite at the place `only`, and there no further than to the first leak.
    pub(crate) fn run_suite(&self, only: &str) -> Output {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // What `cargo run` says of this program, build scripts of others would take for news.
        let of_this = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_this)) {
            cargo.env_remove(name);
        }
        cargo.env("CARGO_TARGET_DIR", &self.target).current_dir(&self.sources);
        // Of the suite itself next to nothing is compiled again.
        cargo.env("CARGO_INCREMENTAL", "1").env("CARGO_PROFILE_DEV_DEBUG", "none");
        cargo.env("CANARY_ONLY", only).env("CANARY_STOP", "1");
        cargo.args(["test", "--locked", "--quiet", "--workspace", "--test", "canary"]);
        cargo.args(["--", "--exact", "no_canary_shows_anywhere", "--nocapture"]);
        cargo.output().expect("cargo runs, as it has just run this")
    }
}

/// Files that are changed, each with its text from before.
pub(crate) struct Mutated(Vec<(PathBuf, String)>);

impl Drop for Mutated {
    fn drop(&mut self) {
        // Two edits may be in one file.
        for (path, text) in self.0.iter().rev() {
            fs::write(path, text).expect("what was written once can be written again");
        }
    }
}

/// Whether this belongs to a crate of the workspace: those are at another place now, and so others to cargo.
fn is_own(name: &str) -> bool {
    ["secret-config", "secret_config", "libsecret_config"].iter().any(|own| name.starts_with(own))
}

/// Libraries, and what is known of them: the programs are large, and linked anew.
fn is_of_library(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(OsStr::to_str);
    matches!(extension, Some("rlib" | "rmeta" | "so" | "dylib" | "d")) && !is_own(name)
}

/// Copies what is new among the entries of a directory that are wanted.
fn copy(from: &Path, to: &Path, is_wanted: fn(&str) -> bool) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if !entry.file_name().to_str().is_some_and(is_wanted) {
            continue;
        }
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&from, &to, |_| true)?;
            continue;
        }
        // By its time cargo tells what is fresh. It comes last, so that half a copy is none.
        let time = from.metadata()?.modified()?;
        if !to.metadata().is_ok_and(|copied| copied.modified().is_ok_and(|copied| copied == time)) {
            fs::copy(&from, &to)?;
            File::open(&to)?.set_modified(time)?;
        }
    }
    Ok(())
}
