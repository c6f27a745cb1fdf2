//! The most memory that a load takes, against the bare SDK with the same calls: each in a process of its own, since the
//! kernel keeps one high-water mark for each.

use crate::{bare_sdk, loader, parameter_names, secret_names, server};
use secret_config_tests::emulator;
use std::process::Command;

/// The first argument of the process that loads.
pub(crate) const CHILD: &str = "memory-of";

const PARAMETERS: usize = 200;
const SECRETS: usize = 200;

pub(crate) async fn memory() {
    if !cfg!(target_os = "linux") {
        println!(r#"{{"bench":"memory","skipped":"the high-water mark is read from /proc"}}"#);
        return;
    }
    let aws = server(PARAMETERS, SECRETS).await;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..7 {
        ours.push(peak("secret-config", aws.endpoint_url()).await);
        bare.push(peak("bare-sdk", aws.endpoint_url()).await);
    }
    ours.sort_unstable();
    bare.sort_unstable();
    println!(
        r#"{{"bench":"memory","client":"secret-config","parameters":{PARAMETERS},"secrets":{SECRETS},"kibibytes":{},"against":"bare-sdk","ratio":{:.2},"limit":1.5}}"#,
        ours[3],
        ours[3] as f64 / bare[3] as f64
    );
}

/// What the process grew by, in KiB.
async fn peak(client: &str, endpoint_url: &str) -> u64 {
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child.args([CHILD, client, endpoint_url]);
    let output = tokio::task::spawn_blocking(move || child.output()).await.expect("it does not panic");
    let printed = String::from_utf8(output.expect("the program runs").stdout).expect("a number");
    printed.trim().parse().expect("a number")
}

/// The other process: loads once, and prints what it took at the most, beyond what it had before.
pub(crate) async fn load(client: &str, endpoint_url: &str) {
    let config = emulator::sdk_config(endpoint_url);
    let before = high_water();
    match client {
        "bare-sdk" => bare_sdk(&config, &parameter_names(PARAMETERS), &secret_names(SECRETS)).await,
        _ => drop(loader(PARAMETERS, SECRETS, &config).load().await.expect("everything is seeded")),
    }
    println!("{}", high_water() - before);
}

fn high_water() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux has it");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
