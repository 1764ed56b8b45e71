//! How long a person's records may be kept: the dates of the person, the state of the alert and the hold list go in; keep or erase comes
//! out, with the reason and the day on which it ends.

use std::fmt;

use rustc_hash::FxHashSet;

use crate::people::{People, Person, PersonId};
use crate::time::Time;
use crate::vocabulary::EventKind;

const DAY: i64 = 86_400;
/// The begin of the year 2000: no record of a person here is older, and 1970 is a clock that was never set.
const YEAR_2000: i64 = 946_684_800;

/// The periods of a tenant. A person on the hold list is always kept.
#[derive(Debug, Clone)]
pub struct Retention {
    /// Days after the last sign of a person who was not hired.
    pub not_hired_days: u32,
    /// Days after an alert was closed.
    pub closed_alert_days: u32,
    /// Days after a person left; `None` as long as the tenant has set no period, for it depends on the law of the place.
    pub left_days: Option<u32>,
    /// Ids of persons whose records are evidence in a case.
    pub legal_hold: FxHashSet<String>,
}

impl Default for Retention {
    fn default() -> Self {
        Self { not_hired_days: 90, closed_alert_days: 365, left_days: None, legal_hold: FxHashSet::default() }
    }
}

/// The state of the alert about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AlertState {
    /// There was none.
    #[default]
    None,
    /// It is being looked into.
    Open,
    /// It was closed.
    Closed(Time),
}

/// What the decision is made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PersonFacts {
    /// Whether the person was ever hired.
    pub hired: bool,
    /// When the person began.
    pub start: Option<Time>,
    /// When the person left.
    pub end: Option<Time>,
    /// The last time that the person was hired, by an event.
    pub last_hired: Option<Time>,
    /// The last application.
    pub application: Option<Time>,
    /// The last sign of any kind: an event, an identifier that was seen, a document.
    pub last_sign: Option<Time>,
    /// Whether records or dates of the person could not be read, so that a later sign may be missing.
    pub is_unsure: bool,
    /// The alert.
    pub alert: AlertState,
}

impl PersonFacts {
    /// The facts of a person as the tables state them up to a moment; what lies more than a day after it comes from a clock that is off
    /// and is not counted, and neither is what lies before the year 2000. The alert is the caller's.
    #[must_use]
    pub fn of(person: Person<'_>, alert: AlertState, as_of: Time) -> Self {
        let counts = |time: &Time| time.seconds() >= YEAR_2000 && time.since(as_of) <= DAY;
        let last = |kind: Option<EventKind>| {
            let events = person.events().rev().filter(|event| kind.is_none_or(|kind| event.kind() == kind));
            events.map(crate::people::Event::time).find(counts)
        };
        let seen = person.identifiers().filter_map(crate::people::Identifier::last).filter(counts).max();
        let handed_in = person.documents().filter_map(crate::people::Document::time).filter(counts).max();
        Self {
            hired: person.start().is_some() || person.has_event(EventKind::Hired),
            start: person.start(),
            end: person.end(),
            last_hired: last(Some(EventKind::Hired)),
            application: last(Some(EventKind::Application)),
            last_sign: last(None).max(seen).max(handed_in),
            is_unsure: person.has_unread_dates() || person.end().is_some_and(|end| end.seconds() < YEAR_2000),
            alert,
        }
    }
}

/// Why a person's records are kept or erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// On the hold list.
    LegalHold,
    /// The alert is open.
    AlertOpen,
    /// The alert was closed, and its period is not over.
    AlertClosed,
    /// The person is at work, or is going to be.
    AtWork,
    /// The person left, and the period is not over.
    Left,
    /// The person left, and the tenant has set no period.
    LeftWithoutPeriod,
    /// The person was not hired, and the period is not over.
    NotHired,
    /// No date says when the period began. Somebody must look.
    NoDate,
    /// The period seems to be over, but records or dates could not be read. Somebody must look.
    Unread,
    /// The period is over.
    Over,
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::LegalHold => "on the hold list",
            Self::AlertOpen => "the alert is not closed",
            Self::AlertClosed => "the alert was closed and its period is not over",
            Self::AtWork => "at work",
            Self::Left => "left, and the period is not over",
            Self::LeftWithoutPeriod => "left, and no period is set",
            Self::NotHired => "not hired, and the period is not over",
            Self::NoDate => "no date says when the period began",
            Self::Unread => "records or dates could not be read: somebody must look",
            Self::Over => "the period is over",
        })
    }
}

