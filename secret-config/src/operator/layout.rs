//! [`Layout`]: the tables and keys that files have for a config, with what decides how a key may be written there.

use crate::spec::{Field, Kind, Shape, Spec};

/// The tables of a config's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// A whole value may refer to a store.
    pub(super) has_references: bool,
    /// Files win over variables and stores.
    pub(super) files_over_env: bool,
    /// No secret may stand in a variable.
    pub(super) denies_variables: bool,
    pub(super) root: Table,
}

/// One table, and what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// Keys that no field has are taken.
    pub(super) takes_any_key: bool,
    pub(super) entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    Value(Value),
    /// The field that reads the keys that are left. It has none of its own.
    Rest,
    Section(Section),
}

/// The key of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) key: &'static str,
    /// Which one of the manifest's fields.
    pub(super) index: usize,
    /// The default as text, if it is a literal.
    pub(super) literal: Option<&'static str>,
    /// A function of the user's reads it.
    pub(super) is_converted: bool,
}

/// A table below a key, or any number of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) key: &'static str,
    pub(super) aliases: &'static [&'static str],
    pub(super) doc: &'static str,
    pub(super) shape: &'static Shape,
    /// Without a key of it there is none, or a default stands in.
    pub(super) may_be_absent: bool,
    pub(super) table: Table,
}

impl Layout {
    pub(super) fn of(spec: &'static Spec) -> Self {
        Self {
            has_references: spec.root.references,
            files_over_env: spec.root.files_over_env,
            denies_variables: spec.root.deny_env_secrets,
            root: Table::of(spec, &mut 0),
        }
    }
}

impl Table {
    /// The fields are counted in the order in which the manifest has them.
    fn of(spec: &'static Spec, count: &mut usize) -> Self {
        let mut entries = Vec::new();
        add(spec, &mut entries, count);
        let takes_any_key = spec.allow_unknown || entries.contains(&Entry::Rest);
        Self { takes_any_key, entries }
    }
}

/// Adds the keys of `spec`. Those of a flattened struct stand among them.
fn add(spec: &'static Spec, entries: &mut Vec<Entry>, count: &mut usize) {
    for field in spec.fields {
        match &field.kind {
            Kind::Section(section) if section.flatten => add(section.spec, entries, count),
            Kind::Section(section) => entries.push(Entry::Section(Section {
                key: field.key,
                aliases: field.aliases,
                doc: field.described.doc,
                shape: section.shape,
                may_be_absent: section.defaulted || matches!(section.shape, Shape::Optional(_)),
                table: Table::of(section.spec, count),
            })),
            Kind::Leaf { .. } => {
                entries.push(Entry::Value(Value::of(field, *count)));
                *count += 1;
            }
            Kind::Rest { .. } => {
                entries.push(Entry::Rest);
                *count += 1;
            }
        }
    }
}

impl Value {
    fn of(field: &'static Field, index: usize) -> Self {
        let (literal, is_converted) = (field.literal, field.described.is_converted);
        Self { key: field.key, index, literal, is_converted }
    }
}
