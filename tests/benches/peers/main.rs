//! The same load by other libraries, as JSON lines: `cargo bench --bench peers`. With `-- --plot` the lines become the
//! README's table and its plot; with `-- --plot FILE`, those of an earlier run.
//!
//! All ask one `FakeAws`, in turns, each in a process of its own. Times are ratios: of the server's delay, and of our own
//! time in the same run. Timed are the `start`, from starting the process to the loaded config; the `first` load in it,
//! when its modules are imported; and a second one, `cold` as in the bench `startup`: clients and connections are new, but
//! a just-in-time compiler has seen the code before.

mod client;
mod install;
mod measure;
mod ours;
mod plot;

use measure::Line;
use secret_config::testing::FakeAws;
use std::env;
use std::fs;
use std::path::Path;
use std::time::Duration;

const DELAY: Duration = Duration::from_millis(25);

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [client::OURS, names] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        return ours::serve(names);
    }
    let plot = arguments.iter().position(|argument| argument == "--plot");
    let lines = match plot.and_then(|plot| arguments.get(plot + 1)).filter(|file| !file.starts_with('-')) {
        Some(file) => read(Path::new(file)),
        None => measure(),
    };
    if plot.is_some() {
        plot::write(&lines);
    }
}

fn measure() -> Vec<Line> {
    // The server has a thread of its own; this one only waits.
    let server = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let server = server.expect("a thread can be started");
    let aws = server.block_on(FakeAws::start()).expect("loopback has a free port");
    aws.set_delay(DELAY);
    let mut clients = install::clients();
    measure::tell_if_busy();
    let mut lines = Vec::new();
    for names in [ours::small(), ours::large()] {
        lines.extend(measure::in_turns(&aws, &mut clients, &names));
    }
    lines
}

/// What an earlier run printed.
fn read(file: &Path) -> Vec<Line> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    text.lines().map(|line| serde_json::from_str(line).expect("these are the lines that this bench prints")).collect()
}
