//! The harness itself: moto starts by itself, and never outlives who started it.

use secret_config_tests::emulator::Emulator;
use secret_config_tests::moto::Moto;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn moto_answers() {
    let moto = Emulator::moto().await;
    assert_eq!(moto.put_parameter(&moto.parameter("x"), "String".into(), "value").await, 1);
}

#[test]
fn a_dropped_server_is_gone() {
    let moto = Moto::start();
    let address = address(moto.endpoint_url());
    TcpStream::connect(&address).expect("it listens");
    drop(moto);
    assert!(TcpStream::connect(&address).is_err(), "it still listens");
}

#[test]
fn a_server_ends_when_its_process_is_killed() {
    let mut victim = Command::new(env!("CARGO_BIN_EXE_moto")).stdout(Stdio::piped()).spawn().unwrap();
    let mut endpoint_url = String::new();
    BufReader::new(victim.stdout.take().unwrap()).read_line(&mut endpoint_url).unwrap();
    let address = address(&endpoint_url);
    TcpStream::connect(&address).expect("it listens");

    victim.kill().unwrap();
    victim.wait().unwrap();
    let killed = Instant::now();
    while TcpStream::connect(&address).is_ok() {
        assert!(killed.elapsed() < Duration::from_secs(10), "the server outlived the process that started it");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn address(endpoint_url: &str) -> String {
    endpoint_url.trim_start_matches("http://").trim().to_owned()
}
