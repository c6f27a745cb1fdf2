//! What the derive accepts, and the whole message for each mistake it refuses.
//!
//! One mistake per file. After a change: `TRYBUILD=overwrite cargo test -p secret-config-derive --test ui`, then read each message aloud.

#[test]
fn every_mistake_has_its_message() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    for theme in ["struct_words", "field_words", "names", "environment", "root", "serde", "types"] {
        cases.compile_fail(format!("tests/ui/{theme}/*.rs"));
    }
}
