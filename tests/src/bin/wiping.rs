//! The work of `secret_config_tests::work` under an allocator that wipes what is freed; prints its nanoseconds.

use std::alloc::System;
use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

fn main() {
    for nanoseconds in secret_config_tests::work::all() {
        println!("{nanoseconds}");
    }
}
