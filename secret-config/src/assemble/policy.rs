//! Secrets that only a type's own deserialization brings to light: they are refused where any other is.

use super::leaf::has_injections;
use super::{Assembler, Stage};
use crate::path::Path;
use crate::secret::Secrets;
use crate::spec::Field;
use crate::tree::{At, Node, Text, Value};

/// What is known of a leaf before its type has read it.
pub(super) struct Stands<'a> {
    /// Where its keys stand.
    pub(super) at: &'a Path,
    /// Where a file has a value of it.
    pub(super) in_file: Option<At>,
    /// The texts in it that only files supply, if stores supply others.
    pub(super) texts: Option<&'a [(Text, At)]>,
}

impl Assembler<'_> {
    /// The texts that files alone have in a leaf which stores have a part in.
    pub(super) fn texts_of_files(&self, field: &Field, leaf: &Node) -> Option<Vec<(Text, At)>> {
        let Stage { layers, plan, .. } = self.stage;
        let is_shared = has_injections(field) || layers.refers(&self.path) || plan.fills.contains_key(&self.path);
        if !is_shared || layers.is_offline {
            return None;
        }
        let text = |node: &Node| match &node.value {
            Value::Text(text) | Value::Raw(text, _) => Some((text.clone(), node.at)),
            _ => None,
        };
        let texts = leaf.scalars().into_iter().filter_map(text);
        let (of_files, others): (Vec<_>, Vec<_>) = texts.partition(|(_, at)| layers.is_file(*at));
        let is_alone = |(text, _): &(Text, At)| !others.iter().any(|(other, _)| other == text);
        Some(of_files.into_iter().filter(is_alone).collect())
    }

    /// Where a file has a secret that the type read. Where the field or its type says that it is one, it has been
    /// refused where it stands.
    pub(super) fn misplaced_within(&self, field: &Field, secrets: &Secrets, stands: &Stands<'_>) -> Option<At> {
        let layers = self.stage.layers;
        let is_told = field.secret || field.holds_secret;
        if is_told || !secrets.any() || layers.is_offline || field.allow_in_files {
            return None;
        }
        if let Some(at) = self.in_variable(secrets, stands) {
            return Some(at);
        }
        let from_file = secrets.places.iter().copied().find(|at| layers.is_file(*at));
        let behind_another = || secrets.places.iter().find_map(|at| layers.in_file_behind(stands.at, *at));
        let known = from_file.or_else(behind_another);
        known.or_else(|| self.buffered_in_file(stands, secrets).filter(|_| secrets.are_buffered()))
    }

    /// Where a variable has such a secret, if the config denies that.
    fn in_variable(&self, secrets: &Secrets, stands: &Stands<'_>) -> Option<At> {
        let layers = self.stage.layers;
        if !layers.denies_variables {
            return None;
        }
        let known = secrets.places.iter().copied().find(|at| layers.is_variable(*at));
        known.or_else(|| layers.in_variable(stands.at).filter(|_| secrets.are_buffered()))
    }

    /// serde hides the places of secrets that it buffered. Without a part of the stores all of the leaf counts as one;
    /// otherwise what has the text of a secret, or stands in a place that a store is there for.
    fn buffered_in_file(&self, stands: &Stands<'_>, secrets: &Secrets) -> Option<At> {
        let Some(texts) = stands.texts else { return stands.in_file };
        let by_text = texts.iter().find(|(text, _)| secrets.has(text)).map(|(_, at)| *at);
        by_text.or_else(|| self.stage.plan.in_files.get(&self.path)?.first().copied())
    }

    pub(super) fn refuse_secret(&mut self, field: &Field, at: At) {
        let problem = self.stage.layers.misplaced_secret(field, &self.path, at);
        self.problems.push(problem);
    }
}
