//! Texts of different people that are nearly the same: equal sentences that few hold, and texts with most word triples in common, found by
//! locality-sensitive hashing of their sketches (21 bands of 3: a pair with 0.6 in common is found with 0.99, one with 0.2 with 0.15).
//! Sentences and sketches that many hold are templates, and link nobody.

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::belief::EVEN;
use super::factors::{Factor, Reckoned, Told, Why};
use super::pairs::{Bond, Openly};
use super::rings::RING;
use super::{LinkKind, LinkSettings, TextEnd, TextPair};
use crate::people::{Document, NONE, People, PersonId};
use crate::policy::Policy;
use crate::sketch::{self, BINS, Sentence};
use crate::vocabulary::DocKind;

const ROWS: usize = 3;
pub(super) const BANDS: usize = BINS / ROWS;
/// Holders up to which a sentence is looked at; one of more is boilerplate.
const MOST_OF_SENTENCE: usize = 30;
/// Pairs with a common sentence, by text, up to which they are looked at: where there are more, sentences of fewer holders are boilerplate, too.
const PAIRS_OF_TEXT: usize = 16;
/// Texts of one person with one sentence that are looked at: who sends a letter a hundred times wrote it once.
const TEXTS_OF_EACH: usize = 4;
/// Texts with one sentence that are put beside each other.
pub(super) const MOST_OF_GROUP: usize = TEXTS_OF_EACH * MOST_OF_SENTENCE;
/// Share of people who may be personas with texts of one class in common.
const PERSONAS: f64 = 0.004;
/// Texts in one band from which they are a template.
pub(super) const MOST_OF_BAND: usize = 40;

pub(super) fn kind_of(kind: DocKind, policy: &Policy) -> Option<LinkKind> {
    match kind {
        DocKind::Cv => Some(LinkKind::Cv),
        DocKind::Letter | DocKind::Answer | DocKind::Proposal | DocKind::Reference => Some(LinkKind::Letter),
        DocKind::Message if policy.read_messages => Some(LinkKind::Letter),
        DocKind::Bio | DocKind::Profile => Some(LinkKind::Bio),
        DocKind::Portfolio | DocKind::Company => Some(LinkKind::Site),
        _ => None,
    }
}

/// How much texts are alike: those of one class are as often an operator's as each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Alike {
    kind: LinkKind,
    /// Equal sentences, in steps.
    sentences: u8,
    /// Share of the shorter text that they make up, in steps.
    covered: u8,
    /// Likeness of the whole, in steps.
    likeness: u8,
}

/// What texts of each class weigh at most. A common sentence or two may be a school's, a recruiter's or a language model's: where more people
/// have texts of a class in common than operators can have personas, most of these texts are honest people's.
#[derive(Debug, Clone, Default)]
pub(super) struct Usual {
    weights: FxHashMap<Alike, f64>,
    /// Holders from which a sentence in texts of a kind is boilerplate.
    boilerplate: FxHashMap<LinkKind, usize>,
}

impl Alike {
    pub(super) fn of(kind: LinkKind, one: &Document<'_>, other: &Document<'_>, sentences: u32, likeness: f64) -> Self {
        let covered = covered(one, other);
        Self {
            kind,
            sentences: sentences.min(4) as u8,
            covered: if sentences == 0 { 0 } else { (covered * 4.0) as u8 },
            likeness: u8::from(likeness >= 0.6) + u8::from(likeness >= 0.85),
        }
    }
}

impl Usual {
    fn of(pairs: &[Found], alike: &[Alike], people: &People, openly: &Openly) -> Self {
        let mut having: Vec<(Alike, PersonId)> = (pairs.par_iter().zip(alike))
            .filter(|((pair, ..), _)| openly.bond(people.person(pair.a.person), people.person(pair.b.person)) == Bond::None)
            .flat_map_iter(|((pair, ..), alike)| [(*alike, pair.a.person), (*alike, pair.b.person)])
            .collect();
        having.par_sort_unstable();
        having.dedup();
        // Of few people, those of one ring.
        let personas = (PERSONAS * people.len() as f64).max(RING);
        let most = |having: &[(Alike, PersonId)]| EVEN + (personas / having.len() as f64).ln();
        let weights = having.chunk_by(|a, b| a.0 == b.0).map(|having| (having[0].0, most(having).max(0.0)));
        Self { weights: weights.collect(), ..Self::default() }
    }

    /// Whether a sentence that so many hold is boilerplate.
    pub(super) fn is_boilerplate(&self, kind: LinkKind, holders: usize) -> bool {
        holders >= self.boilerplate.get(&kind).copied().unwrap_or(MOST_OF_SENTENCE + 1)
    }

