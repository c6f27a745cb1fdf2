//! Canaries: texts that stand in the place of secrets, and the search for them in whatever a program shows.
//!
//! A canary is unlike anything else that a program prints: consonants, digits and what needs escaping, so that six
//! characters of it are no accident; and its length is a number that nothing else has.

use std::collections::{HashMap, HashSet};
use std::fmt;

/// The shortest part that counts as shown.
const RUN: usize = 6;

const HASH_BITS: u32 = 26;

/// Primes, so that no round number of a program is one. Those of the last two are far from the others: no position in
/// what encloses a canary is one of theirs.
const LENGTHS: [usize; 28] = [
    1009, 1013, 1019, 1021, 1031, 1033, 1039, 1049, 1051, 1061, 1063, 1069, 1087, 1091, 1093, 1097, 1103, 1109, 1117,
    1123, 1129, 1151, 1153, 1163, 1171, 1181, 3001, 3511,
];

/// The canary with this number, always the same.
pub fn canary(number: usize) -> String {
    const LETTERS: &[u8] = b"ghjklmnpqrstvwxyzGHJKLMNPQRSTVWXYZ";
    const ODD: [char; 12] = ['"', '\\', '%', '<', '&', '\'', ' ', '/', '+', ';', '=', '\u{e9}'];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(number as u64 + 1);
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    let character = |at: usize| match at % 11 {
        4 => char::from(b'0' + next(10) as u8),
        9 => ODD[next(ODD.len())],
        _ => char::from(LETTERS[next(LETTERS.len())]),
    };
    (0..LENGTHS[number]).map(character).collect()
}

/// In which form a canary was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    Plain,
    Escaped,
    Percent,
    Hexadecimal,
    Bytes,
    Base64,
    Length,
}

/// A canary that shows: which one, and how. Never its text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Sighting {
    pub canary: &'static str,
    pub form: Form,
}

impl fmt::Debug for Sighting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the canary `{}`, {:?}", self.canary, self.form)
    }
}

/// Finds canaries, each known by the name of its place.
#[derive(Default)]
pub struct Search {
    /// The parts to look for, by their length in bytes.
    parts: HashMap<usize, HashMap<Vec<u8>, Sighting>>,
    /// Whether any part begins with bytes of this hash: most of a text is passed over by this alone.
    is_beginning: Vec<bool>,
    lengths: HashMap<String, &'static str>,
}

impl Search {
    /// Looks for this one too: any six characters of it in a row, plain, in lower case, as JSON and Rust escape it,
    /// percent-encoded, in hexadecimal, as a list of bytes, in base64 at any alignment; and for its length.
    #[must_use]
    pub fn with(mut self, name: &'static str, canary: &str) -> Self {
        let letters: Vec<char> = canary.chars().collect();
        for run in letters.windows(RUN) {
            let plain: String = run.iter().collect();
            for (form, part) in forms(&plain) {
                self.add(part.to_lowercase().into_bytes(), Sighting { canary: name, form });
            }
        }
        if letters.len() > 500 {
            for length in [letters.len(), canary.len()] {
                self.lengths.insert(length.to_string(), name);
            }
        }
        self
    }

    fn add(&mut self, part: Vec<u8>, sighting: Sighting) {
        self.is_beginning.resize(1 << HASH_BITS, false);
        self.is_beginning[hash(&part)] = true;
        self.parts.entry(part.len()).or_default().entry(part).or_insert(sighting);
    }

    /// What shows in `text`, each once.
    pub fn find(&self, text: &str) -> Vec<Sighting> {
        let text = text.to_lowercase();
        let bytes = text.as_bytes();
        let mut found = HashSet::new();
        if self.is_beginning.is_empty() {
            return Vec::new();
        }
        for at in 0..bytes.len().saturating_sub(RUN - 1) {
            if !self.is_beginning[hash(&bytes[at..])] {
                continue;
            }
            let here = self.parts.iter().filter_map(|(length, parts)| parts.get(bytes.get(at..at + length)?));
            found.extend(here.cloned());
        }
        // Not a part of an identifier or a fraction.
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '.' | '_'));
        let lengths = words.filter_map(|word| self.lengths.get(word.trim_matches(['-', '.'])));
        found.extend(lengths.map(|canary| Sighting { canary, form: Form::Length }));
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by_key(|sighting| (sighting.canary, sighting.form as u8));
        found
    }
}

/// Of the first six bytes: no part has fewer.
fn hash(bytes: &[u8]) -> usize {
    let first = u64::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], 0, 0]);
    (first.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - HASH_BITS)) as usize
}

