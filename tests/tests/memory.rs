//! What of a secret is left in memory after it was dropped, measured in a process that loads over TLS.
#![cfg(target_os = "linux")]

use secret_config_tests::memory::{Remain, Secrets};
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use tempfile::TempDir;

/// A process that tells and asks line by line.
struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    input: ChildStdin,
}

impl Process {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, lines: BufReader::new(output).lines(), input }
    }

    fn line(&mut self) -> String {
        self.lines.next().expect("the process tells something").unwrap()
    }

    fn go_on(&mut self) {
        writeln!(self.input).unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The services behind TLS, and what they keep.
struct Services {
    directory: TempDir,
    endpoint: String,
    secrets: Secrets,
    _server: Process,
}

impl Services {
    fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let authority = directory.path().join("authority.pem");
        let mut server = Process::start(Command::new(env!("CARGO_BIN_EXE_memory_server")).arg(authority));
        let endpoint = server.line();
        let lines: Vec<_> = std::iter::from_fn(|| Some(server.line()).filter(|line| !line.is_empty())).collect();
        let secrets = Secrets::parse(lines.iter().map(String::as_str));
        Self { directory, endpoint, secrets, _server: server }
    }

    /// Loads in a process of its own; what its memory has of the secrets at each step.
    fn load(&self, provider: &str) -> [Vec<Remain>; 4] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_memory"));
        command.arg(provider).arg(&self.endpoint).arg(self.directory.path());
        command.env("SSL_CERT_FILE", self.directory.path().join("authority.pem"));
        let mut process = Process::start(&mut command);
        let lengths = process.line();
        STEPS.map(|step| {
            assert_eq!(process.line(), step, "{lengths}");
            let remains = self.secrets.search(process.child.id());
            process.go_on();
            remains
        })
    }
}

const STEPS: [&str; 4] = ["held", "secrets dropped", "client dropped", "runtime dropped"];

#[test]
fn measure() {
    let services = Services::start();
    let runs: usize = std::env::var("RUNS").map_or(3, |runs| runs.parse().unwrap());
    let provider = std::env::var("PROVIDER").unwrap_or("rustls".to_owned());
    for run in 0..runs {
        let steps = services.load(&provider);
        for (step, remains) in STEPS.iter().zip(&steps) {
            let full = remains.iter().filter(|remain| remain.is_full).count();
            let longest = remains.iter().filter(|remain| !remain.is_full).map(|remain| remain.length).max();
            println!("{provider} run {run} {step}: full {full}, parts {} (longest {longest:?})", remains.len() - full);
            if *step != "held" && std::env::var_os("SHOW").is_some() {
                for remain in remains {
                    println!(
                        "   {} {} at {:x} in {} {}",
                        remain.secret,
                        remain.length,
                        remain.address,
                        remain.mapping,
                        if remain.is_full { "FULL" } else { "" }
                    );
                    println!("        ...{}", remain.context);
                }
            }
        }
        for name in services.secrets.names() {
            assert!(steps[0].iter().any(|remain| remain.secret == name && remain.is_full), "{name} is not found");
        }
    }
}
