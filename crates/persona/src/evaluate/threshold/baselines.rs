//! What is usual among all: people go in, once for a run; which kinds of events are recorded at all, which buildings are work places, and how
//! many repositories newcomers of each role clone in their first week, come out.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::evaluate::sequence::line::{DAY, Kinds};
use crate::evaluate::{Clocks, Workplaces};
use crate::networks::Networks;
use crate::people::{NONE, People, Person};
use crate::text::TextId;
use crate::time::Time;
use crate::vocabulary::{EventKind, Field};

/// Days after the start in which clones are counted.
const FIRST_DAYS: i64 = 7;
/// Newcomers that a median needs.
const ENOUGH: usize = 5;

/// What is usual among all people of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Baselines {
    kinds: u64,
    pub(crate) clocks: Clocks,
    pub(crate) workplaces: Workplaces,
    /// By the role in lower case.
    clones: FxHashMap<String, Usual>,
    of_all: Option<Usual>,
}

/// A median and of how many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Usual {
    pub(super) median: f64,
    pub(super) persons: usize,
}

impl Baselines {
    /// Looks at all people once. `as_of` is the moment of the assessment; what lies more than a day after it is not read.
    pub(crate) fn of(people: &People, networks: &Networks, as_of: Time) -> Self {
        let kinds = people.event_kinds.iter().fold(0, |all, kinds| all | kinds);
        let mut baselines = Self {
            kinds,
            clocks: Clocks::of(people, as_of),
            workplaces: Workplaces::of(people, networks, as_of),
            ..Self::default()
        };
        if !baselines.recorded(EventKind::Clone) {
            return baselines;
        }
        let clones: Vec<(Option<TextId>, u32)> = (0..people.len() as u32)
            .into_par_iter()
            .map(|index| people.person(crate::people::PersonId(index)))
            .filter(|person| person.has_event(EventKind::Clone))
            .filter_map(|person| {
                let first = first_clones(person, as_of)?;
                (first.repositories > 0).then(|| (people.persons[person.id().index()].role, first.repositories))
            })
            .collect();
        let mut by_role: FxHashMap<String, Vec<u32>> = FxHashMap::default();
        for (role, count) in &clones {
            if let Some(role) = role {
                by_role.entry(role_key(people.text(*role))).or_default().push(*count);
            }
        }
        baselines.of_all = usual(clones.iter().map(|(_, count)| *count).collect());
        baselines.clones = by_role.into_iter().filter_map(|(role, counts)| Some((role, usual(counts)?))).collect();
        baselines
    }

    /// Whether anybody has an event of a kind. Where nobody has, the source is not connected, and nobody is clear of it.
    pub(crate) const fn recorded(&self, kind: EventKind) -> bool {
        Kinds::from_bits(self.kinds).has(kind)
    }

    /// How many repositories newcomers clone: those of the role, or all where the role has too few.
    pub(super) fn clones(&self, role: Option<&str>) -> Option<(Usual, bool)> {
        let of_role = role.and_then(|role| self.clones.get(&role_key(role)).copied());
        of_role.map(|usual| (usual, true)).or_else(|| self.of_all.map(|usual| (usual, false)))
    }
}

fn role_key(role: &str) -> String {
    role.trim().to_lowercase()
}

fn usual(mut counts: Vec<u32>) -> Option<Usual> {
    if counts.len() < ENOUGH {
        return None;
    }
    counts.sort_unstable();
    let middle = counts.len() / 2;
    let median = if counts.len() % 2 == 1 {
        f64::from(counts[middle])
    } else {
        f64::midpoint(f64::from(counts[middle - 1]), f64::from(counts[middle]))
    };
    Some(Usual { median, persons: counts.len() })
}

/// The first week of a newcomer.
#[derive(Debug, Clone, Copy)]
pub(super) struct FirstClones {
    /// Different repositories; clones that name none count each.
    pub(super) repositories: u32,
    /// Places in the rows of the person of the first and the last clone.
    pub(super) rows: Option<(usize, usize)>,
}

/// What a person cloned in the first days after the start; `None` without a start.
pub(super) fn first_clones(person: Person<'_>, as_of: Time) -> Option<FirstClones> {
    let rows = person.event_rows();
    let hired = || rows.iter().find(|row| row.kind == EventKind::Hired).map(|row| row.time);
    let start = person.start().or_else(hired)?;
    let start = Time::from_seconds(i64::from(start.day()) * DAY)?;
    let people = person.people();
    let mut named: FxHashSet<u32> = FxHashSet::default();
    let mut first = FirstClones { repositories: 0, rows: None };
    let from = rows.partition_point(|row| row.time < start);
    for (index, row) in rows.iter().enumerate().skip(from) {
        if row.time.since(start) > FIRST_DAYS * DAY || row.time.since(as_of) > DAY {
            break;
        }
        if row.kind != EventKind::Clone {
            continue;
        }
        let fact = |field| {
            let facts = if row.facts == NONE { &[] } else { people.facts.get(row.facts) };
            facts.iter().find(|fact| fact.field == field).map(|fact| fact.value)
        };
        let count =
            fact(Field::Count).and_then(|text| people.text(TextId(text)).parse::<u32>().ok()).unwrap_or(1).clamp(1, 10_000);
        let new = count > 1 || fact(Field::Repo).is_none_or(|repo| named.insert(repo));
        if new {
            first.repositories += count;
            first.rows = Some((first.rows.map_or(index, |(first, _)| first), index));
        }
    }
    Some(first)
}
