//! What looks random on AWS, but is the same in every run: ids, and the six characters of a secret's ARN.

/// FNV-1a over the parts, finished with a mixer: plain FNV leaves the low bits of similar inputs alike.
fn hash(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ hash >> 33
}

/// Six letters and digits, as Secrets Manager adds to the name in an ARN.
pub(super) fn suffix(name: &str) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut rest = hash(&[name, "suffix"]);
    let mut text = String::with_capacity(6);
    for _ in 0..6 {
        text.push(char::from(LETTERS[(rest % 62) as usize]));
        rest /= 62;
    }
    text
}

/// An id in the form of a version 4 UUID.
pub(super) fn uuid(parts: &[&str]) -> String {
    let high = hash(parts);
    let low = hash(&[&high.to_string(), "low"]);
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn ids_have_the_form_of_the_real_ones_and_repeat() {
        assert_eq!(super::suffix("orders/prod/db").len(), 6);
        assert_eq!(super::suffix("a"), super::suffix("a"));
        assert_ne!(super::suffix("a"), super::suffix("b"));
        assert_eq!(super::uuid(&["a"]).len(), 36);
        assert_ne!(super::uuid(&["a", "1"]), super::uuid(&["a", "2"]));
    }
}
