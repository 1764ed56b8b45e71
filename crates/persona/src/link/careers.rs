//! People with the same stations of life: employers and schools with the same dates. Stations that many share are a large employer's intake or
//! a year of a school, and link nobody.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use twox_hash::XxHash3_64;

use super::factors::{Factor, Reckoned, Told, Why};
use super::{CareerPair, LinkKind, LinkWeight, TextEnd};
use crate::people::{Document, Fact, People, Person, PersonId};
use crate::vocabulary::{DocKind, Field};

/// People up to which two stations that two of them share count in full.
const FULL: u32 = 4;

/// People from which a station says nothing.
const MOST: usize = 15;

/// Stations from which two papers that have them in common have one career between them, which so many as the table says may have; so have those
/// that state the same ones, and no others.
const WHOLE: usize = 3;

/// A station as it is compared and as it is shown; `None` without dates, as the name alone is shared by all who worked there.
fn stations(document: Document<'_>) -> Vec<(String, String)> {
    let mut groups: BTreeMap<u8, [&str; 3]> = BTreeMap::new();
    for fact in document.facts().filter(|fact| fact.group() > 0) {
        let place = match fact.field() {
            Field::Employer | Field::School => 0,
            Field::From => 1,
            Field::To => 2,
            _ => continue,
        };
        groups.entry(fact.group()).or_default()[place] = fact.text();
    }
    let dated = groups.into_values().filter(|[name, from, _]| !name.is_empty() && from.len() >= 4);
    let as_compared = |[name, from, to]: [&str; 3]| {
        let folded = folded(name);
        let shown = if to.is_empty() { format!("{name}, {from} on") } else { format!("{name}, {from} to {to}") };
        (format!("{folded}|{}|{}", month(from), month(to)), shown)
    };
    dated.map(as_compared).collect()
}

