//! What operations take from the struct: the same stages as a load, or some of them, and words for people and tools.

mod manifest;
mod policy;

pub use manifest::{FieldManifest, Manifest, Remote};
pub use policy::{Account, InvalidAccount, Policy};
