//! The search for secrets in the memory of another process: full copies, and runs of at least twelve bytes.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The shortest part of a secret that counts.
pub const RUN: usize = 12;

/// What a run of this length holds in any case, when it is looked up at every fourth byte of memory.
const CHUNK: usize = 8;
const STEP: usize = 4;

/// The secrets to search for, each in the forms that it travels in.
pub struct Secrets {
    forms: Vec<Form>,
    /// Where each chunk of a form is.
    chunks: HashMap<[u8; CHUNK], Vec<(usize, usize)>>,
    /// What is surely no chunk, told quickly.
    sieve: Vec<bool>,
}

struct Form {
    name: String,
    bytes: Vec<u8>,
}

/// A part of a secret in memory.
#[derive(Debug)]
pub struct Remain {
    pub secret: String,
    pub address: u64,
    pub length: usize,
    pub is_full: bool,
    pub mapping: String,
    /// What stands before it.
    pub context: String,
}

impl Secrets {
    /// From lines with a name and forms in hexadecimal.
    pub fn parse<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut secrets = Self { forms: Vec::new(), chunks: HashMap::new(), sieve: vec![false; 1 << 16] };
        for line in lines {
            let is_form = |word: &&str| word.len() >= 2 * RUN && word.bytes().all(|byte| byte.is_ascii_hexdigit());
            let name: Vec<_> = line.split(' ').take_while(|word| !is_form(word)).collect();
            for form in line.split(' ').filter(is_form) {
                let digit = |index: usize| u8::from_str_radix(&form[index..index + 2], 16).unwrap();
                secrets.add(&name.join(" "), (0..form.len()).step_by(2).map(digit).collect());
            }
        }
        secrets
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>) {
        for (offset, chunk) in bytes.windows(CHUNK).enumerate() {
            let chunk: [u8; CHUNK] = chunk.try_into().unwrap();
            self.sieve[hole(&chunk)] = true;
            self.chunks.entry(chunk).or_default().push((self.forms.len(), offset));
        }
        self.forms.push(Form { name: name.to_owned(), bytes });
    }

    /// The names, each once.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.forms.iter().map(|form| form.name.as_str()).collect();
        names.dedup();
        names
    }

    /// Every part of a secret in the writable memory of a process.
    pub fn search(&self, process: u32) -> Vec<Remain> {
        let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).expect("the process runs");
        let memory = File::open(format!("/proc/{process}/mem")).expect("its memory may be read");
        let mut remains = Vec::new();
        for mapping in maps.lines() {
            let words: Vec<_> = mapping.split_whitespace().collect();
            let Some((start, end)) = words[0].split_once('-') else { continue };
            if !words[1].starts_with("rw") {
                continue;
            }
            let (start, end) = (u64::from_str_radix(start, 16).unwrap(), u64::from_str_radix(end, 16).unwrap());
            let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
            if memory.read_exact_at(&mut bytes, start).is_ok() {
                let name = words.get(5).copied().unwrap_or("anonymous");
                self.search_bytes(&bytes, start, name, &mut remains);
            }
        }
        remains
    }

    /// Every part of a secret in a file, such as a core dump.
    pub fn search_file(&self, path: &Path) -> Vec<Remain> {
        let mut remains = Vec::new();
        self.search_bytes(&std::fs::read(path).expect("the file"), 0, "file", &mut remains);
        remains
    }

    fn search_bytes(&self, bytes: &[u8], start: u64, mapping: &str, remains: &mut Vec<Remain>) {
        const PAGE: usize = 4096;
        static ZEROS: [u8; PAGE] = [0; PAGE];
        // Where the last remain of each form ends, so that it is not found again.
        let mut ends = vec![0; self.forms.len()];
        for (page, content) in bytes.chunks(PAGE).enumerate() {
            if content == &ZEROS[..content.len()] {
                continue;
            }
            for at in (page * PAGE..page * PAGE + content.len()).step_by(STEP) {
                let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<CHUNK>()) else { break };
                if !self.sieve[hole(chunk)] {
                    continue;
                }
                for (form, offset) in self.chunks.get(chunk).into_iter().flatten() {
                    if at < ends[*form] {
                        continue;
                    }
                    let Form { name, bytes: secret } = &self.forms[*form];
                    let same = |(one, other): &(&u8, &u8)| one == other;
                    let before = bytes[..at].iter().rev().zip(secret[..*offset].iter().rev()).take_while(same).count();
                    let after = bytes[at..].iter().zip(&secret[*offset..]).take_while(same).count();
                    let length = before + after;
                    if length >= RUN {
                        ends[*form] = at + after;
                        let first = at - before;
                        let context = bytes[first.saturating_sub(96)..first].escape_ascii().to_string();
                        let (secret, is_full) = (name.clone(), length == secret.len());
                        let (address, mapping) = (start + first as u64, mapping.to_owned());
                        remains.push(Remain { secret, address, length, is_full, mapping, context });
                    }
                }
            }
        }
    }
}

fn hole(chunk: &[u8; CHUNK]) -> usize {
    let hash = u64::from_le_bytes(*chunk).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(hash >> 48).unwrap()
}
