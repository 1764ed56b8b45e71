//! What people share. All people go in; values that several hold, texts and pictures that are nearly the same, careers that agree and
//! relations come out as links, each weighted by how rare what is shared is; from them rings, which share an operator, and farms, where
//! devices of several people stand in one place.
//!
//! A value that very many hold links nobody, so that no value costs more than its holders: a carrier's address, an exit of a VPN, a
//! recruiter's telephone, a form letter.

mod belief;
mod blocks;
mod careers;
mod factors;
mod farms;
mod habits;
mod holdings;
mod newcomer;
mod pairs;
mod parts;
mod photos;
mod rings;
mod texts;
mod weights;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::assess::Tests;
use crate::evaluate::Evidence;
use crate::networks::Networks;
use crate::people::{People, Person, PersonId, Shown, Source};
use crate::time::Time;
use crate::vocabulary::IdKind;

pub use factors::{Account, Between, Cause, Counted, Factor, Reckoned, Why};
pub use farms::{Farm, FarmFact, FarmKey, Stand};
pub use newcomer::{Base, Common, NearPhoto, NearText, Newcomer, Tie};
pub use rings::{Key, Member, Ring, RingLink};
pub use weights::{Family, LinkKind, LinkWeight, WEIGHTS};

pub(crate) use holdings::{Holding, Space};
pub(crate) use pairs::{Bond, From, explains};

/// Bounds of what makes a ring. `Default` is what the documentation describes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinkSettings {
    /// Evidence from which two people are linked, in natural log-odds.
    pub link: f64,
    /// Evidence from which two people are linked who both show something alone.
    pub hint: f64,
    /// Evidence with all members of a ring that is known from which somebody beside it is taken in.
    pub join: f64,
    /// Independent families of evidence that a ring needs.
    pub families: usize,
    /// Share of common word triples from which two texts are near, 0 to 1.
    pub likeness: f64,
    /// Bits by which the hashes of near pictures differ at most, of 64.
    pub picture_bits: u32,
    /// Days that may lie between the sightings of an address or device by two people.
    pub gap_days: u32,
}

impl Default for LinkSettings {
    fn default() -> Self {
        // 4: fifty to one. 7 bits: what resizing and recompression leave, far from what two pictures have in common by chance (24 and more).
        Self { link: 4.0, hint: 1.0, join: 2.0, families: 2, likeness: 0.6, picture_bits: 7, gap_days: 14 }
    }
}

/// Something that several people share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shared {
    pub(crate) kind: LinkKind,
    pub(crate) space: Space,
    /// Number of the value in its space.
    pub(crate) value: u32,
    /// Its holders in `Links::holdings`, by person, each once.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Weight of the link between two of them, before what is known of the two.
    pub(crate) weight: Reckoned,
}

/// Two texts of two people that are nearly the same.
#[derive(Debug, Clone)]
pub struct TextPair {
    /// One.
    pub a: TextEnd,
    /// The other.
    pub b: TextEnd,
    /// Estimated share of common word triples, 0 to 1.
    pub likeness: f64,
    /// Equal sentences that few hold.
    pub sentences: u32,
    /// One of them, where it was kept.
    pub passage: Option<String>,
    /// What kind of link it is.
    pub kind: LinkKind,
    /// How many have what they have in common.
    pub holders: u32,
    /// What texts that are alike in this way weigh at most.
    pub(crate) most: f64,
    /// Weight.
    pub weight: Reckoned,
}

/// An end of a [`TextPair`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextEnd {
    /// Whose text.
    pub person: PersonId,
    /// What it is.
    pub kind: crate::vocabulary::DocKind,
    /// The record.
    pub source: Source,
    /// When it was made or handed in.
    pub time: Option<Time>,
}

impl TextEnd {
    fn of(document: crate::people::Document<'_>) -> Self {
        Self { person: document.person_id(), kind: document.kind(), source: document.source(), time: document.time() }
    }
}

/// Two pictures of two people that are nearly the same.
#[derive(Debug, Clone)]
pub struct PhotoPair {
    /// One.
    pub a: TextEnd,
    /// The other.
    pub b: TextEnd,
    /// Whether the whole picture is compared, or its base without the middle.
    pub whole: bool,
    /// Bits that differ, of 64.
    pub distance: u32,
    /// How many have such a picture.
    pub holders: u32,
    /// Weight.
    pub weight: Reckoned,
}

