//! Mutations of seeds, without a fuzzer: no search for new paths, and the same ones in every run.

/// What breaks parsers, and what our own inputs are made of.
const WORDS: [&[u8]; 24] = [
    b"@@",
    b"\"",
    b"\\",
    b"\\ud800",
    b"\\u0000",
    b"\xEF\xBB\xBF",
    b"\xFF",
    b"\0",
    b"\n",
    b"\r\n",
    b"{",
    b"}",
    b"[[",
    b"]",
    b",",
    b":",
    b"null",
    b"-",
    b"1e400",
    b"_",
    b"__",
    b"=",
    b"${ssm:",
    b"#",
];

/// Seeds, each changed in one to four places.
pub struct Mutations<'s> {
    seeds: &'s [Vec<u8>],
    state: u64,
}

impl<'s> Mutations<'s> {
    pub fn of(seeds: &'s [Vec<u8>]) -> Self {
        Self { seeds, state: 4 }
    }

    /// A number below `limit`, which is not 0: splitmix64.
    fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    fn seed(&mut self) -> &'s [u8] {
        &self.seeds[self.below(self.seeds.len())]
    }

    /// A part of some seed, not long.
    fn part(&mut self) -> &'s [u8] {
        let seed = self.seed();
        let start = self.below(seed.len() + 1);
        let length = self.below(40).min(seed.len() - start);
        &seed[start..start + length]
    }

    fn change(&mut self, data: &mut Vec<u8>) {
        let at = self.below(data.len() + 1);
        let end = at + self.below(20).min(data.len() - at);
        match self.below(6) {
            0 => drop(data.drain(at..end)),
            1 => drop(data.splice(at..at, self.part().iter().copied())),
            2 => drop(data.splice(at..end, self.part().iter().copied())),
            3 => {
                let word = WORDS[self.below(WORDS.len())];
                data.splice(at..at, word.iter().copied());
            }
            4 if at < data.len() => data[at] ^= 1 << self.below(8),
            _ => {
                let copy = data[at..end].to_vec();
                data.splice(at..at, copy);
            }
        }
    }
}

impl Iterator for Mutations<'_> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut data = self.seed().to_vec();
        for _ in 0..=self.below(4) {
            self.change(&mut data);
        }
        Some(data)
    }
}
