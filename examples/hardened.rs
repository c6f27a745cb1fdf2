//! A service that keeps its secrets out of dumps and freed memory as far as a process can: `cargo run --example hardened`.
//!
//! Each of the three is a choice of its own. With the feature `s2n-tls`, the library needs no allocator for it.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Secret, SecretConfig};
use std::alloc::System;
use std::error::Error;
use zeroizing_alloc::ZeroAlloc;

/// First: freed memory is wiped, that of every library too. `cargo bench --bench allocator` tells the price.
#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

#[derive(Debug, SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[secret]
    stripe_key: Secret<String>,
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    // Second: no core file, and no other process looks in. It only tells what it could not do.
    println!("{}", secret_config::harden());

    // Third: idle threads keep in their registers what they last worked on, and a dump has the registers of all. So the
    // load has a thread of its own, with a runtime of its own, and both end.
    let config = std::thread::spawn(load).join().map_err(|_| "the load panicked")??;

    println!("{config:?}, {} bytes", config.stripe_key.expose_secret().len());
    Ok(())
}

fn load() -> Result<AppConfig, Box<dyn Error + Send + Sync>> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        // A real service has no `FakeAws`, and no `.aws(..)`.
        let aws = FakeAws::start().await?;
        aws.put_parameter("/orders/prod/stripe_key", Parameter::secure_string("sk_live_invented"));
        Ok(AppConfig::loader("prod").aws(&aws.sdk_config()).load().await?)
    })
}