/// Two people with the same stations of life.
#[derive(Debug, Clone)]
pub struct CareerPair {
    /// One.
    pub a: TextEnd,
    /// The other.
    pub b: TextEnd,
    /// The stations: employer or school with its dates.
    pub stations: Vec<String>,
    /// Whether they are all that a paper states.
    pub whole: bool,
    /// How many have them.
    pub holders: u32,
    /// Weight.
    pub weight: Reckoned,
}

/// Two people who do alike what no single value tells.
#[derive(Debug, Clone)]
pub(crate) struct HabitPair {
    /// What.
    pub(crate) kind: LinkKind,
    /// One.
    pub(crate) a: HabitEnd,
    /// The other.
    pub(crate) b: HabitEnd,
    /// With what: exits, an address, a client.
    pub(crate) value: String,
    /// How many do so.
    pub(crate) holders: u32,
    /// What lessens it besides.
    pub(crate) factor: Option<Factor>,
    /// Weight.
    pub(crate) weight: Reckoned,
}

/// An end of a [`HabitPair`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HabitEnd {
    /// Who.
    pub(crate) person: PersonId,
    /// The first record that shows it.
    pub(crate) source: Source,
    /// When.
    pub(crate) time: Option<Time>,
}

impl HabitPair {
    fn evidence(&self) -> [Evidence; 2] {
        [self.a, self.b].map(|end| Evidence {
            person: end.person,
            what: self.kind.label().to_owned(),
            value: Shown::Text(self.value.clone()),
            time: end.time,
            source: end.source,
        })
    }
}

/// All links among people, with rings and farms.
#[derive(Debug)]
pub struct Links {
    pub(crate) shared: Vec<Shared>,
    pub(crate) holdings: Vec<Holding>,
    pub(crate) wide: Vec<holdings::Wide>,
    pub(crate) shared_of: Index,
    pub(crate) texts: Vec<TextPair>,
    pub(crate) texts_of: Index,
    pub(crate) photos: Vec<PhotoPair>,
    pub(crate) photos_of: Index,
    pub(crate) careers: Vec<CareerPair>,
    pub(crate) careers_of: Index,
    pub(crate) habits: Vec<HabitPair>,
    pub(crate) habits_of: Index,
    pub(crate) rings: Vec<Ring>,
    pub(crate) ring_of: Vec<u32>,
    pub(crate) farms: Vec<Farm>,
    pub(crate) farm_of: Vec<u32>,
    pub(crate) openly: pairs::Openly,
    pub(crate) networks: Arc<Networks>,
    settings: LinkSettings,
    /// Share of its weight that a value has in linking which many hold and few bear out. That somebody shares it stays a finding.
    borne_out: FxHashMap<(Space, u32), f64>,
    /// The same by row of what is shared.
    borne_rows: FxHashMap<u32, Factor>,
    /// What is known of staffing firms that link, by the firm.
    firms: FxHashMap<u32, pairs::Lent>,
    /// Of each farm that was left out, how many it had: links of rings still rest on it.
    farms_left_out: Vec<usize>,
    /// What common texts weigh at most, by how many have the like in common.
    usual_texts: texts::Usual,
    chance: rings::Chance,
    /// How likely each person is to be a persona, all evidence together; `None` where too few people are known to say.
    beliefs: Option<belief::Beliefs>,
}

