//! How likely each person is to be one of an operator's personas, all evidence together: what somebody shows alone, and everything that is
//! shared, each thing with all who share it.
//!
//! A thing that several share is either an operator's, and then nearly all of its holders are personas, or innocent, and then its holders
//! are people like others. How often a thing of its class is an operator's is measured in the records themselves, in rings that are
//! known, beside what its weight says. Persons and things then tell each other what they are (belief propagation, sum-product, damped): a
//! recruiter's telephone whose holders show nothing loses its say, a referral by somebody who is certainly a persona gains one. What comes
//! from one cause is one thing, or it would be heard twice: all that stands in one house, and what a household of two or three shares.
//!
//! What is absent speaks, too: personas mostly show something alone and share several things with their operator's others, so that who shows
//! nothing, and who shares one thing alone, is held for one the less. By how much is measured in the same way.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::pairs::{BY_FIRM, Bond, Edge, From, Pair, Pairs};
use super::rings::{Ring, by_member};
use super::{Family, LinkKind};
use crate::groups::Groups;
use crate::people::{Identifier, Person, PersonId, ValueId};

/// Share of the holders of an operator's thing who are personas.
const PERSONAS: f64 = 0.95;
/// Least and most share of personas among people, whatever was found at first.
const PRIOR: [f64; 2] = [0.004, 0.02];
/// What is left of the weight of a thing from which it is heard at all.
const HEARD: f64 = 0.15;
/// What several exits in common must weigh to be heard: two of them are everybody's.
const EXITS: f64 = 1.3;
/// Holders up to which what people share of house, money, contacts and machines may come from one household.
const HOUSEHOLD: usize = 3;
/// Holders of a thing up to which it is held against others that the same people have.
const COMPARED: usize = 64;
/// Weight, in natural log-odds, that makes a thing as likely an operator's as not, where nothing was measured, and for how many things that
/// is worth.
pub(super) const EVEN: f64 = 4.0;
const WORTH: f64 = 3.0;
/// For how many things of its label the label is worth to a class.
const LABEL: f64 = 2.0;
/// The most that a class is an operator's.
const SURE: f64 = 0.98;
/// Who shows nothing alone, in natural log-odds, at least; and the most that showing something says.
const SHOWS_NOTHING: f64 = -1.2;
const SHOWS_MOST: f64 = 4.0;
/// Below what somebody shows little, and from what much, in natural log-odds.
const LITTLE: f64 = 1.5;
const MUCH: f64 = 2.5;
/// What it says to show nothing, little, some and much where nothing was measured, and for how many members, of whom so many would show it if
/// they were like all, that is worth.
const LEVELS: [f64; 4] = [-0.7, 1.0, 1.4, 2.5];
const LEVELS_WORTH: f64 = 2.0;
/// What is measured in rings says the more, as not all who are in them are personas.
const PURER: f64 = 1.5;
/// Who shares one thing alone, in natural log-odds, at least: personas of one operator mostly share several.
const SHARES_ONE: f64 = -1.5;
/// Rounds of telling each other, and how much of the old word stays in each.
const ROUNDS: usize = 16;
const STAYS: f64 = 0.5;
/// The most that the other holders of a thing together say for its being an operator's, in natural log-odds, and against it: what they show
/// often has one innocent cause.
const MOST_HEARD: f64 = 4.0;
const MOST_SILENT: f64 = 40.0;
/// What of a further thing counts that the same people hold, too: they would talk each other up.
const AGAIN: f64 = 0.5;
/// Things of one person that are held against each other.
const MOST_IN_CIRCLES: usize = 64;
/// Change of a word, in natural log-odds, below which all has been told.
const SETTLED: f64 = 0.05;
/// From which belief somebody is rather a persona than not; surely one, beside somebody known and beside nobody; and from which a thing may be the
/// operator's of people who surely are personas.
pub(super) const RATHER: f64 = 0.5;
const SURELY_BESIDE: f64 = 0.98;
const SURELY: f64 = 0.995;
const OPERATORS: f64 = 0.2;

/// Things of one class are as often an operator's as each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Class {
    label: Label,
    /// Holders, in steps.
    holders: u8,
    /// How the holders openly belong together.
    bond: u8,
    /// Whether each holder has another value of its kind, which nobody shares: a second telephone is more often an agent's.
    besides: bool,
}

/// What a thing is, as kinds or families, and how strong it is of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Label {
    Kinds(u64, u8),
    Families(u8, u8),
}

/// Something that people share, with all who do.
#[derive(Debug)]
struct Thing {
    class: Class,
    weight: f64,
    /// In how many ways, by families, its holders are tied.
    ways: u32,
    /// Places of the holders among the persons.
    holders: Vec<u32>,
}

/// What is believed.
#[derive(Debug)]
pub(super) struct Beliefs {
    persons: FxHashMap<PersonId, f64>,
    /// With what everybody begins, in natural log-odds, and what it says to show so much alone.
    prior: f64,
    levels: Levels,
    /// Pairs that share what may be an operator's.
    tied: FxHashSet<(PersonId, PersonId)>,
}

