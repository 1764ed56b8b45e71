//! The order in every rank. Layers go in and come out with their ranks in an order in which few lines cross, found by sweeps
//! that put every vertex at the middle of its neighbours in the rank before, down and up in turn.

use super::Layers;

/// The most sweeps.
const SWEEPS: usize = 28;
/// The work that the sweeps of one run may take, in links looked at.
const WORK: usize = 500_000;
/// Above this many links there is one start only.
const MANY_LINKS: usize = 10_000;
/// Above this many links neighbours are not swapped one by one.
const SWAP_LINKS: usize = 4_000;

/// Where a first order starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// At the first rank, going on to the ranks behind.
    First,
    /// At the last rank, going on to the ranks before.
    Last,
    /// At the vertex with the most links, going on both ways.
    Hub,
}

/// Puts the ranks in order: from several starts, whichever ends best.
pub(super) fn order(layers: &mut Layers) {
    let mut best = layers.ranks.clone();
    let mut least = (usize::MAX, f64::INFINITY);
    let starts: &[Start] =
        if layers.links.len() > MANY_LINKS { &[Start::Hub] } else { &[Start::Hub, Start::First, Start::Last] };
    for &from in starts {
        start(layers, from);
        let now = improve(layers);
        if now.0.cmp(&least.0).then(now.1.total_cmp(&least.1)).is_lt() {
            least = now;
            best.clone_from(&layers.ranks);
        }
    }
    layers.ranks = best;
}

/// Sweeps until nothing crosses or the work is done. Leaves the best order, and gives its number of crossings and how far its
/// links lead to the side.
fn improve(layers: &mut Layers) -> (usize, f64) {
    let mut place = places(layers);
    let mut best = layers.ranks.clone();
    let mut fewest = crossings(layers, &place);
    let sweeps = (WORK / layers.links.len().max(1)).clamp(2, SWEEPS);
    for sweep in 0..sweeps {
        if fewest == 0 {
            break;
        }
        let down = sweep % 2 == 0;
        for step in 1..layers.ranks.len() {
            let rank = if down { step } else { layers.ranks.len() - 1 - step };
            sort_rank(layers, &mut place, rank, down, sweep % 4 >= 2);
        }
        if layers.links.len() <= SWAP_LINKS {
            swap_neighbours(layers, &mut place);
        }
        let now = crossings(layers, &place);
        if now < fewest {
            fewest = now;
            best.clone_from(&layers.ranks);
        }
    }
    layers.ranks = best;
    let place = places(layers);
    let from_middle = |vertex: usize| {
        let rank = &layers.ranks[layers.vertices[vertex].rank];
        place[vertex] as f64 - (rank.len() - 1) as f64 / 2.0
    };
    let slant = layers.links.iter().map(|link| (from_middle(link.upper) - from_middle(link.lower)).abs()).sum();
    (fewest, slant)
}

/// A first order, depth first, so that a tree has no crossing.
fn start(layers: &mut Layers, from: Start) {
    let mut ranks: Vec<Vec<usize>> = vec![Vec::new(); layers.ranks.len()];
    let mut seen = vec![false; layers.vertices.len()];
    // By their numbers, since an earlier start may have changed the ranks.
    let mut firsts: Vec<usize> = (0..layers.vertices.len()).collect();
    firsts.sort_by_key(|vertex| {
        let rank = layers.vertices[*vertex].rank;
        match from {
            Start::First => rank,
            Start::Last => layers.ranks.len() - rank,
            Start::Hub => layers.links.len() - layers.above[*vertex].len() - layers.below[*vertex].len(),
        }
    });
    for first in firsts {
        let mut stack = vec![first];
        while let Some(vertex) = stack.pop() {
            if seen[vertex] {
                continue;
            }
            seen[vertex] = true;
            ranks[layers.vertices[vertex].rank].push(vertex);
            if from != Start::First {
                stack.extend(layers.above[vertex].iter().rev().map(|link| layers.links[*link].upper));
            }
            if from != Start::Last {
                stack.extend(layers.below[vertex].iter().rev().map(|link| layers.links[*link].lower));
            }
        }
    }
    layers.ranks = ranks;
}

/// The place of every vertex in its rank.
fn places(layers: &Layers) -> Vec<usize> {
    let mut place = vec![0; layers.vertices.len()];
    for rank in &layers.ranks {
        for (index, vertex) in rank.iter().enumerate() {
            place[*vertex] = index;
        }
    }
    place
}

/// The places of the neighbours of a vertex in the rank before or behind, in order.
fn neighbours(layers: &Layers, place: &[usize], vertex: usize, before: bool) -> Vec<usize> {
    let mut places: Vec<usize> = if before {
        layers.above[vertex].iter().map(|link| place[layers.links[*link].upper]).collect()
    } else {
        layers.below[vertex].iter().map(|link| place[layers.links[*link].lower]).collect()
    };
    places.sort_unstable();
    places
}

