//! Pictures of different people that are nearly the same, by the distance of their perceptual hashes. Pictures without content, and those that
//! many have, link nobody.

use rayon::prelude::*;

use super::factors::{Reckoned, Told};
use super::{LinkKind, LinkSettings, PhotoPair, TextEnd};
use crate::people::People;
use crate::policy::Policy;
use crate::vocabulary::{DocKind, Field, IdKind};

#[derive(Debug, Clone, Copy)]
struct Picture {
    hash: u64,
    end: TextEnd,
}

pub(super) fn pairs(people: &People, policy: &Policy, settings: &LinkSettings) -> Vec<PhotoPair> {
    if policy.compare_pictures == Some(false) {
        return Vec::new();
    }
    let mut all = Vec::new();
    for (field, whole) in [(Field::ImageHash, true), (Field::BaseHash, false)] {
        let mut pictures = Vec::new();
        for person in people.all() {
            for document in person.documents() {
                if let Some(hash) = document.fact(field).and_then(|fact| hash_of(fact.text())) {
                    pictures.push(Picture { hash, end: TextEnd::of(document) });
                }
            }
            if whole {
                for identifier in person.identifiers_of(IdKind::PhotoHash) {
                    if let Some(hash) = identifier.value().and_then(hash_of) {
                        let end = TextEnd {
                            person: person.id(),
                            kind: DocKind::Photo,
                            source: identifier.source(),
                            time: identifier.first(),
                        };
                        pictures.push(Picture { hash, end });
                    }
                }
            }
        }
        near(&pictures, whole, settings.picture_bits, &mut all);
    }
    all
}

/// A hash of 16 hexadecimal digits; `None` for one of a picture without content, of which nearly all bits are equal.
pub(super) fn hash_of(text: &str) -> Option<u64> {
    let hash = u64::from_str_radix(text, 16).ok().filter(|_| text.len() == 16)?;
    (8..=56).contains(&hash.count_ones()).then_some(hash)
}

/// Hashes by a quarter of them. Those with one quarter stand beside each other: of a million, each is held against a thousand.
struct Quarter {
    number: u32,
    starts: Vec<u32>,
    hashes: Vec<u64>,
    /// Places of the hashes among all.
    rows: Vec<u32>,
}

/// A quarter of a hash.
const fn quarter(hash: u64, number: u32) -> u16 {
    (hash >> (16 * number)) as u16
}

