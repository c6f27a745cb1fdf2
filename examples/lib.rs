//! The examples stand beside this file; there is nothing in the crate itself.
