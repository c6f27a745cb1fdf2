//! moto, the Python emulator of AWS: installed once under `target/`, started on a free port, gone with its owner.
//!
//! It is here as a second opinion on what the services do: `FakeAws` and the loader were written by the same hands.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
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
            panic!("moto did not start; remove {} to install it anew", home().display());
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
fn home() -> PathBuf {
    target_directory().join(format!("moto-{VERSION}"))
}

/// The target directory of this very build: the test binary lies in it, wherever it was put. Cargo tags it as a cache.
fn target_directory() -> PathBuf {
    let binary = env::current_exe().expect("a process knows its binary");
    let tagged = binary.ancestors().find(|directory| directory.join("CACHEDIR.TAG").is_file());
    match (tagged, env::var_os("CARGO_TARGET_DIR")) {
        (Some(directory), _) => directory.to_owned(),
        (None, Some(directory)) => directory.into(),
        (None, None) => Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
    }
}

/// The Python that has moto. The first test binary installs it while the others wait for the lock; the system gives the
/// lock back if the owner dies, and the marker, written last, tells a whole installation from half of one.
fn installed() -> PathBuf {
    let home = home();
    let python = home.join(if cfg!(windows) { r"Scripts\python.exe" } else { "bin/python" });
    let marker = home.join("installed");
    fs::create_dir_all(home.parent().expect("it lies in the target directory")).expect("the target directory is ours");
    let lock = home.with_file_name(format!("moto-{VERSION}.lock"));
    let lock = File::create(lock).expect("the target directory is ours");
    lock.lock().expect("a file can be locked");
    if !marker.is_file() {
        install(&home, &python, &lock);
        File::create(marker).expect("the target directory is ours");
    }
    python
}

/// The lock is handed down as the input of the commands: if this process is killed they go on, and so does the lock.
fn install(home: &Path, python: &Path, lock: &File) {
    let system = system_python();
    let has_venv = Command::new(system).args(["-c", "import ensurepip, venv"]).stdin(Stdio::null()).output();
    assert!(
        has_venv.is_ok_and(|output| output.status.success()),
        "the integration tests run moto in a virtual environment, and this Python cannot make one: \
         on Debian and Ubuntu, `apt-get install python3 python3-venv`"
    );
    let must_succeed = |what: &str, command: &mut Command| {
        let input = lock.try_clone().expect("a handle can be doubled");
        let output = command.stdin(input).output().unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(output.status.success(), "{what} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    };
    must_succeed("making a virtual environment", Command::new(system).args(["-m", "venv", "--clear"]).arg(home));
    must_succeed(
        "installing moto from PyPI",
        Command::new(python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .arg(format!("moto[server]=={VERSION}")),
    );
}

fn system_python() -> &'static str {
    let is_python_3 = |name: &&str| {
        let version = "import sys; sys.exit(sys.version_info < (3, 10))";
        let asked = Command::new(name).args(["-c", version]).stdin(Stdio::null()).output();
        asked.is_ok_and(|output| output.status.success())
    };
    ["python3", "python"].into_iter().find(is_python_3).unwrap_or_else(|| {
        panic!(
            "the integration tests need Python 3.10 or newer, to run moto: \
             on Debian and Ubuntu, `apt-get install python3 python3-venv`"
        )
    })
}