    /// What texts of a class weigh at most.
    pub(super) fn most(&self, alike: Alike) -> f64 {
        self.weights.get(&alike).copied().unwrap_or(f64::INFINITY)
    }
}

/// The share of the shorter of two texts that is in equal sentences.
fn covered(one: &Document<'_>, other: &Document<'_>) -> f64 {
    let (Some(one), Some(other)) = (one.sketch(), other.sketch()) else { return 0.0 };
    let hashes: FxHashSet<u64> = other.sentences.iter().map(|sentence| sentence.hash()).collect();
    let both: u32 = one.sentences.iter().filter(|one| hashes.contains(&one.hash())).map(|one| one.len()).sum();
    let length = |sentences: &[Sentence]| sentences.iter().map(|sentence| sentence.len()).sum::<u32>();
    (f64::from(both) / f64::from(length(one.sentences).min(length(other.sentences)).max(1))).min(1.0)
}

/// The hash of a sentence, and the place of a text that has it.
type Held = (u64, u32);
/// A pair with the places of both texts, and the hash of a common sentence.
type Found = (TextPair, (u32, u32), u64);

/// What two texts have in common.
#[derive(Debug, Clone, Copy, Default)]
struct Common {
    sentences: u32,
    /// Hash of one of them.
    sentence: u64,
    /// Holders of the one of them that most hold.
    holders: u32,
}

pub(super) fn pairs(people: &People, policy: &Policy, settings: &LinkSettings, openly: &Openly) -> (Vec<TextPair>, Usual) {
    let mut usual = Usual::default();
    let pairs = [LinkKind::Cv, LinkKind::Letter, LinkKind::Bio, LinkKind::Site]
        .into_iter()
        .flat_map(|kind| {
            let docs: Vec<Document<'_>> = (0..people.docs.len() as u32)
                .into_par_iter()
                .map(|row| people.document(row))
                .filter(|document| kind_of(document.kind(), policy) == Some(kind) && document.sketch().is_some())
                .collect();
            let (pairs, of_kind) = of_kind(people, &docs, kind, settings, openly);
            usual.weights.extend(of_kind.weights);
            usual.boilerplate.extend(of_kind.boilerplate);
            pairs
        })
        .collect();
    (pairs, usual)
}

