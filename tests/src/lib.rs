//! What the tests share: the servers they run against, and how they reach them.

pub mod canary;
pub mod emulator;
pub mod faulty;
pub mod fleet;
pub mod hostile;
#[cfg(target_os = "linux")]
pub mod memory;
pub mod moto;
pub mod policy_proof;
pub mod python;
pub mod table;
pub mod tls;
pub mod traces;
pub mod work;
