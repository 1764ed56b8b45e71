//! How two parties are linked, and who is around one. A graph and parties go in; ways come out, the cheapest first, each hop with all
//! steps that make it. Every search is bounded by a depth and by work, and says when it was cut off.

mod simple;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use crate::graph::{Graph, Step};

/// Parties that a search visits at most, before it says that it was cut off.
const MOST_VISITED: usize = 2_000_000;

/// Hops that a way has at most.
const DEEPEST: u8 = 100;

/// From a party to the next, by everything that links them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// From this entity.
    pub from: u32,
    /// To this one.
    pub to: u32,
    /// What links them, the cheapest first; never empty.
    pub steps: Vec<Step>,
}

impl Hop {
    /// What the hop costs: its cheapest step.
    #[must_use]
    pub fn cost(&self) -> u32 {
        self.steps.first().map_or(0, |step| step.cost)
    }
}

/// A way from one party to another, through parties that are all different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The parties, from the first to the last.
    pub parties: Vec<u32>,
    /// The hops between them; one fewer.
    pub hops: Vec<Hop>,
    /// Cost in thousandths: the sum of the hops'.
    pub cost: u32,
}

/// Ways between two parties.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Ways {
    /// The ways, the cheapest first.
    pub paths: Vec<Path>,
    /// Whether there are, or may be, more than these within the depth.
    pub cut_off: bool,
}

/// A party around another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Around {
    /// The party.
    pub entity: u32,
    /// Hops of the cheapest way to it.
    pub hops: u8,
    /// Cost of that way.
    pub cost: u32,
}

/// Who is around a party.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Neighbourhood {
    /// The parties, the one asked about first, then the nearest first.
    pub parties: Vec<Around>,
    /// The links among them, each once, from the earlier party to the later.
    pub hops: Vec<Hop>,
    /// Parties within the depth that are not among them.
    pub left_out: usize,
}

/// The cheapest ways from one party, by hops: what a search knows of each entity it has reached.
struct Search {
    /// Labels: entity, label before it, hops, cost.
    labels: Vec<(u32, u32, u8, u32)>,
    cut_off: bool,
}

const NO_LABEL: u32 = u32::MAX;

impl Search {
    /// Goes out from `from` in order of cost to at most `depth` hops, through those entities that are allowed, until `stop` says so. A dearer
    /// way to an entity is followed where it has fewer hops than all cheaper ones: it may lead on where they may not.
    fn run(
        graph: &Graph<'_>,
        from: u32,
        depth: u8,
        allowed: impl Fn(u32) -> bool,
        mut stop: impl FnMut(u32, u32) -> bool,
    ) -> Self {
        let depth = depth.min(DEEPEST);
        let mut search = Self { labels: Vec::new(), cut_off: false };
        // Of each entity: the fewest hops of a way that was followed, and one more; cost and hops of the last that waits, and 1 beside.
        let mut followed = vec![0_u8; graph.entities() as usize];
        let mut waiting = vec![0_u64; graph.entities() as usize];
        let is_followed = |followed: &[u8], entity: u32, hops: u8| (1..=hops + 1).contains(&followed[entity as usize]);
        let mut queue = BinaryHeap::from([Reverse((0_u32, 0_u8, from, NO_LABEL))]);
        while let Some(Reverse((cost, hops, entity, before))) = queue.pop() {
            if is_followed(&followed, entity, hops) {
                continue;
            }
            if search.labels.len() >= MOST_VISITED {
                search.cut_off = true;
                break;
            }
            let first = std::mem::replace(&mut followed[entity as usize], hops + 1) == 0;
            let label = search.labels.len() as u32;
            search.labels.push((entity, before, hops, cost));
            if first && stop(entity, label) {
                break;
            }
            if hops == depth {
                continue;
            }
            graph.for_each_step(entity, |step| {
                let (next, hops) = (step.to, hops + 1);
                if !allowed(next) || is_followed(&followed, next, hops) {
                    return;
                }
                let cost = cost.saturating_add(step.cost);
                let held = waiting[next as usize];
                if held == 0 || u64::from(cost) < held >> 9 || u64::from(hops) < held >> 1 & 0xff {
                    waiting[next as usize] = u64::from(cost) << 9 | u64::from(hops) << 1 | 1;
                    queue.push(Reverse((cost, hops, next, label)));
                }
            });
        }
        search
    }

    /// The entities of the way to a label.
    fn way(&self, label: u32) -> Vec<u32> {
        let mut parties = Vec::new();
        let mut at = label;
        while let Some((entity, before, ..)) = self.labels.get(at as usize) {
            parties.push(*entity);
            at = *before;
        }
        parties.reverse();
        parties
    }
}

