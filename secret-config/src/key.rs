//! [`Key`]: what a source is asked for.

use std::fmt;

/// One value in a source: its name, and which version of it.
///
/// Two fields that need the same key are served by one look-up; a key *inside* a JSON document is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    name: String,
    stage: Option<String>,
    version: Option<String>,
    is_level: bool,
}

impl Key {
    /// The current version of `name`.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), stage: None, version: None, is_level: false }
    }

    /// Everything below the level `name`: only Parameter Store is asked for that.
    pub(crate) fn below(name: impl Into<String>) -> Self {
        Self { is_level: true, ..Self::new(name) }
    }

    /// Whether everything below the name is wanted.
    pub(crate) fn is_level(&self) -> bool {
        self.is_level
    }

    /// The version that carries this staging label, such as `AWSPREVIOUS`.
    #[must_use]
    pub fn with_stage(mut self, stage: impl Into<String>) -> Self {
        self.stage = Some(stage.into());
        self
    }

    /// This version: a number or a label in Parameter Store, a version id in Secrets Manager.
    #[must_use]
    pub fn with_version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Whether it is the current version of a secret: those are read in batches.
    #[cfg(any(feature = "secretsmanager", feature = "operator"))]
    pub(crate) fn is_current(&self) -> bool {
        self.version.is_none() && matches!(self.stage(), None | Some("AWSCURRENT"))
    }

    /// The full name, as the source knows it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The staging label, if one was asked for.
    pub fn stage(&self) -> Option<&str> {
        self.stage.as_deref()
    }

    /// The version, if one was asked for.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.is_level {
            f.write_str("/*")?;
        }
        if let Some(version) = &self.version {
            write!(f, " version {version}")?;
        }
        if let Some(stage) = &self.stage {
            write!(f, " stage {stage}")?;
        }
        Ok(())
    }
}
