//! A check as GitHub Actions reads it: workflow commands, which it shows beside the change.

use super::{Check, Notice};
use std::fmt;

pub(super) struct Annotations<'a>(pub(super) &'a Check);

impl fmt::Display for Annotations<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Check { config, environment, .. } = self.0;
        for notice in self.0.notices() {
            let level = notice.level().word();
            let (fields, message) = match notice {
                Notice::Problem(_, problem) => {
                    let notes = problem.notes().map(|(label, text)| format!("\n{label}: {text}"));
                    (problem.fields().join(", "), problem.message().to_owned() + &notes.collect::<String>())
                }
                Notice::Finding(_, row, finding) => (row.field().to_owned(), finding.message().to_owned()),
            };
            let fields = if fields.is_empty() { fields } else { format!(": {fields}") };
            let title = format!("{config} in {environment}{fields}");
            writeln!(f, "::{level} title={}::{}", property(&title), data(&message))?;
        }
        Ok(())
    }
}

/// What stands behind the last colons, where nothing but a new line ends it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands before them, where a comma or a colon ends it too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_end_an_annotation_before_its_end() {
        assert_eq!(data("50 %\r\n::error::x"), "50 %25%0D%0A::error::x");
        assert_eq!(property("a,b: 5 %\n"), "a%2Cb%3A 5 %25%0A");
    }
}
