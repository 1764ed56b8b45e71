//! Newcomers against a base: what an applicant shares with people who are known, without linking all of them again. A base, looked up once
//! from people and their links, and a few new people go in; what each shares with whom, by which records, and the rings that it would join
//! come out.
//!
//! Weights are those of a full run with the newcomers in it. What a full run sees besides is left out: careers, habits, farms, relations, and rings that only the newcomer
//! would make.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::holdings::{self, Found, Held, Space};
use super::pairs::{self, Bond, Sum};
use super::rings::Beside;
use super::{Family, Holding, LinkKind, Links, TextEnd, photos, texts};
use crate::assess::Tests;
use crate::evaluate::{Evidence, MAX_OTHERS};
use crate::people::{Document, People, Person, PersonId};
use crate::sketch::MIN_SHINGLES;
use crate::text::TextId;
use crate::vocabulary::{DocKind, Field, IdKind, RelKind};

/// Somebody with what the newcomer shares with him: the sum, who, and each kind with its weight.
type Weighed = (f64, PersonId, Vec<(LinkKind, f64)>);

/// A base of people with their links, in which newcomers are looked up.
#[derive(Debug)]
pub struct Base<'a> {
    tests: &'a Tests<'a>,
    links: &'a Links,
    held: Held,
    keyed: FxHashMap<[u8; 32], u32>,
    /// The line of each address: IPv4 as it is, IPv6 by its prefix.
    lines: FxHashMap<u128, u32>,
    ips: FxHashMap<IpAddr, u32>,
    /// Texts that are compared, by kind: rows of `People::docs`.
    docs: Vec<u32>,
    /// Hash of a sentence with its kind, and place in `docs`.
    sentences: Vec<(u64, u32)>,
    /// Hash of a band of a sketch with its kind, and place in `docs`.
    bands: Vec<(u32, u32)>,
    photos: Vec<(u64, bool, TextEnd)>,
    ids: FxHashMap<TextId, PersonId>,
}

/// A value that a newcomer shares with people of the base.
#[derive(Debug, Clone)]
pub struct Common {
    /// What.
    pub kind: LinkKind,
    /// How many hold it, the newcomer included.
    pub holders: usize,
    /// Weight between two of them before what is known of the two, in natural log-odds.
    pub weight: f64,
    /// The newcomer's record.
    pub own: Evidence,
    /// Records of the others, by person, at most [`MAX_OTHERS`].
    pub others: Vec<Evidence>,
}

/// A text of the base that a text of the newcomer is near to.
#[derive(Debug, Clone)]
pub struct NearText {
    /// What kind of link it is.
    pub kind: LinkKind,
    /// The newcomer's text.
    pub own: TextEnd,
    /// The text of the base.
    pub other: TextEnd,
    /// Estimated share of common word triples, 0 to 1.
    pub likeness: f64,
    /// Equal sentences that few hold.
    pub sentences: u32,
    /// One of them, where it was kept.
    pub passage: Option<String>,
    /// Weight, in natural log-odds.
    pub weight: f64,
}

/// A picture of the base that a picture of the newcomer is near to.
#[derive(Debug, Clone, Copy)]
pub struct NearPhoto {
    /// Whether whole pictures are compared, or their bases.
    pub whole: bool,
    /// The newcomer's picture.
    pub own: TextEnd,
    /// The picture of the base.
    pub other: TextEnd,
    /// Bits that differ, of 64.
    pub distance: u32,
    /// Weight, in natural log-odds.
    pub weight: f64,
}

/// How strongly a newcomer is tied to a person of the base.
#[derive(Debug, Clone)]
pub struct Tie {
    /// Who of the base.
    pub person: PersonId,
    /// Less what is openly known of the two, in natural log-odds.
    pub weight: f64,
    /// What ties them, each with its weight.
    pub kinds: Vec<(LinkKind, f64)>,
    /// Whether it is as much as links two people.
    pub linked: bool,
    /// How the two openly belong together.
    pub bond: &'static str,
    /// The ring of the person, as its place in [`Links::rings`].
    pub ring: Option<usize>,
}

