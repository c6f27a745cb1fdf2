//! The formats of files: each reads a text into a tree with lines, and says no more of a mistake than its place and a
//! reason from a fixed set.

use crate::text::Syntax;
#[cfg(feature = "json")]
use crate::text::json;
use crate::tree::Node;
use std::path::Path;

#[cfg(feature = "toml")]
mod toml;
#[cfg(feature = "yaml")]
mod yaml;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    #[cfg(feature = "toml")]
    Toml,
    #[cfg(feature = "yaml")]
    Yaml,
    #[cfg(feature = "json")]
    Json,
}

impl Format {
    /// The formats whose features are on.
    pub(super) fn enabled() -> impl Iterator<Item = Self> {
        let all: &[Self] = &[
            #[cfg(feature = "toml")]
            Self::Toml,
            #[cfg(feature = "yaml")]
            Self::Yaml,
            #[cfg(feature = "json")]
            Self::Json,
        ];
        all.iter().copied()
    }

    pub(super) fn extensions(self) -> &'static [&'static str] {
        match self {
            #[cfg(feature = "toml")]
            Self::Toml => &["toml"],
            #[cfg(feature = "yaml")]
            Self::Yaml => &["yaml", "yml"],
            #[cfg(feature = "json")]
            Self::Json => &["json"],
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "toml")]
            Self::Toml => "TOML",
            #[cfg(feature = "yaml")]
            Self::Yaml => "YAML",
            #[cfg(feature = "json")]
            Self::Json => "JSON",
        }
    }

    /// The format of the file at `path`, by its extension.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        Self::enabled().find(|format| format.extensions().contains(&extension))
    }

    #[cfg_attr(
        not(any(feature = "toml", feature = "yaml", feature = "json")),
        expect(unused_variables, reason = "there is no format, and so no file")
    )]
    pub(super) fn parse(self, text: &str, supplier: u32) -> Result<Node, Syntax> {
        match self {
            #[cfg(feature = "toml")]
            Self::Toml => toml::parse(text, supplier),
            #[cfg(feature = "yaml")]
            Self::Yaml => yaml::parse(text, supplier),
            #[cfg(feature = "json")]
            Self::Json => json::parse(text, supplier),
        }
    }
}
