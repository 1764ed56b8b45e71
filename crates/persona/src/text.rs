//! Interning: each distinct text is kept once, and is a number from then on.

use std::hash::Hasher as _;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxHasher;

use crate::chunks::Chunks;

/// A text of an [`Interner`]. Numbers are given in the order of first sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TextId(pub(crate) u32);

/// How many texts are looked for at once: while memory of one is waited for, that of the others comes.
const AT_ONCE: usize = 16;
/// Bytes of a piece of texts; one that is longer has a piece of its own.
const PIECE_BYTES: usize = 1 << 20;

/// Texts, each once. At most 2³² − 1 of them.
#[derive(Debug, Default, Clone)]
pub(crate) struct Interner {
    /// In pieces, so that growing copies none of them.
    pieces: Vec<String>,
    /// The piece of each text, and its end in it in the lower half. It begins where the one before ends, or with its piece.
    places: Chunks<u64>,
    table: Numbers,
}

impl Interner {
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// Takes all texts out, and keeps room for others.
    pub(crate) fn clear(&mut self) {
        self.pieces.truncate(1);
        self.pieces.iter_mut().for_each(String::clear);
        self.places.clear();
        self.table.0.clear();
    }

    pub(crate) fn get(&self, id: TextId) -> &str {
        text_of(&self.pieces, &self.places, id.0)
    }

    pub(crate) fn find(&self, text: &str) -> Option<TextId> {
        self.table.find(hash(text), |number| self.get(TextId(number)) == text).map(TextId)
    }

    /// Looks at the place of a text that is put in next, so that nothing waits for its memory then.
    pub(crate) fn expect(&self, text: &str) {
        self.table.expect(hash(text));
    }

    /// Finds many texts, and hands out their numbers in their order.
    pub(crate) fn find_each<'t>(&self, mut texts: impl Iterator<Item = &'t str>, mut take: impl FnMut(Option<TextId>)) {
        let (mut few, mut likely, mut held) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            few.clear();
            few.extend(texts.by_ref().take(AT_ONCE).map(|text| (text, hash(text))));
            if few.is_empty() {
                return;
            }
            likely.clear();
            likely.extend(few.iter().map(|(_, hash)| self.table.likely(*hash)));
            held.clear();
            held.extend(likely.iter().map(|number| number.map(|number| self.get(TextId(number)))));
            for (((text, hash), likely), held) in few.iter().zip(&likely).zip(&held) {
                let found = match held {
                    None => None,
                    Some(held) if held == text => *likely,
                    Some(_) => self.table.find(*hash, |number| self.get(TextId(number)) == *text),
                };
                take(found.map(TextId));
            }
        }
    }

    pub(crate) fn intern(&mut self, text: &str) -> TextId {
        let (pieces, places) = (&mut self.pieces, &mut self.places);
        let next = places.len() as u32;
        let (number, known) = self.table.find_or_add(hash(text), next, |number| text_of(pieces, places, number) == text);
        if !known {
            if pieces.last().is_none_or(|piece| piece.len() + text.len() > PIECE_BYTES) {
                // The first piece grows: most tables are small.
                pieces.push(if pieces.is_empty() { String::new() } else { String::with_capacity(PIECE_BYTES.max(text.len())) });
            }
            let piece = pieces.len() as u64 - 1;
            if let Some(last) = pieces.last_mut() {
                last.push_str(text);
                places.push(piece << 32 | last.len() as u64);
            }
        }
        TextId(number)
    }
}

fn text_of<'t>(pieces: &'t [String], places: &Chunks<u64>, number: u32) -> &'t str {
    let index = number as usize;
    let place = places[index];
    let before = if index == 0 { 0 } else { places[index - 1] };
    let start = if before >> 32 == place >> 32 { before as u32 } else { 0 };
    &pieces[(place >> 32) as usize][start as usize..place as u32 as usize]
}

/// A text without space around it. Nearly none has any, which the first and last byte tell.
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Numbers of things by their hashes. A part of the hash stands beside each number, so that other things are not looked at, neither when one is
/// sought nor when the table grows: they lie all over the memory.
#[derive(Debug, Default, Clone)]
pub(crate) struct Numbers(HashTable<(u32, u32)>);

impl Numbers {
    /// The number of a thing; `is` says whether a number is the thing's.
    pub(crate) fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let part = hash as u32;
        self.0.find(spread(part), |(known, number)| *known == part && is(*number)).map(|(_, number)| *number)
    }

    /// The first number of something with such a part of the hash, which is nearly always the thing's.
    fn likely(&self, hash: u64) -> Option<u32> {
        let part = hash as u32;
        self.0.find(spread(part), |(known, _)| *known == part).map(|(_, number)| *number)
    }

    /// Looks at the place of a thing in the table, which brings its memory.
    pub(crate) fn expect(&self, hash: u64) {
        std::hint::black_box(self.likely(hash));
    }

    /// The number of a thing, where one without number gets `next`; and whether it had one.
    pub(crate) fn find_or_add(&mut self, hash: u64, next: u32, is: impl Fn(u32) -> bool) -> (u32, bool) {
        let part = hash as u32;
        match self.0.entry(spread(part), |(known, number)| *known == part && is(*number), |(known, _)| spread(*known)) {
            Entry::Occupied(slot) => (slot.get().1, true),
            Entry::Vacant(slot) => {
                slot.insert((part, next));
                (next, false)
            }
        }
    }
}

/// A hash of 64 bits, of which a table uses both ends.
fn spread(part: u32) -> u64 {
    u64::from(part).wrapping_mul(0x9e37_79b9_7f4a_7c15)
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
    use super::{Interner, PIECE_BYTES, TextId};

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
        for many in [0, 1, 15, 16, 17, 1000] {
            let sought: Vec<String> = (0..many).map(|number| format!("text {}", number * 7 % 1300)).collect();
            let mut found = Vec::new();
            texts.find_each(sought.iter().map(String::as_str), |number| found.push(number));
            assert_eq!(found, sought.iter().map(|text| texts.find(text)).collect::<Vec<_>>(), "{many} at once");
        }
        assert_eq!(texts.find("other"), None);
        assert_eq!(texts.intern(""), TextId(1000));
        assert_eq!(texts.get(TextId(1000)), "");
    }

    /// What is taken out leaves room, and nothing else.
    #[test]
    fn texts_that_were_taken_out_do_not_come_back() {
        let mut texts = Interner::default();
        for round in 0..3 {
            let text = |number: usize| format!("{round} {number} {}", "x".repeat(PIECE_BYTES / 5 * (number % 7)));
            for number in 0..20 {
                assert_eq!(texts.intern(&text(number)), TextId(number as u32), "round {round}");
            }
            for number in 0..20 {
                assert_eq!(texts.get(TextId(number as u32)), text(number));
            }
            texts.clear();
            assert_eq!((texts.len(), texts.find(&text(3))), (0, None));
        }
    }

    #[test]
    fn texts_of_any_length_come_back() {
        let mut texts = Interner::default();
        let lengths = [0, 1, PIECE_BYTES - 1, 1, 2, PIECE_BYTES, PIECE_BYTES + 1, 3, 3 * PIECE_BYTES, 7];
        let text = |number: usize, length: usize| char::from(b'a' + number as u8).to_string().repeat(length);
        for round in 0..2 {
            for (number, length) in lengths.into_iter().enumerate() {
                assert_eq!(texts.intern(&text(number, length)), TextId(number as u32), "round {round}");
            }
        }
        for (number, length) in lengths.into_iter().enumerate() {
            assert_eq!(texts.get(TextId(number as u32)), text(number, length));
        }
    }
}
