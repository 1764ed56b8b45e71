//! Who owns and controls a party: the tree upwards, owner by owner, to the last that is known. A cycle is followed once and marked.

use interdict_snapshot::{Day, Holds, NOTHING, RelationFlags, RelationRow};
use rustc_hash::FxHashSet;

use crate::graph::{Graph, Link, LinkKind, Step, is_power};

/// Why the tree does not go on above an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Above {
    /// It goes on, or nobody is known above.
    Open,
    /// The owner stands below already: the ownership is circular.
    Cycle,
    /// The owner stands elsewhere in the tree, with those above it.
    Elsewhere,
    /// The depth or the number of lines that was asked for is reached.
    CutOff,
}

/// A line of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Steps below the line: 1 is an owner of the party asked about.
    pub level: u16,
    /// Who owns; [`NOTHING`] when the snapshot does not hold it.
    pub entity: u32,
    /// What is owned.
    pub over: u32,
    /// The relations by which, those with the largest share first; or that both are one party.
    pub steps: Vec<Step>,
    /// Whether it goes on.
    pub above: Above,
}

impl Graph<'_> {
    /// The owners and controllers of a party, in the order of a tree: each is followed by those above it. At most `depth` levels and `limit`
    /// lines.
    #[must_use]
    pub fn owners(&self, entity: u32, depth: u16, limit: usize) -> Vec<Owner> {
        let mut lines: Vec<Owner> = Vec::new();
        let mut opened: FxHashSet<u32> = FxHashSet::from_iter([entity]);
        // The line that waits, and the entities below it.
        let mut below: Vec<u32> = vec![entity];
        let mut waiting: Vec<Owner> = self.directly_over(entity, 1);
        waiting.reverse();
        while let Some(mut line) = waiting.pop() {
            below.truncate(usize::from(line.level));
            let owner = line.entity;
            if lines.len() == limit {
                if let Some(last) = lines.last_mut() {
                    last.above = Above::CutOff;
                }
                break;
            }
            if below.contains(&owner) {
                line.above = Above::Cycle;
            } else if owner != NOTHING && !opened.insert(owner) {
                line.above = Above::Elsewhere;
            } else if owner != NOTHING {
                let mut over = self.directly_over(owner, line.level + 1);
                // That two are one party is said once, from below.
                let from_same = self.kind(line.steps[0].link) == LinkKind::Same;
                over.retain(|next| !(from_same && next.entity == line.over));
                if line.level >= depth {
                    line.above = if over.is_empty() { Above::Open } else { Above::CutOff };
                } else {
                    below.push(owner);
                    waiting.extend(over.into_iter().rev());
                }
            }
            lines.push(line);
        }
        lines
    }

    fn directly_over(&self, entity: u32, level: u16) -> Vec<Owner> {
        let relations = self.relations();
        let mut owners: Vec<Owner> = Vec::new();
        let mut add = |owner: u32, step: Step| match owners.iter_mut().find(|held| held.entity == owner && owner != NOTHING) {
            Some(held) => held.steps.push(step),
            None => owners.push(Owner { level, entity: owner, over: entity, steps: vec![step], above: Above::Open }),
        };
        let first = relations.first_over(entity);
        for (at, row) in (first..).zip(relations.over(entity)) {
            if !is_power(row.kind()) {
                continue;
            }
            let over = row.flags.has(RelationFlags::ENDED) || row.end_latest != Day::LAST;
            let certain = match self.day().map(|day| row.holds(day)) {
                Some(Holds::No) => continue,
                Some(holds) => holds == Holds::Yes,
                None => !over,
            };
            add(row.from, Step { cost: 0, link: Link::Relation(at), from: row.from, to: entity, certain });
        }
        self.for_each_step(entity, |step| {
            if self.kind(step.link) == LinkKind::Same {
                add(step.to, step.reversed());
            }
        });
        let row = |step: &Step| -> Option<&RelationRow> {
            if let Link::Relation(at) = step.link { relations.rows().get(at as usize) } else { None }
        };
        // The largest share first; what is one party before all.
        let rank = |step: &Step| {
            row(step).map_or((0, 0, 0), |row| {
                let share = if row.flags.has(RelationFlags::UNSTATED) { 0 } else { row.range().max().units() };
                (1, u32::MAX - share, row.kind() as u32)
            })
        };
        for owner in &mut owners {
            owner.steps.sort_by_key(|step| (rank(step), step.link));
            owner.steps.dedup();
        }
        owners.sort_by_key(|owner| (rank(&owner.steps[0]), owner.entity, owner.steps[0].link));
        owners
    }
}
