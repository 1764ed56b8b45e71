//! The circle of the listed: every party that is listed, or a step or two from one along relations that mean acting together. A graph goes
//! in; the distance of each party and who is next to it come out.

use std::collections::VecDeque;

use interdict_model::RelationKind;
use rustc_hash::FxHashMap;

use crate::graph::{Graph, Link, LinkKind};

/// Who has more relations than this is a hub (a ministry, a bank, a nominee of hundreds): what is beyond it is not of one circle.
const HUB: usize = 40;

/// A party of the circle.
#[derive(Clone, Debug, Default)]
pub(super) struct Member {
    /// Steps from the nearest listed party: 0 to 2.
    pub(super) distance: u8,
    /// Position of that listed party.
    pub(super) listed: u32,
    /// The party through which it was reached and the link; none of one that is listed.
    pub(super) via: Option<(u32, Link)>,
    /// Itself and those next to it, ascending. Of a hub, itself alone.
    pub(super) near: Vec<u32>,
    /// How many are next to it.
    pub(super) degree: u32,
}

/// The circle.
#[derive(Debug)]
pub(super) struct Circle {
    members: FxHashMap<u32, Member>,
}

impl Circle {
    pub(super) fn new(graph: &Graph<'_>) -> Self {
        let mut members: FxHashMap<u32, Member> = FxHashMap::default();
        let mut queue = VecDeque::new();
        for entity in (0..graph.entities()).filter(|entity| graph.is_listed(*entity)) {
            members.insert(entity, Member { listed: entity, ..Member::default() });
            queue.push_back(entity);
        }
        // Breadth first and in the order of entities: the nearest listed party, and among several the first.
        while let Some(at) = queue.pop_front() {
            let next = steps(graph, at);
            let Some(member) = members.get_mut(&at) else { continue };
            let mut near: Vec<u32> = next.iter().map(|(to, _, _)| *to).collect();
            near.sort_unstable();
            near.dedup();
            member.degree = near.len() as u32;
            let hub = near.len() > HUB;
            if hub {
                near.clear();
            }
            near.push(at);
            near.sort_unstable();
            member.near = near;
            let (distance, listed) = (member.distance, member.listed);
            for (to, link, same) in next {
                let further = if same { distance } else { distance + 1 };
                // Beyond an unlisted party only its own firms and helpers, and not those of a hub.
                if further > 2 || (distance > 0 && hub) || members.contains_key(&to) {
                    continue;
                }
                members.insert(to, Member { distance: further, listed, via: Some((at, link)), ..Member::default() });
                queue.push_back(to);
            }
        }
        Self { members }
    }

    pub(super) fn get(&self, entity: u32) -> Option<&Member> {
        self.members.get(&entity)
    }

    /// The parties among which evidence about a party counts together: itself and those next to it, as far as they are in the circle.
    pub(super) fn anchors(&self, entity: u32) -> impl Iterator<Item = u32> + '_ {
        let near = self.get(entity).map_or(&[][..], |member| member.near.as_slice());
        near.iter().copied().filter(|near| self.members.contains_key(near))
    }
}

/// Where relations that mean acting together lead, each with whether both ends are one party.
fn steps(graph: &Graph<'_>, from: u32) -> Vec<(u32, Link, bool)> {
    let mut steps = Vec::new();
    graph.for_each_step(from, |step| {
        let same = match graph.kind(step.link) {
            LinkKind::Same => true,
            LinkKind::Relation(kind) if acts_together(kind) => false,
            _ => return,
        };
        steps.push((step.to, step.link, same));
    });
    steps.sort_unstable();
    steps.dedup_by_key(|step| step.0);
    steps
}

/// Kin, colleagues and members of a body need not act together; owners, directors, agents and fronts do.
fn acts_together(kind: RelationKind) -> bool {
    !matches!(kind, RelationKind::Family | RelationKind::Membership)
}