fn of_kind<'a>(
    people: &'a People,
    docs: &[Document<'a>],
    kind: LinkKind,
    settings: &LinkSettings,
    openly: &Openly,
) -> (Vec<TextPair>, Usual) {
    let mut common: FxHashMap<(u32, u32), Common> = FxHashMap::default();
    let mut sentences: Vec<Held> = (docs.par_iter().enumerate())
        .flat_map_iter(|(index, document)| {
            let sketch = document.sketch();
            sketch.into_iter().flat_map(|sketch| sketch.sentences.iter()).map(move |sentence| (sentence.hash(), index as u32))
        })
        .collect();
    sentences.par_sort_unstable();
    // Texts are in the order of persons.
    let by_person = |group: &[Held]| -> Vec<PersonId> {
        let mut persons: Vec<PersonId> = group.iter().map(|row| docs[row.1 as usize].person_id()).collect();
        persons.dedup();
        persons
    };
    let few_of_each = |group: &[Held]| -> Vec<Held> {
        let of_person = group.chunk_by(|a, b| docs[a.1 as usize].person_id() == docs[b.1 as usize].person_id());
        of_person.flat_map(|texts| texts.iter().take(TEXTS_OF_EACH)).copied().collect()
    };
    let groups: Vec<(Cow<'_, [Held]>, Vec<PersonId>)> = (sentences.chunk_by(|a, b| a.0 == b.0))
        .filter(|group| group.len() > 1)
        .map(|group| (group, by_person(group)))
        .filter(|(_, persons)| persons.len() > 1)
        .map(|(group, persons)| {
            let group = if group.len() == persons.len() { Cow::Borrowed(group) } else { Cow::Owned(few_of_each(group)) };
            (group, persons)
        })
        .collect();
    let common_to = common_to(groups.iter().map(|(group, persons)| (group.len(), persons.len())), docs.len());
    let mut boilerplate = FxHashSet::default();
    for (group, persons) in &groups {
        if persons.len() >= common_to || openly.is_firms(persons.iter().copied()) {
            boilerplate.insert(group[0].0);
            continue;
        }
        if group.len() > MOST_OF_GROUP {
            continue;
        }
        for (index, (hash, a)) in group.iter().enumerate() {
            for (_, b) in &group[index + 1..] {
                if docs[*a as usize].person_id() != docs[*b as usize].person_id() {
                    let common = common.entry((*a, *b)).or_default();
                    common.sentences += 1;
                    common.sentence = *hash;
                    common.holders = common.holders.max(persons.len() as u32);
                }
            }
        }
    }
    drop(groups);
    drop(sentences);

    // A text that is boilerplate for the most part is near all that use it.
    let own_words = |document: &Document<'_>| {
        document.sketch().is_some_and(|sketch| {
            let all: u32 = sketch.sentences.iter().map(|one| one.len()).sum();
            let shared: u32 =
                sketch.sentences.iter().filter(|one| boilerplate.contains(&one.hash())).map(|one| one.len()).sum();
            shared * 2 <= all
        })
    };
    let compared = |(index, document): (usize, &Document<'a>)| {
        let sketch = document.sketch().filter(|sketch| sketch.shingles >= crate::sketch::MIN_SHINGLES)?;
        own_words(document).then_some((index as u32, sketch.mins))
    };
    let mins: Vec<(u32, &[u32])> = docs.par_iter().enumerate().filter_map(compared).collect();
    let alike = |band: usize| {
        let mut alike: Vec<(u32, u32)> = Vec::new();
        for group in groups_of_band(&mins, band) {
            for (index, a) in group.iter().enumerate() {
                for b in &group[index + 1..] {
                    let (one, other) = (&docs[*a as usize], &docs[*b as usize]);
                    let is_new = one.person_id() != other.person_id() && !common.contains_key(&(*a, *b));
                    if is_new && likeness(one, other) >= settings.likeness {
                        alike.push((*a, *b));
                    }
                }
            }
        }
        alike
    };
    let alike: Vec<Vec<(u32, u32)>> = (0..BANDS).into_par_iter().map(alike).collect();
    for pair in alike.into_iter().flatten() {
        common.entry(pair).or_default();
    }

    let near = near(common.keys(), docs);
    let mut pairs: Vec<Found> = (common.iter())
        .map(|((a, b), common)| {
            let (one, other) = (&docs[*a as usize], &docs[*b as usize]);
            let likeness = likeness(one, other);
            let holders = common.holders.max(near[a].min(near[b]) + 1);
            let pair = TextPair {
                a: TextEnd::of(*one),
                b: TextEnd::of(*other),
                likeness,
                sentences: common.sentences,
                passage: None,
                holders,
                most: f64::INFINITY,
                weight: Reckoned::default(),
                kind,
            };
            let pair = TextPair { weight: pair.reckoned(settings), ..pair };
            (pair, (*a, *b), common.sentence)
        })
        .filter(|(pair, ..)| pair.weight.value() > 0.0)
        .collect();
    pairs.sort_unstable_by(|(a, ..), (b, ..)| (a.a, a.b).cmp(&(b.a, b.b)).then(b.weight.value().total_cmp(&a.weight.value())));
    // One pair of texts for two people: the one that says most.
    let mut best: FxHashMap<(PersonId, PersonId), usize> = FxHashMap::default();
    for (index, (pair, ..)) in pairs.iter().enumerate() {
        let slot = best.entry((pair.a.person, pair.b.person)).or_insert(index);
        if pair.weight.value() > pairs[*slot].0.weight.value() {
            *slot = index;
        }
    }
    let keep: FxHashSet<usize> = best.into_values().collect();
    let mut index = 0;
    pairs.retain(|_| {
        index += 1;
        keep.contains(&(index - 1))
    });
    let alike: Vec<Alike> = (pairs.par_iter())
        .map(|(pair, (a, b), _)| Alike::of(kind, &docs[*a as usize], &docs[*b as usize], pair.sentences, pair.likeness))
        .collect();
    let mut usual = Usual::of(&pairs, &alike, people, openly);
    usual.boilerplate.insert(kind, common_to);
    for ((pair, ..), alike) in pairs.iter_mut().zip(&alike) {
        pair.most = usual.most(*alike);
        pair.weight = pair.reckoned(settings);
    }
    // Texts are unpacked for the pairs that are left.
    let text = |(pair, (document, _), _): &Found| match pair.sentences {
        0 => NONE,
        _ => docs[*document as usize].text_number(),
    };
    let texts: Vec<u32> = pairs.iter().map(text).collect();
    let passages = people.kept.read_all(&texts, |at, text| words(text, pairs[at].2));
    (pairs.into_iter().zip(passages).map(|((pair, ..), passage)| TextPair { passage, ..pair }).collect(), usual)
}

/// To the texts of how many others each text is near: what many have is worth less, and what one person has in many letters is not.
fn near<'p>(pairs: impl Iterator<Item = &'p (u32, u32)>, docs: &[Document<'_>]) -> FxHashMap<u32, u32> {
    let person = |document: u32| docs[document as usize].person_id();
    let mut others: Vec<(u32, PersonId)> = pairs.flat_map(|(a, b)| [(*a, person(*b)), (*b, person(*a))]).collect();
    others.par_sort_unstable();
    others.dedup();
    let mut near: FxHashMap<u32, u32> = FxHashMap::default();
    for (document, _) in others {
        *near.entry(document).or_default() += 1;
    }
    near
}

