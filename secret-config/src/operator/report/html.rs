//! A report as a page: the matrix first, then for each environment what is wrong and the next step.

use super::{Report, ReportCell, ReportRow};
use crate::operator::check::Check;
use crate::operator::diff::{Comparison, Shared, shared};
use crate::operator::page::{self, Tone, escaped};
use crate::operator::sight::Status;
use crate::operator::table;

impl Report {
    /// A page that stands alone: no scripts, nothing from elsewhere, light and dark as the reader's system has it. No value
    /// is in it.
    pub fn html(&self) -> String {
        let config = escaped(self.config);
        let names: Vec<_> = self.checks.iter().map(Check::environment).collect();
        let heads: String = names.iter().map(|name| format!("<th scope=\"col\">{}</th>", escaped(name))).collect();
        let rows: String = self.rows.iter().map(|row| self.html_row(row)).collect();
        let fields = table::count(self.rows.len(), "field");
        let environments = table::count(names.len(), "environment");
        let problems: String = self.checks.iter().map(problems).collect();
        let compared = match names.first() {
            Some(first) if names.len() > 1 => format!(" Compared with {}.", escaped(first)),
            _ => String::new(),
        };
        let body = format!(
            "<h1>{config}</h1>\n<p>{fields} in {environments}.{compared}</p>\n\
             <ul class=\"tallies\" aria-label=\"Summary\">\n{}</ul>\n\
             <div class=\"scroll\" role=\"region\" aria-labelledby=\"caption\" tabindex=\"0\">\n<table>\n\
             <caption id=\"caption\">Every field of {config}, and what each environment has of it</caption>\n\
             <thead><tr><th scope=\"col\">Field</th>{heads}</tr></thead>\n\
             <tbody>\n{rows}</tbody>\n</table>\n</div>\n{problems}",
            self.tallies(),
        );
        page::page(&format!("{}: {}", self.config, names.join(", ")), &body)
    }

    fn tallies(&self) -> String {
        let environment = |(index, check): (usize, &Check)| {
            let cells = || self.rows.iter().filter_map(move |row| row.cells.get(index));
            let wrong = cells().filter(|cell| cell.sight.status().is_problem()).count();
            let stale = cells().filter(|cell| cell.is_stale).count();
            let name = check.environment();
            let mut tallies = String::new();
            if wrong > 0 {
                let word = if wrong == 1 { "problem" } else { "problems" };
                tallies += &page::tally(Tone::Bad, wrong, &format!("{word} in {name}"));
            }
            if stale > 0 {
                tallies += &page::tally(Tone::Warning, stale, &format!("stale in {name}"));
            }
            if wrong + stale == 0 {
                let there = cells().filter(|cell| cell.sight.is_found()).count();
                tallies += &page::tally(Tone::Good, there, &format!("present in {name}, no problem"));
            }
            tallies
        };
        self.checks.iter().enumerate().map(environment).collect()
    }

    fn html_row(&self, row: &ReportRow) -> String {
        let first = self.checks.first().map(Check::environment).unwrap_or_default();
        let is_shared = |cell: &ReportCell| {
            let one = row.cells.first().filter(|_| row.is_secret && cell.comparison == Some(Comparison::Same));
            one.is_some_and(|one| shared(&one.sight, &cell.sight) == Some(Shared::Value))
        };
        let cell = |cell| format!("<td>{}</td>", html_cell(cell, first, is_shared(cell)));
        let cells: String = row.cells.iter().map(cell).collect();
        format!("<tr>{}{cells}</tr>\n", page::field(&row.field, row.is_secret))
    }
}

fn html_cell(cell: &ReportCell, first: &str, is_shared_secret: bool) -> String {
    let sight = &cell.sight;
    let mut badges = match sight.status() {
        Status::Absent => "no such field here".to_owned(),
        Status::Ok => page::badge(Tone::Good, "present"),
        status => page::badge(Tone::of(status), status.word()),
    };
    if cell.is_stale {
        badges += &format!(" {}", page::badge(Tone::Warning, "stale"));
    }
    if is_shared_secret {
        badges += &format!(" {}", page::badge(Tone::Warning, &format!("same as {first}")));
    }
    let compared = match cell.comparison {
        _ if is_shared_secret => None,
        Some(Comparison::Different) => Some(format!("differs from {first}")),
        Some(Comparison::Same) if sight.is_found() => Some(format!("same as {first}")),
        _ => None,
    };
    let modified = sight.modified().map(|time| format!("written {}", page::time(time)));
    let details: Vec<_> = [compared.map(|compared| escaped(&compared)), modified].into_iter().flatten().collect();
    if details.is_empty() {
        return badges;
    }
    format!("{badges}<div class=\"details\">{}</div>", details.join(" \u{b7} "))
}

/// What is wrong in one environment, if anything is.
fn problems(check: &Check) -> String {
    if check.problems().is_empty() {
        return String::new();
    }
    let item = |problem: &crate::Problem| {
        let notes: String = problem
            .notes()
            .map(|(label, text)| format!("<div class=\"step\">{}: {}</div>", escaped(label), escaped(text)))
            .collect();
        format!("<li><div class=\"problem\">{}</div>{notes}</li>\n", escaped(&problem.title()))
    };
    let items: String = check.problems().iter().map(item).collect();
    format!("<h2>{}: what is wrong</h2>\n<ol>\n{items}</ol>\n", escaped(check.environment()))
}
