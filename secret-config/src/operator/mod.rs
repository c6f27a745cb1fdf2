//! What operations take from the struct: the same stages as a load, or some of them, and words for people and tools.

mod manifest;
#[cfg(feature = "aws")]
mod promotion;

pub use manifest::{FieldManifest, Manifest, Remote};
#[cfg(feature = "aws")]
pub use promotion::{Action, Creation, NewValue, Part, Promotion, Values, Write, WriteOptions, Written};
