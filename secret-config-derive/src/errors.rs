//! Every mistake of one derive, so that all of them reach the user at once.

use proc_macro2::Span;
use std::fmt::Display;
use syn::LitStr;
use syn::parse::Parse;

/// Collects mistakes. Dropping it without [`Errors::finish`] would lose them: in a debug build that is told at once.
pub(crate) struct Errors {
    found: Vec<syn::Error>,
    finished: bool,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self { found: Vec::new(), finished: false }
    }

    /// A mistake at `span`, the user's own word wherever there is one.
    pub(crate) fn push(&mut self, span: Span, message: impl Display) {
        self.found.push(syn::Error::new(span, message));
    }

    /// The value, or the mistake that syn found instead of it.
    pub(crate) fn ok<T>(&mut self, parsed: syn::Result<T>) -> Option<T> {
        parsed.map_err(|error| self.found.push(error)).ok()
    }

    /// What is parsed from a literal, or `message` instead of what the parser says of tokens that the user did not write.
    pub(crate) fn parsed<T: Parse>(&mut self, literal: &LitStr, message: &str) -> Option<T> {
        literal.parse().map_err(|_| self.push(literal.span(), message)).ok()
    }

    /// How many there are so far, to tell whether a step added one.
    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    /// All of them as one.
    pub(crate) fn finish(mut self) -> syn::Result<()> {
        self.finished = true;
        let all = std::mem::take(&mut self.found).into_iter().reduce(|mut all, next| {
            all.combine(next);
            all
        });
        all.map_or(Ok(()), Err)
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        debug_assert!(self.finished || std::thread::panicking(), "`finish` was not called: mistakes are lost");
    }
}
