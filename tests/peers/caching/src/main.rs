//! AWS's own caching client for Rust. It knows Secrets Manager only, so parameters are asked for through the SDK: a
//! call for each name, all at once. So are secrets, by the call that its documentation shows; it has one for batches too.
//!
//! It is driven like `tests/peers/peer.py`: names in the argument, then one load for each line of the input.

use aws_config::BehaviorVersion;
use aws_secretsmanager_caching::SecretsManagerCachingClient;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::env;
use std::io::stdin;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// The size and the age of a cache in its documentation: all names fit, and none expires during a load.
const SIZE: NonZeroUsize = NonZeroUsize::new(1000).unwrap();
const AGE: Duration = Duration::from_secs(300);

#[derive(Deserialize)]
struct Names {
    parameters: Vec<String>,
    secrets: Vec<String>,
}

/// Field and value.
type Values = BTreeMap<String, String>;

fn main() {
    let names = env::args().nth(1).expect("the bench sends names");
    let names: Names = serde_json::from_str(&names).expect("the bench sends names");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads can be started");
    println!("ready");
    for _ in stdin().lines() {
        let start = Instant::now();
        let values = runtime.block_on(load(&names));
        let seconds = start.elapsed().as_secs_f64();
        println!("{}", serde_json::json!({ "seconds": seconds, "values": values }));
    }
}

/// Clients, connections and the cache are new each time.
async fn load(names: &Names) -> Values {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let ssm = aws_sdk_ssm::Client::new(&config);
    let secrets_manager = SecretsManagerCachingClient::from_builder((&config).into(), SIZE, AGE, false).await;
    let secrets_manager = Arc::new(secrets_manager.expect("a cache can be made"));
    let mut calls = JoinSet::new();
    for name in names.parameters.iter().cloned() {
        calls.spawn(parameter(ssm.clone(), name));
    }
    for name in names.secrets.iter().cloned() {
        calls.spawn(secret(Arc::clone(&secrets_manager), name));
    }
    calls.join_all().await.into_iter().flatten().collect()
}

async fn parameter(ssm: aws_sdk_ssm::Client, name: String) -> Values {
    let answer = ssm.get_parameter().name(&name).with_decryption(true).send().await.expect("everything is seeded");
    let value = answer.parameter.and_then(|parameter| parameter.value).expect("a parameter has a value");
    let field = name.rsplit('/').next().unwrap_or(&name);
    Values::from([(field.to_owned(), value)])
}

/// A secret is a document with one key, its field.
async fn secret(secrets_manager: Arc<SecretsManagerCachingClient>, name: String) -> Values {
    let answer = secrets_manager.get_secret_value(&name, None, None, false).await.expect("everything is seeded");
    let document = answer.secret_string.expect("the secret is text");
    serde_json::from_str(&document).expect("the secret is a document")
}
