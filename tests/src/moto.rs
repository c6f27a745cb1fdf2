//! moto, the Python emulator of AWS: installed once under `target/`, started on a free port, gone with its owner.
//!
//! It is here as a second opinion on what the services do: `FakeAws` and the loader were written by the same hands.

use crate::python;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

const VERSION: &str = "5.2.5";

/// Serves on a port of the system's choice, tells it, and ends when the pipe to its input closes. The system closes the
/// pipe however the parent ends, so that no server outlives a test that was killed.
const LAUNCHER: &str = r#"
import logging, os, sys, threading

def stop_with_the_parent():
    sys.stdin.buffer.read()
    os._exit(0)

threading.Thread(target=stop_with_the_parent, daemon=True).start()
logging.getLogger("werkzeug").setLevel(logging.ERROR)

from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

application = DomainDispatcherApplication(create_backend_app)
server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler)
print(server.port, flush=True)
server.serve_forever()
"#;

/// A running server. It stops when it is dropped, and when the process ends in whatever way.
pub struct Moto {
    endpoint_url: String,
    child: Child,
}

impl Moto {
    /// The server that all tests of a binary share; they keep apart by the names they use.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Moto> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// A server of one's own.
    ///
    /// # Panics
    ///
    /// If it cannot be installed or started; the message says what to install.
    pub fn start() -> Self {
        let python = installed();
        let mut child = Command::new(&python)
            .args(["-c", LAUNCHER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", python.display()));
        let mut port = String::new();
        let stdout = child.stdout.take().expect("the output is piped");
        // It listens before it tells the port, so there is nothing more to wait for.
        BufReader::new(stdout).read_line(&mut port).expect("moto's output is text");
        let Ok(port) = port.trim().parse::<u16>() else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("moto did not start; remove {} to install it anew", python::home(&name()).display());
        };
        Self { endpoint_url: format!("http://127.0.0.1:{port}"), child }
    }

    pub fn endpoint_url(&self) -> &str {
        &self.endpoint_url
    }

    /// The process, for the test that it ends.
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where moto is kept, below the target directory.
fn name() -> String {
    format!("moto-{VERSION}")
}

fn installed() -> PathBuf {
    python::with_packages(&name(), &format!("moto[server]=={VERSION}\n"))
        .unwrap_or_else(|problem| panic!("the integration tests run moto, and it cannot be installed: {problem}"))
}