/// What a newcomer shares with the base.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// Who, among the newcomers.
    pub person: PersonId,
    /// The person of the base who has its id: then this is news of a known person, whose own records are no link.
    pub known: Option<PersonId>,
    /// Values, the weightiest first.
    pub shared: Vec<Common>,
    /// Texts.
    pub near_texts: Vec<NearText>,
    /// Pictures.
    pub near_photos: Vec<NearPhoto>,
    /// Who of the base it is tied to, the strongest first.
    pub ties: Vec<Tie>,
    /// The rings that it would join, as places in [`Links::rings`].
    pub rings: Vec<usize>,
}

/// People of the base that a newcomer is tied to at most.
const MOST_TIES: usize = 200;

fn line_key(ip: IpAddr) -> u128 {
    match ip {
        // No prefix of IPv6 begins like this: `::ffff:0:0` is read as IPv4.
        IpAddr::V4(ip) => u128::from(u32::from(ip)),
        IpAddr::V6(ip) => u128::from(ip) >> 64 << 64 | 1 << 63,
    }
}

fn of_kind(hash: u64, kind: LinkKind) -> u64 {
    hash ^ (kind as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn band_keys(mins: &[u32], kind: LinkKind) -> impl Iterator<Item = u32> {
    (0..texts::BANDS).map(move |band| {
        let key = texts::hash_of_part(texts::part_of(mins, band), of_kind(band as u64, kind));
        (key ^ (key >> 32)) as u32
    })
}

/// The rows of sorted pairs with a key.
fn rows_of<K: Ord + Copy>(pairs: &[(K, u32)], key: K) -> &[(K, u32)] {
    let start = pairs.partition_point(|(other, _)| *other < key);
    let end = start + pairs[start..].partition_point(|(other, _)| *other == key);
    &pairs[start..end]
}

impl<'a> Base<'a> {
    /// Makes what newcomers are looked up in. It takes about as long as linking, and some hundred bytes for each value.
    #[must_use]
    #[expect(clippy::similar_names, reason = "lines are lines, and links are links")]
    pub fn new(tests: &'a Tests<'a>, links: &'a Links) -> Self {
        let people = tests.people;
        let mut held = holdings::held(tests, &links.networks);
        held.holdings.shrink_to_fit();
        let keyed = people.keyed.iter().enumerate().map(|(index, hash)| (hash.0, index as u32)).collect();
        let mut lines = FxHashMap::default();
        for (index, ip) in people.ips.iter().enumerate() {
            lines.entry(line_key(*ip)).or_insert_with(|| links.networks.line(index as u32));
        }
        let ips = people.ips.iter().enumerate().map(|(index, ip)| (*ip, index as u32)).collect();
        let kind = |row: u32| texts::kind_of(people.docs[row as usize].kind, tests.policy);
        let sketch = |row: u32| people.document(row).sketch();
        let docs: Vec<u32> =
            (0..people.docs.len() as u32).filter(|row| kind(*row).is_some() && sketch(*row).is_some()).collect();
        let mut sentences: Vec<(u64, u32)> = (docs.par_iter().enumerate())
            .filter_map(|(at, row)| Some((at, kind(*row)?, sketch(*row)?)))
            .flat_map_iter(|(at, kind, sketch)| {
                sketch.sentences.iter().map(move |sentence| (of_kind(sentence.hash(), kind), at as u32))
            })
            .collect();
        sentences.par_sort_unstable();
        let mut bands: Vec<(u32, u32)> = (docs.par_iter().enumerate())
            .filter_map(|(at, row)| Some((at, kind(*row)?, sketch(*row)?)))
            .filter(|(_, _, sketch)| sketch.shingles >= MIN_SHINGLES)
            .flat_map_iter(|(at, kind, sketch)| band_keys(sketch.mins, kind).map(move |key| (key, at as u32)))
            .collect();
        bands.par_sort_unstable();
        let photos = people.all().flat_map(|person| pictures(person, tests)).collect();
        let own = people.persons.iter().enumerate().map(|(index, row)| (row.id, PersonId(index as u32)));
        let ids = people.also.iter().map(|(person, id, _)| (*id, *person)).chain(own).collect();
        Self { tests, links, held, keyed, lines, ips, docs, sentences, bands, photos, ids }
    }

    /// The same tests of newcomers, against what is usual among these, and with what the base knows of their addresses.
    #[must_use]
    pub fn tests<'b>(&self, people: &'b People) -> Tests<'b>
    where
        'a: 'b,
    {
        self.tests.of_others(people, |ip| self.ips.get(&ip).map(|ip| self.links.networks.class(*ip)))
    }

    /// Looks newcomers up. `tests` are those of the newcomers, as [`Base::tests`] makes them, and `links` theirs among each other;
    /// with both, an [`Assessor`](crate::Assessor) tells what each shows alone.
    #[must_use]
    pub fn add(&self, tests: &Tests<'_>, links: &Links) -> Vec<Newcomer> {
        let people = tests.people;
        let held = holdings::held(tests, &links.networks);
        let mut fresh: Vec<(u32, &str)> = held.fresh.iter().map(|(text, number)| (*number, text.as_str())).collect();
        fresh.sort_unstable();
        let mut by_person: Vec<Vec<(Holding, Holding)>> = vec![Vec::new(); people.len()];
        for own in &held.holdings {
            if let Some(value) = self.value(people, &fresh, own) {
                let person = PersonId((self.tests.people.len() + own.person.index()) as u32);
                by_person[own.person.index()].push((Holding { value, person, ..*own }, *own));
            }
        }
        people.all().map(|person| self.newcomer(tests, person, &by_person[person.id().index()])).collect()
    }

    /// The number in the base of a value of a newcomer.
    fn value(&self, people: &People, fresh: &[(u32, &str)], own: &Holding) -> Option<u32> {
        match own.space {
            Space::Document | Space::Tax | Space::Payee | Space::Card | Space::Device | Space::Serial | Space::Usb => {
                self.keyed.get(&people.keyed[own.value as usize].0).copied()
            }
            Space::Ip => self.lines.get(&line_key(people.ips[own.value as usize])).copied(),
            _ => {
                let after = own.value.checked_sub(people.texts.len() as u32);
                let text = match after {
                    None => people.texts.get(TextId(own.value)),
                    Some(_) => fresh[fresh.binary_search_by_key(&own.value, |(number, _)| *number).ok()?].1,
                };
                let base = self.tests.people;
                base.texts.find(text).map(|text| text.0).or_else(|| self.held.fresh.get(text).copied())
            }
        }
    }

    fn newcomer(&self, tests: &Tests<'_>, person: Person<'_>, holdings: &[(Holding, Holding)]) -> Newcomer {
        let base = self.tests.people;
        let as_base = PersonId((base.len() + person.id().index()) as u32);
        let known = base.texts.find(person.key()).and_then(|id| self.ids.get(&id)).copied();
        let is_known = |other: PersonId| Some(other) == known;

        let mut found = Found { shared: Vec::new(), holdings: Vec::new(), wide: Vec::new() };
        let mut own: Vec<Holding> = holdings.iter().map(|(as_base, _)| *as_base).collect();
        own.sort_unstable();
        for rows in own.chunk_by(|a, b| (a.space, a.value) == (b.space, b.value)) {
            let key = (rows[0].space, rows[0].value);
            let all = &self.held.holdings;
            let start = all.partition_point(|row| (row.space, row.value) < key);
            let end = start + all[start..].partition_point(|row| (row.space, row.value) == key);
            let mut group: Vec<Holding> = all[start..end].iter().filter(|row| !is_known(row.person)).copied().collect();
            if !group.is_empty() {
                group.extend_from_slice(rows);
                found.group(&group, &self.links.networks);
            }
        }
        found.settle(&self.links.openly);

        let mut edges: BTreeMap<PersonId, Vec<(LinkKind, f64)>> = BTreeMap::new();
        // What is shared only as a value that many hold and few bear out.
        let mut lowered: FxHashSet<(PersonId, LinkKind)> = FxHashSet::default();
        let mut shared = Vec::new();
        for row in &found.shared {
            let holders = &found.holdings[row.start as usize..row.end as usize];
            // A reference's contact that only people of the base share is theirs.
            let Some((mine, others)) = holders.split_last().filter(|(mine, _)| mine.person == as_base) else { continue };
            let Some((_, original)) = holdings.iter().find(|(as_base, _)| as_base == mine).or_else(|| {
                holdings.iter().find(|(held, _)| (held.space, held.value, held.kind) == (mine.space, mine.value, mine.kind))
            }) else {
                continue;
            };
            let tied = if holders.len() <= pairs::EACH_WITH_EACH { others } else { &others[others.len() - 1..] };
            let share = self.links.borne_out(row);
            for other in tied {
                let weight = row.weight.value() * share * self.links.meet(row.space, mine, other);
                if weight > 0.0 {
                    edges.entry(other.person).or_default().push((row.kind, weight));
                    if share < 1.0 {
                        lowered.insert((other.person, row.kind));
                    }
                }
            }
            shared.push(Common {
                kind: row.kind,
                holders: holders.len(),
                weight: row.weight.value(),
                own: original.evidence(tests.people),
                others: others.iter().take(MAX_OTHERS).map(|other| other.evidence(base)).collect(),
            });
        }
        shared.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| (a.kind, &a.own).cmp(&(b.kind, &b.own))));

        let near_texts = self.near_texts(tests, person, known);
        for text in &near_texts {
            edges.entry(text.other.person).or_default().push((text.kind, text.weight));
        }
        let near_photos = self.near_photos(tests, person, known);
        for photo in &near_photos {
            let kind = if photo.whole { LinkKind::Photo } else { LinkKind::PictureBase };
            edges.entry(photo.other.person).or_default().push((kind, photo.weight));
        }
        let (ties, rings) = self.ties(tests, person, &own, edges, &lowered);
        Newcomer { person: person.id(), known, shared, near_texts, near_photos, ties, rings }
    }

    fn ties(
        &self,
        tests: &Tests<'_>,
        person: Person<'_>,
        own: &[Holding],
        edges: BTreeMap<PersonId, Vec<(LinkKind, f64)>>,
        lowered: &FxHashSet<(PersonId, LinkKind)>,
    ) -> (Vec<Tie>, Vec<usize>) {
        let base = self.tests.people;
        let settings = &self.links.settings;
        let homes: Vec<u32> = own.iter().filter(|row| row.kind == IdKind::Address).map(|row| row.value).collect();
        let vendors: Vec<u32> = (person.relations())
            .filter(|relation| relation.kind() == RelKind::StaffedBy)
            .filter_map(|relation| Some(self.ids.get(&base.texts.find(relation.b().key())?)?.0))
            .collect();
        let mut strongest: Vec<Weighed> = (edges.into_iter())
            .map(|(other, edges)| (pairs::combine(edges.iter().copied(), Bond::Household).weight, other, edges))
            .collect();
        strongest.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        strongest.truncate(MOST_TIES);
        let mut rings: BTreeSet<usize> = BTreeSet::new();
        let mut beside: BTreeMap<usize, Beside> = BTreeMap::new();
        let mut ties: Vec<Tie> = (strongest.into_iter())
            .filter_map(|(_, other, mut kinds)| {
                let mut bond: Bond = self.links.openly.bond_with(person, &homes, &vendors, base.person(other));
                if pairs::is_one_person(bond, person, base.person(other), |kind| kinds.iter().any(|(one, _)| *one == kind)) {
                    bond = Bond::SamePerson;
                }
                for (kind, weight) in &mut kinds {
                    *weight *= bond.leaves(kind.row().family);
                }
                let Sum { weight, families: of_families, .. } = pairs::combine(kinds.iter().copied(), bond);
                kinds.retain(|(_, weight)| *weight > 0.0);
                if kinds.is_empty() {
                    return None;
                }
                kinds.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                let mut seen = FxHashSet::default();
                kinds.retain(|(kind, _)| seen.insert(*kind));
                let with_own = || {
                    let own = tests.own(person.id(), &of_families).min(self.tests.own(other, &of_families));
                    weight + own >= settings.link
                };
                let linked = weight >= settings.link || weight >= settings.hint && with_own();
                let ring = self.links.ring_of.get(other.index()).map(|ring| *ring as usize);
                let ring = ring.filter(|ring| *ring < self.links.rings.len());
                match ring {
                    Some(ring) if linked => {
                        rings.insert(ring);
                    }
                    Some(ring) => {
                        let own_kind = std::array::from_fn(|at| {
                            let of_family = kinds.iter().filter(|(kind, _)| kind.row().family as usize == at);
                            of_family.map(|(kind, _)| *kind).any(|kind| !lowered.contains(&(other, kind)))
                        });
                        beside.entry(ring).or_default().add(&of_families, own_kind, kinds.iter().copied());
                    }
                    None => {}
                }
                Some(Tie { person: other, weight, kinds, linked, bond: bond.label(), ring })
            })
            .collect();
        ties.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.person.cmp(&b.person)));
        // Who shares little with each of several members shares much with the ring.
        if rings.is_empty() {
            let own = |families: &[f64; Family::COUNT]| tests.own(person.id(), families);
            let joined = beside
                .into_iter()
                .filter(|(ring, shared)| shared.joins(&self.links.rings[*ring], settings, &self.links.chance, own));
            rings.extend(joined.map(|(ring, _)| ring));
        }
        (ties, rings.into_iter().collect())
    }

    fn document(&self, at: u32) -> Document<'a> {
        self.tests.people.document(self.docs[at as usize])
    }

    fn near_texts(&self, tests: &Tests<'_>, person: Person<'_>, known: Option<PersonId>) -> Vec<NearText> {
        let mut best: BTreeMap<(LinkKind, PersonId), NearText> = BTreeMap::new();
        for document in person.documents() {
            let (Some(kind), Some(sketch)) = (texts::kind_of(document.kind(), tests.policy), document.sketch()) else {
                continue;
            };
            // Sentences, with a hash of one of them and how many hold the most held.
            let mut near: BTreeMap<u32, (u32, u64, usize)> = BTreeMap::new();
            let (mut all, mut boilerplate) = (0, 0);
            for sentence in sketch.sentences {
                all += sentence.len();
                let rows = rows_of(&self.sentences, of_kind(sentence.hash(), kind));
                let mut holders: Vec<PersonId> = Vec::new();
                for (_, at) in rows.iter().take(2 * texts::MOST_OF_GROUP) {
                    let holder = self.document(*at).person_id();
                    if Some(holder) != known {
                        holders.push(holder);
                    }
                }
                holders.sort_unstable();
                holders.dedup();
                let persons = holders.len() + 1;
                let firms_own = persons > 2 && self.links.openly.is_firms(holders.iter().copied());
                if self.links.usual_texts.is_boilerplate(kind, persons) || firms_own {
                    boilerplate += sentence.len();
                    continue;
                }
                for (_, at) in rows {
                    if Some(self.document(*at).person_id()) != known {
                        let common = near.entry(*at).or_insert((0, sentence.hash(), 0));
                        common.0 += 1;
                        common.2 = common.2.max(persons);
                    }
                }
            }
            if boilerplate * 2 <= all && sketch.shingles >= MIN_SHINGLES {
                for key in band_keys(sketch.mins, kind) {
                    let rows = rows_of(&self.bands, key);
                    if rows.len() >= texts::MOST_OF_BAND {
                        continue;
                    }
                    for (_, at) in rows {
                        let other = self.document(*at);
                        if Some(other.person_id()) != known
                            && !near.contains_key(at)
                            && texts::likeness(&document, &other) >= self.links.settings.likeness
                        {
                            near.insert(*at, (0, 0, 0));
                        }
                    }
                }
            }
            let others: BTreeSet<PersonId> = near.keys().map(|at| self.document(*at).person_id()).collect();
            for (at, (sentences, hash, persons)) in near {
                let other = self.document(at);
                let likeness = texts::likeness(&document, &other);
                let holders = persons.max(if sentences == 0 { others.len() + 1 } else { 0 });
                let alike = texts::Alike::of(kind, &document, &other, sentences, likeness);
                let settings = &self.links.settings;
                let most = self.links.usual_texts.most(alike);
                let weight = texts::reckoned::<()>(kind, holders, sentences, likeness, settings, most).value();
                if weight <= 0.0 {
                    continue;
                }
                let text = NearText {
                    kind,
                    own: TextEnd::of(document),
                    other: TextEnd::of(other),
                    likeness,
                    sentences,
                    passage: texts::passage(document, hash),
                    weight,
                };
                let slot = best.entry((kind, other.person_id())).or_insert_with(|| text.clone());
                if text.weight > slot.weight {
                    *slot = text;
                }
            }
        }
        let mut found: Vec<NearText> = best.into_values().collect();
        found.sort_by(|a, b| b.weight.total_cmp(&a.weight).then((a.own, a.other).cmp(&(b.own, b.other))));
        found
    }

    fn near_photos(&self, tests: &Tests<'_>, person: Person<'_>, known: Option<PersonId>) -> Vec<NearPhoto> {
        let bits = self.links.settings.picture_bits;
        let mut found: Vec<NearPhoto> = Vec::new();
        for (hash, whole, own) in pictures(person, tests) {
            let near: Vec<(u32, TextEnd)> = (self.photos.iter())
                .filter(|(other, of_whole, end)| {
                    *of_whole == whole && (hash ^ other).count_ones() <= bits && Some(end.person) != known
                })
                .map(|(other, _, end)| ((hash ^ other).count_ones(), *end))
                .collect();
            let kind = if whole { LinkKind::Photo } else { LinkKind::PictureBase };
            let weight = kind.weight(near.len() + 1);
            if weight > 0.0 {
                found.extend(near.iter().map(|(distance, other)| NearPhoto {
                    whole,
                    own,
                    other: *other,
                    distance: *distance,
                    weight,
                }));
            }
        }
        found.sort_by_key(|photo| (photo.other.person, !photo.whole, photo.distance, photo.own, photo.other));
        found.dedup_by_key(|photo| (photo.other.person, photo.whole));
        found
    }
}

