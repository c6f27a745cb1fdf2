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
        let mut process = Process::start(&mut self.command(env!("CARGO_BIN_EXE_memory"), &[provider]));
        let lengths = process.line();
        STEPS.map(|step| {
            assert_eq!(process.line(), step, "{lengths}");
            let remains = self.secrets.search(process.child.id());
            process.go_on();
            remains
        })
    }

    /// Runs `program` with the words of a load: the provider, and what else the load should do.
    fn command(&self, program: &str, words: &[&str]) -> Command {
        let (provider, options) = words.split_first().unwrap();
        let mut command = Command::new(program);
        command.env("SSL_CERT_FILE", self.directory.path().join("authority.pem"));
        command.arg(provider).arg(&self.endpoint).arg(self.directory.path()).args(options);
        command
    }

    /// Loads in a process that may write core files, and aborts it after `step`; what its core file has of the secrets,
    /// if there is one.
    fn abort(&self, words: &[&str], step: &str) -> Option<Vec<Remain>> {
        let place = tempfile::tempdir().unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-c", "ulimit -c unlimited && exec \"$@\"", "sh", env!("CARGO_BIN_EXE_memory")]);
        let load = self.command("", words);
        shell.args(load.get_args()).current_dir(place.path());
        let mut process = Process::start(&mut shell);
        let _lengths = process.line();
        while process.line() != step {
            process.go_on();
        }
        let id = process.child.id().to_string();
        assert!(Command::new("sh").args(["-c", &format!("kill -ABRT {id}")]).status().unwrap().success());
        process.child.wait().unwrap();
        let mut files = std::fs::read_dir(place.path()).unwrap().map(|file| file.unwrap().path());
        files.next().map(|core| self.secrets.search_file(&core))
    }
}

const STEPS: [&str; 4] = ["held", "secrets dropped", "client dropped", "runtime dropped"];

/// What one step left behind, over all runs.
#[derive(Default)]
struct Left {
    /// The most full copies of one secret.
    full: usize,
    /// The most parts of one secret, full copies aside.
    parts: usize,
    longest: usize,
    /// In how many runs there was anything.
    runs: usize,
}

impl Left {
    fn add(&mut self, secrets: &Secrets, remains: &[Remain]) {
        for name in secrets.names() {
            let (full, parts): (Vec<_>, Vec<_>) =
                remains.iter().filter(|remain| remain.secret == name).partition(|remain| remain.is_full);
            self.full = self.full.max(full.len());
            self.parts = self.parts.max(parts.len());
        }
        let lengths = remains.iter().filter(|remain| !remain.is_full).map(|remain| remain.length);
        self.longest = self.longest.max(lengths.max().unwrap_or_default());
        self.runs += usize::from(!remains.is_empty());
    }
}

/// Loads twenty times, and tells what the steps after the first one leave behind. `MEMORY_RUNS` is another number of
/// times, and `MEMORY_SHOW` tells each remain.
fn measure(provider: &str) -> [Left; 3] {
    let runs: usize = std::env::var("MEMORY_RUNS").map_or(20, |runs| runs.parse().unwrap());
    let services = Services::start();
    let mut left: [Left; 3] = Default::default();
    for _ in 0..runs {
        let [held, dropped @ ..] = services.load(provider);
        for name in services.secrets.names() {
            let is_found = held.iter().any(|remain| remain.secret == name && remain.is_full);
            assert!(is_found, "the search does not find {name} where it must be");
        }
        for ((left, remains), step) in left.iter_mut().zip(&dropped).zip(&STEPS[1..]) {
            left.add(&services.secrets, remains);
            if std::env::var_os("MEMORY_SHOW").is_some() {
                remains.iter().for_each(|remain| println!("{step}: {remain:?}"));
            }
        }
    }
    println!("{provider}, {runs} runs: the most of one secret       full copies   parts (longest)   runs with any");
    for (step, left) in STEPS[1..].iter().zip(&left) {
        let Left { full, parts, longest, runs } = left;
        println!("{provider:<10}{step:<40}{full:>12}{parts:>8} {:<9}{runs:>16}", format!("({longest})"));
    }
    left
}

#[test]
fn nothing_is_left_with_s2n_tls() {
    for (left, step) in measure("s2n-tls").iter().zip(&STEPS[1..]) {
        assert_eq!((left.full, left.parts), (0, 0), "{step}");
    }
}

#[test]
fn no_more_is_left_with_rustls_than_its_own_buffers() {
    let [dropped, ..] = measure("rustls");
    assert!(dropped.full <= 2, "{}", dropped.full);
}

#[test]
fn the_client_that_the_library_makes_leaves_no_more() {
    let [dropped, ..] = measure("own");
    assert!(dropped.full <= if cfg!(feature = "s2n-tls") { 0 } else { 2 }, "{}", dropped.full);
}

/// Where the kernel hands cores to a program there is no file to look into.
fn writes_core_files() -> bool {
    let pattern = std::fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
    let writes = !pattern.starts_with(['|', '/']);
    if !writes {
        println!("not measured: core files go to {pattern}");
    }
    writes
}

#[test]
fn a_hardened_process_writes_no_core_file() {
    if writes_core_files() {
        let services = Services::start();
        let core = services.abort(&["s2n-tls"], "held").expect("without hardening there is a core file");
        assert!(core.iter().any(|remain| remain.is_full));
        assert!(services.abort(&["s2n-tls", "harden"], "held").is_none());
    }
}

#[test]
fn a_load_on_a_thread_that_ends_leaves_nothing_in_a_core_file() {
    if writes_core_files() {
        let runs: usize = std::env::var("MEMORY_RUNS").map_or(5, |runs| runs.parse().unwrap());
        let services = Services::start();
        let with_any = |words: &[&str]| {
            let cores = (0..runs).map(|_| services.abort(words, "secrets dropped").expect("a core file"));
            let cores: Vec<_> = cores.filter(|core| !core.is_empty()).collect();
            if std::env::var_os("MEMORY_SHOW").is_some() {
                cores.iter().flatten().for_each(|remain| println!("{words:?}: {remain:?}"));
            }
            cores.len()
        };
        let (pool, thread) = (with_any(&["s2n-tls"]), with_any(&["s2n-tls", "thread"]));
        println!(
            "core files with any part of a secret, of {runs}: {pool} on a runtime's threads, {thread} on one that ends"
        );
        assert_eq!(thread, 0);
    }
}
