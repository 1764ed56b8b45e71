//! What importers are tested with: an export goes in, every row and every problem comes out as a line of text.

use std::fmt::Write as _;
use std::io::{self, BufRead};

use crate::key::TenantKey;
use crate::people::{Builder, FileId, Limits, People};
use crate::problem::Problems;
use crate::time::Time;
use crate::value::normalise;
use crate::vocabulary::IdKind;

/// An importer.
pub(super) type Read = fn(&mut dyn BufRead, FileId, &mut Builder) -> io::Result<()>;

const KEY: [u8; 32] = [7; 32];

/// Reads an export, and hands its rows out as of 2026-06-01.
pub(super) fn import(read: Read, export: &[u8]) -> (People, Problems) {
    let mut to = Builder::new(TenantKey::new(&KEY).unwrap(), Limits::default());
    let file = to.file("f");
    // A small buffer, so that no reader may count on more.
    read(&mut io::BufReader::with_capacity(7, export), file, &mut to).unwrap();
    to.finish(Time::parse("2026-06-01").unwrap().time)
}

/// Every row and problem as a line.
pub(super) fn lines(people: &People, problems: &Problems) -> String {
    let mut out = String::new();
    for person in people.all() {
        write!(out, "person {}", person.key()).unwrap();
        for (name, text) in [("name", person.name().unwrap_or_default()), ("role", person.role().unwrap_or_default())] {
            if !text.is_empty() {
                write!(out, " {name}={text}").unwrap();
            }
        }
        person.also().for_each(|other| write!(out, " also={other}").unwrap());
        out.push('\n');
        for identifier in person.identifiers() {
            let shown = identifier.shown().to_string();
            let first = identifier.first().map_or(String::new(), |time| format!(" from {time}"));
            let last = identifier.last().filter(|_| identifier.last() != identifier.first());
            let last = last.map_or(String::new(), |time| format!(" to {time}"));
            // What is kept as keyed hash is shown with its kind.
            let kind = if identifier.kind().is_keyed() { String::new() } else { format!("{} ", identifier.kind().code()) };
            writeln!(out, "{kind}{shown}{first}{last}").unwrap();
        }
        for event in person.events() {
            write!(out, "{} {}", event.kind().code(), event.time()).unwrap();
            event.offset().into_iter().for_each(|minutes| write!(out, " offset={minutes}").unwrap());
            event.ip().into_iter().for_each(|ip| write!(out, " ip={ip}").unwrap());
            event.device().into_iter().for_each(|device| write!(out, " {device}").unwrap());
            event.facts().for_each(|fact| write!(out, " {}={}", fact.field().code(), fact.shown()).unwrap());
            writeln!(out, " @{}", event.source().line).unwrap();
        }
    }
    for problem in problems.told() {
        writeln!(out, "! {}: {}", people.place(problem.source), problem.kind).unwrap();
    }
    out
}

/// `<serial AB12>` in an expectation stands for what is shown of a number that is kept as keyed hash.
fn keyed(expected: &str) -> String {
    let mut out = String::new();
    let mut rest = expected;
    while let Some((before, after)) = rest.split_once('<') {
        let (inside, after) = after.split_once('>').unwrap();
        let (kind, raw) = inside.split_once(' ').unwrap();
        let kind = IdKind::from_code(kind).unwrap();
        let hash = TenantKey::new(&KEY).unwrap().hash(kind, &normalise(kind, raw, None).unwrap());
        write!(out, "{before}{} #{}", kind.label(), &hash.hex()[..8]).unwrap();
        rest = after;
    }
    out + rest
}

/// Whether an export gives these rows and problems.
#[track_caller]
pub(super) fn check(read: Read, export: &str, expected: &str) {
    let (people, problems) = import(read, export.as_bytes());
    let found = lines(&people, &problems);
    let found: Vec<&str> = found.lines().collect();
    let expected = keyed(expected);
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(found, expected);
}

/// Whether an export that is cut anywhere is read without a panic, and a cut within it is said, and gives no rows that the whole does not.
#[track_caller]
pub(super) fn check_cut(read: Read, export: &str) {
    let (whole, _) = import(read, export.as_bytes());
    for cut in 0..export.len() {
        let (people, problems) = import(read, &export.as_bytes()[..cut]);
        assert!(people.events_len() <= whole.events_len(), "cut at {cut}");
        assert!(people.len() <= whole.len() + 1, "cut at {cut}");
        if cut == export.len() * 3 / 4 {
            assert!(problems.total() > 0, "nothing is said of a cut at {cut}");
        }
    }
}
