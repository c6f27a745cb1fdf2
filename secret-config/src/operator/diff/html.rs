//! A diff as a page.

use super::{Comparison, Diff, DiffRow, NotDescribed};
use crate::operator::page::{self, Tone, escaped};
use crate::operator::sight::{Sight, Status};
use crate::operator::table;

impl Diff {
    /// A page that stands alone: no scripts, nothing from elsewhere, light and dark as the reader's system has it. No value
    /// is in it.
    ///
    /// ```
    /// # use secret_config::{SecretConfig, operator};
    /// #[derive(SecretConfig)]
    /// struct AppConfig {
    ///     #[config(default = 8080)]
    ///     port: u16,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), secret_config::LoadError> {
    /// let diff = operator::diff(AppConfig::loader("dev"), AppConfig::loader("prod").set("port", 80)).await?;
    /// assert!(diff.html().starts_with("<!DOCTYPE html>"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn html(&self) -> String {
        let Self { config, one, other, .. } = self;
        let tallies: String = self
            .counts()
            .into_iter()
            .map(|(comparison, count)| page::tally(tone(comparison), count, &self.word(comparison)))
            .collect();
        let rows: String = self.rows.iter().map(|row| self.html_row(row)).collect();
        let not_described: String = self.not_described.iter().map(html_not_described).collect();
        let fields = table::count(self.rows.len(), "field");
        let (shown, one, other) = (escaped(config), escaped(one), escaped(other));
        let body = format!(
            "<h1>{shown}: {one} and {other}</h1>\n\
             <p>{fields}, compared in memory.</p>\n\
             <ul class=\"tallies\" aria-label=\"Summary\">\n{tallies}</ul>\n\
             <div class=\"scroll\" role=\"region\" aria-labelledby=\"caption\" tabindex=\"0\">\n<table class=\"pair\">\n\
             <caption id=\"caption\">Every field of {shown}, and where {one} and {other} have it</caption>\n\
             <thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Comparison</th>\
             <th scope=\"col\">{one}</th><th scope=\"col\">{other}</th></tr></thead>\n\
             <tbody>\n{rows}</tbody>\n</table>\n</div>\n{not_described}"
        );
        page::page(&format!("{config}: {} and {}", self.one, self.other), &body)
    }

    fn html_row(&self, row: &DiffRow) -> String {
        let notes: String =
            row.notes.iter().map(|note| format!("<div class=\"note\">{}</div>", escaped(note))).collect();
        // One secret for two environments is as safe as the less safe one of them.
        let tone = if row.is_shared_secret() { Tone::Warning } else { tone(row.comparison) };
        format!(
            "<tr>{}<td>{}{notes}</td><td>{}</td><td>{}</td></tr>\n",
            page::field(&row.field, row.is_secret),
            page::badge(tone, &self.word(row.comparison)),
            cell(&row.one),
            cell(&row.other),
        )
    }
}

fn html_not_described(told: &NotDescribed) -> String {
    let NotDescribed { environment, store, reason, next_step } = told;
    let next_step = next_step.as_ref().map(|step| format!(" ({})", escaped(step))).unwrap_or_default();
    let (environment, reason) = (escaped(environment), escaped(reason));
    format!("<p>{environment}: tier and KMS key of what {store} has are not compared: {reason}{next_step}.</p>\n")
}

fn tone(comparison: Comparison) -> Tone {
    match comparison {
        Comparison::Same => Tone::Good,
        Comparison::Different | Comparison::OnlyInOne | Comparison::OnlyInOther => Tone::Quiet,
        Comparison::Unset | Comparison::MissingInOne => Tone::Warning,
        Comparison::MissingInOther | Comparison::MissingInBoth | Comparison::Unknown => Tone::Bad,
    }
}

fn cell(sight: &Sight) -> String {
    // That a value is there needs no word: the table says where.
    let status = match sight.status() {
        Status::Ok => String::new(),
        Status::Absent => "no such field here".to_owned(),
        status => page::badge(Tone::of(status), status.word()),
    };
    format!("{status}{}{}", page::place(sight), page::problem(sight))
}
