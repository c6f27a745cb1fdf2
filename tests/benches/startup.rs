//! What a start costs, as JSON lines: `cargo bench --bench startup`.
//!
//! Times are ratios against something that ran at the same moment: the server's delay, or serde's derive. Counts are
//! exact, and tested as well. The one absolute time, of a load without any call, has its limit beside it.

use aws_sdk_secretsmanager::Client as SecretsManager;
use aws_sdk_ssm::Client as ParameterStore;
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Secret, SecretConfig};
use secret_config_tests::emulator;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

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
    // Loads of the two sizes, cold: a client and connections of their own.
    startup::<Small>(Small::PARAMETERS, Small::SECRETS).await;
    startup::<Large>(Large::PARAMETERS, Large::SECRETS).await;
    local().await;
    derive();
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
    let root = target.join(name);
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../secret-config");
    let manifest = format!(
        "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         secret-config = {{ path = {library:?}, default-features = false }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\n"
    );
    std::fs::create_dir_all(root.join("src")).expect("the target directory can be written");
    std::fs::write(root.join("Cargo.toml"), manifest).expect("the target directory can be written");
    std::fs::write(root.join("src/lib.rs"), source).expect("the target directory can be written");
    root
}

/// Checks the crate anew; its dependencies are ready after the first time.
fn check(root: &Path) -> Duration {
    let library = root.join("src/lib.rs");
    let source = std::fs::read(&library).expect("it was written");
    std::fs::write(&library, source).expect("the target directory can be written");
    let start = Instant::now();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["check", "--quiet"]).current_dir(root).env("CARGO_TARGET_DIR", root.join("../target"));
    assert!(cargo.status().expect("cargo runs").success(), "the generated crate does not compile");
    start.elapsed()
}