impl Beliefs {
    pub(super) fn of(from: &Pairs<'_>, pairs: &[&Pair], rings: &[Ring]) -> Self {
        let Gathered { persons, things, of_pair } =
            Gathered::of(pairs, |person, kind| values(from.people.person(person), kind));
        let ring_of = by_member(rings.iter().filter(|ring| !ring.unsure));
        let unsure = by_member(rings.iter().filter(|ring| ring.unsure));
        let found = ring_of.len() as f64 / from.people.len().max(1) as f64;
        // Of more people in rings than there may be personas, most are none.
        let shares = shares(&things, &persons, &ring_of, &unsure, (PRIOR[1] / found).min(1.0));
        let prior = found.clamp(PRIOR[0], PRIOR[1]);
        from.learn(persons.iter().copied());
        let explained = explained(&persons, pairs);
        let own: Vec<f64> = persons.iter().zip(&explained).map(|(person, shared)| from.own(*person, shared)).collect();
        let expected: Vec<f64> =
            persons.iter().zip(&explained).map(|(person, shared)| from.tests.expected(*person, shared)).collect();
        let in_ring: Vec<bool> = persons.iter().map(|person| ring_of.contains_key(person)).collect();
        let (levels, says) = alone(&own, &expected, &things, &in_ring);
        let begin = (prior / (1.0 - prior)).ln();
        let alone: Vec<f64> = says.iter().map(|says| begin + says).collect();
        let (odds, operators) = propagate(&things, &shares, &alone, prior);
        let tied = (pairs.iter().zip(&of_pair))
            .filter(|(_, things)| things.iter().any(|thing| operators[*thing as usize] >= OPERATORS))
            .map(|(pair, _)| (pair.a, pair.b))
            .collect();
        Self { persons: persons.into_iter().zip(odds.into_iter().map(logistic)).collect(), prior: begin, levels, tied }
    }

    /// How likely somebody is to be a persona, 0 to 1; `own` is what is shown alone, and how likely something is, and all that counts
    /// where nothing that is shared is heard.
    pub(super) fn person(&self, person: PersonId, own: impl FnOnce() -> (f64, f64)) -> f64 {
        let alone = || {
            let (own, expected) = own();
            logistic(self.prior + self.levels.says(own, expected))
        };
        self.persons.get(&person).copied().unwrap_or_else(alone)
    }

    /// Without what only rings need.
    pub(super) fn of_persons(self) -> Self {
        Self { tied: FxHashSet::default(), ..self }
    }

    /// Whether both of two are rather personas than not.
    pub(super) fn believes(&self, pair: &Pair) -> bool {
        self.both(pair, RATHER)
    }

    /// Whether two are surely personas of one operator; more surely where neither is known from a ring.
    pub(super) fn surely_links(&self, pair: &Pair, beside: bool) -> bool {
        self.tied.contains(&(pair.a, pair.b)) && self.both(pair, if beside { SURELY_BESIDE } else { SURELY })
    }

    fn both(&self, pair: &Pair, least: f64) -> bool {
        [pair.a, pair.b].iter().all(|person| self.persons.get(person).is_some_and(|belief| *belief >= least))
    }
}

/// What of that which each of some people shares explains what is shown alone: that the holder of a common account is somebody else, and that a
/// common author is, are one fact, and not one of each.
fn explained(persons: &[PersonId], pairs: &[&Pair]) -> Vec<[f64; Family::COUNT]> {
    let mut explained = vec![[0.0_f64; Family::COUNT]; persons.len()];
    for pair in pairs {
        let of_firm = pair.bond == Bond::Agency;
        let mut shared = if of_firm { BY_FIRM } else { [0.0; Family::COUNT] };
        let mut add = |family: Family| shared[family as usize] = shared[family as usize].max(pair.families[family as usize]);
        add(Family::Money);
        if of_firm || pair.parts.iter().any(|edge| edge.kind == LinkKind::Author) {
            add(Family::Text);
        }
        for person in [pair.a, pair.b] {
            if let Ok(at) = persons.binary_search(&person) {
                explained[at].iter_mut().zip(shared).for_each(|(most, weight)| *most = most.max(weight));
            }
        }
    }
    explained
}

/// What each person says without the others, in natural log-odds: by what is shown alone, and by whether more than one thing is shared. With
/// what it says to show so much.
fn alone(own: &[f64], expected: &[f64], things: &[Thing], in_ring: &[bool]) -> (Levels, Vec<f64>) {
    let mut shared = vec![0_u32; own.len()];
    for thing in things {
        thing.holders.iter().for_each(|holder| shared[*holder as usize] += thing.ways);
    }
    let levels = Levels::of(in_ring.iter().copied().zip(own.iter().copied()));
    let single = silence(in_ring.iter().copied().zip(shared.iter().map(|shared| *shared > 1)), SHARES_ONE);
    let says =
        |((own, expected), shared): ((&f64, &f64), &u32)| levels.says(*own, *expected) + if *shared > 1 { 0.0 } else { single };
    let says = own.iter().zip(expected).zip(&shared).map(says).collect();
    (levels, says)
}

/// What it says to show so much alone, by levels, in natural log-odds: how much more often members of rings are of each level than all are.
#[derive(Debug, Clone, Copy)]
struct Levels([f64; 4]);

impl Levels {
    /// Of each person go in: whether in a ring, and what is shown alone.
    fn of(people: impl Iterator<Item = (bool, f64)>) -> Self {
        let mut all = [0.0_f64; 4];
        let mut members = [0.0_f64; 4];
        for (in_ring, own) in people {
            all[Self::level(own)] += 1.0;
            members[Self::level(own)] += f64::from(u8::from(in_ring));
        }
        let inside = members.iter().sum::<f64>() / all.iter().sum::<f64>().max(1.0);
        let mut says = [0.0; 4];
        for (level, says) in says.iter_mut().enumerate() {
            let expected = all[level] * inside;
            let more = ((members[level] + LEVELS_WORTH * LEVELS[level].exp()) / (expected + LEVELS_WORTH)).ln();
            *says = if more > 0.0 { (more * PURER).min(SHOWS_MOST) } else { more };
        }
        says[0] = says[0].clamp(SHOWS_NOTHING, 0.0);
        Self(says)
    }

