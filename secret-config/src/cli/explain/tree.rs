//! Draws lines that each belong to a path as a tree, what is told of them in one column.

use crate::cli::paint::{Colour, Paint};

/// What is told of one field.
pub(super) struct Line<'a> {
    pub(super) field: &'a str,
    pub(super) value: Option<String>,
    /// A word, in this colour.
    pub(super) word: &'static str,
    pub(super) colour: Colour,
    pub(super) told: String,
}

/// A branch as it is drawn: the strokes before it, its name, and the line, if one belongs to it.
struct Drawn<'a> {
    strokes: String,
    name: &'a str,
    line: Option<&'a Line<'a>>,
}

impl Drawn<'_> {
    fn width(&self) -> usize {
        let value = self.value().map_or(0, |value| value.chars().count() + 3);
        self.strokes.chars().count() + self.name.chars().count() + value
    }

    fn value(&self) -> Option<&str> {
        self.line?.value.as_deref()
    }
}

pub(super) fn draw(lines: &[Line<'_>], paint: Paint) -> String {
    /// Longer ones do not push all others to the right.
    const WIDEST: usize = 48;
    let rows: Vec<_> = lines.iter().map(|line| (segments(line.field), line)).collect();
    let mut drawn = Vec::new();
    grow(&rows.iter().collect::<Vec<_>>(), 0, "", &mut drawn);
    let width = drawn.iter().filter(|drawn| drawn.line.is_some()).map(Drawn::width).filter(|width| *width <= WIDEST);
    let width = width.max().unwrap_or_default();
    let words = lines.iter().map(|line| line.word.len()).max().unwrap_or_default();
    let mut text = String::new();
    for branch in &drawn {
        text.push_str(&paint.paint(Colour::Dim, &branch.strokes));
        text.push_str(branch.name);
        if let Some(value) = branch.value() {
            text.push_str(&paint.paint(Colour::Dim, " = "));
            text.push_str(&paint.paint(Colour::Bold, value));
        }
        if let Some(line) = branch.line {
            text.push_str(&" ".repeat(width.saturating_sub(branch.width()) + 2));
            text.push_str(&paint.paint(line.colour, line.word));
            if !line.told.is_empty() {
                text.push_str(&" ".repeat(words - line.word.len() + 2));
                text.push_str(&line.told);
            }
        }
        text.push('\n');
    }
    text
}

/// Draws the branches of `rows`, whose paths agree in the first `depth` segments.
fn grow<'a>(rows: &[&'a (Vec<&'a str>, &'a Line<'a>)], depth: usize, strokes: &str, drawn: &mut Vec<Drawn<'a>>) {
    let mut names: Vec<&str> = Vec::new();
    for (segments, _) in rows {
        if let Some(name) = segments.get(depth)
            && !names.contains(name)
        {
            names.push(name);
        }
    }
    for (index, name) in names.iter().enumerate() {
        let is_last = index + 1 == names.len();
        let of_name: Vec<_> = rows.iter().copied().filter(|(segments, _)| segments.get(depth) == Some(name)).collect();
        let mut own = of_name.iter().filter(|(segments, _)| segments.len() == depth + 1).map(|(_, line)| *line);
        let before = format!("{strokes}{}", if is_last { "└─ " } else { "├─ " });
        let below = format!("{strokes}{}", if is_last { "   " } else { "│  " });
        drawn.push(Drawn { strokes: before, name, line: own.next() });
        // A field that more than one thing is told of.
        drawn.extend(own.map(|line| Drawn { strokes: below.clone(), name: "", line: Some(line) }));
        grow(&of_name, depth + 1, &below, drawn);
    }
}

/// The parts of a path as reports write it: `providers`, `[0]` and `"a.b"` of `providers[0]."a.b"`.
fn segments(field: &str) -> Vec<&str> {
    let mut segments = Vec::new();
    let (mut start, mut is_quoted, mut is_escaped) = (0, false, false);
    for (at, letter) in field.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '.' | '[' if !is_quoted => {
                segments.push(&field[start..at]);
                start = if letter == '.' { at + 1 } else { at };
            }
            _ => {}
        }
    }
    segments.push(&field[start..]);
    segments.retain(|segment| !segment.is_empty());
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_apart_where_its_keys_end() {
        assert_eq!(segments("port"), ["port"]);
        assert_eq!(segments("providers[0].client_secret"), ["providers", "[0]", "client_secret"]);
        assert_eq!(segments(r#"tenants."a.b"[1].x"#), ["tenants", r#""a.b""#, "[1]", "x"]);
        assert_eq!(segments(r#"tenants."a\"[.b""#), ["tenants", r#""a\"[.b""#]);
    }
}
