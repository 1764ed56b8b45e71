//! What is like a listed address and is not one: an address with the same first and last characters (address poisoning), and a text
//! that is one or two slips away. A folded text goes in; the listed addresses that are meant come out. Nothing here is a hit.

use rustc_hash::FxHashMap;

use super::listed::ListedWallet;

/// How many characters must agree at the front, behind what all addresses of a kind begin with. Wallets show about four to six
/// characters at either end, and poisoners match what is shown (Tsuchiya et al., "Blockchain Address Poisoning", 2025).
pub const FIRST_CHARACTERS: usize = 4;

/// How many characters must agree at the end.
pub const LAST_CHARACTERS: usize = 4;

/// Slips at most: characters replaced, missing, added, or exchanged with their neighbour.
const MAX_SLIPS: usize = 2;

/// Pieces into which a listed address is cut. Two slips, each an exchange across a cut, spoil four pieces at most: one is whole.
const PIECES: usize = 5;

/// Near misses that are shown.
const SHOWN: usize = 3;

/// A listed address that looks like the one asked for.
#[derive(Debug, Clone, Copy)]
pub struct LookAlike<'i> {
    /// The listed address.
    pub listed: &'i ListedWallet,
    /// Characters from the front that agree, without regard to case.
    pub first: usize,
    /// Characters from the end that agree, without regard to case.
    pub last: usize,
}

/// A listed address that the text may have been meant for.
#[derive(Debug, Clone, Copy)]
pub struct NearMiss<'i> {
    /// The listed address.
    pub listed: &'i ListedWallet,
    /// Slips between the two: characters replaced, missing, added, or exchanged with their neighbour.
    pub slips: usize,
}

/// Index of folded listed texts by their ends and by their pieces.
#[derive(Debug, Default)]
pub(super) struct Near {
    /// Folded texts, with the number of the listed address.
    texts: Vec<(Box<[u8]>, u32)>,
    ends: FxHashMap<u64, Vec<u32>>,
    /// By [`piece_key`].
    pieces: FxHashMap<u64, Vec<u32>>,
    /// Whether any listed text has the length.
    lengths: Vec<bool>,
}

impl Near {
    pub(super) fn add(&mut self, folded: &[u8], listed: u32) {
        let at = self.texts.len() as u32;
        let length = folded.len();
        if let Some(key) = ends_key(folded) {
            self.ends.entry(key).or_default().push(at);
        }
        // Shorter or longer texts are none that a family accepts.
        if (4 * PIECES..=usize::from(u8::MAX)).contains(&length) {
            for piece in 0..PIECES {
                let (begin, end) = bounds(length, piece);
                self.pieces.entry(piece_key(length, piece, &folded[begin..end])).or_default().push(at);
            }
            if self.lengths.len() <= length {
                self.lengths.resize(length + 1, false);
            }
            self.lengths[length] = true;
        }
        self.texts.push((folded.into(), listed));
    }

    /// Whether a listed address has the same ends.
    pub(super) fn has_ends(&self, folded: &[u8]) -> bool {
        ends_key(folded).is_some_and(|key| self.ends.contains_key(&key))
    }

