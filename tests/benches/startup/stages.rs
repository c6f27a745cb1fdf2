//! What the stages before and after the fetch cost, and a load that has none.

use crate::{DELAY, RUNS, bare_sdk, median, round_trip};
use secret_config::source::{Memory, Payload};
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Secret, SecretConfig};
use secret_config_tests::emulator;
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

#[derive(SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "entries")]
struct Entries {
    #[config(nested)]
    tenants: HashMap<String, Tenant>,
}

#[derive(SecretConfig)]
#[allow(dead_code)]
struct Tenant {
    url: String,
    #[secret]
    token: Secret<String>,
}

/// A server with so many entries, the file that names them, and the parameters that they need.
async fn tenants(entries: usize) -> (FakeAws, TempDir, Vec<String>) {
    let aws = FakeAws::start().await.expect("loopback has a free port");
    let (mut layers, mut names) = (String::new(), Vec::new());
    for number in 0..entries {
        let _ = writeln!(layers, "[tenants.tenant-{number}]\nurl = \"https://tenant-{number}.internal\"");
        names.push(format!("/entries/tenants/tenant-{number}/token"));
        aws.put_parameter(&names[number], Parameter::secure_string("a value"));
    }
    (aws, root(&layers), names)
}

/// A directory with these defaults.
fn root(layers: &str) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory can be made");
    std::fs::create_dir(directory.path().join("config")).expect("a directory can be made");
    std::fs::write(directory.path().join("config/default.toml"), layers).expect("a file can be written");
    directory
}

/// A map of many sections, one secret each.
pub(crate) async fn entries() {
    const ENTRIES: usize = 200;
    let (aws, directory, names) = tenants(ENTRIES).await;
    aws.set_delay(DELAY);
    let (stages, mut ours, mut bare, mut plans) = (Stages::default(), Vec::new(), Vec::new(), Vec::new());
    let mut round_trips = Vec::new();
    let _subscriber = tracing_subscriber::registry().with(stages.clone().of_spans()).set_default();
    for _ in 0..RUNS {
        aws.reset_calls();
        let start = Instant::now();
        let loader = Entries::loader("dev").aws(&emulator::sdk_config(aws.endpoint_url())).root(directory.path());
        loader.env_vars::<&str, &str>([]).load().await.map(drop).expect("everything is seeded");
        ours.push((start.elapsed(), aws.calls().len()));
        plans.push((stages.of("plan"), 0));
        round_trips.push((round_trip(&aws).await, 1));
        aws.reset_calls();
        let start = Instant::now();
        bare_sdk(&emulator::sdk_config(aws.endpoint_url()), &names, &[]).await;
        bare.push((start.elapsed(), aws.calls().len()));
    }
    let milliseconds = median(plans).0.as_secs_f64() * 1000.0;
    for (client, runs) in [("secret-config", ours), ("bare-sdk", bare)] {
        let (time, calls) = median(runs);
        let ratio = time.as_secs_f64() / median(round_trips.clone()).0.as_secs_f64();
        println!(
            r#"{{"bench":"entries","client":"{client}","parameters":{ENTRIES},"scheme":"http","state":"cold","ratio":{ratio:.2},"limit":1.4,"calls":{calls}}}"#
        );
    }
    println!(
        r#"{{"bench":"plan","client":"secret-config","parameters":{ENTRIES},"milliseconds":{milliseconds:.3},"limit":1}}"#
    );
}

#[derive(SecretConfig)]
#[allow(dead_code)]
struct Members {
    #[config(nested)]
    members: HashMap<String, Member>,
}

#[derive(SecretConfig)]
#[allow(dead_code)]
struct Member {
    url: String,
    #[secret(source = "memory", name = "{path}")]
    token: Secret<String>,
}

