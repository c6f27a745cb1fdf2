//! One canary for each secret, in every kind of place, with every failure, through every outlet: none shows.

mod matrix;
mod outlets;
mod single;
mod types;
mod world;

use outlets::Watch;
use secret_config::source::{BoxFuture, Key, Payload, Source, SourceError, SourceErrorKind};
use secret_config::{Secret, SecretConfig};
use secret_config_tests::canary::{Search, canary};
use std::collections::HashSet;
use world::World;

#[tokio::test]
async fn no_canary_shows_anywhere() {
    let mut watch = Watch::as_asked();
    matrix::look(&mut watch).await;
    single::look(&mut watch, &World::new().await).await;
    println!("canary: {} cells, {} leaks", watch.cells, watch.found.len());
    assert_eq!(watch.found, []);
}

/// A source that does what its documentation forbids: it tells the value as the service's code.
#[derive(Debug)]
struct Leaky;

impl Source for Leaky {
    fn fetch<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Vec<Result<Payload, SourceError>>> {
        let leak = |_| Err(SourceError::new(SourceErrorKind::Denied).with_code(canary(0)));
        Box::pin(async move { keys.iter().map(leak).collect() })
    }
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct OfLeaky {
    #[secret(source = "leaky", name = "{field}")]
    value: Secret<String>,
}

#[tokio::test]
async fn a_leaky_double_is_found_out() {
    let mut watch = Watch::new(search(0..NAMES.len()));
    let loader = OfLeaky::loader("dev").env_vars::<&str, &str>([]).source("leaky", Leaky);
    watch.load("a leaky double", loader).await;
    let outlets: HashSet<_> = watch.found.iter().map(|leak| leak.outlet).collect();
    for outlet in ["Display", "Debug", "a problem", "miette", "miette as JSON", "unwrap", "what a panic prints"] {
        assert!(outlets.contains(outlet), "{outlet}");
    }
}

/// What is said of a wrong name that is like a right one, and so tells what it is: of variants and keys in `types`.
const LIKENESSES: [&str; 2] = ["did you mean `Fast`", "did you mean `pin`"];

/// What the canaries are called in a report, by their numbers.
const NAMES: [&str; 29] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "21", "22", "23", "24", "25", "sibling", "other", "single",
];

/// The canaries with these numbers; and the words that tell what a secret is like.
fn search(numbers: impl IntoIterator<Item = usize>) -> Search {
    let add = |search: Search, number: usize| search.with(NAMES[number], &canary(number));
    let search = numbers.into_iter().fold(Search::default(), add);
    LIKENESSES.into_iter().fold(search, |search, words| search.with_words("likeness", words))
}