    /// Listed addresses with the same ends: those that agree most come first.
    pub(super) fn look_alikes<'i>(&self, folded: &[u8], wallets: &'i [ListedWallet]) -> Vec<LookAlike<'i>> {
        let Some(places) = ends_key(folded).and_then(|key| self.ends.get(&key)) else { return Vec::new() };
        let prefix = fixed_prefix(folded);
        let mut found: Vec<LookAlike<'i>> = Vec::new();
        for (text, listed) in places.iter().map(|at| &self.texts[*at as usize]) {
            let first = text.iter().zip(folded).take_while(|(a, b)| a == b).count();
            let last = text.iter().rev().zip(folded.iter().rev()).take_while(|(a, b)| a == b).count();
            let long_enough = first >= prefix + FIRST_CHARACTERS && last >= LAST_CHARACTERS && fixed_prefix(text) == prefix;
            let wallet = &wallets[*listed as usize];
            if long_enough && !found.iter().any(|held| std::ptr::eq(held.listed, wallet)) {
                found.push(LookAlike { listed: wallet, first, last });
            }
        }
        found.sort_by(|a, b| (b.first + b.last, &a.listed.key).cmp(&(a.first + a.last, &b.listed.key)));
        found.truncate(SHOWN);
        found
    }

    /// Listed addresses a slip or two away: the nearest come first.
    pub(super) fn misses<'i>(&self, folded: &[u8], wallets: &'i [ListedWallet]) -> Vec<NearMiss<'i>> {
        let mut places: Vec<u32> = Vec::new();
        let given = folded.len();
        for length in given.saturating_sub(MAX_SLIPS)..=given + MAX_SLIPS {
            if !self.lengths.get(length).is_some_and(|any| *any) {
                continue;
            }
            for piece in 0..PIECES {
                let (begin, end) = bounds(length, piece);
                for shifted in begin.saturating_sub(MAX_SLIPS)..=begin + MAX_SLIPS {
                    let Some(part) = folded.get(shifted..shifted + end - begin) else { continue };
                    places.extend(self.pieces.get(&piece_key(length, piece, part)).into_iter().flatten());
                }
            }
        }
        places.sort_unstable();
        places.dedup();
        let mut found: Vec<NearMiss<'i>> = Vec::new();
        for (text, listed) in places.iter().map(|at| &self.texts[*at as usize]) {
            let wallet = &wallets[*listed as usize];
            let slips = slips(text, folded);
            if slips <= MAX_SLIPS && !found.iter().any(|held| std::ptr::eq(held.listed, wallet)) {
                found.push(NearMiss { listed: wallet, slips });
            }
        }
        found.sort_by(|a, b| (a.slips, &a.listed.key).cmp(&(b.slips, &b.listed.key)));
        found.truncate(SHOWN);
        found
    }
}

/// Where a piece of a text begins and ends.
fn bounds(length: usize, piece: usize) -> (usize, usize) {
    (length * piece / PIECES, length * (piece + 1) / PIECES)
}