/// Rows by person.
#[derive(Debug, Default)]
pub(crate) struct Index {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Index {
    /// From pairs of person and row.
    fn new(count: usize, mut pairs: Vec<(PersonId, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut starts = vec![0_u32; count + 1];
        for (person, _) in &pairs {
            starts[person.index() + 1] += 1;
        }
        for index in 0..count {
            starts[index + 1] += starts[index];
        }
        Self { starts, rows: pairs.into_iter().map(|(_, row)| row).collect() }
    }

    pub(crate) fn get(&self, person: PersonId) -> &[u32] {
        let index = person.index();
        match (self.starts.get(index), self.starts.get(index + 1)) {
            (Some(start), Some(end)) => &self.rows[*start as usize..*end as usize],
            _ => &[],
        }
    }
}

impl Links {
    /// Finds the links of all people.
    #[must_use]
    #[expect(clippy::similar_names, reason = "tests of people, and texts of theirs")]
    pub fn find(tests: &Tests<'_>, settings: &LinkSettings) -> Self {
        let Tests { people, policy, .. } = *tests;
        let count = people.len();
        let networks = &*tests.networks;
        // Of a few people nothing can be counted.
        if count >= rings::COUNTED {
            tests.count();
        }
        let (openly, mut found) = rayon::join(|| pairs::Openly::of(people), || holdings::shared(tests, networks));
        found.settle(&openly);
        let (((texts, usual_texts), photos), (careers, (habits, farms))) = rayon::join(
            || rayon::join(|| texts::pairs(people, policy, settings, &openly), || photos::pairs(people, policy, settings)),
            || {
                rayon::join(
                    || careers::pairs(people),
                    || rayon::join(|| habits::pairs(people, networks), || farms::find(tests, &found, &openly)),
                )
            },
        );
        let evidence = pairs::Pairs {
            people,
            networks,
            found: &found,
            texts: &texts,
            photos: &photos,
            careers: &careers,
            habits: &habits,
            farms: &farms,
            openly: &openly,
            settings,
            tests,
        };
        let rings::Found { mut rings, borne_out: borne_rows, firms, chance, beliefs } = rings::find(&evidence);
        let (farms, farms_left_out) = match &beliefs {
            Some(beliefs) => believed(farms, &mut rings, |person| beliefs.person(person, || tests.alone(person))),
            None => (farms, Vec::new()),
        };
        let borne_out = (borne_rows.iter())
            .map(|(row, left)| ((found.shared[*row as usize].space, found.shared[*row as usize].value), left.share()))
            .collect();

        let ends = |pair: &[(PersonId, PersonId)]| -> Vec<(PersonId, u32)> {
            pair.iter().enumerate().flat_map(|(row, (a, b))| [(*a, row as u32), (*b, row as u32)]).collect()
        };
        let shared_of = found.shared.iter().enumerate().flat_map(|(row, shared)| {
            let holders = &found.holdings[shared.start as usize..shared.end as usize];
            holders.iter().map(move |holder| (holder.person, row as u32))
        });
        let mut ring_of = vec![crate::people::NONE; count];
        for (row, ring) in rings.iter().enumerate() {
            ring.members.iter().for_each(|member| ring_of[member.person.index()] = row as u32);
        }
        let mut farm_of = vec![crate::people::NONE; count];
        for (row, farm) in farms.iter().enumerate() {
            farm.stands.iter().for_each(|stand| farm_of[stand.person.index()] = row as u32);
        }
        Self {
            shared_of: Index::new(count, shared_of.collect()),
            texts_of: Index::new(count, ends(&texts.iter().map(|pair| (pair.a.person, pair.b.person)).collect::<Vec<_>>())),
            photos_of: Index::new(count, ends(&photos.iter().map(|pair| (pair.a.person, pair.b.person)).collect::<Vec<_>>())),
            careers_of: Index::new(count, ends(&careers.iter().map(|pair| (pair.a.person, pair.b.person)).collect::<Vec<_>>())),
            shared: found.shared,
            holdings: found.holdings,
            wide: found.wide,
            networks: Arc::clone(&tests.networks),
            settings: *settings,
            texts,
            photos,
            careers,
            habits_of: Index::new(count, ends(&habits.iter().map(|pair| (pair.a.person, pair.b.person)).collect::<Vec<_>>())),
            habits,
            rings,
            ring_of,
            farms,
            farm_of,
            openly,
            usual_texts,
            borne_out,
            borne_rows,
            firms,
            farms_left_out,
            chance,
            beliefs,
        }
    }

    /// The rings, the largest first.
    #[must_use]
    pub fn rings(&self) -> &[Ring] {
        &self.rings
    }

    /// The farms, the largest first.
    #[must_use]
    pub fn farms(&self) -> &[Farm] {
        &self.farms
    }

    /// The ring of a person.
    #[must_use]
    pub fn ring_of(&self, person: PersonId) -> Option<&Ring> {
        self.rings.get(*self.ring_of.get(person.index())? as usize)
    }

    /// The farm of a person's device.
    #[must_use]
    pub fn farm_of(&self, person: PersonId) -> Option<&Farm> {
        self.farms.get(*self.farm_of.get(person.index())? as usize)
    }

    /// Whether two people are in one ring.
    pub(crate) fn same_ring(&self, a: PersonId, b: PersonId) -> bool {
        let ring = |person: PersonId| self.ring_of.get(person.index()).copied().filter(|ring| *ring != crate::people::NONE);
        ring(a).is_some() && ring(a) == ring(b)
    }