    /// What it says that somebody shows so much alone; something says the less, the more it is expected.
    fn says(self, own: f64, expected: f64) -> f64 {
        let says = self.0[Self::level(own)];
        if own > 0.0 { says.min(own - expected.ln()) } else { says }
    }

    fn level(own: f64) -> usize {
        match own {
            nothing if nothing <= 0.0 => 0,
            little if little < LITTLE => 1,
            some if some < MUCH => 2,
            _ => 3,
        }
    }
}

/// What it says that somebody shares no second thing: how much rarer that is in rings than among all, and nothing where the records have nothing
/// to show; `least` at least. Of each person go in: whether in a ring, and whether a second thing is shared.
fn silence(people: impl Iterator<Item = (bool, bool)>, least: f64) -> f64 {
    let mut silent = [1.0, 1.0];
    let mut all = [2.0, 2.0];
    for (in_ring, shows) in people {
        all[0] += 1.0;
        silent[0] += f64::from(u8::from(!shows));
        if in_ring {
            all[1] += 1.0;
            silent[1] += f64::from(u8::from(!shows));
        }
    }
    (silent[1] / all[1] / (silent[0] / all[0])).ln().clamp(least, 0.0)
}

fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

/// All things that pairs share, put together by cause.
struct Gathered {
    persons: Vec<PersonId>,
    things: Vec<Thing>,
    /// The things that each pair shares.
    of_pair: Vec<Vec<u32>>,
}

/// Where a thing comes from, before things of one cause are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Origin {
    One(LinkKind, From),
    /// What is alike in a chain of people: by kind, and by the first of them.
    Alike(LinkKind, u32),
}

/// Kinds of which pairs of a group are one thing.
const fn is_chain(kind: LinkKind) -> bool {
    matches!(
        kind,
        LinkKind::Cv
            | LinkKind::Letter
            | LinkKind::Bio
            | LinkKind::Photo
            | LinkKind::PictureBase
            | LinkKind::Career
            | LinkKind::Exits
            | LinkKind::Rater
            | LinkKind::Firm
    )
}

/// A thing while it is put together.
#[derive(Debug, Default)]
struct Raw {
    holders: Vec<u32>,
    kinds: u64,
    families: u8,
    /// By family.
    weights: [f64; Family::COUNT],
    share: f64,
    besides: bool,
}

impl Gathered {
    /// `values` says how many values of a kind are somebody's own.
    fn of(pairs: &[&Pair], values: impl Fn(PersonId, LinkKind) -> usize) -> Self {
        let mut persons: Vec<PersonId> = pairs.iter().flat_map(|pair| [pair.a, pair.b]).collect();
        persons.par_sort_unstable();
        persons.dedup();
        let place = |person: PersonId| persons.partition_point(|one| *one < person) as u32;
        let ends: Vec<(u32, u32)> = pairs.par_iter().map(|pair| (place(pair.a), place(pair.b))).collect();
        let heard = |pair: &Pair, edge: &Edge| {
            let left = pair.left_of(edge);
            let least = if edge.kind == LinkKind::Exits { EXITS } else { HEARD };
            (pair.bond != Bond::SamePerson && left >= least).then_some(left)
        };
        // Chains of likes.
        let mut chains: FxHashMap<LinkKind, Groups> = FxHashMap::default();
        for (pair, (a, b)) in pairs.iter().zip(&ends) {
            for edge in pair.parts.iter().filter(|edge| is_chain(edge.kind) && heard(pair, edge).is_some()) {
                chains.entry(edge.kind).or_insert_with(|| Groups::new(persons.len())).join(*a, *b);
            }
        }
        let mut numbers: FxHashMap<Origin, u32> = FxHashMap::default();
        let mut raw: Vec<Raw> = Vec::new();
        let mut of_pair: Vec<Vec<u32>> = Vec::with_capacity(pairs.len());
        let mut bonds: FxHashMap<(u32, u32), Bond> = FxHashMap::default();
        for (pair, (a, b)) in pairs.iter().zip(&ends) {
            let mut of_this = Vec::new();
            if pair.bond != Bond::None {
                bonds.insert((*a, *b), pair.bond);
            }
            for edge in &pair.parts {
                let Some(left) = heard(pair, edge) else { continue };
                let origin = match chains.get_mut(&edge.kind) {
                    Some(chain) => Origin::Alike(edge.kind, chain.of(*a)),
                    None => Origin::One(edge.kind, edge.from),
                };
                let number = *numbers.entry(origin).or_insert_with(|| {
                    raw.push(Raw::default());
                    raw.len() as u32 - 1
                });
                let one = &mut raw[number as usize];
                one.holders.extend([*a, *b]);
                one.add(edge.kind, left);
                of_this.push(number);
            }
            of_pair.push(of_this);
        }
        for one in &mut raw {
            one.settle();
        }
        let mut shared: FxHashMap<(u32, LinkKind), usize> = FxHashMap::default();
        for (origin, number) in &numbers {
            if let Origin::One(kind, _) = origin {
                raw[*number as usize].holders.iter().for_each(|holder| *shared.entry((*holder, *kind)).or_default() += 1);
            }
        }
        for (origin, number) in &numbers {
            if let Origin::One(kind, From::Shared(_)) = origin {
                let one = &mut raw[*number as usize];
                let besides = |holder: &u32| values(persons[*holder as usize], *kind) > shared[&(*holder, *kind)];
                one.besides = one.holders.iter().all(besides);
            }
        }
        // Places where the same two people are, are one; so is what the same people share of one cause.
        let mut places = Groups::new(raw.len());
        let mut at: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        for (number, one) in raw.iter().enumerate().filter(|(_, one)| one.is_of(Family::Place) && one.holders.len() <= COMPARED)
        {
            for (index, a) in one.holders.iter().enumerate() {
                for b in &one.holders[index + 1..] {
                    places.join(*at.entry((*a, *b)).or_insert(number as u32), number as u32);
                }
            }
        }
        drop(at);
        let (raw, to) = merged(raw, &mut places);
        let mut causes = Groups::new(raw.len());
        let house = of_household();
        let mut same: FxHashMap<(u8, &[u32]), u32> = FxHashMap::default();
        for (number, one) in raw.iter().enumerate() {
            let cause = if one.may_be_household() { house } else { one.families };
            causes.join(*same.entry((cause, &one.holders)).or_insert(number as u32), number as u32);
        }
        drop(same);
        let (raw, again) = merged(raw, &mut causes);
        let mut circles = circles(&raw);
        let (raw, once_more) = merged(raw, &mut circles);
        for things in &mut of_pair {
            for thing in things.iter_mut() {
                *thing = once_more[again[to[*thing as usize] as usize] as usize];
            }
            things.sort_unstable();
            things.dedup();
        }
        let things = raw.into_iter().map(|one| one.thing(&bonds)).collect();
        Self { persons, things, of_pair }
    }
}

