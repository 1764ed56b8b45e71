//! Hash tables that live in the file: from a key (a token's text, a skeleton, an id, an identifier) to row numbers. A table is a bucket
//! array of `u32` starts and an entry array of 32-bit checks with row numbers; looking up is one step into the first and a short walk in
//! the second. A check may collide, so callers compare the row's own text where it matters.

use bytemuck::{Pod, Zeroable};
use twox_hash::XxHash3_64;

/// What kind of key is looked up; kinds never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum KeyKind {
    /// A token's romanised text, its canonical form, and each of its other readings.
    Text = 1,
    /// A token's text, and that text with one letter left out: two tokens at a distance of one edit share such a key.
    Near = 2,
    /// A token's consonant skeleton.
    Skeleton = 3,
    /// A token's Korean or Chinese key.
    Korean = 4,
    /// Neighbouring tokens of a name written as one.
    Joined = 5,
    /// A token in its own script.
    Native = 6,
    /// An identifier's look-up key.
    Identifier = 7,
    /// An entity's id.
    Id = 8,
    /// A token's first two and last two letters: tokens with more than one slip between them still share it.
    Ends = 9,
    /// A token's skeleton with one consonant left out, of at least three that stay.
    SkeletonDeletion = 10,
    /// A token's [`shape`].
    Shape = 11,
    /// A token's [`bare`] text.
    Bare = 12,
}

#[derive(Clone, Copy, Debug, Pod, Zeroable, PartialEq, Eq, PartialOrd, Ord)]
#[repr(C)]
pub(crate) struct KeyEntry {
    check: u32,
    row: u32,
}

pub(crate) fn hash(kind: KeyKind, text: &str) -> u64 {
    XxHash3_64::oneshot_with_seed(kind as u64, text.as_bytes())
}

/// The texts that come from leaving out one letter of `token`, itself not among them. Empty for tokens of fewer than three letters,
/// where one letter less says too little, and for very long ones.
pub fn deletions(token: &str) -> impl Iterator<Item = String> {
    let count = token.len();
    let eligible = token.is_ascii() && (3..=24).contains(&count);
    // Leaving out either of two equal neighbours gives the same text.
    (0..count).filter(move |at| eligible && (*at == 0 || token.as_bytes()[at - 1] != token.as_bytes()[*at])).map(move |at| {
        let mut text = String::with_capacity(count);
        text.push_str(&token[..at]);
        text.push_str(&token[at + 1..]);
        text
    })
}

/// Calls `each` with every one of [`deletions`], without a text of its own for each.
pub fn for_each_deletion(token: &str, mut each: impl FnMut(&str)) {
    const MOST: usize = 24;
    let letters = token.as_bytes();
    if !token.is_ascii() || !(3..=MOST).contains(&letters.len()) {
        return;
    }
    let mut buffer = [0_u8; MOST];
    let left = letters.len() - 1;
    buffer[..left].copy_from_slice(&letters[1..]);
    for at in 0..letters.len() {
        // The buffer is the token without its letter `at`.
        if at > 0 {
            buffer[at - 1] = letters[at - 1];
        }
        if (at == 0 || letters[at - 1] != letters[at])
            && let Ok(text) = std::str::from_utf8(&buffer[..left])
        {
            each(text);
        }
    }
}

/// The first two and the last two letters of a word of at least six; `None` for shorter ones, of which they would be too much.
#[must_use]
pub fn ends(token: &str) -> Option<String> {
    (token.is_ascii() && token.len() >= 6).then(|| format!("{}{}", &token[..2], &token[token.len() - 2..]))
}

/// The skeletons that come from leaving out one consonant, where at least three stay: fewer are shared by too many words.
pub fn skeleton_deletions(skeleton: &str) -> impl Iterator<Item = String> {
    deletions(skeleton).filter(|deletion| deletion.len() >= 3)
}

/// The letters of a token as a set: a bit for each of a to z, and one for digits. Two tokens at an edit distance of `d` differ in at most
/// `2 d` of these bits, so most pairs of tokens are told apart by one comparison of numbers.
#[must_use]
pub fn letters(token: &[u8]) -> u32 {
    token.iter().fold(0, |set, letter| {
        set | match letter {
            b'a'..=b'z' => 1 << (letter - b'a'),
            _ => 1 << 26,
        }
    })
}

/// A consonant skeleton as a number: equal skeletons have the same, and different ones differ but for a chance of one in 2^28. The lowest
/// four bits are its length, at most 15.
#[must_use]
pub fn skeleton_code(skeleton: &str) -> u32 {
    (hash(KeyKind::Skeleton, skeleton) as u32 & !15) | skeleton.len().min(15) as u32
}

