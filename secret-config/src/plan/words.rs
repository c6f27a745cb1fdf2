//! The words of the problems that a plan has.

use crate::error::{Problem, ProblemKind};
use crate::path::Path;
use crate::reference::Misspelt;
use crate::template::TemplateError;

/// What is wrong with a name that `template` cannot make.
pub(super) fn definition(error: &TemplateError, template: &str) -> Problem {
    let (message, help) = match error {
        TemplateError::Absent(variable) if variable == "prefix" => (
            format!("the name `{template}` needs a prefix, and the config has none"),
            "give the config one: #[config(prefix = \"..\")]".to_owned(),
        ),
        TemplateError::Absent(variable) if variable == "entry" => (
            format!("`{{entry}}` in the name `{template}` is of a map or a list, and the field stands in none"),
            "write the name without it".to_owned(),
        ),
        TemplateError::Absent(variable) => {
            (format!("`{{{variable}}}` in the name `{template}` is empty here"), "write the name without it".to_owned())
        }
        TemplateError::Unset(variable) => {
            (format!("`{{{variable}}}` in the name `{template}` is not configured"), "give it a value".to_owned())
        }
        TemplateError::Unfit(variable, reason) => (
            format!("`{{{variable}}}` in the name `{template}`: {reason}"),
            "name a plain value of the config".to_owned(),
        ),
        TemplateError::Unknown(variable) => {
            (format!("the name `{template}` has an unknown variable"), format!("remove `{{{variable}}}`"))
        }
        TemplateError::Unbalanced => {
            (format!("the name `{template}` has a brace without its partner"), "close it or remove it".to_owned())
        }
        TemplateError::Empty => ("the name is empty".to_owned(), "write a name".to_owned()),
    };
    Problem::new(ProblemKind::Definition, message).help(help)
}

pub(super) fn no_document() -> Problem {
    Problem::new(ProblemKind::Definition, "the struct has no document to look the key up in")
        .help("give the struct one: #[config(document(secretsmanager = \"..\"))]")
}

pub(super) fn misspelt(Misspelt { message, help }: Misspelt) -> Problem {
    Problem::new(ProblemKind::Reference, message).help(help)
}

pub(super) fn offline_reference(environment: &str) -> Problem {
    Problem::new(ProblemKind::Reference, format!("a reference to a store, and `{environment}` asks none"))
        .help(format!("give the value itself in a file of `{environment}`, or in a variable"))
}

/// A condition on what only a store knows.
pub(super) fn deciding_reference() -> Problem {
    Problem::new(ProblemKind::Reference, "a condition depends on it, and it is a reference to a store")
        .help("give the value itself: what is looked up is settled before a store is asked")
}

/// The list of `for_each` has elements that no name can be made of.
pub(super) fn no_list(list: &Path, reason: &str) -> Problem {
    Problem::new(ProblemKind::Definition, format!("`{list}` should list its entries: {reason}"))
        .help("give it a list of plain values")
}

/// An element of the list is there, and its name cannot be made.
pub(super) fn unset_entry(variable: &str) -> Problem {
    let message = format!("missing, and not looked up because `{{{variable}}}` in its name has no value");
    Problem::new(ProblemKind::Missing, message).help("configure that value")
}