/// Sorts a rank by the middle of the neighbours of each vertex. What has no neighbours there keeps its place.
fn sort_rank(layers: &mut Layers, place: &mut [usize], rank: usize, before: bool, median: bool) {
    let mut keyed = Vec::new();
    let mut slots = Vec::new();
    for (slot, &vertex) in layers.ranks[rank].iter().enumerate() {
        let around = neighbours(layers, place, vertex, before);
        if around.is_empty() {
            continue;
        }
        let middle = if median {
            (around[(around.len() - 1) / 2] + around[around.len() / 2]) as f64 / 2.0
        } else {
            around.iter().sum::<usize>() as f64 / around.len() as f64
        };
        keyed.push((middle, vertex));
        slots.push(slot);
    }
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (slot, (_, vertex)) in slots.into_iter().zip(keyed) {
        layers.ranks[rank][slot] = vertex;
        place[vertex] = slot;
    }
}

/// How many of the pairs of two sorted lists are the wrong way round.
fn inversions(left: &[usize], right: &[usize]) -> usize {
    left.iter().map(|place| right.partition_point(|other| other < place)).sum()
}

/// Swaps neighbours in a rank as long as that takes crossings away.
fn swap_neighbours(layers: &mut Layers, place: &mut [usize]) {
    for rank in 0..layers.ranks.len() {
        for _ in 0..8 {
            let mut swapped = false;
            for slot in 1..layers.ranks[rank].len() {
                let (left, right) = (layers.ranks[rank][slot - 1], layers.ranks[rank][slot]);
                let mut gain = 0_isize;
                for before in [true, false] {
                    let (a, b) = (neighbours(layers, place, left, before), neighbours(layers, place, right, before));
                    gain += inversions(&a, &b).cast_signed() - inversions(&b, &a).cast_signed();
                }
                if gain > 0 {
                    layers.ranks[rank].swap(slot - 1, slot);
                    place[left] = slot;
                    place[right] = slot - 1;
                    swapped = true;
                }
            }
            if !swapped {
                break;
            }
        }
    }
}

/// How many lines cross: inversions counted with a tree of sums, rank by rank (Barth, Mutzel and Jünger 2004).
fn crossings(layers: &Layers, place: &[usize]) -> usize {
    let mut total = 0;
    for pair in layers.ranks.windows(2) {
        let mut ends: Vec<(usize, usize)> = pair[0]
            .iter()
            .flat_map(|vertex| &layers.below[*vertex])
            .map(|link| (place[layers.links[*link].upper], place[layers.links[*link].lower]))
            .collect();
        ends.sort_unstable();
        let mut sums = vec![0_usize; pair[1].len() + 1];
        for (seen, &(_, lower)) in ends.iter().enumerate() {
            let mut at = lower + 1;
            let mut not_behind = 0;
            while at > 0 {
                not_behind += sums[at];
                at &= at - 1;
            }
            total += seen - not_behind;
            let mut at = lower + 1;
            while at < sums.len() {
                sums[at] += 1;
                at += at & at.wrapping_neg();
            }
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::super::{LineSpec, Size, Spec, build, ranks};
    use super::*;

    fn ordered(count: usize, lines: &[(usize, usize)]) -> (Layers, usize) {
        let line = |&(from, to): &(usize, usize)| LineSpec { from, to, label: Size::default(), weight: 1.0, main: false };
        let spec = Spec {
            boxes: vec![Size { across: 100.0, along: 50.0 }; count],
            lines: lines.iter().map(line).collect(),
            start: None,
            room: 5_000.0,
        };
        let part: Vec<usize> = (0..count).collect();
        let mut layers = build(&spec, &part, &ranks::rank(&spec, &part));
        order(&mut layers);
        let place = places(&layers);
        let count = crossings(&layers, &place);
        (layers, count)
    }

    #[test]
    fn trees_have_no_crossing() {
        let down: Vec<(usize, usize)> = (1..31).map(|node| ((node - 1) / 2, node)).collect();
        assert_eq!(ordered(31, &down).1, 0);
        let up: Vec<(usize, usize)> = (1..31).map(|node| (node, (node * 7 % 31 % node.max(1)) / 2)).collect();
        assert_eq!(ordered(31, &up).1, 0);
    }

    #[test]
    fn two_against_two_cross_once() {
        let (layers, count) = ordered(4, &[(0, 3), (1, 2), (0, 2), (1, 3)]);
        assert_eq!(count, 1);
        // Two boxes, four bends, two boxes.
        assert_eq!(layers.ranks.iter().map(Vec::len).collect::<Vec<_>>(), [2, 4, 2]);
    }

    #[test]
    fn a_circle_has_one_line_against_the_ranks() {
        let (layers, _) = ordered(5, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)]);
        assert_eq!(layers.chains.iter().filter(|chain| chain.reversed).count(), 1);
    }
}