/// Length of the listed text, number and content of the piece in one number (FNV-1a of 64 bits). What has the same is compared anyway.
fn piece_key(length: usize, piece: usize, bytes: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ ((length as u64) << 8 | piece as u64);
    bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Key of both ends with what stands before them; `None` for a text that is too short to have two.
#[inline]
fn ends_key(folded: &[u8]) -> Option<u64> {
    let prefix = fixed_prefix(folded);
    let length = folded.len();
    if length < prefix + FIRST_CHARACTERS + LAST_CHARACTERS + 8 {
        return None;
    }
    let first: [u8; FIRST_CHARACTERS] = *folded.get(prefix..)?.first_chunk()?;
    let last: [u8; LAST_CHARACTERS] = *folded.last_chunk()?;
    let lead = u64::from(*folded.first()?) | ((prefix as u64) << 8);
    let ends = u64::from(u32::from_le_bytes(first)) << 32 | u64::from(u32::from_le_bytes(last));
    Some(ends ^ lead.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// Length of what every address of the kind begins with, or one of two things: `0x`, `bc1q`, the version character of `Base58Check`,
/// two characters of Monero, Stellar and TON, none of Solana. The text is folded.
#[inline]
fn fixed_prefix(folded: &[u8]) -> usize {
    match (folded, folded.len()) {
        ([b'0', b'x', ..], _) => 2,
        ([b'b', b'c', b'1', ..] | [b'b', b'n', b'b', b'1', ..], _) => 4,
        ([b'l', b't', b'c', b'1', ..], _) => 5,
        ([b'z', b's', b'1', ..], 60..) => 3,
        ([b'u', b'1', ..], 100..) | (_, 95 | 106) => 2,
        ([b'g', ..], 56) | (_, 48) | ([b't', b'1' | b'3', ..], 35) | ([b'0', b':', ..], _) => 2,
        ([b'4', b'1', ..], 42) => 2,
        (_, 37..=41 | 43..=44 | 32) => 0,
        _ => 1,
    }
}

/// Slips between two texts (restricted Damerau-Levenshtein distance); beyond [`MAX_SLIPS`] only that it is more.
fn slips(a: &[u8], b: &[u8]) -> usize {
    const FAR: usize = MAX_SLIPS + 1;
    if a.len().abs_diff(b.len()) > MAX_SLIPS {
        return FAR;
    }
    let width = b.len() + 1;
    let (mut before, mut last) = (vec![FAR; width], (0..width).collect::<Vec<_>>());
    for (row, from) in a.iter().enumerate() {
        let mut next = vec![FAR; width];
        next[0] = row + 1;
        let (begin, end) = (row.saturating_sub(MAX_SLIPS), (row + MAX_SLIPS + 1).min(b.len()));
        let mut lowest = next[0];
        for column in begin..end {
            let to = b[column];
            let mut cost = (last[column] + usize::from(*from != to)).min(last[column + 1] + 1).min(next[column] + 1);
            if row > 0 && column > 0 && *from == b[column - 1] && a[row - 1] == to {
                cost = cost.min(before[column - 1] + 1);
            }
            next[column + 1] = cost;
            lowest = lowest.min(cost);
        }
        if lowest > MAX_SLIPS {
            return FAR;
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or(FAR).min(FAR)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slips_are_counted() {
        for (a, b, expected) in [
            ("abcdef", "abcdef", 0),
            ("abcdef", "abXdef", 1),
            ("abcdef", "abdef", 1),
            ("abcdef", "abccdef", 1),
            ("abcdef", "abdcef", 1),
            ("abcdef", "badcef", 2),
            ("abcdef", "bcdefa", 2),
            ("abcdef", "cdef", 2),
            ("abcdef", "Xbcdeg", 2),
            ("abcdef", "XYZdef", 3),
            ("abcdef", "abc", 3),
        ] {
            assert_eq!(slips(a.as_bytes(), b.as_bytes()), expected, "{a} {b}");
            assert_eq!(slips(b.as_bytes(), a.as_bytes()), expected, "{b} {a}");
        }
    }

    fn wallets(count: usize) -> Vec<ListedWallet> {
        (0..count)
            .map(|n| ListedWallet { key: n.to_string(), shown: n.to_string(), family: None, listings: Vec::new() })
            .collect()
    }

    /// A text after a slip.
    fn slip(text: &mut Vec<u8>, kind: u8, at: usize, byte: u8) {
        let at = at % text.len();
        match kind % 4 {
            0 => text[at] = byte,
            1 => drop(text.remove(at)),
            2 => text.insert(at, byte),
            _ if at + 1 < text.len() => text.swap(at, at + 1),
            _ => {}
        }
    }

    proptest! {
        #[test]
        fn whatever_is_two_slips_away_is_found(
            text in "[1-9a-km-z]{26,64}", other in "[1-9a-km-z]{30,36}",
            kinds in any::<(u8, u8)>(), places in any::<(usize, usize)>(), bytes in (b'a'..=b'z', b'1'..=b'9'),
        ) {
            let mut near = Near::default();
            near.add(other.as_bytes(), 0);
            near.add(text.as_bytes(), 1);
            let wallets = wallets(2);
            let mut asked = text.clone().into_bytes();
            slip(&mut asked, kinds.0, places.0, bytes.0);
            slip(&mut asked, kinds.1, places.1, bytes.1);
            // Two exchanges that overlap are three slips in the restricted distance.
            prop_assume!(slips(text.as_bytes(), &asked) <= MAX_SLIPS);
            prop_assert!(near.misses(&asked, &wallets).iter().any(|miss| miss.listed.key == "1"));
        }

        #[test]
        fn what_is_further_away_is_not(text in "[a-k]{26,40}", asked in "[m-z]{26,40}") {
            let mut near = Near::default();
            near.add(text.as_bytes(), 0);
            prop_assert!(near.misses(asked.as_bytes(), &wallets(1)).is_empty());
            prop_assert!(near.look_alikes(asked.as_bytes(), &wallets(1)).is_empty());
        }
    }
}
