// What the examples of `src/shapes.md` share: each includes this file behind a hidden line. All paths are full, since
// the examples import what they show.

/// A directory with this text as `config/default.toml`, removed when it is dropped.
struct Directory(std::path::PathBuf);

fn directory(file: &str) -> Directory {
    use std::hash::{BuildHasher, Hasher};

    let unique = std::hash::RandomState::new().build_hasher().finish();
    let path = std::env::temp_dir().join(format!("secret-config-shapes-{unique:x}"));
    std::fs::create_dir_all(path.join("config")).unwrap();
    std::fs::write(path.join("config/default.toml"), file).unwrap();
    Directory(path)
}

impl Directory {
    fn path(&self) -> &std::path::Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Loads `prod` from this file and empty stores, and compares the calls: in each text the operation and its names.
#[cfg(all(feature = "testing", feature = "ssm", feature = "secretsmanager"))]
async fn asks_for<T: secret_config::SecretConfig>(file: &str, expected: &[&str]) {
    fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    let directory = directory(file);
    let aws = secret_config::testing::FakeAws::start().await.unwrap();
    let loader = T::loader("prod").root(directory.path()).env_vars::<&str, &str>([]);
    let _ = loader.aws(&aws.sdk_config()).load().await;
    let call = |call: &secret_config::testing::Call| {
        format!("{} {}", call.action(), sorted(call.names().iter().cloned()).join(" "))
    };
    let calls = sorted(aws.calls().iter().map(call));
    let expected = sorted(expected.iter().map(|call| {
        let mut words = call.split_whitespace().map(str::to_owned);
        format!("{} {}", words.next().unwrap(), sorted(words).join(" "))
    }));
    assert_eq!(calls, expected);
}

/// Without a store to ask: nothing else may be wrong.
#[cfg(all(feature = "toml", not(feature = "aws")))]
async fn asks_for<T: secret_config::SecretConfig>(file: &str, expected: &[&str]) {
    let directory = directory(file);
    let result = T::loader("prod").root(directory.path()).env_vars::<&str, &str>([]).load().await;
    let problems = result.err().map(|error| error.problems().to_vec()).unwrap_or_default();
    let is_of_a_store = |problem: &secret_config::Problem| problem.message().starts_with("the loader has no ");
    assert!(problems.iter().all(is_of_a_store), "{problems:#?}");
    assert_eq!(problems.is_empty(), expected.is_empty());
}

/// Otherwise it is enough that the example compiles.
#[cfg(not(any(
    all(feature = "testing", feature = "ssm", feature = "secretsmanager"),
    all(feature = "toml", not(feature = "aws")),
)))]
async fn asks_for<T: secret_config::SecretConfig>(_: &str, _: &[&str]) {}