/// Holders from which a sentence is boilerplate; `groups` are of texts with a sentence in common, with how many people's.
fn common_to(groups: impl Iterator<Item = (usize, usize)>, docs: usize) -> usize {
    let mut pairs = [0_usize; MOST_OF_SENTENCE + 1];
    for (texts, persons) in groups.filter(|(texts, persons)| *persons <= MOST_OF_SENTENCE && *texts <= MOST_OF_GROUP) {
        pairs[persons] += texts * (texts - 1) / 2;
    }
    let mut all = 0;
    let too_many = |pairs: &usize| {
        all += pairs;
        all > PAIRS_OF_TEXT * docs
    };
    pairs.iter().position(too_many).unwrap_or(pairs.len())
}

/// A band of a sketch.
pub(super) fn part_of(mins: &[u32], band: usize) -> &[u32] {
    &mins[band * ROWS..(band + 1) * ROWS]
}

/// A hash under which equal bands meet.
pub(super) fn hash_of_part(part: &[u32], seed: u64) -> u64 {
    part.iter().fold(seed, |hash, min| (hash ^ u64::from(*min)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23))
}

/// Texts that have a band of their sketches in common, each group in the order of the texts: those of a template left out.
fn groups_of_band(mins: &[(u32, &[u32])], band: usize) -> Vec<Vec<u32>> {
    let part = |place: u32| part_of(mins[place as usize].1, band);
    // A hash and a place in one word sort faster than the band.
    let mut keys: Vec<u64> =
        (0..mins.len() as u32).map(|place| hash_of_part(part(place), band as u64) >> 32 << 32 | u64::from(place)).collect();
    keys.sort_unstable();
    let mut groups = Vec::new();
    for rows in keys.chunk_by(|a, b| a >> 32 == b >> 32).filter(|rows| rows.len() > 1) {
        let mut places: Vec<u32> = rows.iter().map(|key| *key as u32).collect();
        // Other bands may have the same hash.
        places.sort_unstable_by_key(|place| (part(*place), *place));
        let equal = places.chunk_by(|a, b| part(*a) == part(*b)).filter(|group| (2..=MOST_OF_BAND).contains(&group.len()));
        groups.extend(equal.map(|group| group.iter().map(|place| mins[*place as usize].0).collect::<Vec<u32>>()));
    }
    groups
}

impl TextPair {
    /// Its weight, as far as is known.
    pub(super) fn reckoned<T: Told>(&self, settings: &LinkSettings) -> Reckoned<T> {
        reckoned(self.kind, self.holders as usize, self.sentences, self.likeness, settings, self.most)
    }
}

/// What two texts weigh with so many rare sentences in common, which so many hold, and so like each other; texts of their class weigh `most`.
pub(super) fn reckoned<T: Told>(
    kind: LinkKind,
    holders: usize,
    sentences: u32,
    likeness: f64,
    settings: &LinkSettings,
    most: f64,
) -> Reckoned<T> {
    Reckoned::of(kind.row(), holders).times(share(sentences, likeness, settings)).at_most(Why::Usual, most)
}

/// How much of the weight two texts with so many rare sentences in common and so like each other carry.
fn share(sentences: u32, likeness: f64, settings: &LinkSettings) -> Factor {
    let by_sentences = match sentences {
        0 => 0.0,
        1 => 0.4,
        2 => 0.7,
        _ => 1.0_f64,
    };
    let by_likeness = match likeness {
        very if very >= 0.85 => 0.9,
        quite if quite >= settings.likeness => 0.6,
        _ => 0.0,
    };
    if by_likeness > by_sentences { Factor::new(Why::Alike, by_likeness) } else { Factor::new(Why::Sentences, by_sentences) }
}

pub(super) fn likeness(a: &Document<'_>, b: &Document<'_>) -> f64 {
    let (Some(one), Some(other)) = (a.sketch(), b.sketch()) else { return 0.0 };
    if one.shingles == 0 && other.shingles == 0 {
        // Only the hash of each whole text is known.
        return if one.sentences == other.sentences && !one.sentences.is_empty() { 1.0 } else { 0.0 };
    }
    one.likeness(&other)
}

/// The words of a sentence of a text, at most 240 characters of them.
pub(super) fn passage(document: Document<'_>, hash: u64) -> Option<String> {
    words(&document.text()?, hash)
}

fn words(text: &str, hash: u64) -> Option<String> {
    let text = sketch::sentence(text, hash)?;
    let cut = text.char_indices().nth(240).map_or(text.len(), |(at, _)| at);
    Some(if cut < text.len() { format!("{} …", &text[..cut]) } else { text.to_owned() })
}
