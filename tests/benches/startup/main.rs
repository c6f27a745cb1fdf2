//! What a start costs, as JSON lines: `cargo bench --bench startup`, or only some of it: `.. -- entries table`.
//!
//! Times are ratios against something that ran at the same moment: one answer of the server, the bare SDK, or serde's
//! derive.
//! Counts are exact, and tested as well. Absolute times, of stages without any call, have their limits beside them.

mod memory;
mod retry;
mod size;
mod stages;

use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client as SecretsManager;
use aws_sdk_ssm::Client as ParameterStore;
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Loader, Secret, SecretConfig};
use secret_config_tests::{emulator, tls};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const DELAY: Duration = Duration::from_millis(25);
pub(crate) const RUNS: usize = 21;

/// How many parameters and secrets a config has, and the most delays that a load may take: cold over http, and warm over
/// https.
const SIZES: [(usize, usize, Option<f64>); 6] =
    [(1, 1, None), (10, 10, None), (12, 5, None), (50, 20, Some(1.2)), (200, 200, Some(1.4)), (1000, 0, Some(2.0))];

/// As many secrets as its lists name.
#[derive(SecretConfig)]
#[allow(dead_code)]
#[config(env_prefix = "BENCH")]
pub(crate) struct Config {
    #[config(default)]
    parameters: Vec<String>,
    #[config(default)]
    secrets: Vec<String>,
    #[secret(for_each = "parameters", ssm = "/bench/{entry}")]
    of_parameters: HashMap<String, Secret<String>>,
    #[secret(for_each = "secrets", secretsmanager = "bench/{entry}")]
    of_secrets: HashMap<String, Secret<String>>,
}

/// A load of so many.
pub(crate) fn loader(parameters: usize, secrets: usize, config: &SdkConfig) -> Loader<Config> {
    let list = |count: usize| (0..count).map(|number| number.to_string()).collect::<Vec<_>>().join(",");
    let lists = [("BENCH_PARAMETERS", list(parameters)), ("BENCH_SECRETS", list(secrets))];
    let named = lists.into_iter().filter(|(_, list)| !list.is_empty());
    Config::loader("dev").aws(config).env_vars(named).root("no/such/directory")
}

/// A server that has all of them.
pub(crate) async fn server(parameters: usize, secrets: usize) -> FakeAws {
    let aws = FakeAws::start().await.expect("loopback has a free port");
    for name in parameter_names(parameters) {
        aws.put_parameter(&name, Parameter::secure_string("a value of some length"));
    }
    for name in secret_names(secrets) {
        aws.put_secret(&name, "a value of some length");
    }
    aws
}

pub(crate) fn parameter_names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("/bench/{number}")).collect()
}

pub(crate) fn secret_names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("bench/{number}")).collect()
}

