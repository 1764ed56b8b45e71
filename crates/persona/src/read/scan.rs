//! Search for bytes that stand close together, as the commas and quotes of a row do: eight bytes are looked at in one word, so that a search
//! begins at once.

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;
/// Bytes of a word.
pub(super) const WORD: usize = size_of::<u64>();

/// The eight bytes from a place on; `None` where fewer are left.
pub(super) fn word(bytes: &[u8], at: usize) -> Option<[u8; WORD]> {
    bytes.get(at..)?.first_chunk().copied()
}

/// The place of a byte in a word.
pub(super) fn place_in(word: [u8; WORD], wanted: u8) -> Option<usize> {
    place(marks(u64::from_le_bytes(word), wanted))
}

/// Where one of two bytes first stands, from a place on; the end where neither does.
pub(super) fn first_of(bytes: &[u8], mut at: usize, one: u8, other: u8) -> usize {
    while let Some(word) = word(bytes, at) {
        let word = u64::from_le_bytes(word);
        if let Some(place) = place(marks(word, one) | marks(word, other)) {
            return at + place;
        }
        at += WORD;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| *byte == one || *byte == other).unwrap_or(rest.len())
}

/// Sets the highest bit of the first byte that is the wanted one, and perhaps of some behind it.
const fn marks(word: u64, wanted: u8) -> u64 {
    let zeros = word ^ (EACH * wanted as u64);
    zeros.wrapping_sub(EACH) & !zeros & HIGH
}

fn place(marks: u64) -> Option<usize> {
    (marks != 0).then(|| (marks.trailing_zeros() / 8) as usize)
}

#[cfg(test)]
mod tests {
    use super::first_of;

    #[test]
    fn finds_the_first_of_two() {
        // Bytes one beside the wanted, and with the highest bit, mislead such words most easily.
        let letters = [b',', b'"', b',' - 1, b',' + 1, b'"' ^ 0x80, 0];
        for number in 0..letters.len().pow(6) {
            let bytes: Vec<u8> = (0..20).map(|at| letters[number / letters.len().pow(at % 6) % letters.len()]).collect();
            for at in 0..=bytes.len() {
                let expected = (at..bytes.len()).find(|at| matches!(bytes[*at], b',' | b'"')).unwrap_or(bytes.len());
                assert_eq!(first_of(&bytes, at, b',', b'"'), expected, "{bytes:?} from {at}");
            }
        }
    }
}
