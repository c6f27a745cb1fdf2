//! Text in double quotes, as YAML and Terraform both read it.

use std::fmt::Write;

/// In YAML nothing in double quotes is a reference, a tag or another type. `${*}` is itself there: only `Fn::Sub` reads
/// templates.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn text_stays_text() {
        assert_eq!(quoted("arn:aws:*-??????${*}"), r#""arn:aws:*-??????${*}""#);
        assert_eq!(quoted("a\"b\\c\n"), r#""a\"b\\c\u000a""#);
    }
}