/// What is to be done with a person's records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// They stay.
    Keep {
        /// Why.
        reason: Reason,
        /// Until when, as far as that is known today.
        until: Option<Time>,
    },
    /// They go.
    Erase {
        /// Why.
        reason: Reason,
        /// Since when they should have been gone.
        due: Time,
    },
}

impl Decision {
    /// Whether the records go.
    #[must_use]
    pub const fn is_erase(self) -> bool {
        matches!(self, Self::Erase { .. })
    }
}

fn after(time: Time, days: u32) -> Time {
    Time::from_seconds(time.seconds() + i64::from(days) * DAY).unwrap_or(Time::LAST)
}

impl Retention {
    /// Decides about one person.
    #[must_use]
    pub fn decide(&self, id: &str, facts: &PersonFacts, as_of: Time) -> Decision {
        let keep = |reason, until| Decision::Keep { reason, until };
        if self.legal_hold.contains(id) {
            return keep(Reason::LegalHold, None);
        }
        // The later of the period of the alert and that of the person counts.
        let alert = match facts.alert {
            AlertState::Open => return keep(Reason::AlertOpen, None),
            AlertState::Closed(closed) => Some(after(closed, self.closed_alert_days)),
            AlertState::None => None,
        };
        let (reason, own) = if facts.hired || facts.start.is_some() {
            match facts.end.filter(|end| *end <= as_of) {
                None => return keep(Reason::AtWork, None),
                Some(end) if facts.last_hired.is_some_and(|hired| hired > end) => return keep(Reason::AtWork, None),
                // Who left and was seen later is not gone since then.
                Some(end) => match self.left_days {
                    Some(days) => (Reason::Left, after(facts.last_sign.map_or(end, |sign| sign.max(end)), days)),
                    None => return keep(Reason::LeftWithoutPeriod, None),
                },
            }
        } else {
            let dates = [facts.application, facts.last_sign, facts.end];
            let counted = dates.into_iter().flatten().filter(|time| time.since(as_of) <= DAY).max();
            match (counted, alert) {
                (Some(last), _) => (Reason::NotHired, after(last, self.not_hired_days)),
                (None, Some(until)) => (Reason::AlertClosed, until),
                (None, None) => return keep(Reason::NoDate, None),
            }
        };
        let due = alert.map_or(own, |alert| alert.max(own));
        if due <= as_of {
            if facts.is_unsure {
                return keep(Reason::Unread, None);
            }
            return Decision::Erase { reason: Reason::Over, due };
        }
        keep(if own > as_of { reason } else { Reason::AlertClosed }, Some(due))
    }

