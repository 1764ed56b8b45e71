//! Pictures of different people that are nearly the same, by the distance of their perceptual hashes. Pictures without content, and those that
//! many have, link nobody.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{LinkKind, LinkSettings, PhotoPair, TextEnd};
use crate::people::People;
use crate::policy::Policy;
use crate::vocabulary::{DocKind, Field, IdKind};

/// Pictures near one from which it is a stock picture or a default.
const MOST: usize = 40;

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

/// Hashes by a quarter of them. Those with one quarter stand beside each other: of a million pictures, each is held against a thousand.
struct Quarter {
    shift: u32,
    starts: Vec<u32>,
    hashes: Vec<u64>,
    /// Numbers of the pictures.
    rows: Vec<u32>,
}

impl Quarter {
    fn of(pictures: &[Picture], shift: u32) -> Self {
        let key = |row: &u32| (pictures[*row as usize].hash >> shift) as u16;
        let mut rows: Vec<u32> = (0..pictures.len() as u32).collect();
        rows.par_sort_unstable_by_key(|row| (key(row), *row));
        let mut starts = vec![0_u32; usize::from(u16::MAX) + 2];
        for row in &rows {
            starts[usize::from(key(row)) + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let hashes = rows.iter().map(|row| pictures[*row as usize].hash).collect();
        Self { shift, starts, hashes, rows }
    }

    fn get(&self, key: u16) -> (&[u64], &[u32]) {
        let range = self.starts[usize::from(key)] as usize..self.starts[usize::from(key) + 1] as usize;
        (&self.hashes[range.clone()], &self.rows[range])
    }
}

fn near(pictures: &[Picture], whole: bool, bits: u32, all: &mut Vec<PhotoPair>) {
    // Of four quarters of the hash, one differs in at most a quarter of the bits: it is looked up as it is and with one bit changed, which
    // finds all pairs up to seven bits apart.
    let tables: Vec<Quarter> = (0..4).map(|quarter| Quarter::of(pictures, 16 * quarter)).collect();
    let found: Vec<Vec<(u32, u32)>> = (pictures.par_iter())
        .map(|picture| {
            let mut near = Vec::new();
            for table in &tables {
                let part = (picture.hash >> table.shift) as u16;
                for key in std::iter::once(part).chain((0..16).map(|bit| part ^ (1 << bit))) {
                    let (hashes, rows) = table.get(key);
                    for (hash, other) in hashes.iter().zip(rows) {
                        let distance = (picture.hash ^ hash).count_ones();
                        if distance <= bits && pictures[*other as usize].end.person != picture.end.person {
                            near.push((*other, distance));
                        }
                    }
                }
                if near.len() > 8 * MOST {
                    break;
                }
            }
            near.sort_unstable();
            near.dedup();
            near
        })
        .collect();
    let kind = if whole { LinkKind::Photo } else { LinkKind::PictureBase };
    let mut best: FxHashMap<(crate::PersonId, crate::PersonId), PhotoPair> = FxHashMap::default();
    for (index, near) in found.iter().enumerate() {
        for (other, distance) in near {
            let (a, b) = (&pictures[index], &pictures[*other as usize]);
            if a.end.person > b.end.person {
                continue;
            }
            let weight = kind.weight(near.len().max(found[*other as usize].len()) + 1);
            let pair = PhotoPair { a: a.end, b: b.end, whole, distance: *distance, weight };
            if weight > 0.0 {
                let slot = best.entry((pair.a.person, pair.b.person)).or_insert_with(|| pair.clone());
                if (pair.distance, pair.a, pair.b) < (slot.distance, slot.a, slot.b) {
                    *slot = pair;
                }
            }
        }
    }
    let mut pairs: Vec<PhotoPair> = best.into_values().collect();
    pairs.sort_unstable_by_key(|pair| (pair.a, pair.b));
    all.append(&mut pairs);
}