impl Quarter {
    fn of(all: &[u64], number: u32) -> Self {
        let key = |row: u32| quarter(all[row as usize], number);
        let mut rows: Vec<u32> = (0..all.len() as u32).collect();
        rows.par_sort_unstable_by_key(|row| (key(*row), *row));
        let mut starts = vec![0_u32; usize::from(u16::MAX) + 2];
        for row in &rows {
            starts[usize::from(key(*row)) + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let hashes = rows.iter().map(|row| all[*row as usize]).collect();
        Self { number, starts, hashes, rows }
    }

    fn get(&self, key: u16) -> (&[u64], &[u32]) {
        let range = self.starts[usize::from(key)] as usize..self.starts[usize::from(key) + 1] as usize;
        (&self.hashes[range.clone()], &self.rows[range])
    }

    /// For each hash that has this quarter, those near it that no quarter before this one finds; of no hash more than `most`.
    fn near(&self, key: u16, bits: u32, most: usize) -> Vec<(u32, u32)> {
        let mut near = Vec::new();
        let (hashes, rows) = self.get(key);
        for (hash, row) in hashes.iter().zip(rows) {
            let begin = near.len();
            'hash: for key in std::iter::once(key).chain((0..16).map(|bit| key ^ (1 << bit))) {
                let (others, other_rows) = self.get(key);
                for (other, other_row) in others.iter().zip(other_rows) {
                    let differ = hash ^ other;
                    let here = || (0..self.number).all(|before| quarter(differ, before).count_ones() > 1);
                    if differ.count_ones() <= bits && other_row != row && here() {
                        near.push((*row, *other_row));
                        if near.len() - begin == most {
                            break 'hash;
                        }
                    }
                }
            }
        }
        near
    }
}

/// Finds the pairs. Equal pictures are one hash, and one that is near very many is looked at no further, so that the time does not grow with
/// the square of those who have a default avatar.
fn near(pictures: &[Picture], whole: bool, bits: u32, all: &mut Vec<PhotoPair>) {
    if pictures.len() < 2 {
        return;
    }
    let kind = if whole { LinkKind::Photo } else { LinkKind::PictureBase };
    let most = kind.row().most as usize;
    let mut order: Vec<u32> = (0..pictures.len() as u32).collect();
    order.par_sort_unstable_by_key(|row| (pictures[*row as usize].hash, pictures[*row as usize].end));
    order.dedup_by_key(|row| (pictures[*row as usize].hash, pictures[*row as usize].end.person));
    let hash_of_row = |row: &u32| pictures[*row as usize].hash;
    let equal: Vec<&[u32]> = order.chunk_by(|a, b| hash_of_row(a) == hash_of_row(b)).collect();
    let hashes: Vec<u64> = equal.iter().map(|rows| hash_of_row(&rows[0])).collect();
    // Of four quarters of the hash, one differs in at most a quarter of the bits: it is looked up as it is and with one bit changed, which
    // finds all pairs up to seven bits apart.
    let mut near: Vec<(u32, u32)> = (0..hashes.len() as u32).map(|hash| (hash, hash)).collect();
    for number in 0..4 {
        let table = Quarter::of(&hashes, number);
        let keys: Vec<u16> = (0..=u16::MAX).filter(|key| !table.get(*key).0.is_empty()).collect();
        near.par_extend(keys.into_par_iter().with_min_len(64).flat_map_iter(|key| table.near(key, bits, most)));
    }
    near.par_sort_unstable();
    let near: Vec<&[(u32, u32)]> = near.chunk_by(|(a, _), (b, _)| a == b).collect();
    // How many pictures of others are near each; of a hash that is everybody's, all that there are.
    let person = |row: u32| pictures[row as usize].end.person;
    let beside =
        |near: &'_ [(u32, u32)]| -> Vec<u32> { near.iter().flat_map(|(_, other)| equal[*other as usize]).copied().collect() };
    let counts: Vec<(u32, usize)> = (near.par_iter())
        .flat_map_iter(|near| {
            let rows: usize = near.iter().map(|(_, other)| equal[*other as usize].len()).sum();
            let others = (rows <= 2 * most).then(|| beside(near));
            let count = move |row: u32| {
                let of_others = |all: &Vec<u32>| all.iter().filter(|other| person(**other) != person(row)).count();
                others.as_ref().map_or(rows, of_others)
            };
            equal[near[0].0 as usize].iter().map(move |row| (*row, count(*row)))
        })
        .collect();
    let mut count_of = vec![0_usize; pictures.len()];
    for (row, count) in counts {
        count_of[row as usize] = count;
    }
    let pair = |row: u32, other: u32| {
        let (a, b) = (&pictures[row as usize], &pictures[other as usize]);
        let holders = count_of[row as usize].max(count_of[other as usize]) as u32 + 1;
        let distance = (a.hash ^ b.hash).count_ones();
        let pair = PhotoPair { a: a.end, b: b.end, whole, distance, holders, weight: Reckoned::default() };
        let pair = PhotoPair { weight: pair.reckoned(), ..pair };
        (pair.weight.value() > 0.0).then_some(pair)
    };
    let mut pairs: Vec<PhotoPair> = (near.par_iter())
        .flat_map_iter(|near| {
            let own = equal[near[0].0 as usize].iter().filter(|row| kind.weight(count_of[**row as usize] + 1) > 0.0);
            own.flat_map(|row| {
                let others = beside(near).into_iter().filter(|other| person(*row) < person(*other));
                others.filter_map(|other| pair(*row, other))
            })
        })
        .collect();
    // Of each two people the pair that is most alike.
    pairs.par_sort_unstable_by_key(|pair| (pair.a.person, pair.b.person, pair.distance, pair.a, pair.b));
    pairs.dedup_by_key(|pair| (pair.a.person, pair.b.person));
    all.append(&mut pairs);
}

impl PhotoPair {
    /// As what it links.
    pub(super) const fn kind(&self) -> LinkKind {
        if self.whole { LinkKind::Photo } else { LinkKind::PictureBase }
    }

