//! Seeds the server, lets all clients load in turns, and makes a line of each median.

use crate::client::{Client, SECRET_CONFIG};
use crate::{DELAY, install, ours};
use secret_config::testing::{FakeAws, Parameter};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

const ROUNDS: usize = 9;

/// What is timed of a process: all that a start waits for, from starting the process to the loaded config; its first load
/// alone; and a second load.
pub(crate) const START: &str = "start";
pub(crate) const FIRST: &str = "first";
const COLD: &str = "cold";

/// What is to be loaded: parameters are plain text, a secret is a document with one key, its field.
#[derive(Serialize, Deserialize)]
pub(crate) struct Names {
    pub(crate) parameters: Vec<String>,
    pub(crate) secrets: Vec<String>,
}

/// A line of the output.
#[derive(Serialize, Deserialize)]
pub(crate) struct Line {
    bench: String,
    pub(crate) client: String,
    pub(crate) parameters: usize,
    pub(crate) secrets: usize,
    scheme: String,
    pub(crate) state: String,
    pub(crate) ratio: f64,
    pub(crate) times_ours: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<f64>,
    pub(crate) calls: usize,
}

#[derive(Clone, Copy)]
struct Run {
    seconds: f64,
    calls: usize,
}

type Runs = HashMap<(&'static str, &'static str), Vec<Run>>;

/// A client that fails is told of, and takes no further turns.
pub(crate) fn in_turns(aws: &FakeAws, clients: &mut Vec<Client>, names: &Names) -> Vec<Line> {
    let values = seed(aws, names);
    let mut runs = Runs::new();
    for _ in 0..ROUNDS {
        clients.retain(|client| {
            let turn = take_turn(aws, client, names, &values, &mut runs);
            turn.inspect_err(|problem| eprintln!("{} is left out: {problem}", client.name)).is_ok()
        });
    }
    let lines: Vec<_> =
        [START, FIRST, COLD].into_iter().flat_map(|state| lines(clients, names, state, &runs)).collect();
    for line in &lines {
        println!("{}", serde_json::to_string(line).expect("a line is plain data"));
    }
    lines
}

/// What else runs makes the peers look slow: they need the processors more than we do, so such lines flatter us.
pub(crate) fn tell_if_busy() {
    let (Some(before), ()) = (processors(), thread::sleep(Duration::from_secs(1))) else { return };
    let Some(after) = processors() else { return };
    let busy = 1.0 - (after.idle - before.idle) / (after.all - before.all);
    if busy > 0.1 {
        eprintln!("other things keep {:.0} % of the processors busy: publish nothing of this run", busy * 100.0);
    }
}

struct Processors {
    idle: f64,
    all: f64,
}

/// The time that the processors have spent since the system started, where it tells.
fn processors() -> Option<Processors> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    let times: Vec<f64> = text.lines().next()?.split_whitespace().filter_map(|time| time.parse().ok()).collect();
    // The fourth is of no work at all, the fifth of waiting for disks.
    Some(Processors { idle: times.get(3)? + times.get(4)?, all: times.iter().sum() })
}

/// Answers with the value of each field.
fn seed(aws: &FakeAws, names: &Names) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for name in &names.parameters {
        let value = format!("the value of {name}");
        aws.put_parameter(name, Parameter::secure_string(&value));
        values.insert(field(name).to_owned(), value);
    }
    for name in &names.secrets {
        let value = format!("the value of {name}");
        aws.put_secret(name, serde_json::json!({ field(name): value }).to_string());
        values.insert(field(name).to_owned(), value);
    }
    values
}

fn field(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn take_turn(
    aws: &FakeAws,
    client: &Client,
    names: &Names,
    values: &BTreeMap<String, String>,
    runs: &mut Runs,
) -> Result<(), String> {
    let start = Instant::now();
    let mut process = client.start(names, aws.endpoint_url())?;
    let until_ready = start.elapsed().as_secs_f64();
    for state in [FIRST, COLD] {
        aws.reset_calls();
        let load = process.load()?;
        if load.values != *values {
            return Err("it has not loaded what is in the stores".to_owned());
        }
        let run = Run { seconds: load.seconds, calls: aws.calls().len() };
        runs.entry((client.name, state)).or_default().push(run);
        if state == FIRST {
            let run = Run { seconds: until_ready + load.seconds, ..run };
            runs.entry((client.name, START)).or_default().push(run);
        }
    }
    Ok(())
}

fn lines(clients: &[Client], names: &Names, state: &'static str, runs: &Runs) -> Vec<Line> {
    let median = |client| {
        let mut runs = runs[&(client, state)].clone();
        runs.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
        runs[runs.len() / 2]
    };
    assert!(clients.iter().any(|client| client.name == SECRET_CONFIG), "our own load has failed");
    let ours = median(SECRET_CONFIG);
    // What is promised of many names against libraries of other languages, of a start. One that loads in under three delays
    // once its code is compiled cannot be beaten by three there.
    let is_large = names.parameters.len() == ours::large().parameters.len();
    let is_promised = |name| is_large && state == START && ![SECRET_CONFIG, install::RUST].contains(&name);
    let line = |client: &Client| {
        let Run { seconds, calls } = median(client.name);
        Line {
            bench: "peers".to_owned(),
            client: client.name.to_owned(),
            parameters: names.parameters.len(),
            secrets: names.secrets.len(),
            scheme: "http".to_owned(),
            state: state.to_owned(),
            ratio: rounded(seconds / DELAY.as_secs_f64()),
            times_ours: rounded(seconds / ours.seconds),
            at_least: is_promised(client.name).then_some(3.0),
            calls,
        }
    };
    clients.iter().map(line).collect()
}

fn rounded(ratio: f64) -> f64 {
    (ratio * 100.0).round() / 100.0
}
