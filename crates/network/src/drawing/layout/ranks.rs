//! The rank of every box. A part of a picture goes in; a direction for every line, so that none runs in a circle, and ranks in
//! which every line leads from a lower to a higher one come out.

use std::collections::VecDeque;

use super::{BOX_GAP, Spec};

/// How often the ranks are gone through to make lines shorter.
const PASSES: usize = 24;

/// The ranks of one part.
#[derive(Debug)]
pub(super) struct Ranked {
    /// The rank of every box of the part, from 0 without gaps.
    pub ranks: Vec<usize>,
    /// The lines between two different boxes of the part, by their number in the picture, and whether they run against the ranks.
    pub lines: Vec<(usize, bool)>,
}

/// Ranks the boxes of a part.
pub(super) fn rank(spec: &Spec, part: &[usize]) -> Ranked {
    let mut local = vec![usize::MAX; spec.boxes.len()];
    for (index, node) in part.iter().enumerate() {
        local[*node] = index;
    }
    let inside: Vec<(usize, usize, usize)> = spec
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.from != line.to && local[line.from] != usize::MAX)
        .map(|(index, line)| (index, local[line.from], local[line.to]))
        .collect();
    let start = spec.start.and_then(|start| local.get(start).copied()).filter(|start| *start != usize::MAX);
    let order = match start {
        Some(start) => outwards(part.len(), &inside, start),
        None => along_lines(spec, part.len(), &inside),
    };
    let lines: Vec<(usize, bool)> = inside.iter().map(|&(line, from, to)| (line, order[from] > order[to])).collect();
    let mut arcs: Vec<(usize, usize, f64)> = Vec::with_capacity(inside.len());
    for (&(line, from, to), &(_, reversed)) in inside.iter().zip(&lines) {
        let weight = spec.lines[line].weight;
        arcs.push(if reversed { (to, from, weight) } else { (from, to, weight) });
    }
    let mut ranks = longest_paths(&order, &arcs);
    shorten(&mut ranks, &arcs);
    split_long(spec, part, &mut ranks);
    compact(&mut ranks);
    Ranked { ranks, lines }
}

/// The place of every box in an order that starts at one of them and goes on to its neighbours, theirs, and so on.
fn outwards(count: usize, lines: &[(usize, usize, usize)], start: usize) -> Vec<usize> {
    let mut around = vec![Vec::new(); count];
    for &(_, from, to) in lines {
        around[from].push(to);
        around[to].push(from);
    }
    let mut order = vec![usize::MAX; count];
    let mut queue = VecDeque::from([start]);
    let mut next_place = 1;
    order[start] = 0;
    while let Some(node) = queue.pop_front() {
        for &next in &around[node] {
            if order[next] == usize::MAX {
                order[next] = next_place;
                next_place += 1;
                queue.push_back(next);
            }
        }
    }
    order
}

/// The place of every box in an order against which few lines run: the greedy heuristic of Eades, Lin and Smyth (1993).
fn along_lines(spec: &Spec, count: usize, lines: &[(usize, usize, usize)]) -> Vec<usize> {
    let mut out = vec![Vec::new(); count];
    let mut back = vec![Vec::new(); count];
    let (mut out_weight, mut in_weight) = (vec![0.0; count], vec![0.0; count]);
    for &(line, from, to) in lines {
        let weight = spec.lines[line].weight;
        out[from].push((to, weight));
        back[to].push((from, weight));
        out_weight[from] += weight;
        in_weight[to] += weight;
    }
    // Counts, not weights, say when a box has no line left: they are exact.
    let mut out_left: Vec<usize> = out.iter().map(Vec::len).collect();
    let mut in_left: Vec<usize> = back.iter().map(Vec::len).collect();
    let mut left: Vec<usize> = (0..count).collect();
    let (mut first, mut last) = (Vec::new(), Vec::new());
    while !left.is_empty() {
        let source = left.iter().position(|node| in_left[*node] == 0);
        let sink = left.iter().position(|node| out_left[*node] == 0);
        let at = source.or(sink).unwrap_or_else(|| {
            let surplus = |at: usize| out_weight[left[at]] - in_weight[left[at]];
            (1..left.len()).fold(0, |best, at| if surplus(at) > surplus(best) { at } else { best })
        });
        let node = left.remove(at);
        if source.is_none() && sink.is_some() {
            last.push(node)
        } else {
            first.push(node)
        }
        for &(to, weight) in &out[node] {
            in_left[to] = in_left[to].saturating_sub(1);
            in_weight[to] -= weight;
        }
        for &(from, weight) in &back[node] {
            out_left[from] = out_left[from].saturating_sub(1);
            out_weight[from] -= weight;
        }
    }
    first.extend(last.into_iter().rev());
    let mut order = vec![0; count];
    for (place, node) in first.into_iter().enumerate() {
        order[node] = place;
    }
    order
}

