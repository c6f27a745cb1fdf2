//! What a hostile hand may write, read by real loads: the bodies of the fuzz targets in `tests/fuzz`, which the test
//! `hostile` runs over the kept corpus too.
//!
//! Each takes bytes and panics if a promise is broken. None panics, whatever the bytes are, while all are kept.

mod documents;
pub mod mutations;
mod responses;
mod services;
mod templates;
mod variables;

pub use documents::documents;
pub use responses::responses;
pub use templates::templates;
pub use variables::variables;

use crate::canary::Search;
use secret_config::{LoadError, Loader, SecretConfig};
use std::future::Future;
use tokio::runtime::{Builder, Runtime};

/// What a fuzzer calls.
pub type Target = fn(&[u8]);

/// Each target, under the name of its folder in the corpus.
pub const TARGETS: [(&str, Target); 4] =
    [("templates", templates), ("documents", documents), ("variables", variables), ("responses", responses)];

/// No six characters of it stand in any message. Inputs write [`PLACEHOLDER`] for it.
pub const CANARY: &str = "kR7~vQ2#xW9^zB4";

/// What becomes the canary in an input that a fuzzer made: it can copy this, and cannot spell parts of the canary.
pub const PLACEHOLDER: &str = "@@";

/// The input as text, with the canary where it is meant to be. `None` if a part of it is there already.
fn text(data: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(data);
    if shows(&text) { None } else { Some(text.replace(PLACEHOLDER, CANARY)) }
}

thread_local! {
    /// Its time stands still, and jumps to the next timer when nothing else is left to do: what waits for ever is at its
    /// deadline at once.
    static RUNTIME: Runtime =
        Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime can be made");

    static SEARCH: Search = Search::default().with("canary", CANARY);
}

fn wait<F: Future>(future: F) -> F::Output {
    RUNTIME.with(|runtime| runtime.block_on(future))
}

/// Loads, from nothing that the process or its directory has.
fn load<T: SecretConfig>(loader: Loader<T>) -> Result<T, LoadError> {
    let result = wait(loader.root("no/such/directory").load());
    if let Err(error) = &result {
        assert!(!error.problems().is_empty(), "an error without a problem");
        assert_is_printable(error);
    }
    result
}

/// All that a program may show of an error.
fn told(error: &LoadError) -> String {
    let mut told = error.to_string();
    // It is the same, and is not searched twice.
    assert_eq!(format!("{error:?}{error:#?}"), told.repeat(2));
    error.problems().iter().for_each(|problem| told.push_str(&format!("\n{problem:?}")));
    told
}

fn assert_is_printable(error: &LoadError) {
    let steers = |letter: char| letter.is_control() && letter != '\n';
    assert!(!error.to_string().contains(steers), "a report steers the terminal: {error:?}");
    let lines: usize = error.problems().iter().map(|problem| problem.to_string().lines().count()).sum();
    assert_eq!(lines, error.problems().len(), "a problem forges a line: {error}");
}

/// Whether a part of the canary is in it, in any form.
fn shows(text: &str) -> bool {
    SEARCH.with(|search| !search.find(text).is_empty())
}

/// The message does not show it either: it goes into a log.
#[track_caller]
fn assert_hides_the_canary(error: &LoadError) {
    if shows(&told(error)) {
        let kinds: Vec<_> = error.problems().iter().map(|problem| (problem.kind(), problem.fields())).collect();
        panic!("a report shows the canary: {kinds:?}");
    }
}
