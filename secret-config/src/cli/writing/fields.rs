//! The fields that the arguments and the input name: that each can be written, before anything is asked or written.

use super::told::{Complaint, Stop};
use crate::SecretConfig;
use crate::error::printable;
use crate::loader::Loader;
use crate::operator::NoPlace;

/// A field, and who names it.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) field: String,
    pub(super) by: By,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Argument,
    /// That of this number.
    Line(usize),
}

/// All that is wrong with them, at once.
pub(super) fn check<T: SecretConfig>(loader: Loader<T>, named: &[Named]) -> Result<(), Stop> {
    let fields: Vec<String> = named.iter().map(|named| named.field.clone()).collect();
    if fields.is_empty() {
        return Ok(());
    }
    let without = loader.without_place(&fields)?;
    let complaint = |named: &Named| {
        let (field, why) = without.iter().find(|(field, _)| *field == named.field)?;
        Some(told(field, why, named.by))
    };
    let complaints: Vec<_> = named.iter().filter_map(complaint).collect();
    if complaints.is_empty() { Ok(()) } else { Err(Stop::Refused(complaints)) }
}

fn told(field: &str, why: &NoPlace, by: By) -> Complaint {
    let field = printable(field);
    let message = match (why, by) {
        (NoPlace::Unknown { near: Some(near) }, _) => format!("no field `{field}`; did you mean `{near}`?"),
        // It may be a part of a value.
        (NoPlace::Unknown { near: None }, By::Line(line)) => {
            return Complaint::new(format!("line {line} of the standard input names no field"))
                .help("each line is FIELD=VALUE, and `manifest` lists the fields");
        }
        // So may this, if it was meant to be one.
        (NoPlace::Unknown { near: None }, By::Argument) => {
            return Complaint::new("what is named is no field").help("`manifest` lists the fields");
        }
        (NoPlace::Unasked { why }, _) => format!("no store is asked for `{field}`: {why}"),
    };
    let message = match by {
        By::Argument => message,
        By::Line(line) => format!("line {line} of the standard input: {message}"),
    };
    Complaint::new(message).field(field)
}
