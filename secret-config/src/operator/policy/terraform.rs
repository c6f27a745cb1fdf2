//! The policy as Terraform writes it: data sources that make documents, to be given to a role or a policy.

use super::quoted;
use super::statement::{Condition, Statement};
use std::fmt::Write;

/// `data "aws_iam_policy_document" "name" {..}`, as `terraform fmt` leaves it.
pub(super) fn document(name: &str, statements: &[Statement<'_>]) -> String {
    let mut text = format!("data \"aws_iam_policy_document\" {} {{\n", quoted(name));
    for (index, statement) in statements.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        push_statement(&mut text, statement);
    }
    text.push_str("}\n");
    text
}

fn push_statement(text: &mut String, statement: &Statement<'_>) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "  statement {{");
    push_attributes(
        text,
        "    ",
        &[
            ("sid", quoted(&statement.sid)),
            ("effect", quoted("Allow")),
            ("actions", format!("[{}]", quoted(statement.action))),
            ("resources", list(&statement.resources, "    ")),
        ],
    );
    for Condition { operator, key, values } in &statement.conditions {
        let _ = writeln!(text, "\n    condition {{");
        push_attributes(
            text,
            "      ",
            &[("test", quoted(operator)), ("variable", quoted(key)), ("values", list(values, "      "))],
        );
        let _ = writeln!(text, "    }}");
    }
    let _ = writeln!(text, "  }}");
}

/// The formatter sets the equals signs of lines below each other, as far as a value is one line.
fn push_attributes(text: &mut String, indent: &str, attributes: &[(&str, String)]) {
    let is_line = |(_, value): &&(&str, String)| !value.contains('\n');
    let width = attributes.iter().filter(is_line).map(|(name, _)| name.len()).max().unwrap_or_default();
    for attribute in attributes {
        let (name, value) = attribute;
        let width = if is_line(&attribute) { width } else { name.len() };
        let _ = writeln!(text, "{indent}{name:width$} = {value}");
    }
}

/// More than one item stand on a line each, so that a change is a line in a review.
fn list(items: &[&str], indent: &str) -> String {
    if let [one] = items {
        return format!("[{}]", quoted(one));
    }
    let lines: String = items.iter().map(|item| format!("{indent}  {},\n", quoted(item))).collect();
    format!("[\n{lines}{indent}]")
}

/// `${` and `%{` begin templates in Terraform, and are doubled to be themselves.
fn quoted(text: &str) -> String {
    quoted::quoted(text).replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_template_of_terraform_is_text() {
        assert_eq!(quoted("a${*}b"), r#""a$${*}b""#);
        assert_eq!(quoted("a%{if}"), r#""a%%{if}""#);
        assert_eq!(quoted("${$}"), r#""$${$}""#);
        assert_eq!(quoted("a$b-??????*"), r#""a$b-??????*""#);
        assert_eq!(quoted("a\"b\\c\n"), r#""a\"b\\c\u000a""#);
    }
}
