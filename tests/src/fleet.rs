//! Programs that start together, and share one account's quota.

use crate::emulator;
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{LoadError, Secret, SecretConfig};
use std::time::{Duration, Instant};

/// Calls a second: what an account has if nobody raised it.
pub const QUOTA: u32 = 40;

#[derive(SecretConfig)]
#[config(prefix = "fleet")]
#[allow(dead_code)]
struct Config {
    #[config(nested)]
    first: Ten,
    #[config(nested)]
    second: Option<Ten>,
    #[config(nested)]
    third: Option<Ten>,
}

#[derive(SecretConfig)]
#[allow(dead_code)]
struct Ten {
    #[config(local, default = true)]
    on: bool,
    #[secret]
    a: Secret<String>,
    #[secret]
    b: Secret<String>,
    #[secret]
    c: Secret<String>,
    #[secret]
    d: Secret<String>,
    #[secret]
    e: Secret<String>,
    #[secret]
    f: Secret<String>,
    #[secret]
    g: Secret<String>,
    #[secret]
    h: Secret<String>,
    #[secret]
    i: Secret<String>,
    #[secret]
    j: Secret<String>,
}

/// How a fleet came through.
pub struct Outcome {
    pub succeeded: usize,
    pub failures: Vec<LoadError>,
    /// The calls that reached the service.
    pub calls: usize,
    /// Until the last program had started.
    pub time: Duration,
}

/// Starts so many programs at once that need so many calls each, one to three: each a load of its own, with a client of
/// its own.
pub async fn start(programs: usize, calls_each: usize, deadline: Duration) -> Outcome {
    let aws = FakeAws::start().await.expect("loopback has a free port");
    for section in ["first", "second", "third"] {
        for name in 'a'..='j' {
            aws.put_parameter(&format!("/fleet/{section}/{name}"), Parameter::secure_string("a value"));
        }
    }
    aws.set_delay(Duration::from_millis(25));
    aws.set_quota(QUOTA);
    let begin = Instant::now();
    let mut loads = tokio::task::JoinSet::new();
    for _ in 0..programs {
        let mut loader = Config::loader("prod").aws(&emulator::sdk_config(aws.endpoint_url())).deadline(deadline);
        loader = loader.env_vars::<&str, &str>([]).root("no/such/directory");
        for section in &["second", "third"][..calls_each - 1] {
            loader = loader.set(format!("{section}.on"), true);
        }
        loads.spawn(loader.load());
    }
    let results = loads.join_all().await;
    let time = begin.elapsed();
    let (succeeded, failed): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    Outcome {
        succeeded: succeeded.len(),
        failures: failed.into_iter().filter_map(Result::err).collect(),
        calls: aws.calls().len(),
        time,
    }
}
