//! All simple paths between two parties. First the core: the entities that are on some way of at most `depth` hops, found by two searches
//! in breadth that meet, the smaller one growing first, so that a hub on the far side is not opened. Then the paths through the core, best
//! first, by what each would cost at the least (A*), so that they come out in order of cost.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::graph::Graph;

/// Beginnings of paths that are looked at, before the enumeration says that it was cut off.
const MOST_BEGINNINGS: usize = 1_000_000;

/// Entities on ways between two parties, with their numbers here: the beginning is 0.
pub(super) struct Core {
    entities: Vec<u32>,
    /// Of every entity of the graph: its number and one more, 0 when it is on no way.
    places: Vec<u32>,
    to: u32,
    depth: u8,
    /// Hops to the end, at the least.
    left: Vec<u8>,
    /// Neighbours with the cost of the cheapest step, by number.
    next: Vec<Vec<(u32, u32)>>,
}

/// A search in breadth from one end.
struct Ball {
    /// Hops to each entity, and one more; 0 when it was not reached.
    hops: Vec<u8>,
    edge: Vec<u32>,
    reached: Vec<u32>,
    radius: u8,
    /// Work that growing once more takes, at the least.
    work: usize,
}

impl Ball {
    fn new(graph: &Graph<'_>, centre: u32) -> Self {
        let mut hops = vec![0; graph.entities() as usize];
        hops[centre as usize] = 1;
        Self { hops, edge: vec![centre], reached: vec![centre], radius: 0, work: graph.degree(centre) as usize }
    }

    fn has(&self, entity: u32) -> bool {
        self.hops[entity as usize] > 0
    }

    /// Grows by a hop, to entities that are known.
    fn grow(&mut self, graph: &Graph<'_>, known: impl Fn(u32) -> bool) {
        self.radius += 1;
        let mut edge = Vec::new();
        for entity in std::mem::take(&mut self.edge) {
            graph.for_each_step(entity, |step| {
                let hops = &mut self.hops[step.to as usize];
                if *hops == 0 && known(step.to) {
                    *hops = self.radius + 1;
                    edge.push(step.to);
                }
            });
        }
        self.work = edge.iter().map(|entity| 1 + graph.degree(*entity) as usize).sum();
        self.reached.extend(&edge);
        self.edge = edge;
    }
}

impl Core {
    /// The core; `None` when there is no way within the depth.
    pub(super) fn new(graph: &Graph<'_>, from: u32, to: u32, depth: u8) -> Option<Self> {
        let (mut near, mut far) = (Ball::new(graph, from), Ball::new(graph, to));
        while near.radius + far.radius < depth {
            // An end whose whole surroundings are known has nothing more to meet.
            let (a, b) = (near.edge.is_empty(), far.edge.is_empty());
            if (a && !near.has(to)) || (b && !far.has(from)) || (a && b) {
                break;
            }
            if b || (!a && near.work <= far.work) { near.grow(graph, |_| true) } else { far.grow(graph, |_| true) }
        }
        if !near.reached.iter().any(|entity| far.has(*entity)) {
            return None;
        }
        // Hops from both ends within what is known: a way of at most `depth` hops never leaves it.
        let known = |entity: u32| near.has(entity) || far.has(entity);
        let left = hops(graph, to, depth, known);
        if !left.has(from) {
            return None;
        }
        let gone = hops(graph, from, depth, |entity| left.has(entity));
        let between = |entity: &u32| {
            let at = *entity as usize;
            left.hops[at] > 0 && u16::from(gone.hops[at]) + u16::from(left.hops[at]) <= u16::from(depth) + 2
        };
        let mut entities: Vec<u32> = gone.reached.iter().copied().filter(between).collect();
        entities.sort_unstable_by_key(|entity| (*entity != from, *entity));
        let mut places = vec![0_u32; graph.entities() as usize];
        for (entity, place) in entities.iter().zip(1..) {
            places[*entity as usize] = place;
        }
        let next = entities.iter().map(|entity| {
            let mut next: Vec<(u32, u32)> = Vec::new();
            graph.for_each_step(*entity, |step| {
                if let Some(place) = places[step.to as usize].checked_sub(1) {
                    next.push((place, step.cost));
                }
            });
            next.sort_unstable();
            next.dedup_by_key(|(place, _)| *place);
            next
        });
        let mut next: Vec<Vec<(u32, u32)>> = next.collect();
        let to = places[to as usize].checked_sub(1)?;
        for place in without_dead_ends(&mut next, to) {
            places[entities[place as usize] as usize] = 0;
        }
        let left = entities.iter().map(|entity| left.hops[*entity as usize] - 1).collect();
        Some(Self { entities, places, to, depth, left, next })
    }

    pub(super) fn has(&self, entity: u32) -> bool {
        self.places[entity as usize] > 0
    }

