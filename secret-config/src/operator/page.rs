//! Pages: HTML that stands alone. No scripts, nothing from elsewhere, light and dark, and no meaning by colour only.

use super::date;
use super::sight::{Sight, Status};
use crate::explanation::Layer;
use std::time::SystemTime;

/// How something is to be taken: a colour, beside the words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    Quiet,
    Warning,
    Bad,
}

impl Tone {
    pub(super) fn of(status: Status) -> Self {
        match status {
            Status::Ok => Self::Good,
            Status::Defaulted | Status::Absent => Self::Quiet,
            Status::Unset => Self::Warning,
            _ => Self::Bad,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Quiet => "quiet",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }

    /// For those who do not see the colours, and for paper.
    fn sign(self) -> &'static str {
        match self {
            Self::Good => "\u{2713}",
            Self::Quiet => "\u{2013}",
            Self::Warning => "!",
            Self::Bad => "\u{2717}",
        }
    }
}

const STYLE: &str = include_str!("page.css");

/// A page with this title and body. The body is HTML, the title is not.
pub(super) fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n\
         <footer><p>Made by secret-config. No value is in this page, not its length, not a hash of it.</p></footer>\n\
         </body>\n</html>\n"
    )
}

/// Text as HTML has it, in elements and in attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // They are no characters of a page, whatever they come from.
            letter if letter.is_control() => escaped.extend(letter.escape_default()),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A word that stands out.
pub(super) fn badge(tone: Tone, word: &str) -> String {
    let (class, sign, word) = (tone.class(), tone.sign(), escaped(word));
    format!("<span class=\"badge {class}\"><span aria-hidden=\"true\">{sign}</span> {word}</span>")
}

/// A count of something, for the summary above a table.
pub(super) fn tally(tone: Tone, count: usize, word: &str) -> String {
    format!("<li class=\"{}\"><b>{count}</b> {}</li>\n", tone.class(), escaped(word))
}

pub(super) fn time(time: SystemTime) -> String {
    format!("<time datetime=\"{}\">{}</time>", date::second(time), date::day(time))
}

/// The head of a row: the field, and whether it is a secret.
pub(super) fn field(name: &str, is_secret: bool) -> String {
    let secret = if is_secret { " <span class=\"kind\">secret</span>" } else { "" };
    format!("<th scope=\"row\"><code>{}</code>{secret}</th>", breakable(name))
}

/// A dotted or slashed name, which may be broken at its parts.
fn breakable(name: &str) -> String {
    escaped(name).replace('.', ".<wbr>").replace('/', "/<wbr>")
}

/// Where a value is, which version of it, and since when.
pub(super) fn place(sight: &Sight) -> String {
    let mut parts = Vec::new();
    match (sight.name(), sight.origin()) {
        (Some(name), origin)
            if origin.is_none_or(|origin| matches!(origin.layer(), Layer::Remote | Layer::Defaults)) =>
        {
            let arn = sight.arn().map(|arn| format!(" title=\"{}\"", escaped(arn))).unwrap_or_default();
            let key = sight.key().map(|key| format!(", key <code>{}</code>", breakable(key))).unwrap_or_default();
            let store = escaped(store(sight.store().unwrap_or_default()));
            parts.push(format!("<div>{store} <code{arn}>{}</code>{key}</div>", breakable(name)));
        }
        (_, Some(origin)) if origin.layer() != Layer::Defaults => {
            parts.push(format!("<div>{}</div>", escaped(origin.origin())));
        }
        _ => {}
    }
    let version = sight.version().map(|full| {
        let short = sight.short_version().unwrap_or_default();
        format!("version <span title=\"{}\">{}</span>", escaped(full), escaped(&short))
    });
    let kind = sight.parameter_type().map(str::to_owned);
    let modified = sight.modified().map(time);
    // What everything has that nobody gave another goes without saying.
    let tier = sight.tier().filter(|tier| *tier != "Standard").map(|tier| format!("{} tier", tier.to_lowercase()));
    let key = sight.kms_key().filter(|key| !key.starts_with("alias/aws/"));
    let key = key.map(|key| format!("KMS key {}", breakable(key)));
    let details: Vec<_> = [version, modified, kind, tier, key].into_iter().flatten().collect();
    if !details.is_empty() {
        parts.push(format!("<div class=\"details\">{}</div>", details.join(" \u{b7} ")));
    }
    parts.concat()
}

/// What is wrong, and the next step.
pub(super) fn problem(sight: &Sight) -> String {
    let Some(problem) = sight.problem() else { return String::new() };
    let step = problem.next_step().map(|step| format!("<div class=\"step\">Next: {}</div>", escaped(step)));
    let step = step.unwrap_or_default();
    // The badge has said it all.
    if sight.status() == Status::Unset {
        return step;
    }
    format!("<div class=\"problem\">{}</div>{step}", escaped(problem.message()))
}

/// What a store is called by people.
fn store(word: &str) -> &str {
    match word {
        "ssm" => "Parameter Store",
        "secretsmanager" => "Secrets Manager",
        "file" => "mounted file",
        word => word,
    }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_text_can_leave_its_place() {
        assert_eq!(
            escaped("<a href='x' title=\"y\">&\u{1b}\n"),
            "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;\\u{1b}\\n"
        );
    }
}
