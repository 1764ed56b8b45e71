//! One view of everything that links parties: relations, what they share, and which listings are one party. A snapshot goes in; the
//! steps from a party to others come out, each with its kind, its cost and the record that states it. Nothing is built beforehand but
//! the references between listings, so that a first step on a large snapshot costs milliseconds.

mod told;
mod weights;

use interdict_model::{RelationKind, Schema};
use interdict_names::AttributeKind;
use interdict_snapshot::{Attributes, Day, Holds, NOTHING, RelationFlags, Relations, Snapshot};
use rustc_hash::{FxHashMap, FxHashSet};

pub use self::told::Told;
pub use self::weights::{LinkKind, WEIGHTS, Weight, Weights};
use crate::identity::same_numbers;

/// What a step goes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Link {
    /// Both are one party, for a reason that was given ([`Graph::reason`]).
    Same(u32),
    /// Both are one party: they have the same number, of a kind that the graph compares.
    SameNumber(u8),
    /// A relation: its position in [`Relations::rows`].
    Relation(u32),
    /// A value that both have: its position in [`Attributes`].
    Shared(u32),
}

/// A step from a party to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// Cost in thousandths.
    pub cost: u32,
    /// What it goes along.
    pub link: Link,
    /// From this entity.
    pub from: u32,
    /// To this one.
    pub to: u32,
    /// Of a relation: whether it is one of the asked day for certain, or, where no day is asked, not known to be over.
    pub certain: bool,
}

impl Step {
    /// The same step the other way.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { from: self.to, to: self.from, ..self }
    }
}

/// The links between the parties of a snapshot.
#[derive(Clone, Debug)]
pub struct Graph<'g> {
    snapshot: Option<&'g Snapshot>,
    relations: Relations<'g>,
    attributes: Option<Attributes<'g>>,
    weights: Weights,
    day: Option<Day>,
    same: FxHashMap<u32, Vec<(u32, u32)>>,
    reasons: Vec<String>,
    listed: FxHashSet<u32>,
}

impl<'g> Graph<'g> {
    /// The graph of a snapshot: its relations, attributes, equal numbers, and the listings that refer to each other.
    #[must_use]
    pub fn new(snapshot: &'g Snapshot) -> Self {
        let mut graph = Self::from_relations(snapshot.relations());
        graph.snapshot = Some(snapshot);
        graph.attributes = Some(snapshot.attributes());
        // Nearly all entities of a source have one and the same text of further members.
        let mut read: FxHashMap<*const u8, Vec<String>> = FxHashMap::default();
        let mut same = Vec::new();
        for entity in snapshot.entities() {
            let text = entity.members_text();
            let referents = read.entry(text.as_ptr()).or_insert_with(|| referents(text));
            let others = referents.iter().filter_map(|id| snapshot.entity(id));
            same.extend(others.map(|other| (entity.index(), other.index(), format!("{} names it", entity.id()))));
        }
        graph.with_same(same)
    }

    /// A graph of relations alone, such as a generated one.
    #[must_use]
    pub fn from_relations(relations: Relations<'g>) -> Self {
        Self {
            snapshot: None,
            relations,
            attributes: None,
            weights: Weights::default(),
            day: None,
            same: FxHashMap::default(),
            reasons: Vec::new(),
            listed: FxHashSet::default(),
        }
    }

    /// With further pairs of entities that are one party, and why: what was clustered, what a person judged.
    #[must_use]
    pub fn with_same(mut self, pairs: impl IntoIterator<Item = (u32, u32, String)>) -> Self {
        for (a, b, reason) in pairs.into_iter().filter(|(a, b, _)| a != b) {
            let number = self.reasons.len() as u32;
            self.reasons.push(reason);
            self.same.entry(a).or_default().push((b, number));
            self.same.entry(b).or_default().push((a, number));
        }
        self
    }

    /// With these weights.
    #[must_use]
    pub fn with_weights(mut self, weights: Weights) -> Self {
        self.weights = weights;
        self
    }

    /// Of one day: relations that were over, or not yet, are left out.
    #[must_use]
    pub fn on(mut self, day: Day) -> Self {
        self.day = Some(day);
        self
    }

    /// With further entities that count as listed.
    #[must_use]
    pub fn with_listed(mut self, entities: impl IntoIterator<Item = u32>) -> Self {
        self.listed.extend(entities);
        self
    }

    /// Number of entities.
    #[must_use]
    pub fn entities(&self) -> u32 {
        self.relations.entities()
    }

    /// The day that it is of, where one was asked.
    #[must_use]
    pub fn day(&self) -> Option<Day> {
        self.day
    }