/// Plan and assemble, by the number of fields: half of them secrets. From memory, for no server to work beside them.
pub(crate) async fn fields() {
    let (stages, mut least) = (Stages::default(), f64::MAX);
    let _subscriber = tracing_subscriber::registry().with(stages.clone().of_spans()).set_default();
    for fields in [10, 100, 1000] {
        let mut layers = String::new();
        for number in 0..fields / 2 {
            let _ = writeln!(layers, "[members.member-{number}]\nurl = \"https://member-{number}.internal\"");
        }
        let (directory, mut runs) = (root(&layers), Vec::new());
        for _ in 0..RUNS {
            let names = (0..fields / 2).map(|number| format!("members/member-{number}/token"));
            let memory = names.fold(Memory::new(), |memory, name| memory.with(name, Payload::text("a value")));
            let loader = Members::loader("dev").source("memory", memory).root(directory.path());
            loader.env_vars::<&str, &str>([]).load().await.map(drop).expect("all is there");
            runs.push((stages.of("plan") + stages.of("assemble"), 0));
        }
        let milliseconds = median(runs).0.as_secs_f64() * 1000.0;
        let each = milliseconds * 1000.0 / fields as f64;
        least = least.min(each);
        println!(
            r#"{{"bench":"fields","client":"secret-config","fields":{fields},"milliseconds":{milliseconds:.3},"limit":2,"microseconds_each":{each:.2},"to_the_least":{:.2}}}"#,
            each / least
        );
    }
}

/// How long each stage of the last load took.
#[derive(Clone, Default)]
struct Stages(Arc<Mutex<HashMap<String, (Instant, Duration)>>>);

impl Stages {
    /// Told of spans only: whoever listens to the events of each field pays for them.
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method itself has too few lifetimes")]
    fn of_spans<S: Subscriber + for<'a> LookupSpan<'a>>(self) -> impl Layer<S> {
        self.with_filter(filter_fn(|metadata| metadata.is_span()))
    }

    fn of(&self, name: &str) -> Duration {
        self.0.lock().expect("nothing panics")[name].1
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Stages {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut name = Name::default();
        attributes.record(&mut name);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(name);
        }
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        self.time(id, &context, |start| *start = (Instant::now(), Duration::ZERO));
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        self.time(id, &context, |start| start.1 = start.0.elapsed());
    }
}

impl Stages {
    fn time<S>(&self, id: &Id, context: &Context<'_, S>, change: impl FnOnce(&mut (Instant, Duration)))
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let Some(span) = context.span(id) else { return };
        if let Some(Name(name)) = span.extensions().get::<Name>() {
            let mut stages = self.0.lock().expect("nothing panics");
            change(stages.entry(name.clone()).or_insert((Instant::now(), Duration::ZERO)));
        }
    }
}

#[derive(Default)]
struct Name(String);

impl Visit for Name {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "name" {
            value.clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

#[derive(SecretConfig)]
#[allow(dead_code)]
#[config(prefix = "orders/{env}", offline = ["local"], env_prefix = "ORDERS")]
struct Local {
    #[config(default = 8080)]
    port: u16,
    #[secret]
    stripe_key: Secret<String>,
    #[config(ssm)]
    origins: Vec<String>,
}

/// A load that needs no call.
pub(crate) async fn local() {
    let aws = FakeAws::start().await.expect("loopback has a free port");
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        let variables = [("ORDERS_STRIPE_KEY", "sk_test"), ("ORDERS_ORIGINS", "http://localhost")];
        let start = Instant::now();
        let load = Local::loader("local").endpoint_url(aws.endpoint_url()).env_vars(variables);
        load.load().await.map(drop).expect("all is in variables");
        runs.push((start.elapsed(), aws.connections()));
    }
    let (time, connections) = median(runs);
    let milliseconds = time.as_secs_f64() * 1000.0;
    println!(
        r#"{{"bench":"local","client":"secret-config","milliseconds":{milliseconds:.3},"limit":5,"connections":{connections}}}"#
    );
}