/// The length of the longest way to every box. `arcs` lead from a lower to a higher place in `order`.
fn longest_paths(order: &[usize], arcs: &[(usize, usize, f64)]) -> Vec<usize> {
    let mut sorted: Vec<&(usize, usize, f64)> = arcs.iter().collect();
    sorted.sort_by_key(|(from, to, _)| (order[*from], order[*to]));
    let mut ranks = vec![0; order.len()];
    for &&(from, to, _) in &sorted {
        ranks[to] = ranks[to].max(ranks[from] + 1);
    }
    ranks
}

/// Moves boxes to where their lines are shortest, as far as the others let them.
fn shorten(ranks: &mut [usize], arcs: &[(usize, usize, f64)]) {
    let mut before = vec![Vec::new(); ranks.len()];
    let mut behind = vec![Vec::new(); ranks.len()];
    for &(from, to, weight) in arcs {
        behind[from].push((to, weight));
        before[to].push((from, weight));
    }
    for _ in 0..PASSES {
        let mut moved = false;
        for node in 0..ranks.len() {
            let least = before[node].iter().map(|(other, _)| ranks[*other] + 1).max();
            let most = behind[node].iter().map(|(other, _)| ranks[*other].saturating_sub(1)).min();
            let pull_up: f64 = before[node].iter().map(|(_, weight)| weight).sum();
            let pull_down: f64 = behind[node].iter().map(|(_, weight)| weight).sum();
            let target = match (least, most) {
                (Some(least), _) if pull_up >= pull_down => least,
                (_, Some(most)) if pull_down > pull_up => most,
                _ => ranks[node],
            };
            if target != ranks[node] {
                ranks[node] = target;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
}

/// Breaks ranks that are longer than the page into several. Neighbours go to different ones, so that the lines to the further
/// ranks have gaps to go through.
fn split_long(spec: &Spec, part: &[usize], ranks: &mut [usize]) {
    let highest = ranks.iter().copied().max().unwrap_or(0);
    let mut length = vec![0.0; highest + 1];
    for (local, node) in part.iter().enumerate() {
        length[ranks[local]] += spec.boxes[*node].across + BOX_GAP;
    }
    let rows: Vec<usize> = length.iter().map(|length| ((length / spec.room).ceil() as usize).max(1)).collect();
    let mut first_row = vec![0; highest + 1];
    for rank in 1..=highest {
        first_row[rank] = first_row[rank - 1] + rows[rank - 1];
    }
    let mut next = vec![0; highest + 1];
    for rank in ranks.iter_mut() {
        let row = next[*rank] % rows[*rank];
        next[*rank] += 1;
        *rank = first_row[*rank] + row;
    }
}

/// Closes gaps between ranks.
fn compact(ranks: &mut [usize]) {
    let mut used: Vec<usize> = ranks.to_vec();
    used.sort_unstable();
    used.dedup();
    for rank in ranks {
        *rank = used.binary_search(rank).unwrap_or(0);
    }
}