    /// The snapshot that it is of.
    #[must_use]
    pub fn snapshot(&self) -> Option<&'g Snapshot> {
        self.snapshot
    }

    /// The relations.
    #[must_use]
    pub fn relations(&self) -> Relations<'g> {
        self.relations
    }

    /// Why two entities are one party, of a link [`Link::Same`].
    #[must_use]
    pub fn reason(&self, number: u32) -> &str {
        self.reasons.get(number as usize).map_or("", String::as_str)
    }

    /// The kind of a link.
    #[must_use]
    pub fn kind(&self, link: Link) -> LinkKind {
        match link {
            Link::Same(_) | Link::SameNumber(_) => LinkKind::Same,
            Link::Relation(at) => LinkKind::Relation(self.relations.rows()[at as usize].kind()),
            Link::Shared(at) => {
                let value = self.attributes.and_then(|attributes| attributes.at(at));
                LinkKind::Shared(value.map_or(AttributeKind::AddressLoose, interdict_snapshot::AttributeRef::kind))
            }
        }
    }

    /// Whether a party stands on a list of sanctions: a sanction names it, or it is tagged so, or it is a target of a list that tags nothing.
    #[must_use]
    pub fn is_listed(&self, entity: u32) -> bool {
        if self.listed.contains(&entity) {
            return true;
        }
        let Some(entity) = self.snapshot.and_then(|snapshot| snapshot.entity_at(entity)) else { return false };
        if entity.schema().is_none_or(|schema| !is_party(schema)) {
            return false;
        }
        let mut topics = entity.texts("topics").peekable();
        let untagged = topics.peek().is_none();
        topics.any(|topic| topic == "sanction")
            || (untagged && entity.members_text().contains("\"target\":true"))
            || entity.referrers().any(|link| {
                link.property == "entity" && link.entity.schema().is_some_and(|schema| schema.is_a(Schema::Sanction))
            })
    }

    /// All steps from an entity, in no order of cost. Several may lead to one party.
    pub fn for_each_step(&self, from: u32, mut take: impl FnMut(Step)) {
        if from >= self.entities() {
            return;
        }
        for (to, reason) in self.same.get(&from).into_iter().flatten() {
            take(Step { cost: self.weights.same(), link: Link::Same(*reason), from, to: *to, certain: true });
        }
        self.numbers(from, &mut take);
        let first = self.relations.first_over(from);
        for at in (first..).take(self.relations.over(from).len()) {
            self.relation(from, at, &mut take);
        }
        for at in self.relations.positions_by(from) {
            self.relation(from, *at, &mut take);
        }
        for held in self.attributes.into_iter().flat_map(|attributes| attributes.of(from)) {
            let value = held.value();
            let Some(cost) = self.weights.shared(value.kind(), value.holder_count()) else { continue };
            let link = Link::Shared(value.index());
            for other in value.holders().map(interdict_snapshot::Holding::entity).filter(|other| *other != from) {
                take(Step { cost, link, from, to: other, certain: true });
            }
        }
    }

    /// The steps from an entity, grouped by where they lead and the cheapest first, in the order of entities.
    #[must_use]
    pub fn steps(&self, from: u32) -> Vec<Step> {
        let mut steps = Vec::new();
        self.for_each_step(from, |step| steps.push(step));
        steps.sort_unstable_by_key(|step| (step.to, step.cost, step.link));
        steps.dedup();
        steps
    }

    /// All steps from an entity to another, the cheapest first.
    #[must_use]
    pub fn steps_between(&self, from: u32, to: u32) -> Vec<Step> {
        // From the end with fewer relations: the other may be a hub.
        let (a, b) = if self.degree(to) < self.degree(from) { (to, from) } else { (from, to) };
        let mut steps = Vec::new();
        self.for_each_step(a, |step| {
            if step.to == b {
                steps.push(if a == from { step } else { step.reversed() });
            }
        });
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// Relations of an entity, both ways.
    #[must_use]
    pub fn degree(&self, entity: u32) -> u32 {
        (self.relations.over(entity).len() + self.relations.positions_by(entity).len()) as u32
    }

    fn relation(&self, from: u32, at: u32, take: &mut impl FnMut(Step)) {
        let row = &self.relations.rows()[at as usize];
        let to = if row.from == from { row.to } else { row.from };
        if to == NOTHING || to == from {
            return;
        }
        let over = row.flags.has(RelationFlags::ENDED) || row.end_latest != Day::LAST;
        let certain = match self.day.map(|day| row.holds(day)) {
            Some(Holds::No) => return,
            Some(holds) => holds == Holds::Yes,
            None => !over,
        };
        let kind = row.kind();
        let degree = if self.weights.is_damped(kind) { self.busier(row.from, row.to) } else { 0 };
        let cost = self.weights.relation(kind, degree);
        // What was, or may not be, says less than what is.
        let cost = if certain { cost } else { cost + cost / 2 };
        take(Step { cost, link: Link::Relation(at), from, to, certain });
    }

    /// How many relations the busier end of one has on its side of it.
    fn busier(&self, from: u32, to: u32) -> u32 {
        self.relations.positions_by(from).len().max(self.relations.over(to).len()) as u32
    }

    /// Entities that are the same party by a number that no two have.
    fn numbers(&self, from: u32, take: &mut impl FnMut(Step)) {
        let Some(snapshot) = self.snapshot else { return };
        let Some(entity) = snapshot.entity_at(from) else { return };
        if !entity.schema().is_some_and(is_party) {
            return;
        }
        for (to, at) in same_numbers(snapshot, entity) {
            take(Step { cost: self.weights.same(), link: Link::SameNumber(at as u8), from, to, certain: true });
        }
    }
}

/// Whether entities of the schema take part in a network.
pub(crate) fn is_party(schema: Schema) -> bool {
    schema.is_a(Schema::Thing) && !schema.is_a(Schema::Address) && !schema.is_a(Schema::Position)
}

/// Whether a relation of the kind is power over the other, or property.
#[must_use]
pub fn is_power(kind: RelationKind) -> bool {
    matches!(
        kind,
        RelationKind::Shares
            | RelationKind::OwnershipOrControl
            | RelationKind::Votes
            | RelationKind::Board
            | RelationKind::Influence
            | RelationKind::Consolidation
            | RelationKind::Income
            | RelationKind::Trust
            | RelationKind::Nominee
            | RelationKind::Front
    )
}

/// The ids that an entity's further members name as the same party.
fn referents(text: &str) -> Vec<String> {
    if !text.contains("\"referents\"") {
        return Vec::new();
    }
    let members: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let ids = members.get("referents").and_then(serde_json::Value::as_array).into_iter().flatten();
    ids.filter_map(serde_json::Value::as_str).map(str::to_owned).collect()
}
