//! A snapshot file taken apart into its sections and sealed again with right checksums, so that tests can make files that are wrong
//! inside and yet pass every checksum. Written from the documented layout and not with the crate's own types: it also holds the
//! documentation to what it says. The fuzz targets share it.

use sha2::{Digest, Sha256};
use twox_hash::XxHash3_64;

/// The sections in file order, by the names that error messages use.
pub(crate) const SECTIONS: [&str; 28] = [
    "Meta",
    "Strings",
    "StringOffsets",
    "Entities",
    "Properties",
    "Names",
    "NameDetails",
    "NameTokens",
    "Tokens",
    "Postings",
    "TokenKeyBuckets",
    "TokenKeys",
    "NameKeyBuckets",
    "NameKeys",
    "Identifiers",
    "IdentifierKeyBuckets",
    "IdentifierKeys",
    "IdKeyBuckets",
    "IdKeys",
    "Links",
    "Relations",
    "RelationsOver",
    "RelationsBy",
    "RelationsByOffsets",
    "Attributes",
    "Holdings",
    "HoldingsBy",
    "HoldingsByOffsets",
];

const MAGIC: &[u8; 8] = b"INTRDCT\n";
const HEADER: usize = 64;
const ROW: usize = 64;
const ALIGNMENT: usize = 64;

/// The contents of a snapshot file, section by section.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    pub(crate) version: u32,
    pub(crate) sections: Vec<Vec<u8>>,
}

/// A change to one section, in units of its 32-bit words.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    /// The word becomes this.
    Set(u32),
    /// This is added to the word, wrapping.
    Add(u32),
    /// The word changes places with the one so many further.
    Swap(u32),
    /// The section ends before the word.
    Truncate,
    /// Copies of the section's last row of so many words follow, this often at most 16 times.
    Extend(u32),
}

/// A change, and where: both numbers are taken modulo what there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patch {
    pub(crate) section: usize,
    pub(crate) word: usize,
    pub(crate) change: Change,
}

impl Sealed {
    /// Takes a well-formed file apart.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        assert_eq!(&bytes[..8], MAGIC);
        let count = word(bytes, 12) as usize;
        let sections = (0..count).map(|at| bytes[range(bytes, at)].to_vec()).collect();
        Self { version: word(bytes, 8), sections }
    }

    /// The file with right lengths, checksums and id.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut rows = Vec::new();
        let mut body = Vec::new();
        let begin = (HEADER + self.sections.len() * ROW).next_multiple_of(ALIGNMENT);
        for (kind, content) in self.sections.iter().enumerate() {
            rows.extend((kind as u32).to_le_bytes());
            rows.extend(0_u32.to_le_bytes());
            rows.extend(((begin + body.len()) as u64).to_le_bytes());
            rows.extend((content.len() as u64).to_le_bytes());
            rows.extend(XxHash3_64::oneshot(content).to_le_bytes());
            rows.extend(Sha256::digest(content));
            body.extend(content);
            body.resize(body.len().next_multiple_of(ALIGNMENT), 0);
        }
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.version.to_le_bytes());
        bytes.extend((self.sections.len() as u32).to_le_bytes());
        bytes.extend(((begin + body.len()) as u64).to_le_bytes());
        bytes.extend(0_u64.to_le_bytes());
        let id = Sha256::new().chain_update(&bytes).chain_update(&rows).finalize();
        bytes.extend(id);
        bytes.extend(rows);
        bytes.resize(begin, 0);
        bytes.extend(body);
        bytes
    }

    /// The content of a section.
    #[allow(dead_code, reason = "the fuzz targets that share this file only apply patches")]
    pub(crate) fn section(&mut self, name: &str) -> &mut Vec<u8> {
        let at = SECTIONS.iter().position(|held| *held == name).expect("a section of that name");
        &mut self.sections[at]
    }

    /// Applies a change; one that does not fit the section does nothing.
    pub(crate) fn apply(&mut self, patch: Patch) {
        let count = self.sections.len();
        let content = &mut self.sections[patch.section % count];
        let words = content.len() / 4;
        if words == 0 {
            return;
        }
        let at = patch.word % words;
        let old = word(content, at * 4);
        match patch.change {
            Change::Set(new) => put(content, at, new),
            Change::Add(more) => put(content, at, old.wrapping_add(more)),
            Change::Swap(distance) => {
                let other = (at + distance as usize % words) % words;
                let new = word(content, other * 4);
                put(content, at, new);
                put(content, other, old);
            }
            Change::Truncate => content.truncate(at * 4),
            Change::Extend(times) => {
                let row = content[content.len() - (at % 16 + 1).min(words) * 4..].to_vec();
                content.extend(row.repeat(times as usize % 16 + 1));
            }
        }
    }
}

/// Where a section lies in a well-formed file.
pub(crate) fn range(bytes: &[u8], section: usize) -> std::ops::Range<usize> {
    let row = HEADER + section * ROW;
    let long = |at: usize| u64::from(word(bytes, at)) | u64::from(word(bytes, at + 4)) << 32;
    let begin = long(row + 8) as usize;
    begin..begin + long(row + 16) as usize
}

/// The little-endian 32-bit word at a byte offset.
pub(crate) fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Sets a 32-bit word, counted in words.
pub(crate) fn put(content: &mut [u8], at: usize, value: u32) {
    content[at * 4..at * 4 + 4].copy_from_slice(&value.to_le_bytes());
}
