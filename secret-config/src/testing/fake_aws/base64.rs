//! Standard base64 with padding, as the protocol writes `SecretBinary`. Nothing else here needs it, so no crate for it.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let sextet = group >> (18 - 6 * digit) & 63;
            text.push(if digit <= chunk.len() { char::from(ALPHABET[sextet as usize]) } else { '=' });
        }
    }
    text
}

/// How many bytes `text` stands for, if it is base64.
pub(super) fn decoded_length(text: &str) -> Option<usize> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let well_formed =
        text.len().is_multiple_of(4) && padding <= 2 && digits.bytes().all(|byte| ALPHABET.contains(&byte));
    well_formed.then_some(text.len() / 4 * 3 - padding)
}

#[cfg(test)]
mod tests {
    use super::{decoded_length, encode};

    #[test]
    fn the_vectors_of_rfc_4648() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")]
        {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decoded_length(text), Some(bytes.len()));
        }
        assert_eq!(encode(&[0xfb, 0xff, 0xfe]), "+//+");
        assert_eq!(decoded_length("Zm9"), None);
        assert_eq!(decoded_length("Zm9*"), None);
        assert_eq!(decoded_length("Z==="), None);
    }
}