/// How many values of a kind somebody has.
fn values(person: Person<'_>, kind: LinkKind) -> usize {
    let of_kind = person.identifiers().filter(|one| LinkKind::of_identifier(one.kind()) == Some(kind));
    let mut values: Vec<ValueId> = of_kind.map(Identifier::value_id).collect();
    values.sort_unstable();
    values.dedup();
    values.len()
}

/// Things that mostly the same people share: whoever they are to each other, that is one cause.
fn circles(raw: &[Raw]) -> Groups {
    let mut circles = Groups::new(raw.len());
    let mut of_pair: FxHashMap<(u32, u32), Vec<u32>> = FxHashMap::default();
    for (number, one) in raw.iter().enumerate().filter(|(_, one)| one.holders.len() <= COMPARED) {
        for (index, a) in one.holders.iter().enumerate() {
            for b in &one.holders[index + 1..] {
                of_pair.entry((*a, *b)).or_default().push(number as u32);
            }
        }
    }
    for numbers in of_pair.into_values() {
        for (index, one) in numbers.iter().enumerate() {
            for other in &numbers[index + 1..] {
                // Many pairs of people have the same two things.
                if circles.of(*one) == circles.of(*other) {
                    continue;
                }
                let (a, b) = (&raw[*one as usize].holders, &raw[*other as usize].holders);
                if in_common(a, b).count() * 2 >= a.len().max(b.len()) {
                    circles.join(*one, *other);
                }
            }
        }
    }
    circles
}

/// Holders of both of two things; those of each are sorted.
fn in_common<'h>(a: &'h [u32], b: &'h [u32]) -> impl Iterator<Item = u32> {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    few.iter().copied().filter(|holder| many.binary_search(holder).is_ok())
}

/// What families a household shares, as bits.
fn of_household() -> u8 {
    Family::LINKS.iter().filter(|family| family.is_of_household()).map(|family| 1 << *family as u8).sum()
}

/// Puts each group together; with the new number of each.
fn merged(raw: Vec<Raw>, groups: &mut Groups) -> (Vec<Raw>, Vec<u32>) {
    let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
    let mut all: Vec<Raw> = Vec::new();
    let mut to = Vec::with_capacity(raw.len());
    for (number, one) in raw.into_iter().enumerate() {
        let new = *numbers.entry(groups.of(number as u32)).or_insert(all.len() as u32);
        to.push(new);
        match all.get_mut(new as usize) {
            Some(known) => known.take(&one),
            None => all.push(one),
        }
    }
    (all, to)
}

impl Raw {
    fn add(&mut self, kind: LinkKind, left: f64) {
        self.kinds |= 1 << kind as u64;
        self.families |= 1 << kind.row().family as u8;
        let weight = &mut self.weights[kind.row().family as usize];
        *weight = weight.max(left);
        self.share = self.share.max(left / kind.row().weight);
    }

    fn settle(&mut self) {
        self.holders.sort_unstable();
        self.holders.dedup();
    }

    fn take(&mut self, other: &Self) {
        self.holders.extend(&other.holders);
        self.kinds |= other.kinds;
        self.families |= other.families;
        self.weights.iter_mut().zip(other.weights).for_each(|(weight, other)| *weight = weight.max(other));
        self.share = self.share.max(other.share);
        self.besides &= other.besides;
        self.settle();
    }

    fn is_of(&self, family: Family) -> bool {
        self.families == 1 << family as u8
    }

    /// Whether it may come from one household.
    fn may_be_household(&self) -> bool {
        self.families & !of_household() == 0 && self.holders.len() <= HOUSEHOLD
    }

    fn thing(self, bonds: &FxHashMap<(u32, u32), Bond>) -> Thing {
        let holders = match self.holders.len() {
            few @ ..=3 => few as u8,
            4..=5 => 5,
            6..=10 => 10,
            _ => u8::MAX,
        };
        let (weight, ways) = if self.may_be_household() {
            (self.weights.iter().copied().fold(0.0, f64::max), 1)
        } else {
            (self.weights.iter().sum(), self.families.count_ones())
        };
        let label = if self.families.count_ones() > 1 {
            let strength = match weight {
                much if much >= 7.0 => 3,
                some if some >= 4.5 => 2,
                _ => 1,
            };
            Label::Families(self.families, strength)
        } else {
            let strength = match self.share {
                much if much > 0.8 => 3,
                some if some > 0.45 => 2,
                _ => 1,
            };
            Label::Kinds(self.kinds, strength)
        };
        // How most of the first few belong together.
        let first = &self.holders[..self.holders.len().min(8)];
        let mut known = [0_usize; 5];
        for (index, a) in first.iter().enumerate() {
            for b in &first[index + 1..] {
                known[bonds.get(&(*a, *b)).copied().unwrap_or(Bond::None) as usize] += 1;
            }
        }
        let bond = (0..known.len()).rev().max_by_key(|at| known[*at]).unwrap_or(0) as u8;
        Thing { class: Class { label, holders, bond, besides: self.besides }, weight, ways, holders: self.holders }
    }
}

