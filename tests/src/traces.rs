//! Everything that is traced, down to TRACE; and the search for a secret in a text, in the forms that secrets leak in.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;

/// Takes what every thread of the process traces.
#[derive(Clone, Default)]
pub struct Traces(Arc<Mutex<Vec<u8>>>);

impl Traces {
    /// Makes this the subscriber of the process.
    pub fn install() -> Self {
        let traces = Self::default();
        let layer = tracing_subscriber::fmt::layer().with_writer(traces.clone()).with_ansi(false);
        let subscriber = tracing_subscriber::registry().with(LevelFilter::TRACE).with(layer);
        tracing::subscriber::set_global_default(subscriber).expect("one test of a process installs it");
        traces
    }

    /// What was traced since the last time.
    pub fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Traces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Traces {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Whether `text` shows six characters in a row of `secret`: see [`Search`].
pub fn shows(text: &str, secret: &str) -> bool {
    Search::of(secret).finds_in(text)
}

/// A search for six characters in a row of a secret, plain or in lower case, escaped, percent-encoded, in hexadecimal, as
/// a list of bytes, or in base64 at any alignment.
pub struct Search {
    /// In lower case, for a text in lower case.
    forms: Forms,
    base64: Forms,
}

impl Search {
    pub fn of(secret: &str) -> Self {
        const RUN: usize = 6;
        let (mut forms, mut base64) = (Forms::new(), Forms::new());
        let letters: Vec<char> = secret.chars().collect();
        for run in letters.windows(RUN) {
            let plain: String = run.iter().collect();
            let bytes = plain.as_bytes();
            let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let percent = |letter: &char| match letter {
                letter if letter.is_ascii_alphanumeric() => letter.to_string(),
                letter => format!("%{:02x}", u32::from(*letter)),
            };
            let list = |separator: &str| bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(separator);
            [
                plain.to_lowercase(),
                plain.escape_default().to_string().to_lowercase(),
                run.iter().map(percent).collect::<String>().to_lowercase(),
                hexadecimal,
                list(", "),
                list(","),
            ]
            .into_iter()
            .for_each(|form| forms.add(form));
            base64_runs(bytes).into_iter().for_each(|form| base64.add(form));
        }
        Self { forms, base64 }
    }

    pub fn finds_in(&self, text: &str) -> bool {
        self.forms.are_in(&text.to_lowercase()) || self.base64.are_in(text)
    }
}

/// Texts, found by their first two bytes: one walk through a long text finds any of them.
struct Forms {
    forms: Vec<String>,
    begin_one: Vec<bool>,
}

impl Forms {
    fn new() -> Self {
        Self { forms: Vec::new(), begin_one: vec![false; 1 << 16] }
    }

    fn add(&mut self, form: String) {
        let bytes = form.as_bytes();
        self.begin_one[pair(bytes[0], bytes[1])] = true;
        self.forms.push(form);
    }

    fn are_in(&self, text: &str) -> bool {
        let text = text.as_bytes();
        let is_one = |at: usize| self.forms.iter().any(|form| text[at..].starts_with(form.as_bytes()));
        (1..text.len()).any(|at| self.begin_one[pair(text[at - 1], text[at])] && is_one(at - 1))
    }
}

fn pair(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

/// What base64 makes of `bytes` at each of its three alignments, without the characters that the neighbours share.
fn base64_runs(bytes: &[u8]) -> [String; 3] {
    [0, 1, 2].map(|before| {
        let padded: Vec<u8> = std::iter::repeat_n(0, before).chain(bytes.iter().copied()).collect();
        let encoded: String = padded.chunks(3).flat_map(sextets).collect();
        let first = (before * 8).div_ceil(6);
        let last = (padded.len() * 8) / 6;
        encoded[first..last].to_owned()
    })
}

fn sextets(chunk: &[u8]) -> Vec<char> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = chunk.iter().fold(0_u32, |group, byte| (group << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
    (0..4).map(|index| char::from(ALPHABET[(group >> (18 - 6 * index)) as usize & 63])).collect()
}
