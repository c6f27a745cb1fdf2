//! A check for people: a line for each field, then what is wrong and the next step.

use super::{Check, CheckRow, Level, Notice};
use crate::error::printable;
use crate::operator::sight::Status;
use crate::operator::{date, table};
use std::fmt;

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} in {}: {}", self.config, self.environment, Summary(self))?;
        if !self.rows.is_empty() {
            writeln!(f)?;
            let head = ["status", "field", "where", "version", "modified"].map(str::to_owned).to_vec();
            let rows: Vec<_> = [head].into_iter().chain(self.rows.iter().map(cells)).collect();
            table::write(f, &rows)?;
        }
        if self.rows.iter().any(|row| row.sight().status() == Status::Unset) {
            writeln!(
                f,
                "\nunset: no store is asked for it, and nothing here has it; a variable may, where the program runs"
            )?;
        }
        for notice in self.notices() {
            writeln!(f)?;
            let level = notice.level().word();
            match notice {
                Notice::Problem(_, problem) => {
                    writeln!(f, "{level}: {}", problem.title())?;
                    for (label, text) in problem.notes() {
                        writeln!(f, "    {label:<11} {text}")?;
                    }
                }
                Notice::Finding(_, row, finding) => {
                    writeln!(f, "{level}: {}: {}", printable(row.field()), finding.message())?;
                }
            }
        }
        Ok(())
    }
}

struct Summary<'a>(&'a Check);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (errors, warnings) = (self.0.count(Level::Error), self.0.count(Level::Warning));
        match errors {
            0 => {
                let looked_up = self.0.rows.iter().filter(|row| row.sight().is_looked_up()).count();
                write!(f, "ok, {} looked up", table::count(looked_up, "field"))?;
            }
            _ => f.write_str(&table::count(errors, "problem"))?,
        }
        match warnings {
            0 => Ok(()),
            _ => write!(f, ", {}", table::count(warnings, "warning")),
        }
    }
}

fn cells(row: &CheckRow) -> Vec<String> {
    let sight = row.sight();
    let modified = sight.modified().map(date::day).unwrap_or_default();
    let version = sight.short_version().unwrap_or_default();
    let status = if row.is_stale() { "too old" } else { sight.status().word() };
    [status.to_owned(), row.field().to_owned(), sight.place(), version, modified].map(printable).to_vec()
}
