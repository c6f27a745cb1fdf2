//! Every kind of expression can be a default.
#![allow(dead_code)]

use secret_config::SecretConfig;
use std::collections::HashMap;
use std::time::Duration;

const PORT: u16 = 80;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(default = -1)]
    negative: i32,
    #[config(default = PORT + 1, local)]
    sum: u16,
    #[config(default = "text")]
    text: Box<str>,
    #[config(default = concat!("a", "b").to_owned())]
    call: String,
    #[config(default = [1, 2], env = "ARRAY")]
    array: [u8; 2],
    #[config(default = vec![1, 2])]
    list: Vec<u8>,
    #[config(default = HashMap::<String, u8>::new())]
    map: HashMap<String, u8>,
    #[config(default = Duration::from_secs(if cfg!(debug_assertions) { 1 } else { 2 }))]
    duration: Duration,
    #[config(default = { let port = PORT; port })]
    block: u16,
    #[config(default = Some(3))]
    optional: Option<u8>,
    #[config(nested, default = Inner { size: 3 })]
    inner: Inner,
}

#[derive(SecretConfig)]
struct Inner {
    size: usize,
}

macro_rules! config {
    ($name:ident, $field:ident: $type:ty = $default:expr) => {
        #[derive(SecretConfig)]
        struct $name {
            #[config(default = $default)]
            $field: $type,
        }
    };
}

config!(Generated, port: Option<u16> = Some(8080));

fn main() {}