/// The word as optical character recognition may have read it: what looks alike is written one way (rn is m, cl is d, vv is w; 0 is o, 1 and
/// i are l, 5 is s, 8 is b, 2 is z).
#[must_use]
pub fn shape(token: &str) -> String {
    let mut out = String::with_capacity(token.len());
    let mut rest = token.bytes().peekable();
    while let Some(letter) = rest.next() {
        let pair = rest.peek().copied();
        let (shaped, both) = match (letter, pair) {
            (b'r', Some(b'n')) => (b'm', true),
            (b'c', Some(b'l' | b'1')) => (b'd', true),
            (b'v', Some(b'v')) => (b'w', true),
            (b'0', _) => (b'o', false),
            (b'1' | b'i', _) => (b'l', false),
            (b'5', _) => (b's', false),
            (b'8', _) => (b'b', false),
            (b'2', _) => (b'z', false),
            (other, _) => (other, false),
        };
        if both {
            rest.next();
        }
        out.push(char::from(shaped));
    }
    out
}

/// The first letter of a word and the consonants after it: what is left when somebody leaves out the vowels. `None` where fewer than two
/// letters stay, which would say nothing.
#[must_use]
pub fn bare(token: &str) -> Option<String> {
    if !token.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return None;
    }
    let text: String =
        token.char_indices().filter(|(at, letter)| *at == 0 || !is_vowel(*letter)).map(|(_, letter)| letter).collect();
    (text.len() >= 2).then_some(text)
}