    /// What a person shares with others.
    pub(crate) fn shared_of(&self, person: PersonId) -> impl Iterator<Item = &Shared> {
        self.shared_of.get(person).iter().map(|row| &self.shared[*row as usize])
    }

    /// Who shares a value, by person.
    pub(crate) fn holders(&self, shared: &Shared) -> &[Holding] {
        &self.holdings[shared.start as usize..shared.end as usize]
    }

    /// Share of its weight that a value has in linking which many hold: how far they bear it out, 0 to 1.
    pub(crate) fn borne_out(&self, shared: &Shared) -> f64 {
        self.borne_out.get(&(shared.space, shared.value)).copied().unwrap_or(1.0)
    }

    /// How far all evidence together bears out that an operator stands behind what somebody shares, 0 to 1: all the way in a ring or farm,
    /// and where nothing is believed as too few people are known.
    pub(crate) fn bears_out(&self, person: Person<'_>, tests: &Tests<'_>) -> f64 {
        let id = person.id();
        match &self.beliefs {
            Some(beliefs) if self.ring_of(id).is_none() && self.farm_of(id).is_none() && !pairs::is_firm(person) => {
                (beliefs.person(id, || tests.alone(id)) / belief::RATHER).min(1.0)
            }
            _ => 1.0,
        }
    }

    /// How much two sightings of a value meet, 0 to 1.
    pub(crate) fn meet(&self, space: Space, one: &Holding, other: &Holding) -> f64 {
        pairs::meet(&self.settings, space, one, other).map_or(1.0, Factor::share)
    }

    /// What two people have in common: each value with the record of each.
    pub(crate) fn common(&self, people: &People, a: PersonId, b: PersonId) -> Vec<Evidence> {
        let mut found: Vec<(f64, [Evidence; 2])> = Vec::new();
        for shared in self.shared_of(a) {
            let of = |person| self.holders(shared).iter().find(|holder| holder.person == person);
            if let (Some(one), Some(other)) = (of(a), of(b)) {
                let weight = shared.weight.value() * self.meet(shared.space, one, other);
                if weight > 0.0 {
                    found.push((weight, [one.evidence(people), other.evidence(people)]));
                }
            }
        }
        let ends = |weight: f64, ends: [TextEnd; 2], value: String| {
            let evidence = ends.map(|end| Evidence {
                person: end.person,
                what: end.kind.label().to_owned(),
                value: Shown::Text(value.clone()),
                time: end.time,
                source: end.source,
            });
            (weight, evidence)
        };
        let both = |one: TextEnd, other: TextEnd| {
            (one.person, other.person) == (a.min(b), a.max(b)) || (other.person, one.person) == (a.min(b), a.max(b))
        };
        for pair in self.texts_of.get(a).iter().map(|row| &self.texts[*row as usize]).filter(|pair| both(pair.a, pair.b)) {
            let value =
                pair.passage.clone().unwrap_or_else(|| format!("{:.0} % of word triples in common", pair.likeness * 100.0));
            found.push(ends(pair.weight.value(), [pair.a, pair.b], value));
        }
        for pair in self.photos_of.get(a).iter().map(|row| &self.photos[*row as usize]).filter(|pair| both(pair.a, pair.b)) {
            found.push(ends(
                pair.weight.value(),
                [pair.a, pair.b],
                format!("pictures that differ in {} of 64 bits", pair.distance),
            ));
        }
        for pair in self.careers_of.get(a).iter().map(|row| &self.careers[*row as usize]).filter(|pair| both(pair.a, pair.b)) {
            found.push(ends(pair.weight.value(), [pair.a, pair.b], pair.stations.join("; ")));
        }
        let habits = self.habits_of.get(a).iter().map(|row| &self.habits[*row as usize]);
        for pair in habits.filter(|pair| (pair.a.person, pair.b.person) == (a.min(b), a.max(b))) {
            found.push((pair.weight.value(), pair.evidence()));
        }
        let person = people.person(a);
        for relation in person.relations().chain(person.relations_to()) {
            let other = if relation.a().id() == a { relation.b() } else { relation.a() };
            if other.id() == b {
                let one = Evidence::new(person, relation.kind().label(), other.key(), relation.time(), relation.source());
                found.push((0.5, [one.clone(), one]));
            }
        }
        found.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        let mut all: Vec<Evidence> = found.into_iter().flat_map(|(_, both)| both).collect();
        all.dedup();
        all
    }

