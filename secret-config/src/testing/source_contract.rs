//! The suite that every source passes: ours, and those of users.

use crate::source::{Body, Key, Payload, Source, SourceErrorKind};

/// Holds a source against what a load relies on. Call it in a test of your own source.
///
/// `found` are two keys or more that it has, with different values; `absent` is one that it does not have.
///
/// ```
/// use secret_config::source::{Key, Memory, Payload};
/// use secret_config::testing::source_contract;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let source = Memory::new().with("a", Payload::text("one")).with("b", Payload::text("two"));
/// source_contract(&source, &[Key::new("a"), Key::new("b")], &Key::new("c")).await;
/// # }
/// ```
///
/// # Panics
///
/// With the rule that is broken, if one is. No value is in the message.
#[expect(clippy::panic, reason = "a suite of assertions, for tests")]
pub async fn source_contract(source: &dyn Source, found: &[Key], absent: &Key) {
    let Some(((first, rest), two)) = found.split_first().zip(found.get(..2)) else {
        panic!("give two keys or more that the source has");
    };
    let values = all(source, found).await;
    if let [one, other] = two
        && bytes(&values[0]) == bytes(&values[1])
    {
        panic!("`{one}` and `{other}` need different values: otherwise a mix-up would not show");
    }

    let reversed: Vec<_> = found.iter().rev().cloned().collect();
    for ((key, value), again) in found.iter().zip(&values).zip(all(source, &reversed).await.iter().rev()) {
        assert!(bytes(value) == bytes(again), "`{key}`: the outcomes are not in the order of the keys");
    }

    let mixed: Vec<_> = [first, absent].into_iter().chain(rest).cloned().collect();
    let outcomes = source.fetch(&mixed).await;
    assert!(outcomes.len() == mixed.len(), "there must be one outcome for each key");
    for (key, outcome) in mixed.iter().zip(&outcomes) {
        match outcome {
            Ok(_) if key == absent => panic!("`{key}` should be absent, and has a value"),
            Ok(_) => {}
            Err(error) if key == absent => {
                assert!(error.kind() == SourceErrorKind::NotFound, "`{key}` should be `NotFound`, and is `{error}`");
            }
            Err(error) => panic!("`{key}` failed beside a key that is absent: {error}"),
        }
    }

    let debug = format!("{source:?}");
    for (key, value) in found.iter().zip(&values) {
        let shows = std::str::from_utf8(bytes(value)).is_ok_and(|text| text.len() > 3 && debug.contains(text));
        assert!(!shows, "the `Debug` of the source shows the value of `{key}`");
    }
}

#[expect(clippy::panic, reason = "a suite of assertions, for tests")]
async fn all(source: &dyn Source, keys: &[Key]) -> Vec<Payload> {
    let outcomes = source.fetch(keys).await;
    assert!(outcomes.len() == keys.len(), "there must be one outcome for each key");
    let value = |(key, outcome): (&Key, Result<Payload, _>)| match outcome {
        Ok(payload) => payload,
        Err(error) => panic!("`{key}` should be found: {error}"),
    };
    keys.iter().zip(outcomes).map(value).collect()
}

fn bytes(payload: &Payload) -> &[u8] {
    match &payload.body {
        Body::Text(text) | Body::List(text) => text.as_bytes(),
        Body::Bytes(bytes) => bytes,
        // No key of the contract asks for one.
        Body::Level(_) => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::file::Files;
    use crate::source::{BoxFuture, Memory, SourceError};

    #[tokio::test]
    async fn memory_and_files_pass() {
        let memory = Memory::new().with("a", Payload::text("one value")).with("b", Payload::bytes([1, 2]));
        source_contract(&memory, &[Key::new("a"), Key::new("b")], &Key::new("c")).await;
        let root = env!("CARGO_MANIFEST_DIR").into();
        source_contract(&Files { root }, &[Key::new("Cargo.toml"), Key::new("src/lib.rs")], &Key::new("none")).await;
    }

    #[cfg(all(feature = "ssm", feature = "secretsmanager"))]
    #[tokio::test]
    async fn both_stores_pass() {
        use crate::source::connection::{Connection, Given};
        use crate::source::{secretsmanager::SecretsManager, ssm::ParameterStore};
        use crate::testing::{FakeAws, Parameter};
        use std::sync::Arc;

        let fake = FakeAws::start().await.expect("loopback has a free port");
        let given = Given { config: Some(fake.sdk_config()), ..Given::default() };
        let connection = Arc::new(Connection::new(given, None));
        for number in 0..30 {
            fake.put_parameter(&format!("/a/{number}"), Parameter::secure_string(format!("parameter {number}")));
            fake.put_secret(&format!("a/{number}"), format!("secret {number}"));
        }
        let keys = |prefix| (0..30).map(|number| Key::new(format!("{prefix}{number}"))).collect::<Vec<_>>();
        source_contract(&ParameterStore::new(connection.clone()), &keys("/a/"), &Key::new("/a/none")).await;
        source_contract(&SecretsManager::new(connection), &keys("a/"), &Key::new("a/none")).await;
    }

    #[derive(Debug)]
    struct FirstOnly;

    impl Source for FirstOnly {
        fn fetch<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Vec<Result<Payload, SourceError>>> {
            Box::pin(async move { keys.iter().take(1).map(|key| Ok(Payload::text(key.name()))).collect() })
        }
    }

    #[tokio::test]
    #[should_panic(expected = "one outcome for each key")]
    async fn a_source_that_forgets_a_key_does_not_pass() {
        source_contract(&FirstOnly, &[Key::new("a"), Key::new("b")], &Key::new("c")).await;
    }

    #[derive(Debug)]
    struct Sorted;

    impl Source for Sorted {
        fn fetch<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Vec<Result<Payload, SourceError>>> {
            let mut names: Vec<_> = keys.iter().map(Key::name).collect();
            names.sort_unstable();
            Box::pin(async move { names.into_iter().map(|name| Ok(Payload::text(name))).collect() })
        }
    }

    #[tokio::test]
    #[should_panic(expected = "not in the order of the keys")]
    async fn a_source_that_answers_in_its_own_order_does_not_pass() {
        source_contract(&Sorted, &[Key::new("a"), Key::new("b")], &Key::new("c")).await;
    }
}
