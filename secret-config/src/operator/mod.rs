//! What operations take from the struct: the same stages as a load, or some of them, and words for people and tools.

mod layout;
mod listing;
mod manifest;
mod template;

pub use manifest::{FieldManifest, Manifest, Remote};
