//! What operations take from the struct: the same stages as a load, or some of them, and words for people and tools.

mod check;
pub(crate) mod date;
mod diff;
mod layout;
mod listing;
mod manifest;
mod page;
mod policy;
#[cfg(feature = "aws")]
mod promotion;
mod report;
mod sight;
mod table;
mod template;

pub use check::{Check, CheckRow, Finding, FindingKind};
#[cfg(feature = "aws")]
pub use diff::diff_with_descriptions;
pub use diff::{Comparison, Diff, DiffRow, diff};
pub use manifest::{FieldManifest, Manifest, Remote};
pub use policy::{Account, InvalidAccount, Policy};
#[cfg(all(feature = "cli", feature = "aws"))]
pub(crate) use promotion::NoPlace;
#[cfg(feature = "aws")]
pub use promotion::{Action, Creation, Existing, NewValue, Part, Promotion, Values, Write, WriteOptions, Written};
pub use report::{Report, ReportCell, ReportRow, report};
pub use sight::{Sight, Status};
