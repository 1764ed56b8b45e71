//! People for tests out of short rows: `person`, `id`, `doc`, `rel` or a kind of event; then the facts as `field=value` between semicolons.
//! Rows are of `p1` unless they begin with another key, as `p2:`.

use crate::evaluate::{Context, Outcome};
use crate::indicators::Test;
use crate::key::TenantKey;
use crate::lists::Lists;
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
                let ip = pairs(rest).find(|(name, _)| *name == "ip").map_or("", |(_, ip)| ip);
                let facts: Vec<(Field, &str)> = pairs(rest)
                    .filter(|(name, _)| *name != "ip")
                    .map(|(name, value)| (Field::from_code(name).unwrap_or_else(|| panic!("{name} in {row}")), value))
                    .collect();
                to.event(person, &NewEvent { kind, time, offset: None, ip, device: "", facts: &facts }, source);
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
    let lists = Lists::default();
    let context = Context { people: &people, lists: &lists, policy, as_of: as_of() };
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

#[test]
#[ignore = "a measurement"]
fn speed() {
    use crate::indicators::{AddressStatement as A, CountryStatement as C, IpList};
    let mut to = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
    let file = to.file("rows");
    let n: u32 = 50_000;
    let given = ["Ada", "Robert", "Иван", "Min Su", "María José", "Ahmed", "Wei", "Priya"];
    let family = ["Test", "Sample", "Петров", "Kim", "García López", "Example", "Zhang", "Nair"];
    for i in 0..n {
        let s = crate::people::Source { file, line: i };
        let name = format!("{} {}", given[(i % 8) as usize], family[(i % 8) as usize]);
        let p = to.person_row(
            &format!("p{i}"),
            Describe { name: &name, country: "us", zone: "America/New_York", ..Describe::default() },
            s,
        );
        to.identifier(
            p,
            IdKind::Email,
            &format!("{}{}@gmail.com", if i % 3 == 0 { "stardev" } else { given[(i % 8) as usize] }, i),
            Seen::default(),
            s,
        );
        to.identifier(p, IdKind::Phone, &format!("+1202555{:04}", i % 10000), Seen::default(), s);
        to.identifier(p, IdKind::Address, &format!("{} Example Street, Springfield, IL 62701", i % 999), Seen::default(), s);
        to.identifier(p, IdKind::ShipTo, &format!("{} Example St., Springfield, IL", i % 999), Seen::default(), s);
        let addr = format!("{} EXAMPLE STREET, SPRINGFIELD, IL", i % 999);
        to.document(
            p,
            &NewDocument {
                facts: &[(Field::Name, 0, &name.to_uppercase()), (Field::Address, 0, &addr), (Field::IssuingCountry, 0, "US")],
                ..NewDocument::new(DocKind::IdentityDocument)
            },
            s,
        );
        to.document(
            p,
            &NewDocument {
                facts: &[
                    (Field::Name, 0, &name),
                    (Field::Author, 0, &name),
                    (Field::Employer, 1, "Acme Ltd"),
                    (Field::From, 1, "2019-01"),
                    (Field::To, 1, "2021-01"),
                    (Field::Employer, 2, "Beta Inc"),
                    (Field::From, 2, "2021-02"),
                ],
                ..NewDocument::new(DocKind::Cv)
            },
            s,
        );
        to.document(
            p,
            &NewDocument {
                facts: &[(Field::Name, 0, &name), (Field::Holder, 0, &name), (Field::BankCountry, 0, "us")],
                ..NewDocument::new(DocKind::BankAccount)
            },
            s,
        );
        for e in 0..24 {
            let time = format!("2026-0{}-{:02}T10:{:02}:00Z", 1 + e / 6, 1 + (e % 6) * 4, i % 60);
            let ip = format!("198.18.{}.{}", i % 250, e % 5);
            let session = format!("s{i}-{e}");
            to.event(
                p,
                &NewEvent {
                    kind: EventKind::Login,
                    time: &time,
                    offset: None,
                    ip: &ip,
                    device: "d",
                    facts: &[
                        (Field::Country, "us"),
                        (Field::Network, "residential"),
                        (Field::Tz, "America/New_York"),
                        (Field::Org, "Example Telecom"),
                        (Field::Session, &session),
                    ],
                },
                s,
            );
        }
        for e in 0..6 {
            let sha = format!("{:08x}", i * 10 + e);
            to.event(
                p,
                &NewEvent {
                    kind: EventKind::Commit,
                    time: "2026-03-03",
                    offset: None,
                    ip: "",
                    device: "",
                    facts: &[(Field::Name, &name), (Field::Email, "x@example.com"), (Field::Sha, &sha)],
                },
                s,
            );
        }
    }
    let people = to.finish(as_of()).0;
    let lists = Lists::default();
    let policy = Policy { office_networks: vec!["203.0.113.0/24".parse().unwrap()], ..Policy::default() };
    let context = Context { people: &people, lists: &lists, policy: &policy, as_of: as_of() };
    let tests = [
        Test::NamesDiffer {
            documents: vec![DocKind::IdentityDocument, DocKind::BankAccount, DocKind::Cv],
            fields: vec![Field::Name, Field::Holder],
        },
        Test::SignedByOther {},
        Test::CountriesDiffer { statements: vec![C::Residence, C::Document, C::Phone], at_least: 3 },
        Test::CountriesDiffer { statements: vec![C::Residence, C::Bank, C::Login], at_least: 2 },
        Test::LoginCountry { share: 0.5, days: 3 },
        Test::AddressesDiffer { a: A::Home, b: A::Document },
        Test::AddressesDiffer { a: A::Home, b: A::Delivery },
        Test::AddressesDiffer { a: A::Document, b: A::Delivery },
        Test::EmailUnlikeName {},
        Test::EmailPattern { patterns: vec!["(dev|star|tech)".to_owned(), r"\d{4}$".to_owned()] },
        Test::EmailDomain { young_days: 90 },
        Test::PositionsOverlap { months: 3 },
        Test::CareerChanged {},
        Test::EmployerYounger {},
        Test::UnverifiedEducation {},
        Test::AuthorDiffers {},
        Test::PhotoElsewhere {},
        Test::BrowserZone { hours: 3, days: 3 },
        Test::CommitAsOther {},
        Test::ListedIp { lists: vec![IpList::ReportedVpn, IpList::Dprk, IpList::Vps], share: 0.1 },
        Test::FileSoftware { documents: vec![DocKind::Cv], programs: vec!["gimp".to_owned()], minutes: 5 },
    ];
    for test in &tests {
        let start = std::time::Instant::now();
        let mut fired = 0;
        for person in people.all() {
            let outcome = crate::evaluate::record::evaluate(test, person, &context)
                .or_else(|| crate::evaluate::lists::evaluate(test, person, &context))
                .unwrap();
            fired += u32::from(matches!(outcome, Outcome::Fired(_)));
        }
        println!(
            "{:7.2} us/person  {fired:6} fired  {:.60}",
            start.elapsed().as_secs_f64() * 1e6 / f64::from(n),
            format!("{test:?}")
        );
    }
}
