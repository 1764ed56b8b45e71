//! For tests alone: people written as lines of text go in, and what a test finds of the first one comes out.

use crate::evaluate::{Baselines, Context, MAX_EVIDENCE, Outcome, sequence, threshold};
use crate::indicators::Test;
use crate::key::TenantKey;
use crate::lists::Lists;
use crate::networks::Networks;
use crate::people::{Builder, Describe, Limits, NewDocument, NewEvent, People, Seen, Source};
use crate::policy::Policy;
use crate::time::Time;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

/// The moment of the assessment of all tests here.
pub(in crate::evaluate) const AS_OF: &str = "2026-06-30T00:00:00Z";

/// Rows of people. Each is a text of words: `person zone=Europe/Berlin start=2026-01-01`, `doc:profile 2026-01-01 followers=200`,
/// `id:handle github:ada`, or an event: `login 2026-03-01T10:00:00Z ip=198.18.0.1 device=d1 country=DE`. `~` in a value is a space,
/// `1.from=2015` a fact of group 1, and a row that begins with `@b` is of person `b` instead of `a`.
pub(in crate::evaluate) fn people<'r>(rows: impl Iterator<Item = (usize, &'r str)>) -> People {
    let mut builder = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
    let file = builder.file("rows.txt");
    builder.person("a", Source { file, line: 0 });
    for (line, row) in rows {
        let source = Source { file, line: line as u32 + 1 };
        let (id, row) = match row.strip_prefix('@') {
            Some(rest) => rest.split_once(' ').unwrap(),
            None => ("a", row),
        };
        let mut words = row.split_whitespace();
        let kind = words.next().unwrap();
        let texts: Vec<(&str, String)> = row
            .split_whitespace()
            .filter_map(|word| word.split_once('='))
            .map(|(key, value)| (key, value.replace('~', " ")))
            .collect();
        let get = |key: &str| texts.iter().find(|(known, _)| *known == key).map_or("", |(_, value)| value);
        let field = |key: &str| Field::from_code(key).unwrap_or_else(|| panic!("`{key}` in `{row}`"));
        if kind == "person" {
            let describe = Describe {
                name: get("name"),
                country: get("country"),
                zone: get("zone"),
                role: get("role"),
                start: get("start"),
                end: "",
            };
            builder.person_row(id, describe, source);
            continue;
        }
        let person = builder.person(id, source);
        if let Some(kind) = kind.strip_prefix("id:") {
            builder.identifier(person, IdKind::from_code(kind).unwrap(), words.next().unwrap(), Seen::default(), source);
        } else if let Some(kind) = kind.strip_prefix("doc:") {
            let facts: Vec<(Field, u8, &str)> = (texts.iter())
                .map(|(key, value)| match key.split_once('.') {
                    Some((group, key)) => (field(key), group.parse().unwrap(), value.as_str()),
                    None => (field(key), 0, value.as_str()),
                })
                .collect();
            let time = words.next().filter(|word| !word.contains('=')).unwrap_or_default();
            let kind = DocKind::from_code(kind).unwrap();
            builder.document(person, &NewDocument { time, facts: &facts, ..NewDocument::new(kind) }, source);
        } else {
            let facts: Vec<(Field, &str)> = (texts.iter())
                .filter(|(key, _)| !matches!(*key, "ip" | "device" | "offset"))
                .map(|(key, value)| (field(key), value.as_str()))
                .collect();
            let event = NewEvent {
                kind: EventKind::from_code(kind).unwrap_or_else(|| panic!("{row}")),
                time: words.next().unwrap(),
                offset: get("offset").parse().ok(),
                ip: get("ip"),
                device: get("device"),
                facts: &facts,
            };
            builder.event(person, &event, source);
        }
    }
    builder.finish(Time::parse(AS_OF).unwrap().time).0
}

pub(in crate::evaluate) fn outcome(test: &Test, people: &People, policy: &Policy) -> Outcome {
    let as_of = Time::parse(AS_OF).unwrap().time;
    let networks = Networks::of(people, &Lists::default(), policy);
    let baselines = Baselines::of(people, &networks, as_of);
    let context = Context {
        people,
        lists: &Lists::default(),
        policy,
        as_of,
        networks: &networks,
        baselines: &baselines,
        sanctions: None,
    };
    let person = people.person(people.find("a").unwrap());
    match (sequence::evaluate(test, person, &context), threshold::evaluate(test, person, &context)) {
        (Some(outcome), None) | (None, Some(outcome)) => outcome,
        _ => panic!("exactly one module knows {test:?}"),
    }
}

/// That a test ends as expected: `fires`, `clear` or `not checked`.
#[track_caller]
pub(in crate::evaluate) fn check_with<T: AsRef<str>>(test: &Test, rows: &[T], policy: &Policy, expected: &str) -> Outcome {
    let found = examine(test, rows, policy);
    let word = match &found {
        Outcome::NotChecked(_) => "not checked",
        Outcome::Clear => "clear",
        Outcome::Fired(_) => "fires",
    };
    assert_eq!(word, expected, "{found:#?}");
    found
}

/// What holds for every test: the order of the rows does not matter, nor that each is there twice, and a finding has numbers and records.
#[track_caller]
pub(in crate::evaluate) fn examine<T: AsRef<str>>(test: &Test, rows: &[T], policy: &Policy) -> Outcome {
    let numbered = || rows.iter().map(AsRef::as_ref).enumerate();
    let found = outcome(test, &people(numbered()), policy);
    assert_eq!(outcome(test, &people(numbered().rev()), policy), found, "rows in the other order");
    let twice = numbered().chain(numbered().map(|(line, row)| (line + 100_000, row)));
    assert_eq!(outcome(test, &people(twice), policy), found, "rows twice");
    if let Outcome::Fired(fired) = &found {
        assert!(!fired.evidence.is_empty() && fired.evidence.len() <= MAX_EVIDENCE, "{fired:#?}");
        assert!(fired.share > 0.0 && fired.share <= 1.0, "{fired:#?}");
        assert!(fired.note.bytes().any(|byte| byte.is_ascii_digit()), "no number in the note: {}", fired.note);
        assert!(fired.evidence.iter().all(|evidence| (1..=rows.len() as u32).contains(&evidence.source.line)), "{fired:#?}");
    }
    found
}

#[track_caller]
pub(in crate::evaluate) fn check<T: AsRef<str>>(test: &Test, rows: &[T], expected: &str) -> Outcome {
    check_with(test, rows, &Policy::default(), expected)
}

/// The share of a finding.
#[track_caller]
pub(in crate::evaluate) fn share_of(outcome: &Outcome) -> f64 {
    match outcome {
        Outcome::Fired(fired) => fired.share,
        other => panic!("{other:?}"),
    }
}

/// The note of a finding.
#[track_caller]
pub(in crate::evaluate) fn note_of(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Fired(fired) => &fired.note,
        other => panic!("{other:?}"),
    }
}

/// A row for each of some days from a day on, at an hour and minute UTC: `{day}` in the template is the moment.
pub(in crate::evaluate) fn daily(from: &str, days: u32, step: u32, minute: u32, template: &str) -> Vec<String> {
    let first = Time::parse(from).unwrap().time.seconds();
    (0..days)
        .map(|day| {
            let time = Time::from_seconds(first + i64::from(day * step) * 86_400 + i64::from(minute) * 60).unwrap();
            template.replace("{day}", &time.to_string())
        })
        .collect()
}
