//! The policy as a template of CloudFormation: a managed policy for each document.

use super::quoted::quoted;
use super::statement::{Condition, LANGUAGE, Statement};
use std::fmt::Write;

/// What stands before the resources.
pub(super) fn head(description: &str) -> String {
    format!("AWSTemplateFormatVersion: \"2010-09-09\"\nDescription: {}\nResources:\n", quoted(description))
}

/// One resource.
pub(super) fn resource(id: &str, description: &str, statements: &[Statement<'_>]) -> String {
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "  {id}:");
    let _ = writeln!(text, "    Type: AWS::IAM::ManagedPolicy");
    let _ = writeln!(text, "    Properties:");
    let _ = writeln!(text, "      Description: {}", quoted(description));
    let _ = writeln!(text, "      PolicyDocument:");
    let _ = writeln!(text, "        Version: {}", quoted(LANGUAGE));
    let _ = writeln!(text, "        Statement:");
    for statement in statements {
        push_statement(&mut text, statement);
    }
    text
}

fn push_statement(text: &mut String, statement: &Statement<'_>) {
    let _ = writeln!(text, "          - Sid: {}", quoted(&statement.sid));
    let _ = writeln!(text, "            Effect: Allow");
    let _ = writeln!(text, "            Action: {}", quoted(statement.action));
    let _ = writeln!(text, "            Resource:");
    push_list(text, &statement.resources, "              ");
    let mut operator_before = None;
    if !statement.conditions.is_empty() {
        let _ = writeln!(text, "            Condition:");
    }
    for Condition { operator, key, values } in &statement.conditions {
        // Those of one operator stand together.
        if operator_before.replace(operator) != Some(operator) {
            let _ = writeln!(text, "              {operator}:");
        }
        let _ = writeln!(text, "                {}:", quoted(key));
        push_list(text, values, "                  ");
    }
}

fn push_list(text: &mut String, items: &[&str], indent: &str) {
    for item in items {
        let _ = writeln!(text, "{indent}- {}", quoted(item));
    }
}