    /// Decides about everybody, under every id that a person has; an id on the hold list holds the whole person. `is_unsure` says of whom
    /// the caller knows that records were not read.
    pub fn decide_all<'a>(
        &'a self,
        people: &'a People,
        alert: impl Fn(Person<'a>) -> AlertState + 'a,
        is_unsure: impl Fn(Person<'a>) -> bool + 'a,
        as_of: Time,
    ) -> impl Iterator<Item = (PersonId, Decision)> + 'a {
        people.all().map(move |person| {
            let held = person.also().find(|id| self.legal_hold.contains(*id));
            let mut facts = PersonFacts::of(person, alert(person), as_of);
            facts.is_unsure |= is_unsure(person);
            (person.id(), self.decide(held.unwrap_or_else(|| person.key()), &facts, as_of))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{AlertState, Decision, PersonFacts, Reason, Retention};
    use crate::key::TenantKey;
    use crate::people::{Builder, Describe, Limits, NewEvent};
    use crate::time::Time;
    use crate::vocabulary::EventKind;

    fn time(text: &str) -> Time {
        Time::parse(text).unwrap().time
    }

    #[track_caller]
    fn check(facts: PersonFacts, expected: &str) {
        let retention =
            Retention { left_days: Some(30), legal_hold: ["held".to_owned()].into_iter().collect(), ..Retention::default() };
        let shown = match retention.decide("p1", &facts, time("2026-06-01")) {
            Decision::Keep { reason, until } => {
                format!("keep {reason:?} {}", until.map(|until| until.to_string()[..10].to_owned()).unwrap_or_default())
            }
            Decision::Erase { due, .. } => format!("erase {}", &due.to_string()[..10]),
        };
        assert_eq!(shown.trim_end(), expected, "{facts:?}");
        assert_eq!(
            retention.decide("held", &facts, time("2026-06-01")),
            Decision::Keep { reason: Reason::LegalHold, until: None }
        );
    }

    #[test]
    fn periods() {
        let at = |text: &str| Some(time(text));
        let none = PersonFacts::default();
        let applied = |text: &str| PersonFacts { application: at(text), ..none };
        let hired = PersonFacts { hired: true, start: at("2020-01-01"), ..none };
        check(none, "keep NoDate");
        check(applied("2026-03-04"), "keep NotHired 2026-06-02");
        check(applied("2026-03-03"), "erase 2026-06-01");
        check(PersonFacts { last_sign: at("2026-05-01"), ..applied("2026-01-01") }, "keep NotHired 2026-07-30");
        // A clock that is off keeps nobody for ever.
        check(PersonFacts { last_sign: at("2100-01-01"), ..applied("2026-01-01") }, "erase 2026-04-01");
        check(PersonFacts { last_sign: at("2100-01-01"), ..none }, "keep NoDate");
        check(hired, "keep AtWork");
        check(PersonFacts { start: at("2026-09-01"), ..applied("2025-01-01") }, "keep AtWork");
        check(PersonFacts { end: at("2026-09-01"), ..hired }, "keep AtWork");
        check(PersonFacts { end: at("2026-05-10"), ..hired }, "keep Left 2026-06-09");
        check(PersonFacts { end: at("2026-05-01"), ..hired }, "erase 2026-05-31");
        check(PersonFacts { end: at("2026-05-01"), is_unsure: true, ..hired }, "keep Unread");
        check(PersonFacts { is_unsure: true, ..applied("2026-03-03") }, "keep Unread");
        // Who came back, or was seen later, is not gone since the end.
        check(PersonFacts { end: at("2025-01-01"), last_hired: at("2026-01-01"), ..hired }, "keep AtWork");
        check(PersonFacts { end: at("2025-01-01"), last_sign: at("2026-05-10"), ..hired }, "keep Left 2026-06-09");
    }

    #[test]
    fn alerts() {
        let at = |text: &str| Some(time(text));
        let old = PersonFacts { application: at("2025-01-01"), ..PersonFacts::default() };
        let closed = |text: &str| AlertState::Closed(time(text));
        check(PersonFacts { alert: AlertState::Open, ..old }, "keep AlertOpen");
        check(PersonFacts { alert: closed("2025-06-02"), ..old }, "keep AlertClosed 2026-06-02");
        check(PersonFacts { alert: closed("2025-06-01"), ..old }, "erase 2026-06-01");
        check(PersonFacts { alert: closed("2024-01-01"), application: at("2026-05-01"), ..old }, "keep NotHired 2026-07-30");
        check(PersonFacts { alert: closed("2025-01-01"), ..PersonFacts::default() }, "erase 2026-01-01");
        let hired = PersonFacts { hired: true, end: at("2026-01-01"), alert: closed("2026-05-01"), ..PersonFacts::default() };
        check(hired, "keep AlertClosed 2027-05-01");
        let without = Retention::default().decide("p1", &hired, time("2026-06-01"));
        assert_eq!(without, Decision::Keep { reason: Reason::LeftWithoutPeriod, until: None });
    }

    #[test]
    fn facts_of_the_tables() {
        let mut builder = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
        let source = builder.source("a.csv:1");
        let applicant = builder.person("a", source);
        for (kind, day) in
            [(EventKind::Application, "2026-01-01"), (EventKind::Message, "2026-02-01"), (EventKind::Message, "2099-01-01")]
        {
            builder.event(applicant, &NewEvent { kind, time: day, offset: None, ip: "", device: "", facts: &[] }, source);
        }
        builder.person_row("b", Describe { start: "2025-01-01", ..Describe::default() }, source);
        let as_of = time("2026-06-01");
        let people = builder.finish(as_of).0;
        let facts: Vec<_> = people.all().map(|person| PersonFacts::of(person, AlertState::None, as_of)).collect();
        assert_eq!(
            (facts[0].application, facts[0].last_sign, facts[0].hired),
            (Some(time("2026-01-01")), Some(time("2026-02-01")), false)
        );
        assert!(facts[1].hired);
        let retention = Retention::default();
        let erased: Vec<bool> =
            retention.decide_all(&people, |_| AlertState::None, |_| false, as_of).map(|(_, what)| what.is_erase()).collect();
        assert_eq!(erased, [true, false]);
    }

    /// The decision about a person `a` as of June 2026, of the rows that `put` puts in.
    #[track_caller]
    fn decided(put: impl FnOnce(&mut Builder, crate::people::PersonId, crate::people::Source), expected: &str) {
        let mut builder = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
        let source = builder.source("a.csv:1");
        let person = builder.person("a", source);
        put(&mut builder, person, source);
        let as_of = time("2026-06-01");
        let people = builder.finish(as_of).0;
        let retention = Retention { left_days: Some(30), ..Retention::default() };
        let all: Vec<_> = retention.decide_all(&people, |_| AlertState::None, |_| false, as_of).collect();
        let reason = match all[0].1 {
            Decision::Keep { reason, .. } | Decision::Erase { reason, .. } => reason,
        };
        assert_eq!(format!("{reason:?}"), expected);
    }

    fn event(kind: EventKind, time: &str) -> NewEvent<'_> {
        NewEvent { kind, time, offset: None, ip: "", device: "", facts: &[] }
    }

    #[test]
    fn dates_that_were_not_read_erase_nobody() {
        let old = event(EventKind::Application, "2025-01-01");
        decided(|to, a, source| to.event(a, &old, source), "Over");
        for unread in ["10/30/2026", "30.10.26"] {
            decided(
                |to, a, source| {
                    to.event(a, &old, source);
                    to.event(a, &event(EventKind::Login, unread), source);
                },
                "Unread",
            );
        }
        decided(
            |to, a, source| {
                to.event(a, &old, source);
                to.describe(a, Describe { start: "01/02/2020", ..Describe::default() }, source);
            },
            "Unread",
        );
        decided(|to, a, source| to.event(a, &event(EventKind::Login, "1970-01-01T00:00:00Z"), source), "NoDate");
        decided(|to, a, source| to.event(a, &event(EventKind::Login, "2099-01-01"), source), "NoDate");
    }

    #[test]
    fn identifiers_and_documents_are_signs() {
        let old = event(EventKind::Application, "2025-01-01");
        decided(
            |to, a, source| {
                to.event(a, &old, source);
                let seen = crate::people::Seen { first: "2025-01-01", last: "2026-05-01" };
                to.identifier(a, crate::vocabulary::IdKind::Email, "a@example.com", seen, source);
            },
            "NotHired",
        );
        decided(
            |to, a, source| {
                to.event(a, &old, source);
                let cv = crate::people::NewDocument::new(crate::vocabulary::DocKind::Cv);
                to.document(a, &crate::people::NewDocument { time: "2026-05-01", ..cv }, source);
            },
            "NotHired",
        );
    }
}
