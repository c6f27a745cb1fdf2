//! A diff for people: a line for each field, then what keeps from comparing and the next step.

use super::{Diff, DiffRow, NotDescribed};
use crate::error::printable;
use crate::operator::sight::{Sight, Status};
use crate::operator::{date, table};
use std::collections::HashSet;
use std::fmt;

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.counts();
        let counts: Vec<_> =
            counts.into_iter().map(|(comparison, count)| format!("{count} {}", self.word(comparison))).collect();
        let fields = table::count(self.rows.len(), "field");
        writeln!(f, "{}, {} and {}: {fields}, {}", self.config, self.one, self.other, counts.join(", "))?;
        writeln!(f)?;
        let head = ["comparison", "field", &self.one, &self.other].map(str::to_owned).to_vec();
        let row = |row: &DiffRow| {
            let cells = [self.word(row.comparison), row.field.clone(), cell(&row.one), cell(&row.other)];
            cells.map(printable).to_vec()
        };
        table::write(f, &[head].into_iter().chain(self.rows.iter().map(row)).collect::<Vec<_>>())?;
        for (note, fields) in self.notes_with_fields() {
            let (fields, rest) = fields.split_at(fields.len().min(FIELDS_OF_A_NOTE));
            let and_more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            writeln!(f, "\nnote: {}{and_more}: {}", printable(fields.join(", ")), printable(note))?;
        }
        self.problems_of(&self.one, |row| &row.one, f)?;
        self.problems_of(&self.other, |row| &row.other, f)?;
        for NotDescribed { environment, store, reason, next_step } in &self.not_described {
            writeln!(f, "\n{environment}: tier and KMS key of what {store} has are not compared: {reason}")?;
            if let Some(next_step) = next_step {
                writeln!(f, "    {:<11} {next_step}", "next step")?;
            }
        }
        Ok(())
    }
}

/// How many fields stand before a note that they share.
const FIELDS_OF_A_NOTE: usize = 5;

impl Diff {
    /// Each note once, with all fields that it is made of: environments that differ by design differ everywhere.
    fn notes_with_fields(&self) -> Vec<(&str, Vec<&str>)> {
        let mut notes: Vec<(&str, Vec<&str>)> = Vec::new();
        for (row, note) in self.rows.iter().flat_map(|row| row.notes.iter().map(move |note| (row, note.as_str()))) {
            match notes.iter_mut().find(|(known, _)| *known == note) {
                Some((_, fields)) => fields.push(&row.field),
                None => notes.push((note, vec![&row.field])),
            }
        }
        notes
    }

    /// What is wrong in one environment. One problem may concern several fields.
    fn problems_of(&self, environment: &str, side: fn(&DiffRow) -> &Sight, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = HashSet::new();
        for problem in self.rows.iter().filter_map(|row| side(row).problem()) {
            if !told.insert(problem.title()) {
                continue;
            }
            writeln!(f, "\n{environment}: {}", problem.title())?;
            for (label, text) in problem.notes() {
                writeln!(f, "    {label:<11} {text}")?;
            }
        }
        Ok(())
    }
}

/// What one environment has, in a few words: the source, the version and the day.
fn cell(sight: &Sight) -> String {
    if sight.status() == Status::Absent {
        return "-".to_owned();
    }
    if !matches!(sight.status(), Status::Ok | Status::WrongType | Status::Malformed) || !sight.is_found() {
        return sight.status().word().to_owned();
    }
    let place = match (sight.store(), sight.origin()) {
        (Some(store), Some(origin)) if origin.layer() == crate::Layer::Remote => store,
        (_, Some(origin)) => origin.origin(),
        _ => "",
    };
    let version = sight.short_version().map(|version| format!(" version {version}")).unwrap_or_default();
    let modified = sight.modified().map(|time| format!(", {}", date::day(time))).unwrap_or_default();
    let status = if sight.status() == Status::Ok { "" } else { sight.status().word() };
    let status = if status.is_empty() { String::new() } else { format!(" ({status})") };
    format!("{place}{version}{modified}{status}")
}
