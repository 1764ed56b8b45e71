//! A step in words, with where it was read.

use interdict_model::Schema;
use interdict_snapshot::{EntityRef, RelationFlags};

use super::{Graph, Link, Step};
use crate::identity::NUMBERS;

/// A step as it is told to people.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Told {
    /// What the one is to the other.
    pub words: String,
    /// Where it was read: list, issue and record, one for each record.
    pub sources: Vec<String>,
    /// Whether it is said of the second party towards the first.
    pub backwards: bool,
    /// Whether it is the same said from either end.
    pub mutual: bool,
    /// The entity that states it, where it is one of its own.
    pub statement: Option<u32>,
    /// Entities by which the parties have what they share: addresses, wallets.
    pub through: Vec<u32>,
    /// Since when, as the source has it.
    pub since: Option<String>,
    /// Until when.
    pub until: Option<String>,
}

impl Graph<'_> {
    /// A step in words.
    #[must_use]
    pub fn tell(&self, step: &Step) -> Told {
        match step.link {
            Link::Same(reason) => {
                Told { words: format!("same party: {}", self.reason(reason)), mutual: true, ..Told::default() }
            }
            Link::SameNumber(at) => self.tell_number(step, usize::from(at)),
            Link::Relation(at) => self.tell_relation(step, at),
            Link::Shared(at) => self.tell_shared(step, at),
        }
    }

    fn entity(&self, entity: u32) -> Option<EntityRef<'_>> {
        self.snapshot.and_then(|snapshot| snapshot.entity_at(entity))
    }

    fn tell_number(&self, step: &Step, at: usize) -> Told {
        let Some((property, kind)) = NUMBERS.get(at) else { return Told::default() };
        let number = self.entity(step.from).and_then(|entity| entity.texts(property).next()).unwrap_or_default();
        let sources = [step.from, step.to].into_iter().filter_map(|end| self.entity(end)).map(|end| source(end, "")).collect();
        Told { words: format!("same party: both have {} {number}", kind.label()), sources, mutual: true, ..Told::default() }
    }

    fn tell_relation(&self, step: &Step, at: u32) -> Told {
        let row = &self.relations.rows()[at as usize];
        let statement = self.entity(row.statement);
        let against = row.flags.has(RelationFlags::AGAINST);
        let role = statement
            .filter(|statement| statement.schema().is_some_and(|schema| !schema.is_a(Schema::Ownership)))
            .map(|statement| statement.texts("role").collect::<Vec<_>>().join("; "))
            // Words that run against the direction that they are stated in would be read the wrong way round.
            .filter(|role| !role.is_empty() && (against || !role.to_lowercase().ends_with(" by")));
        let mut words = vec![role.unwrap_or_else(|| row.kind().label().to_owned())];
        if !row.flags.has(RelationFlags::UNSTATED) {
            words.push(match row.fault() {
                Some(fault) => format!("share not readable: {fault}"),
                None => row.range().to_string(),
            });
        }
        for (flag, text) in [
            (RelationFlags::NOMINEE, "as a nominee"),
            (RelationFlags::TRUST, "through a trust"),
            (RelationFlags::INDIRECT, "indirectly"),
        ] {
            if row.flags.has(flag) {
                words.push(text.to_owned());
            }
        }
        let date = |property: &str| statement.and_then(|statement| statement.texts(property).next()).map(str::to_owned);
        let stated_from = if against { row.to } else { row.from };
        if !step.certain {
            words.push(if self.day.is_some() { "perhaps on that day" } else { "former" }.to_owned());
        }
        Told {
            words: words.join(", "),
            sources: statement.map(|statement| source(statement, "")).into_iter().collect(),
            backwards: stated_from != step.from,
            mutual: false,
            statement: statement.map(EntityRef::index),
            through: Vec::new(),
            since: date("startDate"),
            until: date("endDate"),
        }
    }

    fn tell_shared(&self, step: &Step, at: u32) -> Told {
        let Some(value) = self.attributes.and_then(|attributes| attributes.at(at)) else { return Told::default() };
        let mut told = Told { mutual: true, ..Told::default() };
        let mut shown: Vec<&str> = Vec::new();
        for held in [step.from, step.to].into_iter().filter_map(|end| value.held_by(end)) {
            if !shown.contains(&held.shown()) {
                shown.push(held.shown());
            }
            if let Some(stated_by) = self.entity(held.stated_by()) {
                told.sources.push(source(stated_by, held.record()));
            }
            if held.stated_by() != held.entity() {
                told.through.push(held.stated_by());
            }
        }
        let among =
            if value.holder_count() > 2 { format!(", one of {} who have it", value.holder_count()) } else { String::new() };
        told.words = format!("same {}: {}{among}", value.kind().label(), shown.join(" / "));
        told
    }

    /// What an entity is called: its caption; of a graph without a snapshot, its number.
    #[must_use]
    pub fn caption(&self, entity: u32) -> String {
        self.entity(entity).map_or_else(|| format!("#{entity}"), |entity| entity.caption().to_owned())
    }
}

/// Where something was read: list, issue, record.
pub(crate) fn source(entity: EntityRef<'_>, record: &str) -> String {
    let origin = entity.origin();
    let list = [origin.source.as_str(), origin.issue.as_str()].join(" ");
    let record = if record.is_empty() { origin.record.as_str() } else { record };
    let parts: Vec<&str> = [list.trim(), record].into_iter().filter(|text| !text.is_empty()).collect();
    if parts.is_empty() { entity.id().to_owned() } else { parts.join(", ") }
}
