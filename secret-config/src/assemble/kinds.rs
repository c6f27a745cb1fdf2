//! What a field's type may be, leaf or section; and the compiler's words where it is neither.
//!
//! Generated code asks these traits with the span of the user's type, so that a mistake is told there.

use super::Assembler;
use crate::spec::{Section, Spec};
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use std::sync::Arc;

/// A type that a field under `#[config(nested)]` or `#[config(flatten)]` may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not derive `SecretConfig`",
    label = "this type cannot be nested",
    note = "`nested` and `flatten` take a struct that derives `SecretConfig`, plain or in `Option`, `Box` or `Arc`; a type that only derives `Deserialize` is an ordinary field"
)]
pub trait Nested: Sized {
    /// The struct's table.
    const SPEC: &'static Spec;
    /// Whether the section may be absent.
    const OPTIONAL: bool = false;
    /// Builds the section that the assembler has entered.
    fn assemble(assembler: &mut Assembler<'_>, base: Option<Self>) -> Option<Self>;
}

/// The row of a nested `T`.
pub const fn section<T: Nested>() -> Section {
    Section::new(T::SPEC, T::OPTIONAL)
}

impl<T: Nested> Nested for Option<T> {
    const SPEC: &'static Spec = T::SPEC;
    const OPTIONAL: bool = true;

    fn assemble(assembler: &mut Assembler<'_>, base: Option<Self>) -> Option<Self> {
        if !assembler.section_exists() {
            return Some(base.flatten());
        }
        T::assemble(assembler, base.flatten()).map(Some)
    }
}

impl<T: Nested> Nested for Arc<T> {
    const SPEC: &'static Spec = T::SPEC;
    const OPTIONAL: bool = T::OPTIONAL;

    fn assemble(assembler: &mut Assembler<'_>, base: Option<Self>) -> Option<Self> {
        T::assemble(assembler, base.and_then(Self::into_inner)).map(Self::new)
    }
}

/// Tells a leaf from a struct that derives `SecretConfig` and lacks `nested`.
///
/// `Probe::<T>::KIND` is the inherent constant where `T` derives `SecretConfig`, and that of [`AsLeaf`] elsewhere.
#[derive(Debug)]
pub struct Probe<T>(PhantomData<T>);

/// A leaf of type `T`.
#[derive(Debug)]
pub struct LeafOf<T>(PhantomData<T>);

/// The answer of [`Probe`] for every type that has no better one.
pub trait AsLeaf<T> {
    /// The type is a leaf.
    const KIND: LeafOf<T> = LeafOf(PhantomData);
}

impl<T> AsLeaf<T> for Probe<T> {}

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
