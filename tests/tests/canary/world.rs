//! The servers and files that the canaries are put into.

use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Loader, SecretConfig};
use secret_config_tests::canary::canary;
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

pub(crate) struct World {
    pub(crate) aws: FakeAws,
    root: tempfile::TempDir,
}

/// The canaries of the fields beside the one that is looked at.
pub(crate) const SIBLING: usize = 26;
pub(crate) const OTHER: usize = 27;
/// That of what the matrix has no row for.
pub(crate) const SINGLE: usize = 28;

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

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
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

    /// The URL of a server that has one answer to everything, with a header of its own. It ends with the runtime.
    pub(crate) async fn answering(&self, status: &str, header: &str, body: &str) -> String {
        let answer = format!("HTTP/1.1 {status}\r\n{header}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
        let url = format!("http://{}", listener.local_addr().expect("it has one"));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (answer, mut request) = (answer.clone(), vec![0; 64 << 10]);
                // A question fits into the first read. Who hangs up early has what they wanted.
                tokio::spawn(async move {
                    while matches!(stream.read(&mut request).await, Ok(1..)) {
                        let _ = stream.write_all(answer.as_bytes()).await;
                    }
                });
            }
        });
        url
    }

    /// Takes the files away. What the stores have is another one's place.
    pub(crate) fn tidy_up(&self) {
        let _ = std::fs::remove_dir_all(self.root.path().join("config"));
        let _ = std::fs::remove_dir_all(self.root.path().join("mounted"));
    }
}
