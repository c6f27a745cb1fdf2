//! Takes away each redaction of the library in turn, and expects the canary suite to find a leak:
//! `cargo run --bin mutations`, or with the names of some mutations behind `--`.
//!
//! A suite that finds no leaks may be blind. One that turns red here, for each redaction, is not.

mod table;
mod tree;

use std::process::{ExitCode, Output};
use std::time::Instant;
use table::{MUTATIONS, Mutation};
use tree::Tree;

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |mutation: &&Mutation| names.is_empty() || names.iter().any(|name| name == mutation.name);
    if let Some(name) = names.iter().find(|name| MUTATIONS.iter().all(|mutation| mutation.name != *name)) {
        println!("there is no mutation {name}");
        return ExitCode::FAILURE;
    }
    let started = Instant::now();
    let tree = Tree::new().expect("the sources and what is compiled of them can be copied");
    let (mut passed, mut failed) = (0, 0);
    for mutation in MUTATIONS.iter().filter(is_wanted) {
        let since = started.elapsed().as_secs();
        match try_out(&tree, mutation) {
            Ok(leak) => {
                passed += 1;
                println!("mutation {}: red ({leak}) after {} s", mutation.name, started.elapsed().as_secs() - since);
            }
            Err(reason) => {
                failed += 1;
                println!("mutation {}: {reason}", mutation.name);
            }
        }
    }
    println!("{} s", started.elapsed().as_secs());
    println!("{passed} passed, {failed} failed");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Where the mutation shows a canary; or why that is not known.
fn try_out(tree: &Tree, mutation: &Mutation) -> Result<String, String> {
    let _mutated = tree.mutate(mutation.edits)?;
    let run = tree.run_suite(mutation.only);
    let text = text(&run);
    // `canary: 12 cells, 1 leaks (outlet; place)`
    let line = text.lines().find_map(|line| line.strip_prefix("canary: "));
    let found = line.and_then(|line| line.split_once(" cells, ")).and_then(|(_, found)| found.split_once(" leaks"));
    match found {
        Some(("0", _)) => Err("green: nothing shows without it".to_owned()),
        Some((_, leak)) if !run.status.success() => Ok(leak.trim_matches([' ', '(', ')']).to_owned()),
        _ => Err(format!("error: it does not compile, or the suite fails otherwise\n{}", end(&text))),
    }
}

/// What cargo wrote.
fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// Its last lines.
fn end(text: &str) -> String {
    const LINES: usize = 60;
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
