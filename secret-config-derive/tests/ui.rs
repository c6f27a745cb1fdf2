//! What the derive accepts, and the whole message for each mistake it refuses.
//!
//! One mistake per file. After a change: `TRYBUILD=overwrite cargo test -p secret-config-derive --test ui`, then read each message aloud.

const THEMES: [&str; 15] = [
    "struct_words",
    "field_words",
    "names",
    "templates",
    "candidates",
    "ssm_path",
    "for_each",
    "shared",
    "conditions",
    "inject",
    "environment",
    "root",
    "serde",
    "types",
    "secret",
];

#[test]
fn every_mistake_has_its_message() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    for theme in THEMES {
        cases.compile_fail(format!("tests/ui/{theme}/*.rs"));
    }
}