/// How often things of each class are an operator's: the share of those whose holders are, at least half of them, in one ring that is known, each
/// of which is one with the probability `trust`. Those of an unsure ring are not counted.
fn shares(
    things: &[Thing],
    persons: &[PersonId],
    ring_of: &FxHashMap<PersonId, usize>,
    unsure: &FxHashMap<PersonId, usize>,
    trust: f64,
) -> Vec<f64> {
    let is_of_one = |thing: &Thing, ring_of: &FxHashMap<PersonId, usize>| {
        let mut rings: Vec<usize> =
            thing.holders.iter().filter_map(|holder| ring_of.get(&persons[*holder as usize]).copied()).collect();
        rings.sort_unstable();
        let most = rings.chunk_by(|one, other| one == other).map(<[usize]>::len).max().unwrap_or(0);
        most >= 2 && most * 2 >= thing.holders.len()
    };
    let counted = |thing: &Thing| {
        let operators = if is_of_one(thing, ring_of) { trust } else { 0.0 };
        (!is_of_one(thing, unsure)).then_some(operators)
    };
    let counted: Vec<Option<f64>> = things.par_iter().map(counted).collect();
    let mut labels: FxHashMap<Label, [f64; 2]> = FxHashMap::default();
    let mut classes: FxHashMap<Class, [f64; 2]> = FxHashMap::default();
    for (thing, counted) in things.iter().zip(&counted) {
        for [of, all] in [labels.entry(thing.class.label).or_default(), classes.entry(thing.class).or_default()] {
            *of += counted.unwrap_or(0.0);
            *all += f64::from(u8::from(counted.is_some()));
        }
    }
    // A thing is measured by the others of its class: what is known of it came from it, too.
    let share = |(thing, counted): (&Thing, &Option<f64>)| {
        let ([of, all], [of_class, all_class]) = (labels[&thing.class.label], classes[&thing.class]);
        let (own, one) = (counted.unwrap_or(0.0), f64::from(u8::from(counted.is_some())));
        let label = (of - own + WORTH * logistic(thing.weight - EVEN)) / (all - one + WORTH);
        ((of_class - own + LABEL * label) / (all_class - one + LABEL)).min(SURE)
    };
    things.iter().zip(&counted).map(share).collect()
}

/// The words that persons and things have for each other.
struct Words {
    /// Where those of each thing begin, one for each holder.
    starts: Vec<usize>,
    /// For each, the circle of the holder to which the thing belongs, and the holder of each circle.
    circle: Vec<u32>,
    holder: Vec<u32>,
}

impl Words {
    /// Things of one person that another holds, too, are one circle: he would hear the same people again.
    fn of(things: &[Thing], persons: usize) -> Self {
        let mut starts = Vec::with_capacity(things.len());
        let mut words = 0;
        let mut of_person: Vec<Vec<(u32, usize)>> = vec![Vec::new(); persons];
        for (number, thing) in things.iter().enumerate() {
            starts.push(words);
            for (at, holder) in thing.holders.iter().enumerate() {
                of_person[*holder as usize].push((number as u32, words + at));
            }
            words += thing.holders.len();
        }
        let meet = |person: u32, one: u32, other: u32| {
            let (a, b) = (&things[one as usize].holders, &things[other as usize].holders);
            in_common(a, b).any(|holder| holder != person)
        };
        let circles = |(person, words): (usize, &Vec<(u32, usize)>)| {
            let mut circles = Groups::new(words.len());
            for (at, (one, _)) in words.iter().enumerate().take(MOST_IN_CIRCLES) {
                for (other_at, (other, _)) in words.iter().enumerate().take(MOST_IN_CIRCLES).skip(at + 1) {
                    if circles.of(at as u32) != circles.of(other_at as u32) && meet(person as u32, *one, *other) {
                        circles.join(at as u32, other_at as u32);
                    }
                }
            }
            (0..words.len() as u32).map(|at| circles.of(at)).collect()
        };
        let of_each: Vec<Vec<u32>> = of_person.par_iter().enumerate().map(circles).collect();
        let (mut circle, mut holder) = (vec![0; words], Vec::new());
        for (person, (words, circles)) in of_person.iter().zip(of_each).enumerate() {
            let mut numbers = vec![0; words.len()];
            for (at, ((_, word), first)) in words.iter().zip(circles).enumerate() {
                // A circle bears the name of the first of it.
                if first as usize == at {
                    numbers[at] = holder.len() as u32;
                    holder.push(person as u32);
                }
                circle[*word] = numbers[first as usize];
            }
        }
        Self { starts, circle, holder }
    }

    /// What each circle says to its holder: of its things the one that says most counts, and a part of the others.
    fn of_circles(&self, words: &[f64]) -> Vec<f64> {
        let mut said = vec![[0.0_f64; 2]; self.holder.len()];
        for (circle, word) in self.circle.iter().zip(words) {
            let [most, all] = &mut said[*circle as usize];
            *all += word;
            if word.abs() > most.abs() {
                *most = *word;
            }
        }
        said.into_iter().map(|[most, all]| most + AGAIN * (all - most)).collect()
    }
}