/// Whether a word has no vowel but at its ends, so that it may be one from which the vowels were left out.
#[must_use]
pub fn is_bare(token: &str) -> bool {
    token.len() >= 2
        && token.bytes().all(|letter| letter.is_ascii_lowercase())
        && !token[1..token.len() - 1].chars().any(is_vowel)
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// Collects keys; [`Self::finish`] makes the two sections.
#[derive(Debug, Default)]
pub(crate) struct KeyTableBuilder {
    entries: Vec<(u64, u32)>,
}

impl KeyTableBuilder {
    pub(crate) fn insert(&mut self, kind: KeyKind, text: &str, row: u32) {
        self.entries.push((hash(kind, text), row));
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn finish(mut self) -> (Vec<u32>, Vec<KeyEntry>) {
        self.entries.sort_unstable();
        self.entries.dedup();
        let bits = bucket_bits(self.entries.len());
        let mut buckets = vec![0_u32; (1 << bits) + 1];
        for (hash, _) in &self.entries {
            buckets[bucket(*hash, bits) + 1] += 1;
        }
        for at in 1..buckets.len() {
            buckets[at] += buckets[at - 1];
        }
        let entries = self.entries.iter().map(|(hash, row)| KeyEntry { check: *hash as u32, row: *row }).collect();
        (buckets, entries)
    }
}

/// About four entries a bucket: half a cache line.
fn bucket_bits(entries: usize) -> u32 {
    (entries / 4).max(1).next_power_of_two().ilog2().min(28)
}

fn bucket(hash: u64, bits: u32) -> usize {
    if bits == 0 { 0 } else { (hash >> (64 - bits)) as usize }
}

/// A table as it lies in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyTable<'s> {
    pub(crate) buckets: &'s [u32],
    pub(crate) entries: &'s [KeyEntry],
}

impl<'s> KeyTable<'s> {
    /// Rows under the key, ascending, each once for each time it was inserted with another text of the same hash.
    pub(crate) fn get(self, kind: KeyKind, text: &str) -> impl Iterator<Item = u32> + use<'s> {
        self.get_hashed(hash(kind, text))
    }

    /// Rows under a key whose hash is known.
    pub(crate) fn get_hashed(self, hash: u64) -> impl Iterator<Item = u32> + use<'s> {
        let bits = self.buckets.len().saturating_sub(1).max(1).ilog2();
        let at = bucket(hash, bits);
        let range = match (self.buckets.get(at), self.buckets.get(at + 1)) {
            (Some(start), Some(end)) => self.entries.get(*start as usize..*end as usize).unwrap_or_default(),
            _ => &[],
        };
        range.iter().filter(move |entry| entry.check == hash as u32).map(|entry| entry.row)
    }

    /// Whether the table is well-formed and all its rows are below `rows`.
    pub(crate) fn is_valid(self, rows: usize) -> bool {
        self.buckets.len() >= 2
            && (self.buckets.len() - 1).is_power_of_two()
            && self.buckets.is_sorted()
            && self.buckets[0] == 0
            && self.buckets[self.buckets.len() - 1] as usize == self.entries.len()
            && self.entries.iter().all(|entry| (entry.row as usize) < rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_under_their_keys() {
        let mut builder = KeyTableBuilder::default();
        for row in 0..1000_u32 {
            builder.insert(KeyKind::Text, &format!("token{}", row / 2), row);
            builder.insert(KeyKind::Skeleton, "tkn", row);
        }
        let (buckets, entries) = builder.finish();
        let table = KeyTable { buckets: &buckets, entries: &entries };
        assert!(table.is_valid(1000));
        assert!(!table.is_valid(999));
        for row in 0..500 {
            assert_eq!(table.get(KeyKind::Text, &format!("token{row}")).collect::<Vec<_>>(), [row * 2, row * 2 + 1]);
        }
        assert_eq!(table.get(KeyKind::Skeleton, "tkn").count(), 1000);
        assert_eq!(table.get(KeyKind::Korean, "tkn").count(), 0);
    }

    #[test]
    fn an_empty_table_answers() {
        let (buckets, entries) = KeyTableBuilder::default().finish();
        let table = KeyTable { buckets: &buckets, entries: &entries };
        assert!(table.is_valid(0));
        assert_eq!(table.get(KeyKind::Id, "x").count(), 0);
    }

    #[test]
    fn deletions_leave_out_one_letter() {
        assert_eq!(deletions("chol").collect::<Vec<_>>(), ["hol", "col", "chl", "cho"]);
        assert_eq!(deletions("anna").collect::<Vec<_>>(), ["nna", "ana", "ann"]);
        for token in ["chol", "anna", "aaa", "in", "전", "vladimirovich", &"x".repeat(25)] {
            let mut each = Vec::new();
            for_each_deletion(token, |text| each.push(text.to_owned()));
            assert_eq!(each, deletions(token).collect::<Vec<_>>(), "{token}");
        }
        assert_eq!(deletions("in").count(), 0);
        assert_eq!(deletions("전").count(), 0);
    }

    #[test]
    fn letters_are_a_set() {
        for (token, set) in [
            ("", 0),
            ("a", 1),
            ("aaa", 1),
            ("ba", 0b11),
            ("z", 1 << 25),
            ("abcz", 0b111 | 1 << 25),
            // Every digit is the same.
            ("0", 1 << 26),
            ("90a", 1 << 26 | 1),
        ] {
            assert_eq!(letters(token.as_bytes()), set, "{token}");
        }
        // Bytes that no token has still stay within the set.
        assert_eq!((0..=u8::MAX).fold(0, |set, byte| set | letters(&[byte])), (1 << 27) - 1);
    }

    #[test]
    fn one_edit_changes_at_most_two_letters_of_the_set() {
        for (one, other, differ) in
            [("kim", "kim", 0), ("kim", "kam", 2), ("kim", "kimm", 0), ("kim", "kims", 1), ("kim", "km", 1)]
        {
            assert_eq!((letters(one.as_bytes()) ^ letters(other.as_bytes())).count_ones(), differ, "{one} {other}");
        }
    }

    #[test]
    fn skeleton_codes_tell_skeletons_apart_and_say_their_length() {
        let skeletons = ["", "k", "km", "mk", "kmk", "krbk", "krbg", "prmr", "rnwtr", "bcdfghjklmnpqrs", "bcdfghjklmnpqrst"];
        for (at, one) in skeletons.iter().enumerate() {
            assert_eq!(skeleton_code(one) & 15, one.len().min(15) as u32, "{one}");
            for other in &skeletons[at + 1..] {
                assert_ne!(skeleton_code(one), skeleton_code(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn shapes_write_what_looks_alike_one_way() {
        for (token, shaped) in [
            ("", ""),
            ("paektu", "paektu"),
            ("modem", "modem"),
            ("modern", "modem"),
            ("rn", "m"),
            ("r", "r"),
            ("rrn", "rm"),
            ("rnn", "mn"),
            ("clark", "dark"),
            ("c1ark", "dark"),
            ("ciark", "clark"),
            ("vvilson", "wllson"),
            ("wilson", "wllson"),
            ("vvv", "wv"),
            ("c0l1n", "colln"),
            ("colin", "colln"),
            ("1985", "l9bs"),
            ("2", "z"),
        ] {
            assert_eq!(shape(token), shaped, "{token}");
        }
        for (read, meant) in
            [("bumham", "burnham"), ("mc1ean", "mclean"), ("0rl0v", "orlov"), ("5mith", "smith"), ("8aker", "baker")]
        {
            assert_eq!(shape(read), shape(meant), "{read}");
        }
    }

    #[test]
    fn bare_words_keep_their_first_letter_and_consonants() {
        for (token, text) in [
            ("mohammad", Some("mhmmd")),
            ("ivanov", Some("ivnv")),
            ("mhmmd", Some("mhmmd")),
            ("kim", Some("km")),
            ("yuri", Some("yr")),
            ("al", Some("al")),
            ("lee", None),
            ("io", None),
            ("a", None),
            ("", None),
            ("star9", None),
            ("Kim", None),
            ("김", None),
        ] {
            assert_eq!(bare(token).as_deref(), text, "{token}");
        }
    }

    #[test]
    fn a_word_without_inner_vowels_may_be_bare() {
        for (token, expected) in [
            ("mhmmd", true),
            ("ivnv", true),
            ("km", true),
            ("al", true),
            ("lo", true),
            ("anna", true),
            ("kyrylyk", true),
            ("kim", false),
            ("ivanov", false),
            ("k", false),
            ("", false),
            ("km9", false),
            ("KM", false),
            ("김철", false),
        ] {
            assert_eq!(is_bare(token), expected, "{token}");
        }
        // What leaving out the vowels gives is bare.
        for token in ["mohammad", "ivanov", "kim", "aleksandr", "ironwater"] {
            assert!(bare(token).is_some_and(|bare| is_bare(&bare)), "{token}");
        }
    }
}