    /// Its weight.
    pub(super) fn reckoned<T: Told>(&self) -> Reckoned<T> {
        Reckoned::of(self.kind().row(), self.holders as usize)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{Picture, near, quarter};
    use crate::link::{LinkKind, PhotoPair, TextEnd};
    use crate::people::{FileId, PersonId, Source};
    use crate::vocabulary::DocKind;

    const BITS: u32 = 7;

    fn picture(person: u32, hash: u64) -> Picture {
        at(person, person, hash)
    }

    fn at(line: u32, person: u32, hash: u64) -> Picture {
        let source = Source { file: FileId(0), line };
        Picture { hash, end: TextEnd { person: PersonId(person), kind: DocKind::Photo, source, time: None } }
    }

    fn found(pictures: &[Picture]) -> Vec<(u32, u32, u32, f64)> {
        let mut all: Vec<PhotoPair> = Vec::new();
        near(pictures, true, BITS, &mut all);
        all.iter().map(|pair| (pair.a.person.0, pair.b.person.0, pair.distance, pair.weight.value())).collect()
    }

    /// By holding each against each.
    fn expected(pictures: &[Picture]) -> Vec<(u32, u32, u32, f64)> {
        let apart = |a: &Picture, b: &Picture| (a.hash ^ b.hash).count_ones();
        let near = |a: &Picture, b: &Picture| a.end.person != b.end.person && apart(a, b) <= BITS;
        let count = |a: &Picture| {
            let near = pictures.iter().filter(|b| near(a, b)).map(|b| (b.hash, b.end.person));
            near.collect::<BTreeSet<_>>().len()
        };
        let mut best = BTreeMap::new();
        for a in pictures {
            for b in pictures.iter().filter(|b| a.end.person < b.end.person && near(a, b)) {
                let weight = LinkKind::Photo.weight(count(a).max(count(b)) + 1);
                let new = (apart(a, b), a.end, b.end);
                let slot = best.entry((a.end.person, b.end.person)).or_insert((new, 0.0));
                if weight > 0.0 && (slot.1 <= 0.0 || new < slot.0) {
                    *slot = (new, weight);
                }
            }
        }
        let found = best.into_iter().filter(|(_, (_, weight))| *weight > 0.0);
        found.map(|((a, b), ((apart, ..), weight))| (a.0, b.0, apart, weight)).collect()
    }

    #[test]
    fn all_that_are_near_are_found() {
        // Some faces, and pictures of them with up to nine bits changed; some are of one person, some are everybody's.
        let mut state = 7_u64;
        let mut dice = move |sides: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % sides
        };
        let faces: Vec<u64> = (0..60).map(|_| (0..4).fold(0, |hash, _| hash << 16 | dice(1 << 16))).collect();
        let pictures: Vec<Picture> = (0..900_u32)
            .map(|number| {
                let face = if dice(6) == 0 { 0 } else { dice(60) as usize };
                let changed = (0..dice(10)).fold(faces[face], |hash, _| hash ^ 1 << dice(64));
                at(number, number / 2 * 2 + dice(2) as u32, changed)
            })
            .collect();
        let expected = expected(&pictures);
        assert!(expected.len() > 300 && expected.iter().any(|pair| pair.2 == BITS), "{}", expected.len());
        let found = found(&pictures);
        let first = found.iter().zip(&expected).find(|(found, expected)| found != expected);
        assert_eq!((first, found.len()), (None, expected.len()));
    }

    #[test]
    fn a_default_avatar_of_very_many_links_nobody_and_takes_no_time() {
        let avatar = 0x0f0f_3355_aa55_c3c3;
        let mut pictures: Vec<Picture> = (0..200_000).map(|person| picture(person, avatar)).collect();
        // Nearly the same is the avatar, too; another picture with one quarter of it is none.
        pictures.extend([picture(300_000, avatar ^ 1), picture(300_001, !avatar & !0xffff | avatar & 0xffff)]);
        pictures.extend([picture(300_002, 0x1234_5678_9abc_def0), picture(300_003, 0x1234_5678_9abc_def1)]);
        assert_eq!(found(&pictures), [(300_002, 300_003, 1, LinkKind::Photo.weight(2))]);
    }

    #[test]
    fn quarters_are_of_sixteen_bits() {
        assert_eq!([0, 1, 2, 3].map(|number| quarter(0x1111_2222_3333_4444, number)), [0x4444, 0x3333, 0x2222, 0x1111]);
    }
}
