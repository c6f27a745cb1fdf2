//! What a field's type may be, leaf or section; and the compiler's words where it is neither.
//!
//! Generated code asks these traits with the span of the user's type, so that a mistake is told there.

use super::Assembler;
use crate::spec::{Section, Shape, Spec};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;
use std::sync::Arc;

/// A type that a field under `#[config(nested)]` or `#[config(flatten)]` may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not derive `SecretConfig`",
    label = "this type cannot be nested",
    note = "`nested` takes a struct that derives `SecretConfig`, plain or in `Option`, `Vec`, a map with string keys, `Box` or `Arc`; a type that only derives `Deserialize` is an ordinary field"
)]
pub trait Nested: Sized {
    /// The struct's table.
    const SPEC: &'static Spec;
    /// What stands around the struct.
    const SHAPE: &'static Shape = &Shape::One;
    /// Builds what the assembler has entered.
    fn assemble(assembler: &mut Assembler<'_>, base: Option<Self>) -> Option<Self>;
}

/// The row of a nested `T`.
pub const fn section<T: Nested>() -> Section {
    Section::new(T::SPEC, T::SHAPE)
}

impl<T: Nested> Nested for Option<T> {
    const SPEC: &'static Spec = T::SPEC;
    const SHAPE: &'static Shape = &Shape::Optional(T::SHAPE);

    fn assemble(assembler: &mut Assembler<'_>, base: Option<Self>) -> Option<Self> {
        let base = base.flatten();
        let stands_in = base.is_some() && assembler.section_is_defaulted();
        if !assembler.section_exists() && !stands_in {
            return Some(base);
        }
        assembler.inside(|assembler| T::assemble(assembler, base)).map(Some)
    }
}

impl<T: Nested> Nested for Box<T> {
    const SPEC: &'static Spec = T::SPEC;
    const SHAPE: &'static Shape = T::SHAPE;

    fn assemble(assembler: &mut Assembler<'_>, base: Option<Self>) -> Option<Self> {
        T::assemble(assembler, base.map(|base| *base)).map(Self::new)
    }
}

impl<T: Nested> Nested for Arc<T> {
    const SPEC: &'static Spec = T::SPEC;
    const SHAPE: &'static Shape = T::SHAPE;

    fn assemble(assembler: &mut Assembler<'_>, base: Option<Self>) -> Option<Self> {
        T::assemble(assembler, base.and_then(Self::into_inner)).map(Self::new)
    }
}

impl<T: Nested> Nested for Vec<T> {
    const SPEC: &'static Spec = T::SPEC;
    const SHAPE: &'static Shape = &Shape::List(T::SHAPE);

    fn assemble(assembler: &mut Assembler<'_>, base: Option<Self>) -> Option<Self> {
        let Some(entries) = assembler.entries() else { return assembler.absent(base) };
        let elements = entries.into_iter().map(|entry| assembler.entry(entry, |inner| T::assemble(inner, None)));
        // All are assembled before the first that is missing ends it.
        elements.collect::<Vec<_>>().into_iter().collect()
    }
}

impl<K: From<String> + Eq + Hash, T: Nested, H: BuildHasher + Default> Nested for HashMap<K, T, H> {
    const SPEC: &'static Spec = T::SPEC;
    const SHAPE: &'static Shape = &Shape::Map(T::SHAPE);

    fn assemble(assembler: &mut Assembler<'_>, base: Option<Self>) -> Option<Self> {
        map(assembler, base)
    }
}

impl<K: From<String> + Ord, T: Nested> Nested for BTreeMap<K, T> {
    const SPEC: &'static Spec = T::SPEC;
    const SHAPE: &'static Shape = &Shape::Map(T::SHAPE);

    fn assemble(assembler: &mut Assembler<'_>, base: Option<Self>) -> Option<Self> {
        map(assembler, base)
    }
}

fn map<K: From<String>, T: Nested, M: FromIterator<(K, T)>>(
    assembler: &mut Assembler<'_>,
    base: Option<M>,
) -> Option<M> {
    let Some(entries) = assembler.entries() else { return assembler.absent(base) };
    let named = entries.into_iter().map(|entry| {
        let key = entry.text().to_owned().into();
        Some((key, assembler.entry(entry, |inner| T::assemble(inner, None))?))
    });
    named.collect::<Vec<_>>().into_iter().collect()
}

/// Tells a leaf from a struct that derives `SecretConfig`, plain or wrapped.
///
/// `Probe::<T>::KIND` is the inherent constant where `T` can be nested, and that of [`AsLeaf`] elsewhere.
#[derive(Debug)]
pub struct Probe<T>(PhantomData<T>);

/// A leaf of type `T`.
#[derive(Debug)]
pub struct LeafOf<T>(PhantomData<T>);

/// A `T` that can be nested.
#[derive(Debug)]
pub struct SectionOf<T>(PhantomData<T>);

/// The answer of [`Probe`] for every type that has no better one.
pub trait AsLeaf<T> {
    /// The type is a leaf.
    const KIND: LeafOf<T> = LeafOf(PhantomData);
    /// Flattened, it reads the keys that are left.
    const SECTION: Option<Section> = None;
}

impl<T> AsLeaf<T> for Probe<T> {}

impl<T: Nested> Probe<T> {
    /// The type is a section.
    pub const KIND: SectionOf<T> = SectionOf(PhantomData);
    /// Its row.
    pub const SECTION: Option<Section> = Some(section::<T>());
}

/// What [`Assembler::leaf`] takes.
#[diagnostic::on_unimplemented(
    message = "a field whose type derives `SecretConfig` needs `#[config(nested)]`",
    label = "this type derives `SecretConfig`",
    note = "write `#[config(nested)]` for a section under the field's key, or `#[config(flatten)]` to put its keys beside this one"
)]
pub trait Leaf {
    /// The field's type.
    type Value: DeserializeOwned;
}

impl<T: DeserializeOwned> Leaf for LeafOf<T> {
    type Value = T;
}

/// What [`Assembler::flatten`] takes: a section, or a leaf that reads the keys that are left.
#[diagnostic::on_unimplemented(
    message = "this type cannot be flattened",
    label = "it derives neither `SecretConfig` nor `Deserialize`",
    note = "`flatten` takes a struct that derives `SecretConfig`, or any type that derives `Deserialize`"
)]
pub trait Flatten {
    /// The field's type.
    type Value;
    /// Builds field `index`.
    fn assemble(
        self,
        assembler: &mut Assembler<'_>,
        index: usize,
        base: Option<Self::Value>,
        default: Option<fn() -> Self::Value>,
    ) -> Option<Self::Value>;
}

impl<T: Nested> Flatten for SectionOf<T> {
    type Value = T;

    fn assemble(
        self,
        assembler: &mut Assembler<'_>,
        index: usize,
        base: Option<T>,
        default: Option<fn() -> T>,
    ) -> Option<T> {
        match default {
            Some(default) => assembler.nested_or(index, base, default),
            None => assembler.nested(index, base),
        }
    }
}

impl<T: DeserializeOwned> Flatten for LeafOf<T> {
    type Value = T;

    fn assemble(
        self,
        assembler: &mut Assembler<'_>,
        index: usize,
        base: Option<T>,
        default: Option<fn() -> T>,
    ) -> Option<T> {
        match default {
            Some(default) => assembler.leaf_or(index, self, base, default),
            None => assembler.leaf(index, self, base),
        }
    }
}
