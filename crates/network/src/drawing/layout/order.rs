//! The order in every rank. Layers go in and come out with their ranks in an order in which few lines cross, found by sweeps
//! that put every vertex at the middle of its neighbours in the rank before, down and up in turn.

use super::Layers;

/// The most sweeps.
const SWEEPS: usize = 28;
/// The work that all sweeps together may take, in links looked at.
const WORK: usize = 1_500_000;
/// Above this many links neighbours are not swapped one by one.
const SWAP_LINKS: usize = 4_000;

/// Puts the ranks in order.
pub(super) fn order(layers: &mut Layers) {
    start(layers);
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
}

/// A first order: depth first from the first rank, so that a tree has no crossing.
fn start(layers: &mut Layers) {
    let mut ranks: Vec<Vec<usize>> = vec![Vec::new(); layers.ranks.len()];
    let mut seen = vec![false; layers.vertices.len()];
    for first in layers.ranks.iter().flatten() {
        let mut stack = vec![*first];
        while let Some(vertex) = stack.pop() {
            if seen[vertex] {
                continue;
            }
            seen[vertex] = true;
            ranks[layers.vertices[vertex].rank].push(vertex);
            stack.extend(layers.below[vertex].iter().rev().map(|link| layers.links[*link].lower));
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
