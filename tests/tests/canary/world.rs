//! The servers and files that the canaries are put into.

use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Loader, SecretConfig};
use secret_config_tests::canary::canary;

pub(crate) struct World {
    pub(crate) aws: FakeAws,
    root: tempfile::TempDir,
}

/// The canaries of the fields beside the one that is looked at.
pub(crate) const SIBLING: usize = 26;
pub(crate) const OTHER: usize = 27;

/// As JSON, TOML and YAML write a text.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("any text is JSON")
}

impl World {
    pub(crate) async fn new() -> Self {
        let aws = FakeAws::start().await.expect("loopback has a free port");
        aws.put_parameter("/app/dev/sibling", Parameter::secure_string(canary(SIBLING)));
        aws.put_secret("app/dev/other", canary(OTHER));
        Self { aws, root: tempfile::tempdir().expect("there is room") }
    }

    pub(crate) fn loader<T: SecretConfig>(&self, environment: &str) -> Loader<T> {
        let retries = aws_config::retry::RetryConfig::disabled();
        let loader = T::loader(environment)
            .aws(&self.aws.sdk_config().into_builder().retry_config(retries).build())
            .root(self.root.path())
            .env_vars::<&str, &str>([]);
        if environment == "local" { loader.set("sibling", canary(SIBLING)) } else { loader }
    }

    /// Adds a file to the layers.
    pub(crate) fn with_file<T>(&self, loader: Loader<T>, name: &str, text: &str) -> Loader<T> {
        let directory = self.root.path().join("config");
        std::fs::create_dir_all(&directory).expect("there is room");
        std::fs::write(directory.join(name), text).expect("there is room");
        loader
    }

    pub(crate) fn with_mounted<T>(&self, loader: Loader<T>, name: &str, text: &str) -> Loader<T> {
        let directory = self.root.path().join("mounted");
        std::fs::create_dir_all(&directory).expect("there is room");
        std::fs::write(directory.join(name), text).expect("there is room");
        loader
    }

    pub(crate) fn with_parameter<T>(&self, loader: Loader<T>, name: &str, text: &str) -> Loader<T> {
        self.aws.put_parameter(&format!("/app/dev/{name}"), Parameter::secure_string(text));
        loader
    }

    pub(crate) fn with_secret<T>(&self, loader: Loader<T>, name: &str, text: &str) -> Loader<T> {
        self.aws.put_secret(&format!("app/dev/{name}"), text);
        loader
    }

    pub(crate) fn with_binary<T>(&self, loader: Loader<T>, name: &str, text: &str) -> Loader<T> {
        self.aws.put_secret_binary(&format!("app/dev/{name}"), text.as_bytes());
        loader
    }

    /// Takes the files away. What the stores have is another one's place.
    pub(crate) fn tidy_up(&self) {
        let _ = std::fs::remove_dir_all(self.root.path().join("config"));
        let _ = std::fs::remove_dir_all(self.root.path().join("mounted"));
    }
}