/// A part of a canary in each form that secrets leak in.
fn forms(plain: &str) -> Vec<(Form, String)> {
    let bytes = plain.as_bytes();
    let percent = |keeps: fn(&u8) -> bool| -> String {
        bytes
            .iter()
            .map(|byte| if keeps(byte) { char::from(*byte).to_string() } else { format!("%{byte:02x}") })
            .collect()
    };
    let list = |separator: &str| bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(separator);
    let json = |plain: &str| {
        let text = serde_json::to_string(plain).expect("any text is JSON");
        text[1..text.len() - 1].to_owned()
    };
    let ascii: String = plain
        .chars()
        .map(|letter| if letter.is_ascii() { json(&letter.to_string()) } else { format!("\\u{:04x}", letter as u32) })
        .collect();
    let debug = format!("{plain:?}");
    let mut forms = vec![
        (Form::Plain, plain.to_owned()),
        (Form::Escaped, json(plain)),
        (Form::Escaped, ascii),
        (Form::Escaped, json(plain).replace('/', "\\/")),
        // An escaped text in an escaped text.
        (Form::Escaped, json(&json(plain))),
        (Form::Escaped, debug[1..debug.len() - 1].to_owned()),
        (Form::Escaped, plain.escape_default().to_string()),
        (Form::Escaped, bytes.escape_ascii().to_string()),
        (Form::Escaped, plain.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&#39;")),
        (Form::Percent, percent(u8::is_ascii_alphanumeric)),
        (Form::Percent, percent(|byte| !matches!(byte, b'%' | b'"' | b'<' | b' ' | b'\\' | 0x80..))),
        (Form::Percent, percent(u8::is_ascii_alphanumeric).replace("%20", "+")),
        (Form::Hexadecimal, bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
        (Form::Hexadecimal, bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")),
        (Form::Hexadecimal, bytes.iter().map(|byte| format!("0x{byte:02x}")).collect::<Vec<_>>().join(", ")),
        (Form::Bytes, list(", ")),
        (Form::Bytes, list(",")),
        (Form::Bytes, list(" ")),
        (Form::Bytes, list(",\n    ")),
    ];
    for run in base64_runs(bytes) {
        let url_safe = run.replace('+', "-").replace('/', "_");
        forms.extend([(Form::Base64, run), (Form::Base64, url_safe)]);
    }
    forms
}

/// What base64 makes of `bytes` at each of its three alignments, without the characters that the neighbours share.
fn base64_runs(bytes: &[u8]) -> [String; 3] {
    [0, 1, 2].map(|before| {
        let padded: Vec<u8> = std::iter::repeat_n(0, before).chain(bytes.iter().copied()).collect();
        let encoded: String = padded.chunks(3).flat_map(sextets).collect();
        let first = (before * 8_usize).div_ceil(6);
        let last = (padded.len() * 8) / 6;
        encoded[first..last].to_owned()
    })
}

fn sextets(chunk: &[u8]) -> Vec<char> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = chunk.iter().fold(0_u32, |group, byte| (group << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
    (0..4).map(|index| char::from(ALPHABET[(group >> (18 - 6 * index)) as usize & 63])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_every_part_is_found() {
        let canary = canary(0);
        let search = Search::default().with("one", &canary);
        let letters: Vec<char> = canary.chars().collect();
        let forms = [Form::Plain, Form::Escaped, Form::Percent, Form::Hexadecimal, Form::Bytes, Form::Base64];
        for run in letters.windows(7).step_by(13) {
            let part: String = run.iter().collect();
            for (form, shown) in super::forms(&part) {
                assert!(!search.find(&format!("an error: {shown}!")).is_empty(), "{form:?}");
            }
            let found = super::forms(&part).into_iter().map(|(form, _)| form).collect::<HashSet<_>>();
            assert!(forms.iter().all(|form| found.contains(form)));
        }
        let with_length = search.find(&format!("expected u16, found text of {} characters", letters.len()));
        assert_eq!(with_length, [Sighting { canary: "one", form: Form::Length }]);
        assert_eq!(format!("{with_length:?}"), "[the canary `one`, Length]");
    }

    #[test]
    fn what_is_no_canary_is_not_found() {
        let search = (0..LENGTHS.len()).fold(Search::default(), |search, number| search.with("one", &canary(number)));
        let source = include_str!("canary.rs");
        // The lengths themselves stand in this file.
        let without_lengths = source.replace(char::is_numeric, "");
        assert_eq!(search.find(&without_lengths), []);
        assert_eq!(
            search.find("2026-11-24T07:48:37.101900Z id=4f1031ab-1031-4f00 /tmp/10 \"content-length\": \"1234\""),
            []
        );
    }
}
