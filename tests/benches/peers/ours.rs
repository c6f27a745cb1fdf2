//! Our side: the two configs, and this binary as one more client, driven like the others.

use crate::measure::Names;
use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;
use std::io::stdin;
use std::time::Instant;

macro_rules! config {
    ($name:ident, $prefix:literal, parameters: $($parameter:ident)*, secrets: $($secret:ident = $key:literal)*) => {
        #[derive(SecretConfig)]
        #[config(prefix = $prefix)]
        struct $name {
            $(#[secret] $parameter: Secret<String>,)*
            $(#[secret(secretsmanager, key = $key)] $secret: Secret<String>,)*
        }

        impl $name {
            fn names() -> Names {
                Names {
                    parameters: vec![$(concat!("/", $prefix, "/", stringify!($parameter)).to_owned()),*],
                    secrets: vec![$(concat!($prefix, "/", $key).to_owned()),*],
                }
            }

            fn values(&self) -> BTreeMap<&'static str, &str> {
                BTreeMap::from([
                    $((stringify!($parameter), self.$parameter.expose_secret().as_str()),)*
                    $(($key, self.$secret.expose_secret().as_str()),)*
                ])
            }
        }
    };
}

config!(Small, "small",
    parameters: a0 a1 a2 a3 a4 a5 a6 a7 a8 a9,
    secrets: s0 = "s0" s1 = "s1" s2 = "s2" s3 = "s3" s4 = "s4" s5 = "s5" s6 = "s6" s7 = "s7" s8 = "s8" s9 = "s9");
config!(Large, "large",
    parameters: a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9
        d0 d1 d2 d3 d4 d5 d6 d7 d8 d9 e0 e1 e2 e3 e4 e5 e6 e7 e8 e9,
    secrets: s0 = "s0" s1 = "s1" s2 = "s2" s3 = "s3" s4 = "s4" s5 = "s5" s6 = "s6" s7 = "s7" s8 = "s8" s9 = "s9"
        t0 = "t0" t1 = "t1" t2 = "t2" t3 = "t3" t4 = "t4" t5 = "t5" t6 = "t6" t7 = "t7" t8 = "t8" t9 = "t9");

pub(crate) fn small() -> Names {
    Small::names()
}

pub(crate) fn large() -> Names {
    Large::names()
}

/// What `tests/peers/peer.py` is to the others: a load for each line of the input.
pub(crate) fn serve(names: &str) {
    let names: Names = serde_json::from_str(names).expect("the bench sends names");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads can be started");
    println!("ready");
    for _ in stdin().lines() {
        let start = Instant::now();
        if names.parameters.len() == small().parameters.len() {
            let config = runtime.block_on(Small::load("dev")).expect("everything is seeded");
            answer(start, &config.values());
        } else {
            let config = runtime.block_on(Large::load("dev")).expect("everything is seeded");
            answer(start, &config.values());
        }
    }
}

fn answer(start: Instant, values: &BTreeMap<&str, &str>) {
    let seconds = start.elapsed().as_secs_f64();
    println!("{}", serde_json::json!({ "seconds": seconds, "values": values }));
}