fn main() {
    // What cargo adds begins with dashes.
    let named: Vec<_> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    if let [mode, client, endpoint_url] = named.as_slice()
        && mode == memory::CHILD
    {
        return runtime.block_on(memory::load(client, endpoint_url));
    }
    let is_wanted = |name: &str| named.is_empty() || named.iter().any(|wanted| wanted == name);
    runtime.block_on(async {
        if is_wanted("startup") {
            for (parameters, secrets, limit) in SIZES {
                startup(parameters, secrets, limit).await;
            }
        }
        if is_wanted("retry") {
            retry::retry().await;
        }
        if is_wanted("entries") {
            stages::entries().await;
        }
        if is_wanted("fields") {
            stages::fields().await;
        }
        if is_wanted("local") {
            stages::local().await;
        }
        if is_wanted("memory") {
            memory::memory().await;
        }
    });
    if is_wanted("table") {
        size::table();
    }
    if named.iter().any(|wanted| wanted == "cost") {
        size::cost();
    }
    if is_wanted("derive") {
        size::derive();
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Client {
    Ours,
    Bare,
    Joined,
    Sequential,
}

impl Client {
    const ALL: [(Self, &str); 4] = [
        (Self::Ours, "secret-config"),
        (Self::Bare, "bare-sdk"),
        (Self::Joined, "join-all-of-single-calls"),
        (Self::Sequential, "sequential-single-calls"),
    ];

    /// Whether it makes a call for each value.
    fn floods(self) -> bool {
        matches!(self, Self::Joined | Self::Sequential)
    }

    async fn load(self, parameters: usize, secrets: usize, config: &SdkConfig) {
        match self {
            Self::Ours => drop(loader(parameters, secrets, config).load().await.expect("everything is seeded")),
            Self::Bare => bare_sdk(config, &parameter_names(parameters), &secret_names(secrets)).await,
            Self::Joined => single_calls(config, parameters, secrets, usize::MAX).await,
            Self::Sequential => single_calls(config, parameters, secrets, 1).await,
        }
    }
}

/// Loads of one size, by turns: cold, with a client and connections of their own; and warm, with the client of the load
/// before. Those that flood the server with calls come when the others are done.
async fn startup(parameters: usize, secrets: usize, limit: Option<f64>) {
    let aws = server(parameters, secrets).await;
    aws.set_delay(DELAY);
    let front = tls::front(aws.endpoint_url()).await;
    for (scheme, url, certificate) in
        [("http", aws.endpoint_url(), None), ("https", front.url.as_str(), Some(front.certificate.as_str()))]
    {
        let mut runs: HashMap<(&str, &str), Vec<(Duration, usize)>> = HashMap::new();
        let mut connections = HashMap::new();
        let mut round_trips = Vec::new();
        for round in 0..2 * RUNS {
            let (mut clients, is_flood) = (Client::ALL, round >= RUNS);
            // Neither always comes after the other.
            clients.rotate_left(round % 2);
            for (client, name) in clients.into_iter().filter(|(client, _)| client.floods() == is_flood) {
                // One call after the other takes as long as it takes, by either scheme.
                let takes_long =
                    round > RUNS && parameters + secrets > 20 || parameters + secrets > 100 && scheme != "http";
                if client == Client::Sequential && takes_long {
                    continue;
                }
                quiet(&aws).await;
                round_trips.push((round_trip(&aws).await, 1));
                let config = emulator::sdk_config_that_trusts(url, certificate);
                for state in ["cold", "warm"] {
                    aws.reset_calls();
                    let before = aws.connections();
                    let start = Instant::now();
                    client.load(parameters, secrets, &config).await;
                    runs.entry((name, state)).or_default().push((start.elapsed(), aws.calls().len()));
                    connections.insert((name, state), aws.connections() - before);
                }
            }
        }
        let (round_trip, _) = median(round_trips);
        for (client, name) in Client::ALL {
            for state in ["cold", "warm"] {
                let Some(runs) = runs.remove(&(name, state)) else { continue };
                let (time, calls) = median(runs);
                let limited = client == Client::Ours && matches!((scheme, state), ("http", "cold") | ("https", "warm"));
                let limit = limit.filter(|_| limited).map(|limit| format!(r#","limit":{limit}"#)).unwrap_or_default();
                println!(
                    r#"{{"bench":"startup","client":"{name}","parameters":{parameters},"secrets":{secrets},"scheme":"{scheme}","state":"{state}","ratio":{:.2}{limit},"calls":{calls},"connections":{},"of_delay_set":{:.2}}}"#,
                    time.as_secs_f64() / round_trip.as_secs_f64(),
                    connections[&(name, state)],
                    time.as_secs_f64() / DELAY.as_secs_f64(),
                );
            }
        }
    }
}

/// Waits until what the client before left behind has ended, or the next would pay for it.
async fn quiet(aws: &FakeAws) {
    loop {
        let before = aws.connections();
        tokio::time::sleep(DELAY).await;
        if aws.connections() == before {
            return;
        }
    }
}

/// What one answer of the server takes a client that does nothing but ask: the delay, as its timer has it.
pub(crate) async fn round_trip(aws: &FakeAws) -> Duration {
    const CALL: &[u8] = b"POST / HTTP/1.1\r\nhost: aws\r\ncontent-length: 2\r\n\r\n{}";
    let address = aws.endpoint_url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let start = Instant::now();
    stream.write_all(CALL).await.expect("the server reads");
    let answered = stream.read(&mut [0; 1024]).await.expect("the server answers");
    assert!(answered > 0);
    start.elapsed()
}

/// The calls of a load by hand, all at once: the floor.
pub(crate) async fn bare_sdk(config: &SdkConfig, parameters: &[String], secrets: &[String]) {
    let mut calls = tokio::task::JoinSet::new();
    let client = ParameterStore::new(config);
    for names in parameters.chunks(10) {
        let call = client.get_parameters().with_decryption(true).set_names(Some(names.to_vec()));
        calls.spawn(async move { call.send().await.is_ok() });
    }
    let client = SecretsManager::new(config);
    for names in secrets.chunks(20) {
        let call = client.batch_get_secret_value().set_secret_id_list(Some(names.to_vec()));
        calls.spawn(async move { call.send().await.is_ok() });
    }
    assert!(calls.join_all().await.into_iter().all(|is_ok| is_ok), "everything is seeded");
}

/// A call for each value, so many at once.
async fn single_calls(config: &SdkConfig, parameters: usize, secrets: usize, at_once: usize) {
    let (store, manager) = (ParameterStore::new(config), SecretsManager::new(config));
    let mut calls = tokio::task::JoinSet::new();
    let mut results = Vec::new();
    for name in parameter_names(parameters) {
        let call = store.get_parameter().with_decryption(true).name(name);
        calls.spawn(async move { call.send().await.is_ok() });
        if calls.len() == at_once {
            results.extend(calls.join_next().await);
        }
    }
    for name in secret_names(secrets) {
        let call = manager.get_secret_value().secret_id(name);
        calls.spawn(async move { call.send().await.is_ok() });
        if calls.len() == at_once {
            results.extend(calls.join_next().await);
        }
    }
    let all = calls.join_all().await;
    assert!(
        all.into_iter().chain(results.into_iter().map(|result| result.is_ok_and(|is_ok| is_ok))).all(|is_ok| is_ok)
    );
}

pub(crate) fn median(mut runs: Vec<(Duration, usize)>) -> (Duration, usize) {
    runs.sort_unstable();
    runs[runs.len() / 2]
}
