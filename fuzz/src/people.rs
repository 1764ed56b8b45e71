//! What the targets that read people hold: everybody that comes out can be walked over to the last fact, every row is somebody's, and what
//! is wrong is said in words.

use interdict_persona::{Builder, Event, Fact, Identifier, Limits, People, Person, Problems, Shown, TenantKey, Time};

/// How much came out of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub struct Counts {
    pub persons: usize,
    pub rows: usize,
    pub problems: u64,
}

/// The moment of the assessment.
pub fn as_of() -> Time {
    Time::parse("2026-06-01").expect("it is a day").time
}

/// A key under which numbers are kept.
pub fn key() -> TenantKey {
    TenantKey::new(&[42; 32]).expect("the key is long enough")
}

/// A builder with nobody in it.
pub fn builder(limits: Limits) -> Builder {
    Builder::new(key(), limits)
}

/// Walks over everything that was put in.
pub fn walk(to: Builder) -> Counts {
    let (people, problems) = to.finish(as_of());
    told(&problems);
    for problem in problems.told() {
        let _ = people.place(problem.source);
    }
    let (mut identifiers, mut events, mut documents, mut relations, mut relations_to) = (0, 0, 0, 0, 0);
    for person in people.all() {
        described(&people, person);
        for row in person.identifiers() {
            identifier(row);
            let _ = people.place(row.source());
            identifiers += 1;
        }
        assert!(person.events().is_sorted_by_key(|event| event.time()), "events stand in the order of time");
        for row in person.events() {
            event(row, person);
            let _ = people.place(row.source());
            events += 1;
        }
        for document in person.documents() {
            assert_eq!(document.person_id(), person.id());
            assert!(document.text().is_none_or(|text| !text.is_empty()));
            document.time().into_iter().for_each(moment);
            document.facts().for_each(fact);
            let _ = people.place(document.source());
            documents += 1;
        }
        for relation in person.relations() {
            assert_eq!(relation.a().id(), person.id());
            assert_ne!(relation.b().id(), person.id(), "nobody is related with himself");
            relation.time().into_iter().for_each(moment);
            let _ = people.place(relation.source());
            relations += 1;
        }
        for relation in person.relations_to() {
            assert_eq!(relation.b().id(), person.id());
            relations_to += 1;
        }
    }
    for value in people.keyed_values() {
        assert!(matches!(value, Shown::Keyed(..)) && !value.to_string().is_empty());
    }
    assert_eq!(events, people.events_len(), "every event is somebody's");
    assert_eq!(people.len() + identifiers + events + documents + relations, people.rows_len(), "every row is somebody's");
    assert_eq!(relations, relations_to, "a relation is seen from both ends");
    Counts { persons: people.len(), rows: people.rows_len(), problems: problems.total() }
}

/// Every problem that is told has words and is counted.
pub fn told(problems: &Problems) {
    for problem in problems.told() {
        assert!(!problem.to_string().is_empty(), "{problem:?}");
        assert!(problems.like(problem) > 0, "{problem:?}");
    }
    assert!(problems.total() >= problems.told().len() as u64);
}

fn described(people: &People, person: Person<'_>) {
    for id in [person.key()].into_iter().chain(person.also()) {
        assert_eq!(people.find(id), Some(person.id()), "{id:?}");
    }
    assert!(person.name().is_none_or(|name| !name.is_empty()));
    assert!(person.role().is_none_or(|role| !role.is_empty()));
    assert!(person.country().is_none_or(|country| !country.code().is_empty()));
    assert!(person.zone().is_none_or(|zone| !zone.name().is_empty()));
    person.start().into_iter().chain(person.end()).for_each(moment);
    let _ = people.place(person.source());
}

fn identifier(identifier: Identifier<'_>) {
    let forms = [identifier.value().is_some(), identifier.ip().is_some(), identifier.kind().is_keyed()];
    assert_eq!(forms.into_iter().filter(|form| *form).count(), 1, "{}", identifier.kind().code());
    assert!(!identifier.shown().to_string().is_empty(), "{}", identifier.kind().code());
    identifier.first().into_iter().chain(identifier.last()).for_each(moment);
}

fn event(event: Event<'_>, person: Person<'_>) {
    moment(event.time());
    assert!(event.offset().is_none_or(|minutes| minutes.abs() <= 14 * 60), "{:?}", event.offset());
    assert!(event.device().is_none_or(|device| matches!(device, Shown::Keyed(..))));
    event.ip().into_iter().for_each(|ip| assert!(!ip.to_string().is_empty()));
    event.facts().for_each(fact);
    person.zone().into_iter().for_each(|zone| assert!(zone.offset_at(event.time()).abs() < 26 * 60));
}

/// What is kept as keyed hash only has no text; every other fact has one.
fn fact(fact: Fact<'_>) {
    let name = fact.field().code();
    assert_eq!(fact.text().is_empty(), fact.field().keyed_as().is_some(), "{name}");
    assert!(!fact.shown().to_string().is_empty(), "{name}");
    assert!(fact.number().is_none_or(f64::is_finite), "{name}");
    assert!(fact.country().is_none_or(|country| !country.code().is_empty()), "{name}");
    fact.time().into_iter().for_each(moment);
    let _ = (fact.group(), fact.yes());
}

/// A moment is read as it is written.
fn moment(time: Time) {
    assert_eq!(Time::parse(&time.to_string()).map(|read| read.time), Ok(time));
}