    /// Values that link nobody, as very many hold them, the most held first: shown, kind, holders.
    #[must_use]
    pub fn wide(&self, people: &People) -> Vec<(Shown, IdKind, u32)> {
        let shown = |wide: &holdings::Wide| {
            // A value that only facts name has no text of its own.
            let known = wide.kind.is_keyed() || wide.kind == IdKind::Ip || (wide.value as usize) < people.texts.len();
            let value =
                if known { people.value(wide.kind, crate::people::ValueId(wide.value)) } else { Shown::Text(String::new()) };
            (value, wide.kind, wide.holders)
        };
        self.wide.iter().map(shown).collect()
    }

    /// What a thing weighs between two who share it, how many hold it, and how that comes about.
    fn reckoned(&self, people: &People, kind: LinkKind, from: From, [a, b]: [PersonId; 2]) -> (usize, Reckoned<Vec<Factor>>) {
        match from {
            From::Shared(row) => {
                let shared = &self.shared[row as usize];
                let holders = self.holders(shared);
                let reckoned = match kind {
                    LinkKind::FirmDoor => Reckoned::full(kind),
                    kind => {
                        let of = |person| holders.iter().find(|holder| holder.person == person);
                        let both = of(a).zip(of(b));
                        let meet = both.and_then(|(one, other)| pairs::meet(&self.settings, shared.space, one, other));
                        holdings::reckoned(kind, holders.len(), shared.space, shared.value, &self.networks)
                            .times(meet)
                            .times(self.borne_rows.get(&row).copied())
                    }
                };
                (holders.len(), reckoned)
            }
            From::Text(row) => {
                let pair = &self.texts[row as usize];
                (pair.holders as usize, pair.reckoned(&self.settings))
            }
            From::Photo(row) => {
                let pair = &self.photos[row as usize];
                (pair.holders as usize, pair.reckoned())
            }
            From::Career(row) => {
                let pair = &self.careers[row as usize];
                (pair.holders as usize, pair.reckoned())
            }
            From::Habit(row) => {
                let pair = &self.habits[row as usize];
                (pair.holders as usize, pair.reckoned())
            }
            From::Relation(row) => {
                let relation = &people.rels[row as usize];
                if let Some(lent) = self.firms.get(&relation.b.0).filter(|_| kind == LinkKind::Firm) {
                    return (lent.people(), lent.reckoned());
                }
                let [of_a, of_b] = [relation.a, relation.b].map(|person| {
                    let person = people.person(person);
                    person.relations().chain(person.relations_to()).filter(|one| one.kind() == relation.kind).count()
                });
                let holders = pairs::holders_of_relation(of_a, of_b);
                (holders, Reckoned::of(kind.row(), holders))
            }
            From::Farm(row) => {
                let row = row as usize;
                let left_out = || self.farms_left_out.get(row - self.farms.len()).copied().unwrap_or_default();
                let holders = self.farms.get(row).map_or_else(left_out, |farm| farm.stands.len());
                (holders, Reckoned::of(kind.row(), holders))
            }
        }
    }

    fn counted(&self, people: &People, kind: LinkKind, from: From, ends: [PersonId; 2], bond: Bond) -> Counted {
        let (holders, reckoned) = self.reckoned(people, kind, from, ends);
        Counted::new(kind, holders, reckoned.times(pairs::left_in_sum(kind, bond)))
    }

    /// What a key of a ring counts between two members: where it counts most, and where it counts least, if that is less.
    #[must_use]
    pub fn counts(&self, people: &People, key: &Key) -> (Between, Option<Between>) {
        let between = |tie: rings::Tied| {
            let counted = self.counted(people, key.kind, key.from, [tie.a, tie.b], tie.bond);
            Between { a: tie.a, b: tie.b, counted }
        };
        let least = (key.least.weight < key.most.weight).then(|| between(key.least));
        (between(key.most), least)
    }