/// The pictures of a person, whole or as bases.
fn pictures(person: Person<'_>, tests: &Tests<'_>) -> Vec<(u64, bool, TextEnd)> {
    let mut all = Vec::new();
    if tests.policy.compare_pictures == Some(false) {
        return all;
    }
    for document in person.documents() {
        for (field, whole) in [(Field::ImageHash, true), (Field::BaseHash, false)] {
            if let Some(hash) = document.fact(field).and_then(|fact| photos::hash_of(fact.text())) {
                all.push((hash, whole, TextEnd::of(document)));
            }
        }
    }
    for identifier in person.identifiers_of(IdKind::PhotoHash) {
        if let Some(hash) = identifier.value().and_then(photos::hash_of) {
            let end =
                TextEnd { person: person.id(), kind: DocKind::Photo, source: identifier.source(), time: identifier.first() };
            all.push((hash, true, end));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::Base;
    use crate::assess::{Scale, Tests};
    use crate::indicators::Catalogue;
    use crate::key::TenantKey;
    use crate::link::{LinkKind, LinkSettings, Links};
    use crate::lists::Lists;
    use crate::people::{Builder, Limits, People};
    use crate::policy::Policy;
    use crate::read::{Form, Table, read_table};
    use crate::time::Time;

    const PERSONS: &str = "a,Ada Test,US\nb,Bo Sample,DE\nc,Cy Model,US\nd,Di Pattern,PL\n";
    const IDENTIFIERS: &str = "a,payee,GB00 0000 0000 1111\nb,payee,gb00000000001111\nc,payee,DE00 5555 5555\n\
        b,phone,+1 555 010 0100\nc,phone,+15550100100\nd,email,di@example.com\nd,photo_hash,f0f0a5a5c3c31234\n\
        a,address,\"12 Sample Street, Springfield, 12345 US\"\nb,address,\"7 Model Road, Dayton, 45402 US\"\nc,address,\"3 Test Lane, Salem, 97301 US\"\n";
    const EVENTS: &str = "a,login,2026-10-01T10:00:00Z,198.51.100.7,D-100\nb,login,2026-10-02T10:00:00Z,198.51.100.7,D-200\n";
    const TEXT: &str =
        "I built a payment gateway for three shops in Lisbon with two other engineers and moved it to another host.";

    fn people(parts: &[[&str; 4]]) -> People {
        let mut builder = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
        for (at, table, header) in [
            (0, Table::Person, "id,display_name,claimed_country"),
            (1, Table::Identifier, "person,kind,value"),
            (2, Table::Event, "person,kind,time,ip,device"),
            (3, Table::Document, "person,kind,text"),
        ] {
            let file = builder.file(table.name());
            let rows: String = parts.iter().map(|part| part[at]).collect();
            let text = format!("{header}\n{rows}");
            read_table(table, Form::Csv, &mut text.as_bytes(), file, &mut builder).unwrap();
        }
        builder.finish(Time::parse("2026-11-01").unwrap().time).0
    }

    /// What a newcomer shares, by kind with the ids of the others; whom it is tied to strongly enough; how many rings it would join. Values must be those
    /// that a full run finds for it.
    #[track_caller]
    fn check(rows: [&str; 4], shared: &[(LinkKind, &str)], linked: &str, rings: usize) {
        let base_rows = [PERSONS, IDENTIFIERS, EVENTS, &format!("d,cv,{TEXT}\n")];
        let (catalogue, lists, policy) = (Catalogue::built_in().unwrap(), Lists::built_in(), Policy::default());
        let as_of = Time::parse("2026-11-01").unwrap().time;
        let base_people = people(&[base_rows]);
        let tests = Tests::new(&base_people, &catalogue, &lists, &policy, Scale::default(), as_of);
        let links = Links::find(&tests, &LinkSettings::default());
        let base = Base::new(&tests, &links);
        let new_people = people(&[rows]);
        let new_tests = base.tests(&new_people);
        let new_links = Links::find(&new_tests, &LinkSettings::default());
        let found = base.add(&new_tests, &new_links);
        assert_eq!(found.len(), 1);
        let newcomer = &found[0];
        let mut values: Vec<(LinkKind, String)> = (newcomer.shared.iter())
            .flat_map(|common| {
                common.others.iter().map(|other| (common.kind, base_people.person(other.person).key().to_owned()))
            })
            .collect();
        values.sort();
        let expected: Vec<(LinkKind, String)> = shared.iter().map(|(kind, other)| (*kind, (*other).to_owned())).collect();
        assert_eq!(values, expected);
        let tied: Vec<&str> =
            (newcomer.ties.iter()).filter(|tie| tie.linked).map(|tie| base_people.person(tie.person).key()).collect();
        assert_eq!(tied.join(" "), linked);
        assert_eq!(newcomer.rings.len(), rings);

        let whole = people(&[base_rows, rows]);
        let tests = Tests::new(&whole, &catalogue, &lists, &policy, Scale::default(), as_of);
        let links = Links::find(&tests, &LinkSettings::default());
        let person = whole.find("n").unwrap();
        let mut full: Vec<(LinkKind, String)> = links
            .shared_of(person)
            .flat_map(|shared| {
                links.holders(shared).iter().map(|holder| (shared.kind, whole.person(holder.person).key().to_owned()))
            })
            .filter(|(_, other)| other != "n")
            .collect();
        full.sort();
        assert_eq!(values, full, "as a full run");
        assert_eq!(newcomer.rings.is_empty(), links.ring_of(person).is_none(), "the ring of a full run");
    }

    #[test]
    fn keys_of_a_ring_are_found() {
        check(
            [
                "n,Noa Fresh,FR\n",
                "n,payee,GB00-0000-0000-1111\nn,phone,001 555 0100100\nn,address,\"5 Plan Square, Dover, 19901 US\"\n",
                "n,login,2026-10-03T10:00:00Z,198.51.100.7,d-100\n",
                "",
            ],
            &[
                (LinkKind::Payee, "a"),
                (LinkKind::Payee, "b"),
                (LinkKind::Device, "a"),
                (LinkKind::Ip, "a"),
                (LinkKind::Ip, "b"),
                (LinkKind::Phone, "b"),
                (LinkKind::Phone, "c"),
            ],
            "a b",
            1,
        );
    }

    #[test]
    fn an_honest_newcomer_is_clear() {
        check(
            [
                "n,Noa Fresh,FR\n",
                "n,payee,FR00 7777 8888\nn,email,noa@example.com\n",
                "n,login,2026-10-03T10:00:00Z,198.51.100.99,X\n",
                "",
            ],
            &[],
            "",
            0,
        );
    }

    #[test]
    fn texts_and_pictures_are_found() {
        let rows = ["n,Noa Fresh,FR\n", "n,photo_hash,f0f0a5a5c3c31235\n", "", &format!("n,cv,{}\n", TEXT.to_uppercase())];
        let (catalogue, lists, policy) = (Catalogue::built_in().unwrap(), Lists::built_in(), Policy::default());
        let as_of = Time::parse("2026-11-01").unwrap().time;
        let base_people = people(&[[PERSONS, IDENTIFIERS, EVENTS, &format!("d,cv,{TEXT}\n")]]);
        let tests = Tests::new(&base_people, &catalogue, &lists, &policy, Scale::default(), as_of);
        let links = Links::find(&tests, &LinkSettings::default());
        let base = Base::new(&tests, &links);
        let new_people = people(&[rows]);
        let new_tests = base.tests(&new_people);
        let new_links = Links::find(&new_tests, &LinkSettings::default());
        let found = base.add(&new_tests, &new_links);
        let d = base_people.find("d").unwrap();
        let [text] = &found[0].near_texts[..] else { panic!("{:?}", found[0]) };
        assert_eq!((text.other.person, text.sentences), (d, 1));
        let [photo] = &found[0].near_photos[..] else { panic!("{:?}", found[0]) };
        assert_eq!((photo.other.person, photo.distance), (d, 1));
        assert_eq!(found[0].ties[0].person, d);
    }
}
