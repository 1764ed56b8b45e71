//! Tests of one person: the person, the links with others, the lists and the user's policy go in; what fired comes out, with the two values
//! and the two records that say so.

mod clocks;
pub(crate) mod cross;
pub(crate) mod lists;
pub(crate) mod record;
pub(crate) mod sequence;
pub(crate) mod threshold;
mod workplaces;

use crate::lists::Lists;
use crate::networks::{NetClass, Networks};
use crate::people::{Event, People, Person, PersonId, Shown, Source};
use crate::policy::Policy;
use crate::sanctions::SanctionHits;
use crate::time::Time;

pub(crate) use clocks::Clocks;
pub(crate) use threshold::Baselines;
pub(crate) use workplaces::Workplaces;

/// One value and the record that states it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// Whose record it is.
    pub person: PersonId,
    /// What the value is, for people: "telephone number", "country of the log-in".
    pub what: String,
    /// The value.
    pub value: Shown,
    /// When.
    pub time: Option<Time>,
    /// The record.
    pub source: Source,
}

/// What a test found.
#[derive(Debug, Clone, PartialEq)]
pub struct Fired {
    /// The values with their records; at least one, two where two are compared.
    pub evidence: Vec<Evidence>,
    /// The others whom it is about; at most [`MAX_OTHERS`].
    pub others: Vec<PersonId>,
    /// How much of the indicator's weight it carries, above 0 to 1.
    pub share: f64,
    /// A sentence with the numbers: "61 of 70 log-ins on 30 days".
    pub note: String,
}

/// How many others a finding names.
pub const MAX_OTHERS: usize = 50;
/// How many values with records a finding shows.
pub const MAX_EVIDENCE: usize = 12;

/// What became of a test.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It could not run: what is missing, as "log-ins with a country".
    NotChecked(&'static str),
    /// It ran and found nothing.
    Clear,
    /// It fired.
    Fired(Fired),
}

/// What tests of one person may look at besides the person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) people: &'a People,
    pub(crate) lists: &'a Lists,
    pub(crate) policy: &'a Policy,
    pub(crate) as_of: Time,
    pub(crate) networks: &'a Networks,
    pub(crate) baselines: &'a Baselines,
    /// Hits on sanctions lists; `None` where there was no snapshot to screen against.
    pub(crate) sanctions: Option<&'a SanctionHits>,
}

impl Context<'_> {
    /// What the address of an event is, by whichever record knows it.
    pub(crate) fn class_of(&self, event: Event<'_>) -> NetClass {
        self.networks.of_event(event.row())
    }
}

impl Evidence {
    /// A value of a person with its record.
    pub(crate) fn new(
        person: Person<'_>,
        what: impl Into<String>,
        value: impl Into<String>,
        time: Option<Time>,
        source: Source,
    ) -> Self {
        Self { person: person.id(), what: what.into(), value: Shown::Text(value.into()), time, source }
    }
}

impl Fired {
    /// With the whole weight, about nobody else.
    pub(crate) fn new(evidence: Vec<Evidence>, note: impl Into<String>) -> Self {
        Self { evidence, others: Vec::new(), share: 1.0, note: note.into() }
    }
}

impl Outcome {
    /// Fired with the whole weight, about nobody else.
    pub(crate) fn fired(evidence: Vec<Evidence>, note: impl Into<String>) -> Self {
        Self::Fired(Fired::new(evidence, note))
    }
}