    /// How the weight of a link of a ring comes about.
    #[must_use]
    pub fn account(&self, people: &People, ring: &Ring, link: &RingLink) -> Account {
        let sum = pairs::combine(link.parts.iter().map(|part| (part.kind, part.weight)), link.bond);
        let parts = link.parts.iter().filter(|part| part.weight > 0.0).map(|part| {
            let key = ring.keys.iter().position(|key| (key.kind, key.from) == (part.kind, part.from));
            (key, self.counted(people, part.kind, part.from, [link.a, link.b], link.bond))
        });
        let mut causes: Vec<(Vec<Family>, Cause)> = Vec::new();
        let mut of_fellows: Vec<Family> = Vec::new();
        let families: Vec<(Family, Cause)> =
            Family::LINKS.into_iter().zip(sum.of_family).filter(|(_, cause)| cause.counts() > 0.0).collect();
        for (family, cause) in &families {
            if sum.more_than_fellows[*family as usize] {
                causes.push((vec![*family], *cause));
            } else {
                of_fellows.push(*family);
            }
        }
        if !of_fellows.is_empty() {
            causes.push((of_fellows, sum.of_fellows));
        }
        Account {
            openly: link.bond.why(),
            parts: parts.collect(),
            families,
            causes,
            further: sum.further,
            front: link.front.unwrap_or_default(),
        }
    }

    /// The value of a key of a ring, where it has one, and the records of those who hold it.
    #[must_use]
    pub fn key(&self, people: &People, key: &Key) -> (Option<Shown>, Vec<Evidence>) {
        let ends = |ends: [TextEnd; 2], value: String| -> Vec<Evidence> {
            let evidence = |end: TextEnd| Evidence {
                person: end.person,
                what: end.kind.label().to_owned(),
                value: Shown::Text(value.clone()),
                time: end.time,
                source: end.source,
            };
            ends.map(evidence).to_vec()
        };
        match key.from {
            From::Shared(row) => {
                let shared = &self.shared[row as usize];
                let evidence: Vec<Evidence> = self.holders(shared).iter().map(|holder| holder.evidence(people)).collect();
                (evidence.first().map(|one| one.value.clone()), evidence)
            }
            From::Text(row) => {
                let pair = &self.texts[row as usize];
                let value =
                    pair.passage.clone().unwrap_or_else(|| format!("{:.0} % of word triples in common", pair.likeness * 100.0));
                (None, ends([pair.a, pair.b], value))
            }
            From::Photo(row) => {
                let pair = &self.photos[row as usize];
                (None, ends([pair.a, pair.b], format!("pictures that differ in {} of 64 bits", pair.distance)))
            }
            From::Career(row) => {
                let pair = &self.careers[row as usize];
                (None, ends([pair.a, pair.b], pair.stations.join("; ")))
            }
            From::Habit(row) => {
                let pair = &self.habits[row as usize];
                (Some(Shown::Text(pair.value.clone())), pair.evidence().to_vec())
            }
            From::Relation(row) => {
                let relation = &people.rels[row as usize];
                let a = people.person(relation.a);
                let value = people.person(relation.b).key();
                (None, vec![Evidence::new(a, relation.kind.label(), value, relation.time, relation.source)])
            }
            From::Farm(row) => (None, self.farms[row as usize].stands.iter().map(|stand| stand.evidence.clone()).collect()),
        }
    }
}

/// Leaves out farms of whose people all evidence together says that they are rather no personas: an office that nobody told of.
/// Also how many each of those had.
fn believed(farms: Vec<Farm>, rings: &mut [Ring], belief: impl Fn(PersonId) -> f64) -> (Vec<Farm>, Vec<usize>) {
    let is_one = |stand: &&Stand| belief(stand.person) >= belief::RATHER;
    let (mut kept, mut left_out) = (Vec::new(), Vec::new());
    let rows: Vec<Result<usize, usize>> = (farms.into_iter())
        .map(|farm| {
            if farm.stands.iter().filter(is_one).count() >= 2 {
                kept.push(farm);
                Ok(kept.len() - 1)
            } else {
                left_out.push(farm.stands.len());
                Err(left_out.len() - 1)
            }
        })
        .collect();
    for ring in rings {
        ring.keys.retain_mut(|key| match key.from {
            From::Farm(row) => rows[row as usize].map(|row| key.from = From::Farm(row as u32)).is_ok(),
            _ => true,
        });
        for part in ring.links.iter_mut().flat_map(|link| &mut link.parts) {
            if let From::Farm(row) = &mut part.from {
                // Those that were left out come after the others.
                *row = rows[*row as usize].unwrap_or_else(|left_out| kept.len() + left_out) as u32;
            }
        }
    }
    (kept, left_out)
}

#[cfg(test)]
mod tests;
