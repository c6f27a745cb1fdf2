//! [`Explanation`]: where the values of a load came from, and what the load took. Names and counts, no value.

use crate::source::Provenance;
use crate::tree::Fingerprint;
use std::fmt;
use std::time::{Duration, SystemTime};

/// Where each value of a config came from, and what the load took. Made by [`Loader::explain`](crate::Loader::explain).
///
/// `Display` is a table for people: a line for each field that has a value, then the calls and the times.
#[derive(Debug, Clone)]
pub struct Explanation {
    pub(crate) origins: Vec<Origin>,
    pub(crate) report: LoadReport,
}

/// Where one value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub(crate) field: String,
    pub(crate) origin: String,
    pub(crate) layer: Layer,
    pub(crate) is_secret: bool,
    pub(crate) provenance: Provenance,
    pub(crate) stage: Option<String>,
    /// The value by a key of this process, for whoever compares two loads.
    pub(crate) fingerprint: Option<Fingerprint>,
    /// The value for a person to read, if it is plain and somebody asked.
    pub(crate) value: Option<String>,
}

/// The layers, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Layer {
    /// The struct's own defaults.
    Defaults,
    /// A file, or a layer that the program added.
    File,
    /// Parameter Store, Secrets Manager, a mounted file or a source of the program's own.
    Remote,
    /// An environment variable.
    Variable,
    /// Set by the program.
    Program,
}

/// What a load took: figures for a log, a metric or a test.
#[derive(Debug, Clone, Default)]
pub struct LoadReport {
    pub(crate) calls: usize,
    pub(crate) retries: usize,
    pub(crate) bytes: usize,
    pub(crate) stages: Vec<(&'static str, Duration)>,
}

#[cfg(feature = "operator")]
impl Layer {
    /// How the JSON of all tools spells it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Defaults => "default",
            Self::File => "file",
            Self::Remote => "remote",
            Self::Variable => "variable",
            Self::Program => "program",
        }
    }
}

impl Explanation {
    /// The values, in the order in which the structs have their fields.
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// What the load took.
    pub fn report(&self) -> &LoadReport {
        &self.report
    }
}

impl Origin {
    /// The field, as a dotted path from the root.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// In words: a default, a file and its line, a variable, or a store with the full name and the version.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The layer that supplied it.
    pub fn layer(&self) -> Layer {
        self.layer
    }

    /// Whether the value is treated as a secret: what a store keeps is one, whatever the field's attribute.
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// The ARN, if a store supplied the value and told it.
    pub fn arn(&self) -> Option<&str> {
        self.provenance.arn.as_deref()
    }

    /// The version that was read, if a store supplied the value and told it.
    pub fn version(&self) -> Option<&str> {
        self.provenance.version.as_deref()
    }

    /// The stage of that version, if Secrets Manager supplied the value: the one that the field asks for, or `AWSCURRENT`.
    /// Of a field that asks for one version by its id there is none.
    pub fn stage(&self) -> Option<&str> {
        self.stage.as_deref()
    }

    /// When that version was written, if a store supplied the value and told it.
    pub fn modified(&self) -> Option<SystemTime> {
        self.provenance.modified
    }
}

impl LoadReport {
    /// How many calls were sent to AWS, those that were repeated included. What the SDK calls for credentials is not.
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// How many of them were sent again, because a call had failed for a moment or was throttled.
    pub fn retries(&self) -> usize {
        self.retries
    }

    /// How many bytes of answers the stores sent, each answer rounded up to a multiple of 1024: the exact length of one would
    /// tell how long a secret is.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How long each stage took, in their order: `layers`, `plan`, `fetch`, `assemble`.
    pub fn stages(&self) -> &[(&'static str, Duration)] {
        &self.stages
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.origins.iter().map(|origin| origin.field.chars().count()).max().unwrap_or_default();
        for Origin { field, origin, stage, .. } in &self.origins {
            write!(f, "{field:<width$}  {origin}")?;
            if let Some(stage) = stage {
                write!(f, " stage {stage}")?;
            }
            writeln!(f)?;
        }
        fmt::Display::fmt(&self.report, f)
    }
}

impl fmt::Display for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        write!(f, "{} call{}", self.calls, plural(self.calls))?;
        if self.retries > 0 {
            write!(f, ", {} of them repeated", self.retries)?;
        }
        for (name, time) in &self.stages {
            write!(f, ", {name} {:.1} ms", time.as_secs_f64() * 1000.0)?;
        }
        Ok(())
    }
}
