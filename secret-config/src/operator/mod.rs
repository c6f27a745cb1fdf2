//! What operations take from the struct: the same stages as a load, or some of them, and words for people and tools.

mod manifest;

pub use manifest::{FieldManifest, Manifest, Remote};
