//! Serves moto until it is killed, and says where: for the test that sees what is left behind then.

use secret_config_tests::moto::Moto;
use std::time::Duration;

fn main() {
    let moto = Moto::start();
    println!("{}", moto.endpoint_url());
    std::thread::sleep(Duration::from_secs(60));
}
