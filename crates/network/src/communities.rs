//! Communities: groups of parties that are linked more among each other than with others. A graph goes in; groups come out, the largest
//! first, each with its listed members, its strongest ties and what its members share.
//!
//! The method is that of Louvain (Blondel et al. 2008: modularity, moved greedily, then communities become nodes), in the fixed order of
//! entities, so that the same graph gives the same groups. A tie weighs the more the less it costs. A group that falls apart without what
//! once held it is divided into its parts, as the method of Leiden (Traag et al. 2019) asks.

use rustc_hash::FxHashMap;

use crate::graph::{Graph, Link, Step};

/// Rounds of moving at most, at each level; modularity is near its best after a handful.
const ROUNDS: usize = 16;
/// Levels at most; each has a small part of the nodes of the one below.
const LEVELS: usize = 12;
/// Ties of a community that are reported.
const TIES: usize = 5;
/// Shared values of a community that are reported.
const VALUES: usize = 5;

/// Which parties are put into groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All that are linked with any other.
    All,
    /// Those that are linked with a listed party, however far.
    Listed,
    /// Those that are linked with this party, however far.
    Of(u32),
}

/// A tie between two parties of a community.
pub type Tie = Step;

/// A group of parties.
#[derive(Clone, Debug, PartialEq)]
pub struct Community {
    /// The parties, the one with the strongest ties to the others first.
    pub members: Vec<u32>,
    /// Those of them that are listed, in the same order.
    pub listed: Vec<u32>,
    /// Pairs of members that are linked.
    pub pairs: usize,
    /// Pairs that are linked, of all pairs that there are: 0 to 1.
    pub density: f64,
    /// The strongest ties, the strongest first.
    pub ties: Vec<Tie>,
    /// What several members have: position of the value and how many members have it, the most first.
    pub shared: Vec<(u32, u32)>,
}

/// Nodes and weighted edges of one level.
struct Level {
    edges: Vec<Vec<(u32, f64)>>,
    /// Weight of a node's edges with itself, twice.
    loops: Vec<f64>,
}

impl Level {
    fn weight(&self, node: usize) -> f64 {
        self.loops[node] + self.edges[node].iter().map(|(_, weight)| weight).sum::<f64>()
    }

    /// Moves nodes between communities while that is better; the community of each.
    fn communities(&self) -> Vec<u32> {
        let nodes = self.edges.len();
        let weights: Vec<f64> = (0..nodes).map(|node| self.weight(node)).collect();
        let all: f64 = weights.iter().sum();
        let mut community: Vec<u32> = (0..nodes as u32).collect();
        if all <= 0.0 {
            return community;
        }
        let mut totals = weights.clone();
        let mut toward = vec![0.0_f64; nodes];
        for _ in 0..ROUNDS {
            let mut moved = false;
            for node in 0..nodes {
                let own = community[node];
                let mut touched: Vec<u32> = vec![own];
                for (other, weight) in &self.edges[node] {
                    let of = community[*other as usize];
                    if toward[of as usize] == 0.0 && of != own {
                        touched.push(of);
                    }
                    toward[of as usize] += weight;
                }
                totals[own as usize] -= weights[node];
                touched.sort_unstable();
                let gain = |of: u32| toward[of as usize] - weights[node] * totals[of as usize] / all;
                let mut best = (own, gain(own));
                for of in &touched {
                    // A gain that rounding makes is none.
                    if gain(*of) > best.1 + 1e-9 {
                        best = (*of, gain(*of));
                    }
                }
                totals[best.0 as usize] += weights[node];
                for of in touched {
                    toward[of as usize] = 0.0;
                }
                if best.0 != own {
                    community[node] = best.0;
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
        community
    }

    /// Communities as the nodes of the next level, numbered in the order of their first node.
    fn next(&self, community: &[u32]) -> (Self, Vec<u32>) {
        let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
        let place: Vec<u32> = community
            .iter()
            .map(|of| {
                let next = numbers.len() as u32;
                *numbers.entry(*of).or_insert(next)
            })
            .collect();
        let mut loops = vec![0.0; numbers.len()];
        let mut gathered: Vec<Vec<(u32, f64)>> = vec![Vec::new(); numbers.len()];
        for (node, edges) in self.edges.iter().enumerate() {
            let own = place[node];
            loops[own as usize] += self.loops[node];
            for (other, weight) in edges {
                let of = place[*other as usize];
                if of == own {
                    loops[own as usize] += weight;
                } else {
                    gathered[own as usize].push((of, *weight));
                }
            }
        }
        for edges in &mut gathered {
            edges.sort_by_key(|(of, _)| *of);
            edges.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 += next.1;
                }
                same
            });
        }
        (Self { edges: gathered, loops }, place)
    }
}

