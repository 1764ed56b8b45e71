//! Blocks of a graph (its biconnected components): edges are in one block when a circle goes through both. Two blocks meet in one person at most,
//! without whom they would fall apart.

use rustc_hash::FxHashMap;

/// The blocks of some edges between numbered things, as rows of the edges.
pub(super) fn blocks(edges: &[(u32, u32)]) -> Vec<Vec<usize>> {
    let mut place: FxHashMap<u32, usize> = FxHashMap::default();
    let mut around: Vec<Vec<(usize, usize)>> = Vec::new();
    for (row, (a, b)) in edges.iter().enumerate() {
        let mut place_of = |thing: u32| {
            let next = place.len();
            let place = *place.entry(thing).or_insert(next);
            if place == next {
                around.push(Vec::new());
            }
            place
        };
        let (a, b) = (place_of(*a), place_of(*b));
        around[a].push((b, row));
        around[b].push((a, row));
    }
    let mut walk = Walk { entered: vec![0; around.len()], lowest: vec![0; around.len()], count: 0, open: Vec::new() };
    let mut blocks = Vec::new();
    for start in 0..around.len() {
        if walk.entered[start] == 0 {
            walk.from(start, &around, &mut blocks);
        }
    }
    blocks
}

/// A walk into the depth (Hopcroft and Tarjan 1973), with a stack of its own, as a chain of people may be long.
struct Walk {
    /// In what order each was entered, from 1; 0 for not yet.
    entered: Vec<u32>,
    /// The first entered that is reached from each or from behind it.
    lowest: Vec<u32>,
    count: u32,
    /// Edges whose block is not closed.
    open: Vec<usize>,
}

impl Walk {
    fn from(&mut self, start: usize, around: &[Vec<(usize, usize)>], blocks: &mut Vec<Vec<usize>>) {
        // Where the walk is: who, by which edge, and which of the edges comes next.
        let mut path = vec![(start, usize::MAX, 0)];
        self.enter(start);
        while let Some((here, by, next)) = path.last_mut() {
            let (here, by) = (*here, *by);
            let Some((there, row)) = around[here].get(*next).copied() else {
                path.pop();
                if let Some((before, ..)) = path.last() {
                    self.lowest[*before] = self.lowest[*before].min(self.lowest[here]);
                    if self.lowest[here] >= self.entered[*before] {
                        let first = self.open.iter().rposition(|row| *row == by).unwrap_or(0);
                        blocks.push(self.open.split_off(first));
                    }
                }
                continue;
            };
            *next += 1;
            if row == by {
                continue;
            }
            if self.entered[there] == 0 {
                self.open.push(row);
                self.enter(there);
                path.push((there, row, 0));
            } else if self.entered[there] < self.entered[here] {
                self.open.push(row);
                self.lowest[here] = self.lowest[here].min(self.entered[there]);
            }
        }
    }

    fn enter(&mut self, thing: usize) {
        self.count += 1;
        (self.entered[thing], self.lowest[thing]) = (self.count, self.count);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::blocks;
    use crate::groups::Groups;

    fn sorted(edges: &[(u32, u32)]) -> Vec<Vec<usize>> {
        let mut blocks = blocks(edges);
        for block in &mut blocks {
            block.sort_unstable();
        }
        blocks.sort_unstable();
        blocks
    }

    #[test]
    fn what_one_person_joins_is_two_blocks() {
        assert_eq!(sorted(&[]), Vec::<Vec<usize>>::new());
        assert_eq!(sorted(&[(7, 3)]), [[0]]);
        // Two triangles that meet in 2, and a tail.
        let edges = [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (2, 4), (4, 5)];
        assert_eq!(sorted(&edges), [vec![0, 1, 2], vec![3, 4, 5], vec![6]]);
        // Two edges between the same two are a circle.
        assert_eq!(sorted(&[(0, 1), (0, 1), (5, 6)]), [vec![0, 1], vec![2]]);
        // A long chain does not end the stack.
        let chain: Vec<(u32, u32)> = (0..100_000).map(|at| (at, at + 1)).collect();
        assert_eq!(blocks(&chain).len(), chain.len());
    }

    proptest! {
        /// Two edges that meet in a person are in one block when their other ends still hang together without that person.
        #[test]
        fn blocks_hang_together_without_any_of_their_people(edges in proptest::collection::vec((0_u32..7, 0_u32..7), 0..16)) {
            let mut edges: Vec<(u32, u32)> = edges.into_iter().filter(|(a, b)| a < b).collect();
            edges.sort_unstable();
            edges.dedup();
            let blocks = blocks(&edges);
            let block_of = |row: usize| blocks.iter().position(|block| block.contains(&row));
            for (x, one) in edges.iter().enumerate() {
                prop_assert_eq!(blocks.iter().flatten().filter(|row| **row == x).count(), 1);
                for (y, other) in edges.iter().enumerate().skip(x + 1) {
                    let Some(shared) = [one.0, one.1].into_iter().find(|end| [other.0, other.1].contains(end)) else { continue };
                    let mut without = Groups::new(7);
                    edges.iter().filter(|(a, b)| *a != shared && *b != shared).for_each(|(a, b)| { without.join(*a, *b); });
                    let end = |(a, b): (u32, u32)| if a == shared { b } else { a };
                    prop_assert_eq!(without.of(end(*one)) == without.of(end(*other)), block_of(x) == block_of(y));
                }
            }
        }
    }
}
