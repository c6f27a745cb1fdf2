//! What a start costs, as JSON lines: `cargo bench --bench startup`, or only some of it: `.. -- entries table`.
//!
//! Times are ratios against something that ran at the same moment: the server's delay, or serde's derive. Counts are
//! exact, and tested as well. The one absolute time, of a load without any call, has its limit beside it.

use aws_sdk_secretsmanager::Client as SecretsManager;
use aws_sdk_ssm::Client as ParameterStore;
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Secret, SecretConfig};
use secret_config_tests::emulator;
use std::collections::HashMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

const DELAY: Duration = Duration::from_millis(25);
const RUNS: usize = 21;

macro_rules! config {
    ($name:ident, $prefix:literal, parameters: $($parameter:ident)*, secrets: $($secret:ident)*) => {
        #[derive(SecretConfig)]
        #[allow(dead_code)]
        #[config(prefix = $prefix)]
        struct $name {
            $(#[secret] $parameter: Secret<String>,)*
            $(#[secret(secretsmanager)] $secret: Secret<String>,)*
        }

        impl $name {
            const PARAMETERS: &[&str] = &[$(concat!("/", $prefix, "/", stringify!($parameter))),*];
            const SECRETS: &[&str] = &[$(concat!($prefix, "/", stringify!($secret))),*];
        }
    };
}

config!(Small, "small",
    parameters: a b c d e f g h i j k l,
    secrets: s t u v w);
config!(Large, "large",
    parameters: a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9
        d0 d1 d2 d3 d4 d5 d6 d7 d8 d9 e0 e1 e2 e3 e4 e5 e6 e7 e8 e9,
    secrets: s0 s1 s2 s3 s4 s5 s6 s7 s8 s9 t0 t1 t2 t3 t4 t5 t6 t7 t8 t9);

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

#[tokio::main]
async fn main() {
    // What cargo adds begins with dashes.
    let named: Vec<_> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |name: &str| named.is_empty() || named.iter().any(|wanted| wanted == name);
    if is_wanted("startup") {
        // Loads of the two sizes, cold: a client and connections of their own.
        startup::<Small>(Small::PARAMETERS, Small::SECRETS).await;
        startup::<Large>(Large::PARAMETERS, Large::SECRETS).await;
    }
    if is_wanted("entries") {
        entries().await;
    }
    if is_wanted("local") {
        local().await;
    }
    if is_wanted("table") {
        table();
    }
    if is_wanted("derive") {
        derive();
    }
}

async fn startup<T: SecretConfig>(parameters: &[&str], secrets: &[&str]) {
    let aws = FakeAws::start().await.expect("loopback has a free port");
    for name in parameters {
        aws.put_parameter(name, Parameter::secure_string("a value of some length"));
    }
    for name in secrets {
        aws.put_secret(name, "a value of some length");
    }
    aws.set_delay(DELAY);
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        aws.reset_calls();
        let start = Instant::now();
        let load = T::loader("dev").aws(&emulator::sdk_config(aws.endpoint_url())).env_vars::<&str, &str>([]);
        load.load().await.map(drop).expect("everything is seeded");
        ours.push((start.elapsed(), aws.calls().len()));
        aws.reset_calls();
        let start = Instant::now();
        bare_sdk(&aws, parameters, secrets).await;
        bare.push((start.elapsed(), aws.calls().len()));
    }
    for (client, runs) in [("secret-config", ours), ("bare-sdk", bare)] {
        let (time, calls) = median(runs);
        let ratio = time.as_secs_f64() / DELAY.as_secs_f64();
        println!(
            r#"{{"bench":"startup","client":"{client}","parameters":{},"secrets":{},"scheme":"http","state":"cold","ratio":{ratio:.2},"calls":{calls}}}"#,
            parameters.len(),
            secrets.len(),
        );
    }
}

/// The same calls by hand, all at once: the floor.
async fn bare_sdk(aws: &FakeAws, parameters: &[&str], secrets: &[&str]) {
    let config = emulator::sdk_config(aws.endpoint_url());
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let mut calls = tokio::task::JoinSet::new();
    let client = ParameterStore::new(&config);
    for names in parameters.chunks(10) {
        let call = client.get_parameters().with_decryption(true).set_names(Some(owned(names)));
        calls.spawn(async move { call.send().await.is_ok() });
    }
    let client = SecretsManager::new(&config);
    for names in secrets.chunks(20) {
        let call = client.batch_get_secret_value().set_secret_id_list(Some(owned(names)));
        calls.spawn(async move { call.send().await.is_ok() });
    }
    assert!(calls.join_all().await.into_iter().all(|is_ok| is_ok), "everything is seeded");
}

fn median(mut runs: Vec<(Duration, usize)>) -> (Duration, usize) {
    runs.sort_unstable();
    runs[runs.len() / 2]
}

/// A map of many sections, one secret each.
async fn entries() {
    const ENTRIES: usize = 200;

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

    let aws = FakeAws::start().await.expect("loopback has a free port");
    let directory = tempfile::tempdir().expect("a directory can be made");
    let (mut layers, mut names) = (String::new(), Vec::new());
    for number in 0..ENTRIES {
        let _ = writeln!(layers, "[tenants.tenant-{number}]\nurl = \"https://tenant-{number}.internal\"");
        names.push(format!("/entries/tenants/tenant-{number}/token"));
        aws.put_parameter(&names[number], Parameter::secure_string("a value"));
    }
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    std::fs::create_dir(directory.path().join("config")).expect("a directory can be made");
    std::fs::write(directory.path().join("config/default.toml"), layers).expect("a file can be written");
    aws.set_delay(DELAY);
    let (stages, mut ours, mut bare, mut plans) = (Stages::default(), Vec::new(), Vec::new(), Vec::new());
    let _subscriber = tracing_subscriber::registry().with(stages.clone()).set_default();
    for _ in 0..RUNS {
        aws.reset_calls();
        let start = Instant::now();
        let loader = Entries::loader("dev").aws(&emulator::sdk_config(aws.endpoint_url())).root(directory.path());
        loader.env_vars::<&str, &str>([]).load().await.map(drop).expect("everything is seeded");
        ours.push((start.elapsed(), aws.calls().len()));
        plans.push((stages.of("plan"), 0));
        aws.reset_calls();
        let start = Instant::now();
        bare_sdk(&aws, &names, &[]).await;
        bare.push((start.elapsed(), aws.calls().len()));
    }
    let milliseconds = median(plans).0.as_secs_f64() * 1000.0;
    for (client, runs) in [("secret-config", ours), ("bare-sdk", bare)] {
        let (time, calls) = median(runs);
        let ratio = time.as_secs_f64() / DELAY.as_secs_f64();
        println!(
            r#"{{"bench":"entries","client":"{client}","parameters":{ENTRIES},"scheme":"http","state":"cold","ratio":{ratio:.2},"limit":1.4,"calls":{calls}}}"#
        );
    }
    println!(
        r#"{{"bench":"plan","client":"secret-config","parameters":{ENTRIES},"milliseconds":{milliseconds:.3},"limit":1}}"#
    );
}

/// How long each stage of the last load took.
#[derive(Clone, Default)]
struct Stages(Arc<Mutex<HashMap<String, (Instant, Duration)>>>);

impl Stages {
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

/// A load that needs no call.
async fn local() {
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

/// What a config of 300 fields in 40 structs adds to a release binary: the const tables, and with them the code that
/// assembles the structs.
fn table() {
    const STRUCTS: usize = 40;
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("table");
    let mut structs = String::new();
    let mut root = String::new();
    for number in 1..STRUCTS {
        let _ = writeln!(root, "    #[config(nested)]\n    section_{number}: S{number},");
        let _ = writeln!(structs, "#[derive(SecretConfig)]\nstruct S{number} {{");
        // 39 fields of the root, and 261 of the others.
        for field in 0..(261 / (STRUCTS - 1) + usize::from(number <= 261 % (STRUCTS - 1))) {
            // No two alike: the linker would keep one.
            let n = number;
            let field = match field {
                0 => format!("    #[config(default = 8080)]\n    port_{n}: u16,"),
                1 => format!("    host_{n}: String,"),
                2 => format!("    #[secret]\n    password_{n}: Secret<String>,"),
                3 => format!(
                    "    #[secret(secretsmanager = \"{{prefix}}/db-{n}\", key = \"user\")]\n    user_{n}: Option<Secret<String>>,"
                ),
                4 => {
                    format!("    #[config(env = \"LEVEL_{n}\", alias = \"log_level\")]\n    level_{n}: Option<String>,")
                }
                5 => format!("    #[secret(when = \"host_{n}\")]\n    token_{n}: Option<Secret<String>>,"),
                _ => format!("    enabled_{n}: Option<bool>,"),
            };
            let _ = writeln!(structs, "{field}");
        }
        structs.push_str("}\n");
    }
    let source = |root: &str, structs: &str, main: &str| {
        format!(
            "#![allow(dead_code, unused_imports)]\nuse secret_config::{{Secret, SecretConfig}};\n\
             #[derive(SecretConfig)]\n#[config(prefix = \"app\")]\nstruct AppConfig {{\n{root}}}\n{structs}\
             fn main() {{\n{main}\n}}\n"
        )
    };
    // The same types of fields, each once: what is left is what each field and struct costs.
    let one = "    #[config(nested)]\n    section_1: S1,\n";
    let first = structs.split_inclusive("}\n").next().unwrap_or_default();
    let adds = |name: &str, main: &str| {
        let few = binary(&target, &format!("few-{name}"), &source(one, first, main));
        let many = binary(&target, &format!("many-{name}"), &source(&root, &structs, main));
        (many - few) as f64 / 1024.0
    };
    let table = adds("table", "    std::hint::black_box(<AppConfig as secret_config::__private::Nested>::SPEC);");
    println!(r#"{{"bench":"table","structs":{STRUCTS},"fields":300,"kibibytes":{table:.1},"limit":100}}"#);
    let load = "    let load = std::pin::pin!(AppConfig::load(\"dev\"));\n    \
                let mut context = std::task::Context::from_waker(std::task::Waker::noop());\n    \
                std::process::exit(i32::from(load.poll(&mut context).is_ready()));";
    let all = adds("load", load);
    println!(r#"{{"bench":"table-and-code","structs":{STRUCTS},"fields":300,"kibibytes":{all:.1}}}"#);
}

/// The size of a release binary of this source.
fn binary(target: &Path, name: &str, source: &str) -> u64 {
    let root = project(target, name, "main.rs", source);
    cargo(&root, &["build", "--release", "--quiet"]);
    let binary = target.join("target/release").join(name);
    std::fs::metadata(binary).expect("cargo has built it").len()
}

/// `cargo check` of 100 structs of 10 fields, against the same structs with `serde::Deserialize`.
fn derive() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("derive");
    let ours = generated(&target, "ours", "secret_config::SecretConfig");
    let serdes = generated(&target, "serdes", "serde::Deserialize");
    check(&ours);
    check(&serdes);
    let mut ratios: Vec<_> = (0..7).map(|_| check(&ours).as_secs_f64() / check(&serdes).as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        r#"{{"bench":"derive","structs":100,"fields":10,"against":"serde","ratio":{:.2},"limit":0.5}}"#,
        ratios[3]
    );
}

fn generated(target: &Path, name: &str, derive: &str) -> PathBuf {
    const TYPES: [&str; 10] =
        ["u16", "String", "bool", "Option<String>", "Vec<String>", "u64", "f64", "Option<u32>", "String", "i32"];
    let mut source = String::from("#![allow(dead_code)]\n");
    for number in 0..100 {
        let _ = write!(source, "#[derive({derive})]\npub struct S{number} {{\n");
        for (index, kind) in TYPES.iter().enumerate() {
            let _ = writeln!(source, "    field_{index}: {kind},");
        }
        source.push_str("}\n");
    }
    project(target, name, "lib.rs", &source)
}

/// A crate of its own that uses ours, without the stores.
fn project(target: &Path, name: &str, file: &str, source: &str) -> PathBuf {
    let root = target.join(name);
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../secret-config");
    let manifest = format!(
        "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         secret-config = {{ path = {library:?}, default-features = false }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\n[profile.release]\nstrip = true\n"
    );
    std::fs::create_dir_all(root.join("src")).expect("the target directory can be written");
    std::fs::write(root.join("Cargo.toml"), manifest).expect("the target directory can be written");
    std::fs::write(root.join("src").join(file), source).expect("the target directory can be written");
    root
}

/// Checks the crate anew; its dependencies are ready after the first time.
fn check(root: &Path) -> Duration {
    let library = root.join("src/lib.rs");
    let source = std::fs::read(&library).expect("it was written");
    std::fs::write(&library, source).expect("the target directory can be written");
    let start = Instant::now();
    cargo(root, &["check", "--quiet"]);
    start.elapsed()
}

fn cargo(root: &Path, arguments: &[&str]) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).current_dir(root).env("CARGO_TARGET_DIR", root.join("../target"));
    assert!(cargo.status().expect("cargo runs").success(), "the generated crate does not compile");
}