impl Graph<'_> {
    /// The communities of at least `min_size` parties, the largest first; of one party, the one that it is in.
    #[must_use]
    pub fn communities(&self, scope: Scope, min_size: usize) -> Vec<Community> {
        let entities = self.scope(scope);
        let places: FxHashMap<u32, u32> = entities.iter().zip(0..).map(|(entity, at)| (*entity, at)).collect();
        let edges: Vec<Vec<(u32, f64)>> = entities
            .iter()
            .map(|entity| {
                let mut edges: Vec<(u32, f64)> = Vec::new();
                for step in self.steps(*entity) {
                    let Some(to) = places.get(&step.to) else { continue };
                    // Several links between two parties weigh together.
                    let weight = 1_000.0 / f64::from(step.cost.max(1));
                    match edges.last_mut() {
                        Some(last) if last.0 == *to => last.1 += weight,
                        _ => edges.push((*to, weight)),
                    }
                }
                edges
            })
            .collect();
        let strength: Vec<f64> = edges.iter().map(|edges| edges.iter().map(|(_, weight)| weight).sum()).collect();
        let bottom = Level { loops: vec![0.0; edges.len()], edges };
        let mut of: Vec<u32> = (0..entities.len() as u32).collect();
        let mut level = Level { edges: bottom.edges.clone(), loops: bottom.loops.clone() };
        for _ in 0..LEVELS {
            let community = level.communities();
            let (next, place) = level.next(&community);
            for held in &mut of {
                *held = place[*held as usize];
            }
            let done = next.edges.len() == level.edges.len();
            level = next;
            if done {
                break;
            }
        }
        let mut groups: Vec<Vec<u32>> = parts(&bottom.edges, &of);
        groups.retain(|group| group.len() >= min_size.max(1));
        if let Scope::Of(entity) = scope {
            let place = places.get(&entity).copied();
            groups.retain(|group| place.is_some_and(|place| group.contains(&place)));
        }
        groups.sort_by(|a, b| b.len().cmp(&a.len()).then(a[0].cmp(&b[0])));
        groups
            .into_iter()
            .map(|mut group| {
                group.sort_by(|a, b| strength[*b as usize].total_cmp(&strength[*a as usize]).then(a.cmp(b)));
                self.community(group.iter().map(|place| entities[*place as usize]).collect())
            })
            .collect()
    }

    /// The entities that are put into groups, ascending.
    fn scope(&self, scope: Scope) -> Vec<u32> {
        let mut seen = vec![false; self.entities() as usize];
        let mut queue: Vec<u32> = match scope {
            Scope::All => (0..self.entities()).collect(),
            Scope::Listed => (0..self.entities()).filter(|entity| self.is_listed(*entity)).collect(),
            Scope::Of(entity) => vec![entity],
        };
        queue.iter().for_each(|entity| seen[*entity as usize] = true);
        let mut linked = Vec::new();
        while let Some(entity) = queue.pop() {
            let mut any = false;
            self.for_each_step(entity, |step| {
                any = true;
                if !std::mem::replace(&mut seen[step.to as usize], true) {
                    queue.push(step.to);
                }
            });
            if any {
                linked.push(entity);
            }
        }
        linked.sort_unstable();
        linked
    }

    fn community(&self, members: Vec<u32>) -> Community {
        let hops = self.hops_among(&members);
        let possible = members.len() * members.len().saturating_sub(1) / 2;
        let mut ties: Vec<Step> = hops.iter().filter_map(|hop| hop.steps.first().copied()).collect();
        ties.sort_unstable();
        ties.truncate(TIES);
        let mut having: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for step in hops.iter().flat_map(|hop| &hop.steps) {
            if let Link::Shared(value) = step.link {
                having.entry(value).or_default().extend([step.from, step.to]);
            }
        }
        let mut shared: Vec<(u32, u32)> = having
            .into_iter()
            .map(|(value, mut holders)| {
                holders.sort_unstable();
                holders.dedup();
                (value, holders.len() as u32)
            })
            .collect();
        shared.sort_unstable_by_key(|(value, holders)| (std::cmp::Reverse(*holders), *value));
        shared.truncate(VALUES);
        let listed = members.iter().copied().filter(|entity| self.is_listed(*entity)).collect();
        let density = if possible == 0 { 0.0 } else { hops.len() as f64 / possible as f64 };
        Community { members, listed, pairs: hops.len(), density, ties, shared }
    }
}

/// The connected parts of each group, each ascending.
fn parts(edges: &[Vec<(u32, f64)>], of: &[u32]) -> Vec<Vec<u32>> {
    let mut seen = vec![false; edges.len()];
    let mut groups = Vec::new();
    for start in 0..edges.len() {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        let mut group = vec![start as u32];
        let mut at = 0;
        while let Some(node) = group.get(at).copied() {
            at += 1;
            for (other, _) in &edges[node as usize] {
                if of[*other as usize] == of[start] && !std::mem::replace(&mut seen[*other as usize], true) {
                    group.push(*other);
                }
            }
        }
        group.sort_unstable();
        groups.push(group);
    }
    groups
}
