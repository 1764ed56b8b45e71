//! People for tests out of short rows: `person`, `id`, `doc`, `rel` or a kind of event; then the facts as `field=value` between semicolons.
//! Rows are of `p1` unless they begin with another key, as `p2:`.

use crate::evaluate::{Baselines, Context, Outcome};
use crate::indicators::Test;
use crate::key::TenantKey;
use crate::lists::Lists;
use crate::networks::Networks;
use crate::people::{Builder, Describe, Limits, NewDocument, NewEvent, People, Seen};
use crate::policy::Policy;
use crate::time::Time;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

/// The day of the assessment.
pub(crate) const AS_OF: &str = "2026-06-30";

/// The tables that rows make.
#[track_caller]
pub(crate) fn people(rows: &str) -> People {
    let mut to = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
    let file = to.file("rows");
    for (row, line) in rows.lines().map(str::trim).zip(1..) {
        let source = crate::people::Source { file, line };
        let (key, row) = row.split_once(": ").filter(|(key, _)| key.starts_with('p')).unwrap_or(("p1", row));
        let person = to.person(key, source);
        let (word, rest) = row.split_once(' ').unwrap_or((row, ""));
        match word {
            "" => {}
            "person" => {
                let mut describe = Describe::default();
                for (name, value) in pairs(rest) {
                    match name {
                        "name" => describe.name = value,
                        "country" => describe.country = value,
                        "zone" => describe.zone = value,
                        "start" => describe.start = value,
                        other => panic!("{other} in {row}"),
                    }
                }
                to.person_row(key, describe, source);
            }
            "id" => {
                let (kind, value) = rest.split_once(' ').unwrap();
                to.identifier(person, IdKind::from_code(kind).unwrap(), value, Seen::default(), source);
            }
            "doc" => {
                let (kind, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                let (time, rest) = moment(rest);
                let text = pairs(rest).find(|(name, _)| *name == "text").map_or("", |(_, text)| text);
                let facts: Vec<(Field, u8, &str)> = pairs(rest)
                    .filter(|(name, _)| *name != "text")
                    .map(|(name, value)| match name.split_once('.') {
                        Some((group, field)) => (Field::from_code(field).unwrap(), group.parse().unwrap(), value),
                        None => (Field::from_code(name).unwrap_or_else(|| panic!("{name} in {row}")), 0, value),
                    })
                    .collect();
                let kind = DocKind::from_code(kind).unwrap_or_else(|| panic!("{row}"));
                to.document(person, &NewDocument { time, text, facts: &facts, ..NewDocument::new(kind) }, source);
            }
            "rel" => {
                let (kind, other) = rest.split_once(' ').unwrap();
                let other = to.person(other, source);
                to.relation(person, RelKind::from_code(kind).unwrap(), other, "", source);
            }
            kind => {
                let kind = EventKind::from_code(kind).unwrap_or_else(|| panic!("{row}"));
                let (time, rest) = moment(rest);
                let get = |wanted| pairs(rest).find(|(name, _)| *name == wanted).map_or("", |(_, value)| value);
                let (ip, offset) = (get("ip"), get("offset").parse().ok());
                let facts: Vec<(Field, &str)> = pairs(rest)
                    .filter(|(name, _)| !matches!(*name, "ip" | "offset"))
                    .map(|(name, value)| (Field::from_code(name).unwrap_or_else(|| panic!("{name} in {row}")), value))
                    .collect();
                to.event(person, &NewEvent { kind, time, offset, ip, device: "", facts: &facts }, source);
            }
        }
    }
    to.finish(as_of()).0
}

fn pairs(rest: &str) -> impl Iterator<Item = (&str, &str)> {
    rest.split("; ").filter_map(|part| part.split_once('=')).map(|(name, value)| (name.trim(), value.trim()))
}

/// The moment at the begin, where one is written.
fn moment(rest: &str) -> (&str, &str) {
    let (first, tail) = rest.split_once(' ').unwrap_or((rest, ""));
    if first.as_bytes().first().is_some_and(u8::is_ascii_digit) && !first.contains('=') { (first, tail) } else { ("", rest) }
}

pub(crate) fn as_of() -> Time {
    Time::parse(AS_OF).unwrap().time
}

/// What becomes of a test of the person `p1`.
#[track_caller]
pub(crate) fn outcome_under(policy: &Policy, test: &Test, rows: &str) -> Outcome {
    let people = people(rows);
    let lists = Lists::built_in();
    let networks = Networks::of(&people, &lists, policy);
    let baselines = Baselines::of(&people, &networks, as_of());
    let context = Context {
        people: &people,
        lists: &lists,
        policy,
        as_of: as_of(),
        networks: &networks,
        baselines: &baselines,
        sanctions: None,
    };
    let person = people.person(people.find("p1").unwrap());
    let outcome = crate::evaluate::record::evaluate(test, person, &context)
        .or_else(|| crate::evaluate::lists::evaluate(test, person, &context))
        .unwrap();
    if let Outcome::Fired(fired) = &outcome {
        assert!(!fired.evidence.is_empty() && fired.evidence.len() <= crate::evaluate::MAX_EVIDENCE, "{fired:?}");
        assert!(fired.share > 0.0 && fired.share <= 1.0 && !fired.note.is_empty(), "{fired:?}");
    }
    outcome
}

/// The same as one word: the share when it fires, `clear`, or `not checked`.
#[track_caller]
pub(crate) fn word_under(policy: &Policy, test: &Test, rows: &str) -> String {
    match outcome_under(policy, test, rows) {
        Outcome::NotChecked(_) => "not checked".to_owned(),
        Outcome::Clear => "clear".to_owned(),
        Outcome::Fired(fired) => format!("{:.2}", fired.share),
    }
}

/// Checks what becomes of a test under the default policy: `clear`, `not checked`, or the share with two decimals.
#[track_caller]
pub(crate) fn check(test: &Test, rows: &str, expected: &str) {
    assert_eq!(word_under(&Policy::default(), test, rows), expected, "{test:?}\n{rows}");
}
