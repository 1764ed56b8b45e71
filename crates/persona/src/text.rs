//! Interning: each distinct text is kept once, and is a number from then on.

use std::hash::Hasher as _;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxHasher;

/// A text of an [`Interner`]. Numbers are given in the order of first sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TextId(pub(crate) u32);

/// Texts, each once. At most 2³² − 1 of them.
#[derive(Debug, Default, Clone)]
pub(crate) struct Interner {
    bytes: String,
    /// End of each text in `bytes`.
    ends: Vec<u64>,
    /// Numbers of texts by their hash.
    table: HashTable<u32>,
}

impl Interner {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, id: TextId) -> &str {
        text_of(&self.bytes, &self.ends, id.0)
    }

    pub(crate) fn find(&self, text: &str) -> Option<TextId> {
        self.table.find(hash(text), |number| self.get(TextId(*number)) == text).copied().map(TextId)
    }

    pub(crate) fn intern(&mut self, text: &str) -> TextId {
        let (bytes, ends) = (&mut self.bytes, &mut self.ends);
        let of = |number: &u32| text_of(bytes, ends, *number);
        match self.table.entry(hash(text), |number| of(number) == text, |number| hash(of(number))) {
            Entry::Occupied(slot) => TextId(*slot.get()),
            Entry::Vacant(slot) => {
                let number = ends.len() as u32;
                slot.insert(number);
                bytes.push_str(text);
                ends.push(bytes.len() as u64);
                TextId(number)
            }
        }
    }
}

fn text_of<'t>(bytes: &'t str, ends: &[u64], number: u32) -> &'t str {
    let index = number as usize;
    let start = if index == 0 { 0 } else { ends[index - 1] as usize };
    &bytes[start..ends[index] as usize]
}

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    mixed(hasher.finish())
}

/// A hash whose bits are all good, of one that is weak in some.
pub(crate) fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

#[cfg(test)]
mod tests {
    use super::{Interner, TextId};

    #[test]
    fn each_text_has_one_number() {
        let mut texts = Interner::default();
        for round in 0..2 {
            for number in 0..1000_u32 {
                assert_eq!(texts.intern(&format!("text {number}")), TextId(number), "round {round}");
            }
        }
        assert_eq!(texts.get(TextId(999)), "text 999");
        assert_eq!(texts.find("text 7"), Some(TextId(7)));
        assert_eq!(texts.find("other"), None);
        assert_eq!(texts.intern(""), TextId(1000));
        assert_eq!(texts.get(TextId(1000)), "");
    }
}
