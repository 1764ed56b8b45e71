//! Interning: each distinct text is kept once, and is a number from then on.

use std::hash::Hasher as _;

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
    /// Open addressing, a power of two long, at most seven eighths full; 0 is free, else the number + 1.
    table: Vec<u32>,
}

impl Interner {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, id: TextId) -> &str {
        let index = id.0 as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.bytes[start..self.ends[index] as usize]
    }

    pub(crate) fn find(&self, text: &str) -> Option<TextId> {
        if self.table.is_empty() {
            return None;
        }
        let mask = self.table.len() - 1;
        let mut slot = hash(text) as usize & mask;
        loop {
            match self.table[slot] {
                0 => return None,
                number if self.is(number - 1, text) => return Some(TextId(number - 1)),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    pub(crate) fn intern(&mut self, text: &str) -> TextId {
        if (self.ends.len() + 1) * 8 >= self.table.len() * 7 {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut slot = hash(text) as usize & mask;
        loop {
            match self.table[slot] {
                0 => break,
                number if self.is(number - 1, text) => return TextId(number - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
        let id = self.ends.len() as u32;
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u64);
        self.table[slot] = id + 1;
        TextId(id)
    }

    fn is(&self, index: u32, text: &str) -> bool {
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        self.bytes.as_bytes()[start..self.ends[index] as usize] == *text.as_bytes()
    }

    fn grow(&mut self) {
        let size = (self.table.len() * 2).max(64);
        let mask = size - 1;
        let mut table = vec![0; size];
        for index in 0..self.ends.len() as u32 {
            let mut slot = hash(self.get(TextId(index))) as usize & mask;
            while table[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            table[slot] = index + 1;
        }
        self.table = table;
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    let hash = hasher.finish();
    // FxHash is weak in its low bits.
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
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