impl Graph<'_> {
    /// The cheapest way from one party to another in at most `depth` hops; `None` when there is none.
    #[must_use]
    pub fn shortest(&self, from: u32, to: u32, depth: u8) -> Option<Path> {
        if from == to {
            return Some(self.path(vec![from]));
        }
        let depth = depth.min(DEEPEST);
        let core = simple::Core::new(self, from, to, depth)?;
        let mut found = None;
        let search = Search::run(
            self,
            from,
            depth,
            |entity| core.has(entity),
            |entity, label| {
                if entity == to {
                    found = Some(label);
                }
                entity == to
            },
        );
        found.map(|label| self.path(search.way(label)))
    }

    /// All ways from one party to another through at most `depth` hops, none through a party twice, the cheapest first and at most
    /// `limit` of them.
    #[must_use]
    pub fn simple_paths(&self, from: u32, to: u32, depth: u8, limit: usize) -> Ways {
        if from == to {
            return Ways { paths: vec![self.path(vec![from])], cut_off: false };
        }
        let Some(core) = simple::Core::new(self, from, to, depth.min(DEEPEST)) else { return Ways::default() };
        let (ways, cut_off) = core.enumerate(limit);
        Ways { paths: ways.into_iter().map(|parties| self.path(parties)).collect(), cut_off }
    }

    /// The cheapest ways from a party to the `count` listed parties that are nearest by cost, within `depth` hops. A party that is listed
    /// itself is not its own nearest.
    #[must_use]
    pub fn to_listed(&self, from: u32, depth: u8, count: usize) -> Ways {
        let mut found = Vec::new();
        let search = Search::run(
            self,
            from,
            depth,
            |_| true,
            |entity, label| {
                if found.len() < count && entity != from && self.is_listed(entity) {
                    found.push(label);
                }
                found.len() >= count
            },
        );
        let paths = found.into_iter().map(|label| self.path(search.way(label))).collect();
        Ways { paths, cut_off: search.cut_off }
    }

    /// Who is around a party within `depth` hops: the `limit` nearest by cost, and the links among all of them.
    #[must_use]
    pub fn around(&self, entity: u32, depth: u8, limit: usize) -> Neighbourhood {
        let search = Search::run(self, entity, depth, |_| true, |_, _| false);
        let mut places: FxHashMap<u32, usize> = FxHashMap::default();
        let mut parties: Vec<Around> = Vec::new();
        let mut left_out: rustc_hash::FxHashSet<u32> = rustc_hash::FxHashSet::default();
        for (entity, _, hops, cost) in &search.labels {
            if places.contains_key(entity) {
                continue;
            }
            if parties.len() > limit {
                left_out.insert(*entity);
                continue;
            }
            places.insert(*entity, parties.len());
            parties.push(Around { entity: *entity, hops: *hops, cost: *cost });
        }
        let hops = self.hops_among(&parties.iter().map(|party| party.entity).collect::<Vec<_>>());
        Neighbourhood { parties, hops, left_out: left_out.len() }
    }

    /// The links among some parties, each pair once, from the earlier of them to the later.
    #[must_use]
    pub fn hops_among(&self, parties: &[u32]) -> Vec<Hop> {
        let places: FxHashMap<u32, usize> = parties.iter().enumerate().map(|(at, entity)| (*entity, at)).collect();
        let mut between: FxHashMap<(usize, usize), Vec<Step>> = FxHashMap::default();
        for (at, entity) in parties.iter().enumerate() {
            self.for_each_step(*entity, |step| {
                if let Some(other) = places.get(&step.to).filter(|other| at < **other) {
                    between.entry((at, *other)).or_default().push(step);
                }
            });
        }
        let mut pairs: Vec<((usize, usize), Vec<Step>)> = between.into_iter().collect();
        pairs.sort_unstable_by_key(|(pair, _)| *pair);
        pairs
            .into_iter()
            .map(|((a, b), mut steps)| {
                steps.sort_unstable();
                steps.dedup();
                Hop { from: parties[a], to: parties[b], steps }
            })
            .collect()
    }

    /// The way through parties each of which is linked with the next.
    fn path(&self, parties: Vec<u32>) -> Path {
        let hop = |pair: &[u32]| Hop { from: pair[0], to: pair[1], steps: self.steps_between(pair[0], pair[1]) };
        let hops: Vec<Hop> = parties.windows(2).map(hop).collect();
        let cost = hops.iter().map(Hop::cost).sum();
        Path { parties, hops, cost }
    }
}