/// The log-odds of each person to be a persona, and the probability of each thing to be an operator's.
fn propagate(things: &[Thing], shares: &[f64], alone: &[f64], prior: f64) -> (Vec<f64>, Vec<f64>) {
    // How much more often somebody is a persona, and is none, where a thing is an operator's.
    let (is, is_none) = (PERSONAS / prior, (1.0 - PERSONAS) / (1.0 - prior));
    let said = |odds: f64| {
        let belief = logistic(odds);
        (belief * is + (1.0 - belief) * is_none).ln()
    };
    let of = Words::of(things, alone.len());
    let mut words = vec![0.0_f64; of.circle.len()];
    let mut circles = vec![0.0_f64; of.holder.len()];
    let mut odds = alone.to_vec();
    // What the holders of a thing say of it, each by all but what is heard of the same people.
    let heard = |thing: &Thing, start: usize, odds: &[f64], circles: &[f64]| -> Vec<f64> {
        let heard = |(at, holder): (usize, &u32)| said(odds[*holder as usize] - circles[of.circle[start + at] as usize]);
        thing.holders.iter().enumerate().map(heard).collect()
    };
    for _ in 0..ROUNDS {
        let told: Vec<Vec<f64>> = (things.par_iter().zip(shares).zip(&of.starts))
            .map(|((thing, share), start)| {
                let heard = heard(thing, *start, &odds, &circles);
                let all: f64 = heard.iter().sum();
                let word = |(at, one): (usize, &f64)| {
                    let others = (all - one).clamp(-MOST_SILENT, MOST_HEARD).exp();
                    let new = ((1.0 - share + share * is * others) / (1.0 - share + share * is_none * others)).ln();
                    STAYS * words[start + at] + (1.0 - STAYS) * new
                };
                heard.iter().enumerate().map(word).collect()
            })
            .collect();
        let told: Vec<f64> = told.into_iter().flatten().collect();
        let most = words.iter().zip(&told).map(|(old, new)| (old - new).abs()).fold(0.0, f64::max);
        words = told;
        circles = of.of_circles(&words);
        odds.copy_from_slice(alone);
        of.holder.iter().zip(&circles).for_each(|(holder, says)| odds[*holder as usize] += says);
        if most < SETTLED {
            break;
        }
    }
    let operators = (things.par_iter().zip(shares).zip(&of.starts))
        .map(|((thing, share), start)| {
            let heard: f64 = heard(thing, *start, &odds, &circles).iter().sum();
            logistic((share / (1.0 - share)).ln() + heard.clamp(-MOST_SILENT, MOST_HEARD))
        })
        .collect();
    (odds, operators)
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashMap;

    use super::{Class, Gathered, LEVELS, Label, Levels, SHOWS_NOTHING, Thing, alone, logistic, propagate, shares, silence};
    use crate::link::factors::Small;
    use crate::link::pairs::{Bond, Edge, From, Pair};
    use crate::link::{Family, LinkKind};
    use crate::people::PersonId;

    const PRIOR: f64 = 0.0075;
    const SILENT: f64 = -1.2;
    const SHOWING: f64 = 1.8;

    fn thing(weight: f64, holders: &[u32]) -> Thing {
        let class = Class { label: Label::Families(0, 1), holders: holders.len() as u8, bond: 0, besides: false };
        Thing { class, weight, ways: 1, holders: holders.to_vec() }
    }

    fn told(things: &[(f64, &[u32])], shown: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let prior = (PRIOR / (1.0 - PRIOR)).ln();
        let shares: Vec<f64> = things.iter().map(|(share, _)| *share).collect();
        let things: Vec<Thing> = things.iter().map(|(_, holders)| thing(4.0, holders)).collect();
        let alone: Vec<f64> = shown.iter().map(|shows| prior + shows).collect();
        let (odds, operators) = propagate(&things, &shares, &alone, PRIOR);
        (odds.into_iter().map(logistic).collect(), operators)
    }

    #[test]
    fn a_thing_is_what_its_holders_are() {
        let phone: (f64, &[u32]) = (0.1, &[0, 1, 2, 3, 4]);
        let (people, operators) = told(&[phone], &[SILENT; 5]);
        assert!(operators[0] < 0.01, "{operators:?}");
        assert!(people.iter().all(|belief| *belief < PRIOR), "{people:?}");
        let (people, operators) = told(&[phone], &[2.8, 2.8, 2.8, 2.8, SILENT]);
        assert!(operators[0] > 0.8, "{operators:?}");
        // Whoever shows nothing is carried by the others, and is less sure than they.
        assert!(people[4] > 0.5 && people[0] > people[4], "{people:?}");
    }

    #[test]
    fn a_word_goes_on_to_others() {
        let alone = [SHOWING; 3];
        let (people, _) = told(&[(0.01, &[1, 2])], &alone);
        assert!(people[2] < 0.3, "{people:?}");
        // The referral is by somebody who shares an account with a third.
        let (people, operators) = told(&[(0.01, &[1, 2]), (0.9, &[0, 1])], &alone);
        assert!(people[2] > 0.6 && operators[0] > 0.2, "{people:?} {operators:?}");
        assert!(people[1] > 0.99, "{people:?}");
    }

    #[test]
    fn silence_says_as_much_as_the_records_could() {
        let people = |silent: usize, ring: usize| (0..200).map(move |at| (at < ring, at >= silent));
        let silence = |people| silence(people, super::SHARES_ONE);
        // Nothing can be seen of anybody.
        assert!(silence(people(200, 8)).abs() < 0.15);
        // Nearly all are silent, and no member is.
        assert!((super::silence((0..200).map(|at| (at < 8, at < 8)), super::SHARES_ONE) - super::SHARES_ONE).abs() < 1e-9);
        assert!(super::silence(std::iter::empty(), super::SHARES_ONE).abs() < 1e-9);
    }

    /// What showing something says is measured in the rings that are known.
    #[test]
    fn what_is_shown_says_what_it_says_in_rings() {
        // Of 100 members 60 show much and 40 nothing; of 1,900 others as many show much as given, and the rest nothing.
        let levels = |others: usize| {
            let member = |at: usize| (true, if at < 60 { 3.0 } else { 0.0 });
            let other = move |at: usize| (false, if at < others { 3.0 } else { 0.0 });
            Levels::of((0..100).map(member).chain((0..1_900).map(other)))
        };
        let (rare, common) = (levels(19), levels(1_140));
        assert!(rare.says(3.0, 0.01) > 3.0 && common.says(3.0, 0.6).abs() < 0.6, "{rare:?} {common:?}");
        assert!(rare.says(0.0, 0.01) < -0.6 && rare.says(0.0, 0.01) >= SHOWS_NOTHING, "{rare:?}");
        // Of whom something is expected, showing it says little.
        assert!(rare.says(0.5, 0.6) < 1.1, "{rare:?}");
        // Where nothing is known, it is what is usual.
        let none = Levels::of(std::iter::empty());
        assert!((none.says(0.0, 0.1) - LEVELS[0]).abs() < 1e-9 && none.says(3.0, 0.01) > none.says(1.0, 0.01), "{none:?}");
        assert!((none.says(1.0, 0.01) - rare.says(1.0, 0.01)).abs() < 1e-9, "{none:?} {rare:?}");
    }

    #[test]
    fn who_shares_one_thing_is_held_for_a_persona_the_less() {
        // A ring of three that shares two things, and thirty others who share one with a second each.
        let pairs = (0..15).map(|at| thing(2.0, &[3 + 2 * at, 4 + 2 * at]));
        let things: Vec<Thing> = [thing(4.0, &[0, 1, 2]), thing(4.0, &[0, 1, 2])].into_iter().chain(pairs).collect();
        let in_ring: Vec<bool> = (0..33).map(|at| at < 3).collect();
        let (_, says) = alone(&[1.0; 33], &[0.05; 33], &things, &in_ring);
        assert!(says[3] < says[0] && says[3] >= says[0] + super::SHARES_ONE, "{says:?}");
        // Where members share one thing as often as others, that says nothing.
        let things: Vec<Thing> = (0..15).map(|at| thing(2.0, &[2 * at, 2 * at + 1])).collect();
        let (levels, says) = alone(&[1.0; 30], &[0.05; 30], &things, &(0..30).map(|at| at < 4).collect::<Vec<_>>());
        assert!(says.iter().all(|one| (one - levels.says(1.0, 0.05)).abs() < 0.2), "{says:?}");
    }

    #[test]
    fn nobody_hears_oneself() {
        // A chain of faint things does not talk itself up.
        let things: Vec<(f64, [u32; 2])> = (0..20).map(|at| (0.01, [at, (at + 1) % 20])).collect();
        let things: Vec<(f64, &[u32])> = things.iter().map(|(share, holders)| (*share, &holders[..])).collect();
        let (people, operators) = told(&things, &[SILENT; 20]);
        assert!(people.iter().all(|belief| *belief < PRIOR), "{people:?}");
        assert!(operators.iter().all(|share| *share < 0.01), "{operators:?}");
    }

    /// Classmates who show nothing share four things, each with most of the others and of a class that is hardly ever an operator's: one who
    /// shows much among them makes no personas of them.
    #[test]
    fn many_who_share_several_things_do_not_talk_each_other_up() {
        let class: Vec<u32> = (0..24).collect();
        let but = |left: usize| class.iter().copied().filter(|one| *one as usize % 4 != left).collect::<Vec<u32>>();
        let parts = [but(0), but(1), but(2), but(3)];
        let things: Vec<(f64, &[u32])> = parts.iter().map(|part| (0.002, &part[..])).collect();
        let mut shown = [-0.1; 24];
        shown[0] = 4.0;
        shown[1] = 4.0;
        let (people, _) = told(&things, &shown);
        assert!(people[2..].iter().all(|belief| *belief < 0.5), "{people:?}");
    }

    #[test]
    fn a_class_is_measured_without_the_thing_itself() {
        let persons: Vec<PersonId> = (0..8).map(PersonId).collect();
        let ring: FxHashMap<PersonId, usize> =
            [(PersonId(0), 0), (PersonId(1), 0), (PersonId(2), 1), (PersonId(3), 1)].into_iter().collect();
        let none = FxHashMap::default();
        let by_weight = |weight: f64| logistic(weight - 4.0);
        let alone = shares(&[thing(4.0, &[0, 1])], &persons, &ring, &none, 1.0);
        assert!((alone[0] - by_weight(4.0)).abs() < 1e-9, "{alone:?}");
        let three = shares(&[thing(4.0, &[0, 1]), thing(4.0, &[2, 3]), thing(4.0, &[4, 5])], &persons, &ring, &none, 1.0);
        // One of the two others for the first two, both for the third.
        let class = |known: f64| (known + 2.0 * ((known + 3.0 * 0.5) / 5.0)) / 4.0;
        assert!((three[0] - class(1.0)).abs() < 1e-9 && (three[2] - class(2.0)).abs() < 1e-9, "{three:?}");
        assert!((three[0] - three[1]).abs() < 1e-9, "{three:?}");
        // What an unsure ring holds teaches nothing, and is measured by the others.
        let unsure: FxHashMap<PersonId, usize> = [(PersonId(0), 0), (PersonId(1), 0)].into_iter().collect();
        let ring: FxHashMap<PersonId, usize> = [(PersonId(2), 0), (PersonId(3), 0)].into_iter().collect();
        let taught = shares(&[thing(4.0, &[0, 1]), thing(4.0, &[2, 3]), thing(4.0, &[4, 5])], &persons, &ring, &unsure, 1.0);
        assert!((taught[0] - class(1.0)).abs() < 1e-9 && taught[1] < taught[0], "{taught:?}");
    }

    fn pair(a: u32, b: u32, kinds: &[(LinkKind, u32)]) -> Pair {
        let parts = kinds.iter().map(|(kind, row)| Edge {
            a: PersonId(a),
            b: PersonId(b),
            kind: *kind,
            weight: Small::full(*kind),
            from: From::Shared(*row),
            lowered: false,
        });
        let (a, b, parts) = (PersonId(a), PersonId(b), parts.collect());
        Pair {
            a,
            b,
            weight: 5.0,
            families: [0.0; Family::COUNT],
            own_kind: [true; Family::COUNT],
            parts,
            bond: Bond::None,
            front: None,
        }
    }

    /// A thing weighs by its families, and ties in as many ways.
    #[test]
    fn families_of_one_thing_add_up() {
        use LinkKind::{Cv, Email, Ip, Payee, Phone};
        let one = |kinds: &[(LinkKind, u32)]| {
            let pairs = [pair(0, 1, kinds), pair(0, 2, kinds), pair(0, 3, kinds)];
            let mut gathered = Gathered::of(&pairs.iter().collect::<Vec<_>>(), |_, _| 0);
            assert_eq!(gathered.things.len(), 1);
            gathered.things.remove(0)
        };
        let weight = |kind: LinkKind| kind.row().weight;
        let thing = one(&[(Payee, 0), (Cv, 1)]);
        assert_eq!((thing.weight, thing.ways), (weight(Payee) + weight(Cv), 2));
        let thing = one(&[(Phone, 0), (Email, 1)]);
        assert_eq!((thing.weight, thing.ways), (weight(Email), 1));
        // A household of two has everything in one way.
        let pairs = [pair(0, 1, &[(Ip, 0), (Payee, 1)])];
        let couple = &Gathered::of(&pairs.iter().collect::<Vec<_>>(), |_, _| 0).things[0];
        assert_eq!((couple.weight, couple.ways), (weight(Payee), 1));
    }

    fn gathered(pairs: &[Pair]) -> Vec<Vec<u32>> {
        Gathered::of(&pairs.iter().collect::<Vec<_>>(), |_, _| 0).things.into_iter().map(|thing| thing.holders).collect()
    }

    #[test]
    fn a_value_besides_another_of_ones_own_is_a_class_apart() {
        use LinkKind::{Email, Phone};
        let pairs = [pair(0, 1, &[(Phone, 0)]), pair(2, 3, &[(Phone, 1), (Email, 3)]), pair(4, 5, &[(Phone, 2)])];
        // How many numbers each has.
        let numbers = [2, 2, 2, 1, 1, 1];
        let values = |person: PersonId, kind| if kind == Phone { numbers[person.0 as usize] } else { 0 };
        let gathered = Gathered::of(&pairs.iter().collect::<Vec<_>>(), values);
        assert_eq!(gathered.things.iter().map(|thing| thing.class.besides).collect::<Vec<_>>(), [true, false, false]);
        // Who shares both numbers has none besides.
        let pairs = [pair(0, 1, &[(Phone, 0)]), pair(0, 2, &[(Phone, 1)])];
        let gathered = Gathered::of(&pairs.iter().collect::<Vec<_>>(), |_, _| 2);
        assert_eq!(gathered.things.iter().map(|thing| thing.class.besides).collect::<Vec<_>>(), [false, false]);
    }

    #[test]
    fn what_comes_from_one_cause_is_one_thing() {
        use LinkKind::{Cv, Ip, Payee, ShipTo};
        // A flat of four: line and door of some of them each, with two in both.
        let flat =
            [pair(0, 1, &[(Ip, 0), (ShipTo, 1)]), pair(1, 2, &[(Ip, 0)]), pair(0, 2, &[(Ip, 0)]), pair(1, 3, &[(ShipTo, 1)])];
        assert_eq!(gathered(&flat), [[0, 1, 2, 3]]);
        // A couple with one line and one account.
        assert_eq!(gathered(&[pair(0, 1, &[(Ip, 0), (Payee, 1)])]), [[0, 1]]);
        // So is what mostly the same people share, whatever it is.
        assert_eq!(gathered(&[pair(0, 1, &[(Cv, 0), (Payee, 1)]), pair(1, 2, &[(Payee, 1)])]), [[0, 1, 2]]);
        // What few of many share besides is another thing, and so is what one person alone has in common with others.
        let all = |payee| pair(0, payee, &[(Payee, 0)]);
        assert_eq!(gathered(&[all(1), all(2), all(3), all(4), pair(1, 2, &[(Cv, 1)])]), [vec![0, 1, 2, 3, 4], vec![1, 2]]);
        assert_eq!(gathered(&[pair(0, 1, &[(Payee, 0)]), pair(1, 2, &[(Cv, 1)])]), [[0, 1], [1, 2]]);
        // Likes of a chain are one thing.
        assert_eq!(gathered(&[pair(0, 1, &[(Cv, 0)]), pair(1, 2, &[(Cv, 1)])]), [[0, 1, 2]]);
    }
}
