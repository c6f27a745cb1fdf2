//! Output without what differs from run to run, for snapshots. What it is replaced with is as long, so that columns stay.

/// Days and times, version ids, the ends of ARNs and the ids of requests, made the same.
pub fn stable(text: &str) -> String {
    let mut stable = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_start = !stable.chars().last().is_some_and(char::is_alphanumeric);
        let found = if is_start { word(rest) } else { None };
        let (length, word) = found.unwrap_or((first.len_utf8(), first.to_string()));
        stable += &word;
        rest = &rest[length..];
    }
    stable
}

/// What stands at the start of `text` and has to be replaced: how long it is, and with what.
fn word(text: &str) -> Option<(usize, String)> {
    const TIME: &str = "dddd-dd-ddTdd:dd:ddZ";
    const ID: &str = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if let Some(after) = text.strip_prefix("(request ") {
        let end = after.find(')')?;
        return Some(("(request ".len() + end, "(request ..".to_owned()));
    }
    if let Some(secret) = text.strip_prefix("secret:") {
        let end = secret.find(|letter: char| !letter.is_ascii_alphanumeric() && !"/_+=.@-".contains(letter));
        let secret = &secret[..end.unwrap_or(secret.len())];
        let (name, suffix) = secret.rsplit_once('-')?;
        let is_suffix = suffix.len() == 6;
        return is_suffix.then(|| ("secret:".len() + secret.len(), format!("secret:{name}-AbCdEf")));
    }
    let token = |letter: char| letter.is_ascii_alphanumeric();
    let ends = |length: usize| !text[length..].starts_with(token);
    [
        (TIME, "2026-01-31T12:00:00Z"),
        (&TIME[..10], "2026-01-31"),
        (ID, "01234567-89ab-cdef-0123-456789abcdef"),
        (&ID[..8], "01234567"),
    ]
    .into_iter()
    .find(|(pattern, _)| fits(text, pattern) && ends(pattern.len()))
    .map(|(pattern, shown)| (pattern.len(), shown.to_owned()))
}

fn fits(text: &str, pattern: &str) -> bool {
    let text = text.as_bytes();
    text.len() >= pattern.len()
        && text.iter().zip(pattern.as_bytes()).all(|(letter, of)| match of {
            b'd' => letter.is_ascii_digit(),
            b'x' => letter.is_ascii_hexdigit() && !letter.is_ascii_uppercase(),
            of => letter == of,
        })
}

#[cfg(test)]
mod tests {
    use super::stable;

    #[test]
    fn what_differs_from_run_to_run_is_made_the_same() {
        let shown = "at 2026-11-27T08:00:01Z, 2024-02-29 f47ac10b-58cc-4372-a567-0e02b2c3d479 f47ac10b (request 7) \
                     secret:orders/db-x1Y2z3 secret:orders/db-?????? 123456789012 database";
        let expected = "at 2026-01-31T12:00:00Z, 2026-01-31 01234567-89ab-cdef-0123-456789abcdef 01234567 (request ..) \
                        secret:orders/db-AbCdEf secret:orders/db-?????? 123456789012 database";
        assert_eq!(stable(shown), expected);
    }
}