/// The name of an employer or school as it is compared.
pub(super) fn folded(name: &str) -> String {
    interdict_names::fold(name).to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The names of all employers and schools that a person's papers state, as they are compared.
pub(super) fn named(person: Person<'_>) -> Vec<String> {
    let is_station = |fact: &Fact<'_>| matches!(fact.field(), Field::Employer | Field::School);
    let names = papers(person).flat_map(|paper| paper.facts().filter(is_station).collect::<Vec<_>>());
    names.map(|fact| folded(fact.text())).filter(|name| !name.is_empty()).collect()
}

/// Year and month of a date; the day is left out.
fn month(date: &str) -> &str {
    date.get(..7).unwrap_or(date)
}

/// A station with what states it.
struct Held {
    key: String,
    end: TextEnd,
    shown: String,
}

/// The papers in which somebody states a career.
pub(super) fn papers(person: Person<'_>) -> impl Iterator<Item = Document<'_>> {
    person.documents_of(DocKind::Cv).chain(person.documents_of(DocKind::Profile))
}

impl CareerPair {
    /// Its weight: that of a whole career, or of so many stations of which the most frequent is held by so many.
    pub(super) fn reckoned<T: Told>(&self) -> Reckoned<T> {
        let row = LinkKind::Career.row();
        // A class and an intake have two stations in common, and many of them; who have three have as much of a career as papers of three state.
        if self.whole || self.stations.len() >= WHOLE {
            return Reckoned::of(row, self.holders as usize);
        }
        let two = Factor::new(Why::Stations, 0.5);
        Reckoned::of(&LinkWeight { full: FULL, most: MOST as u32, ..*row }, self.holders as usize).times(Some(two))
    }
}

fn held(person: Person<'_>) -> impl Iterator<Item = Held> {
    papers(person).flat_map(|document| {
        stations(document).into_iter().map(move |(key, shown)| Held { key, end: TextEnd::of(document), shown })
    })
}

pub(super) fn hash(key: &str) -> u64 {
    XxHash3_64::oneshot(key.as_bytes())
}

/// Who holds what, by hashes and then by persons.
fn holders(people: &People, of: impl Fn(Person<'_>) -> Vec<u64> + Sync) -> Vec<(u64, PersonId)> {
    let of = |index: u32| of(people.person(PersonId(index))).into_iter().map(move |hash| (hash, PersonId(index)));
    let mut all: Vec<(u64, PersonId)> = (0..people.len() as u32).into_par_iter().flat_map_iter(of).collect();
    all.par_sort_unstable();
    all.dedup();
    all
}

/// What two hold and at most so many.
fn several(holders: &[(u64, PersonId)], most: usize) -> impl Iterator<Item = &[(u64, PersonId)]> {
    holders.chunk_by(|one, other| one.0 == other.0).filter(move |holders| (2..=most).contains(&holders.len()))
}

/// The stations that several people have, and not too many, in the order of people. Most stations are one person's: of them no more is kept
/// than a hash.
fn held_by_several(people: &People) -> Vec<Held> {
    let hashes = holders(people, |person| held(person).map(|held| hash(&held.key)).collect());
    let several: FxHashSet<u64> = several(&hashes, MOST).map(|holders| holders[0].0).collect();
    drop(hashes);
    let all = (0..people.len() as u32).into_par_iter().map(|index| people.person(PersonId(index)));
    all.flat_map_iter(|person| held(person).filter(|held| several.contains(&hash(&held.key)))).collect()
}

/// What a paper states of a whole career.
struct Whole {
    hash: u64,
    end: TextEnd,
    shown: Vec<String>,
}

fn wholes(person: Person<'_>) -> Vec<Whole> {
    let whole = |document: Document<'_>| {
        let mut all = stations(document);
        all.sort_unstable();
        all.dedup_by(|(one, _), (other, _)| one == other);
        let hash = hash(&all.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>().join("\n"));
        let shown = all.into_iter().map(|(_, shown)| shown).collect::<Vec<_>>();
        (shown.len() >= WHOLE).then(|| Whole { hash, end: TextEnd::of(document), shown })
    };
    papers(person).filter_map(whole).collect()
}

/// Papers of several people, and not too many, that state the same career: the first of each person, in the order of people.
fn whole_careers(people: &People) -> Vec<Vec<Whole>> {
    let all = holders(people, |person| wholes(person).iter().map(|whole| whole.hash).collect());
    // From so many on it weighs nothing.
    let most = LinkKind::Career.row().most as usize - 1;
    let found = |(hash, person): &(u64, PersonId)| wholes(people.person(*person)).into_iter().find(|whole| whole.hash == *hash);
    several(&all, most).map(|holders| holders.iter().filter_map(found).collect()).collect()
}

pub(super) fn pairs(people: &People) -> Vec<CareerPair> {
    let mut by_station: FxHashMap<String, Vec<(TextEnd, String)>> = FxHashMap::default();
    for Held { key, end, shown } in held_by_several(people) {
        let holders = by_station.entry(key).or_default();
        if holders.len() <= MOST && holders.last().is_none_or(|(last, _)| last.person != end.person) {
            holders.push((end, shown));
        }
    }
    let mut common: BTreeMap<(TextEnd, TextEnd), Vec<String>> = BTreeMap::new();
    let mut holders_most: FxHashMap<(TextEnd, TextEnd), usize> = FxHashMap::default();
    let mut keys: Vec<&String> = by_station.keys().collect();
    keys.sort_unstable();
    for key in keys {
        let holders = &by_station[key];
        if !(2..=MOST).contains(&holders.len()) {
            continue;
        }
        for (index, (a, shown)) in holders.iter().enumerate() {
            for (b, _) in &holders[index + 1..] {
                common.entry((*a, *b)).or_default().push(shown.clone());
                let most = holders_most.entry((*a, *b)).or_default();
                *most = (*most).max(holders.len());
            }
        }
    }
    let weigh = |((a, b), stations): ((TextEnd, TextEnd), Vec<String>)| {
        if stations.len() < 2 {
            return None;
        }
        let pair =
            CareerPair { a, b, stations, whole: false, holders: holders_most[&(a, b)] as u32, weight: Reckoned::default() };
        let pair = CareerPair { weight: pair.reckoned(), ..pair };
        (pair.weight.value() > 0.0).then_some(pair)
    };
    let mut pairs: BTreeMap<(TextEnd, TextEnd), CareerPair> =
        common.into_iter().filter_map(weigh).map(|pair| ((pair.a, pair.b), pair)).collect();
    for holders in whole_careers(people) {
        for (index, a) in holders.iter().enumerate() {
            for b in &holders[index + 1..] {
                let new = || {
                    let (stations, weight) = (a.shown.clone(), Reckoned::default());
                    CareerPair { a: a.end, b: b.end, stations, whole: true, holders: holders.len() as u32, weight }
                };
                let pair = pairs.entry((a.end, b.end)).or_insert_with(new);
                let (whole, count) = (pair.whole, pair.holders);
                (pair.whole, pair.holders) = (true, holders.len() as u32);
                let weight = pair.reckoned();
                if weight > pair.weight {
                    pair.weight = weight;
                } else {
                    (pair.whole, pair.holders) = (whole, count);
                }
            }
        }
    }
    pairs.into_values().collect()
}
