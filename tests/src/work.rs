//! What a program may do with much memory, timed: to compare allocators.

use secret_config::source::{Memory, Payload};
use secret_config::{Secret, SecretConfig};
use std::hint::black_box;
use std::time::Instant;

#[derive(SecretConfig)]
struct Config {
    #[secret(source = "vault", name = "document", key = "k0")]
    first: Secret<String>,
    #[secret(source = "vault", name = "document", key = "k199")]
    last: Secret<String>,
}

pub const NAMES: [&str; 3] = ["loads of a document of 20 KB", "parses of that document", "vectors that grow to 1 MB"];

/// The nanoseconds that each takes: the best of eleven.
pub fn all() -> [u128; 3] {
    let keys: Vec<_> = (0..200).map(|key| format!("\"k{key}\":\"{}\"", "x".repeat(90))).collect();
    let document = format!("{{{}}}", keys.join(","));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let load = || {
        let vault = Memory::new().with("document", Payload::text(document.as_str()));
        let config = runtime.block_on(Config::loader("dev").source("vault", vault).env_vars([("", ""); 0]).load());
        config.map(|config| config.first.expose_secret().len() + config.last.expose_secret().len()).unwrap()
    };
    let parse = || serde_json::from_str::<serde_json::Value>(&document).unwrap().as_object().unwrap().len();
    let grow = || {
        (0..1_000_000_u32).fold(Vec::new(), |mut bytes, byte| {
            bytes.push(byte as u8);
            bytes
        })
    };
    [best(|| _ = black_box(load())), best(|| _ = black_box(parse())), best(|| drop(black_box(grow())))]
}

fn best(work: impl Fn()) -> u128 {
    let once = || {
        let start = Instant::now();
        (0..20).for_each(|_| work());
        start.elapsed().as_nanos() / 20
    };
    (0..11).map(|_| once()).min().unwrap_or_default()
}
