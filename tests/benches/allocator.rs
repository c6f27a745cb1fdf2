//! What an allocator that wipes what is freed costs: `cargo bench --bench allocator`. Ratios to the system's allocator.

use secret_config_tests::work;
use std::process::Command;

fn main() {
    let wiping = Command::new(env!("CARGO_BIN_EXE_wiping")).output().expect("it runs").stdout;
    let wiping = String::from_utf8(wiping).expect("numbers");
    for ((name, system), wiping) in work::NAMES.iter().zip(work::all()).zip(wiping.lines()) {
        let wiping: f64 = wiping.parse().expect("a number");
        println!("{name}: {:.2} times as long", wiping / system as f64);
    }
}