    /// The cheapest paths, in order of cost; and whether there may be more.
    ///
    /// What waits in the queue is a beginning with its next continuation. When that is taken, the one after it waits in its place: of a hub
    /// only those neighbours are looked at that a path of that cost can go through.
    pub(super) fn enumerate(&self, limit: usize) -> (Vec<Vec<u32>>, bool) {
        let rest = self.costs_to_end();
        let next: Vec<Vec<(u32, u32)>> = self
            .next
            .iter()
            .map(|next| {
                let mut next = next.clone();
                next.sort_unstable_by_key(|(place, step)| (step.saturating_add(rest[*place as usize]), *place));
                next
            })
            .collect();
        // Beginnings: place, beginning before it, cost so far, hops.
        let mut beginnings: Vec<(u32, u32, u32, u8)> = vec![(0, u32::MAX, 0, 0)];
        let mut queue = BinaryHeap::new();
        let mut paths: Vec<Vec<u32>> = Vec::new();
        let continuation = |beginnings: &[(u32, u32, u32, u8)], at: u32, first: usize| {
            let (place, _, cost, hops) = beginnings[at as usize];
            let passed = Self::passed(beginnings, at);
            let fits = |(next, _): &(u32, u32)| {
                !passed.contains(next)
                    && u16::from(hops) + 1 + u16::from(self.left[*next as usize]) <= u16::from(self.depth)
                    && rest[*next as usize] < u32::MAX
            };
            let choices = &next[place as usize];
            let choice = (first..choices.len()).find(|choice| fits(&choices[*choice]))?;
            let (to, step) = choices[choice];
            let whole = cost.saturating_add(step).saturating_add(rest[to as usize]);
            // Of equal costs the one that is nearest to the end.
            Some(Reverse((whole, self.left[to as usize], at, choice)))
        };
        queue.extend(continuation(&beginnings, 0, 0));
        while let Some(Reverse((_, _, at, choice))) = queue.pop() {
            let (place, _, cost, hops) = beginnings[at as usize];
            let (to, step) = next[place as usize][choice];
            if beginnings.len() == MOST_BEGINNINGS || (to == self.to && paths.len() == limit) {
                return (paths, true);
            }
            queue.extend(continuation(&beginnings, at, choice + 1));
            let number = beginnings.len() as u32;
            beginnings.push((to, at, cost.saturating_add(step), hops + 1));
            if to == self.to {
                let way = Self::passed(&beginnings, number);
                paths.push(way.into_iter().rev().map(|place| self.entities[place as usize]).collect());
            } else {
                queue.extend(continuation(&beginnings, number, 0));
            }
        }
        (paths, false)
    }

    /// Cost from each place to the end, however many hops it takes.
    fn costs_to_end(&self) -> Vec<u32> {
        let mut costs = vec![u32::MAX; self.entities.len()];
        let mut queue = BinaryHeap::from([Reverse((0, self.to))]);
        costs[self.to as usize] = 0;
        while let Some(Reverse((cost, place))) = queue.pop() {
            if cost > costs[place as usize] {
                continue;
            }
            for (next, step) in &self.next[place as usize] {
                let cost = cost.saturating_add(*step);
                if cost < costs[*next as usize] {
                    costs[*next as usize] = cost;
                    queue.push(Reverse((cost, *next)));
                }
            }
        }
        costs
    }

    /// The places of a beginning, the last first.
    fn passed(beginnings: &[(u32, u32, u32, u8)], at: u32) -> Vec<u32> {
        let mut places = Vec::new();
        let mut at = at;
        while let Some((place, before, ..)) = beginnings.get(at as usize) {
            places.push(*place);
            at = *before;
        }
        places
    }
}

/// Hops from an entity to those that are known, through those alone, to at most `depth`.
fn hops(graph: &Graph<'_>, centre: u32, depth: u8, known: impl Fn(u32) -> bool) -> Ball {
    let mut ball = Ball::new(graph, centre);
    while ball.radius < depth && !ball.edge.is_empty() {
        ball.grow(graph, &known);
    }
    ball
}

/// Takes out places from which only one other leads on, again and again: no path goes through them. The ends, 0 and `to`, stay. Gives
/// those that were taken out.
fn without_dead_ends(next: &mut [Vec<(u32, u32)>], to: u32) -> Vec<u32> {
    let mut ways: Vec<u32> = next.iter().map(|next| next.len() as u32).collect();
    let mut out: Vec<u32> = (1..next.len() as u32).filter(|place| *place != to && ways[*place as usize] < 2).collect();
    let mut is_out = vec![false; next.len()];
    let mut at = 0;
    while let Some(place) = out.get(at).copied() {
        at += 1;
        is_out[place as usize] = true;
        for (other, _) in std::mem::take(&mut next[place as usize]) {
            let left = &mut ways[other as usize];
            *left = left.saturating_sub(1);
            if *left == 1 && other != 0 && other != to && !is_out[other as usize] {
                out.push(other);
            }
        }
    }
    for next in next {
        next.retain(|(place, _)| !is_out[*place as usize]);
    }
    out
}
