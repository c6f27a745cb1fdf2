//! A client in a process of its own: it says when it is ready, then loads once for each line it is sent.
//!
//! `tests/peers/peer.py` and `peer.mjs` are the other end, `tests/peers/caching` and `ours`. No process outlives its
//! handle, and none is waited for without end.

use crate::measure::Names;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How we are called in the output, and the argument that makes this binary a client.
pub(crate) const SECRET_CONFIG: &str = "secret-config";
pub(crate) const OURS: &str = "ours";

/// Far more than any start or load takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Client {
    pub(crate) name: &'static str,
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
}

/// What a client says of a load.
#[derive(Deserialize)]
pub(crate) struct Load {
    pub(crate) seconds: f64,
    pub(crate) values: BTreeMap<String, String>,
}

impl Client {
    /// Starts it and waits until it is ready to load.
    pub(crate) fn start(&self, names: &Names, endpoint_url: &str) -> Result<Process, String> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).arg(serde_json::to_string(names).expect("names are plain data"));
        // Whose machine this is must not matter, and no credentials of theirs be found.
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        let nowhere = env::temp_dir().join("no-such-directory/aws");
        command
            .env("AWS_ENDPOINT_URL", endpoint_url)
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_DEFAULT_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "invented")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            // A warning of the SDK for JavaScript about the age of Node.js, printed while the time runs.
            .env("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true")
            .env("AWS_CONFIG_FILE", &nowhere)
            .env("AWS_SHARED_CREDENTIALS_FILE", &nowhere)
            .env("NO_PROXY", "127.0.0.1")
            .env("no_proxy", "127.0.0.1");
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
        let input = child.stdin.take().expect("the input is piped");
        let output = child.stdout.take().expect("the output is piped");
        let (sender, lines) = mpsc::channel();
        // It ends with the child, whose end of the pipe closes.
        thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        let process = Process { child, input, lines };
        match process.line()?.as_str() {
            "ready" => Ok(process),
            line => Err(format!("instead of being ready it says {line:?}")),
        }
    }
}

/// Ends with its owner.
pub(crate) struct Process {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

impl Process {
    pub(crate) fn load(&mut self) -> Result<Load, String> {
        self.input.write_all(b"\n").and_then(|()| self.input.flush()).map_err(|error| error.to_string())?;
        serde_json::from_str(&self.line()?).map_err(|error| error.to_string())
    }

    fn line(&self) -> Result<String, String> {
        self.lines.recv_timeout(PATIENCE).map_err(|error| match error {
            RecvTimeoutError::Timeout => format!("it is silent for {} seconds", PATIENCE.as_secs()),
            RecvTimeoutError::Disconnected => "it has ended".to_owned(),
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
