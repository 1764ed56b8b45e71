//! Tests of the world as a whole: the same options give the same rows, every row keeps to the tables' words and to reserved ranges, the truth agrees with
//! itself and with the rows, and what is honest is as frequent as the table of rates says.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Result, ensure};
use serde_json::Value as Json;

use super::life::Mark;
use super::names::GROUPS;
use super::rates::RATES;
use super::rings::Trace;
use super::sink::{
    DOCUMENTS, DocumentRow, EVENTS, EventRow, FIELDS, IDENTIFIERS, IdentifierRow, PersonRow, RELATIONS, RelationRow, RingRow,
    TruthRow,
};
use super::*;

const KINDS: [Kind; 2] = [Kind::Company, Kind::Platform];

fn options(people: u32, seed: u64, kind: Kind) -> WorldOptions {
    WorldOptions { people, events_per_person: 30, seed, kind }
}

/// What is true of a person.
#[derive(Debug)]
struct Truth {
    label: String,
    ring: String,
    linked: bool,
    group: &'static str,
    marks: Vec<String>,
}

/// A sink that checks each row and keeps what the tests ask about.
#[derive(Debug, Default)]
struct Checker {
    digest: Option<u64>,
    /// Whether details and metadata are read through, which takes most of the time.
    strict: bool,
    people: HashSet<String>,
    truth: HashMap<String, Truth>,
    rings: BTreeMap<String, (u32, String, u32)>,
    identifiers: HashMap<(&'static str, String), HashSet<String>>,
    ips: HashMap<String, HashSet<String>>,
    events: u64,
    pending: Vec<(String, String)>,
    kinds: HashSet<&'static str>,
}

/// Whether an object is flat, but for `positions` and `education`, and has fields of the list alone.
fn check_object(text: &str, kind: &str) -> Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let object: serde_json::Map<String, Json> = serde_json::from_str(text)?;
    for (field, value) in object {
        let known = FIELDS.split_whitespace().any(|word| word == field) || kind == "checklist" && field.starts_with("H-");
        ensure!(known, "{kind}: no field `{field}`");
        match value {
            Json::Array(rows) if matches!(field.as_str(), "positions" | "education") => {
                for row in rows {
                    check_object(&row.to_string(), kind)?;
                }
            }
            Json::String(_) | Json::Number(_) | Json::Bool(_) => {}
            other => bail!("{kind}: {field} is {other}"),
        }
    }
    Ok(())
}

impl Checker {
    fn run(options: &WorldOptions) -> Self {
        Self::default().after(options)
    }

    fn strictly(options: &WorldOptions) -> Self {
        Self { strict: true, ..Self::default() }.after(options)
    }

    fn after(self, options: &WorldOptions) -> Self {
        let mut checker = self;
        generate(options, &mut checker).unwrap();
        checker
    }

    /// A number that stands for all rows in their order.
    fn digest(options: &WorldOptions) -> u64 {
        let mut checker = Self { digest: Some(0), ..Self::default() };
        generate(options, &mut checker).unwrap();
        checker.digest.unwrap()
    }

    fn note(&mut self, row: &dyn std::fmt::Debug) {
        if let Some(digest) = &mut self.digest {
            let bytes = format!("{row:?}").into_bytes();
            *digest = bytes.into_iter().fold(*digest, |digest, byte| dice::mix(digest ^ u64::from(byte)));
        }
    }

    fn hold(&mut self, kind: &'static str, value: &str, person: &str) {
        self.identifiers.entry((kind, value.to_owned())).or_default().insert(person.to_owned());
    }

    fn word(&mut self, list: &str, word: &'static str) -> Result<()> {
        self.kinds.insert(word);
        ensure!(list.split_whitespace().any(|one| one == word), "no kind `{word}`");
        Ok(())
    }
}

impl WorldSink for Checker {
    fn person(&mut self, row: &PersonRow<'_>) -> Result<()> {
        self.note(row);
        ensure!(self.people.insert(row.id.to_owned()), "{} twice", row.id);
        ensure!(row.claimed_country.is_empty() || row.claimed_country.len() == 2);
        ensure!(row.end.is_empty() || row.start.is_empty() || row.start < row.end, "{row:?}");
        Ok(())
    }

    fn identifier(&mut self, row: &IdentifierRow<'_>) -> Result<()> {
        self.note(row);
        self.word(IDENTIFIERS, row.kind)?;
        ensure!(!row.value.is_empty(), "{row:?}");
        if row.kind.ends_with("email") {
            let domain = row.value.rsplit('@').next().unwrap_or_default();
            ensure!(domain.ends_with(".example") || domain.starts_with("example."), "{row:?}");
        }
        if row.kind == "phone" {
            let number: String = row.value.chars().filter(char::is_ascii_digit).collect();
            self.hold("phone", number.trim_start_matches("00"), row.person);
        } else {
            self.hold(row.kind, row.value, row.person);
        }
        Ok(())
    }

    fn event(&mut self, row: &EventRow<'_>) -> Result<()> {
        self.note(row);
        self.word(EVENTS, row.kind)?;
        if self.strict {
            check_object(row.detail, row.kind)?;
        }
        let years = places::days(2018, 1, 1) * places::DAY..=places::days(2026, 7, 31) * places::DAY;
        ensure!(years.contains(&row.time), "{row:?}");
        if !row.ip.is_empty() {
            if self.strict {
                row.ip.parse::<std::net::IpAddr>()?;
            }
            let ranges = ["198.18.", "198.19.", "2001:db8:", "100.", "203.0.113.", "198.51.100.", "192.0.2."];
            ensure!(ranges.iter().any(|range| row.ip.starts_with(range)), "{row:?}");
            self.ips.entry(row.ip.to_owned()).or_default().insert(row.person.to_owned());
            // Of IPv6, the network.
            let line = row.ip.split(':').take(4).collect::<Vec<_>>().join(":");
            self.hold("line", &line, row.person);
        }
        // A typing error in one table is none in another.
        for (kind, found) in [("commit", "sha"), ("rating", "client"), ("payout", "payee")] {
            if row.kind == kind {
                let detail: Json = serde_json::from_str(row.detail)?;
                if let Some(value) = detail[found].as_str() {
                    self.hold(found, value, row.person);
                }
            }
        }
        self.events += 1;
        Ok(())
    }

    fn document(&mut self, row: &DocumentRow<'_>) -> Result<()> {
        self.note(row);
        self.word(DOCUMENTS, row.kind)?;
        if self.strict {
            check_object(row.metadata, row.kind)?;
        }
        ensure!(!row.text.is_empty() || !row.metadata.is_empty(), "{row:?}");
        if row.kind == "cv" && !row.metadata.is_empty() {
            let metadata: Json = serde_json::from_str(row.metadata)?;
            if let Some(author) = metadata["author"].as_str() {
                self.hold("author", author, row.person);
            }
        }
        Ok(())
    }

    fn relation(&mut self, row: &RelationRow<'_>) -> Result<()> {
        self.note(row);
        self.word(RELATIONS, row.kind)?;
        ensure!(row.a != row.b, "{row:?}");
        self.pending.push((row.a.to_owned(), row.b.to_owned()));
        Ok(())
    }

    fn truth(&mut self, row: &TruthRow<'_>) -> Result<()> {
        let truth = Truth {
            label: row.label.to_owned(),
            ring: row.ring.to_owned(),
            linked: row.linked,
            group: row.group,
            marks: row.marks.split(';').map(str::to_owned).collect(),
        };
        ensure!(
            (row.label == "honest") == row.tradecraft.is_empty() && (row.label == "ring") != row.ring.is_empty(),
            "{row:?}"
        );
        self.truth.insert(row.person.to_owned(), truth);
        Ok(())
    }

    fn ring(&mut self, row: &RingRow<'_>) -> Result<()> {
        self.rings.insert(row.ring.to_owned(), (row.size, row.traces.to_owned(), row.linked));
        Ok(())
    }
}

#[test]
fn the_same_options_give_the_same_world_and_another_seed_another() {
    for kind in KINDS {
        let one = Checker::digest(&options(1_500, 5, kind));
        assert_eq!(one, Checker::digest(&options(1_500, 5, kind)));
        assert_ne!(one, Checker::digest(&options(1_500, 6, kind)));
    }
}

#[test]
fn worlds_that_are_too_small_or_too_large_are_refused() {
    for people in [0, 999, 5_000_001] {
        assert!(generate(&options(people, 1, Kind::Company), &mut Checker::default()).is_err());
    }
}

#[test]
fn the_truth_agrees_with_the_rows() {
    for kind in KINDS {
        let world = Checker::strictly(&options(6_000, 3, kind));
        assert_eq!(world.people.len(), 6_000);
        assert_eq!(world.truth.len(), 6_000);
        assert!(world.truth.keys().all(|person| world.people.contains(person)));
        for (a, b) in &world.pending {
            assert!(world.people.contains(a), "{a}");
            assert!(world.people.contains(b) || b.starts_with(['V', 'C']), "{b}");
        }
        for (ring, (size, _, linked)) in &world.rings {
            let members = world.truth.values().filter(|truth| truth.ring == *ring).count();
            assert_eq!(members, *size as usize, "{ring}");
            let of_people = world.truth.values().filter(|truth| truth.ring == *ring && truth.linked).count();
            assert_eq!(of_people, *linked as usize, "{ring}");
        }
        let count = |label: &str| world.truth.values().filter(|truth| truth.label == label).count() as u32;
        let ring = count("ring") * 10_000 / 6_000;
        assert!((50..=100).contains(&ring), "{ring} of ten thousand are in rings");
        assert_eq!(count("single"), 6_000 * RATES.single / 10_000);
        let mean = world.events / 6_000;
        assert!((25..=36).contains(&mean), "{mean} events on the mean");
    }
}

/// A trace that the truth names is in the rows, and nothing but the stated confounders gives honest people the like.
#[test]
fn traces_are_in_the_rows() {
    let kinds: [(Trace, &[&str]); 16] = [
        (Trace::ShipTo, &["ship_to"]),
        (Trace::Network, &["bssid", "gateway"]),
        (Trace::Payee, &["payee"]),
        (Trace::Phone, &["phone"]),
        (Trace::Recovery, &["recovery_email"]),
        (Trace::Device, &["device"]),
        (Trace::Wallet, &["wallet"]),
        (Trace::Reference, &["reference_email", "reference_phone"]),
        (Trace::Portfolio, &["analytics"]),
        (Trace::Messenger, &["messenger"]),
        (Trace::Evasion, &["handle"]),
        (Trace::HouseLine, &["line"]),
        (Trace::Server, &["line"]),
        (Trace::CvAuthor, &["author"]),
        (Trace::Rating, &["client"]),
        (Trace::History, &["sha"]),
    ];
    for kind in KINDS {
        let world = Checker::run(&options(8_000, 11, kind));
        // Which rings have two members with one value of a kind.
        let mut linked: HashSet<(&str, &str)> = HashSet::new();
        for ((kind, _), people) in &world.identifiers {
            let mut rings: Vec<&str> = people.iter().map(|person| world.truth[person].ring.as_str()).collect();
            rings.sort_unstable();
            linked
                .extend(rings.windows(2).filter(|pair| pair[0] == pair[1] && !pair[0].is_empty()).map(|pair| (*kind, pair[0])));
        }
        for (trace, identifiers) in kinds {
            let named = Trace::list(trace.bit());
            let rings = world.rings.iter().filter(|(_, (_, traces, _))| traces.split(';').any(|one| one == named));
            let rings: Vec<&str> = rings.map(|(ring, _)| ring.as_str()).collect();
            let found = rings
                .iter()
                .filter(|ring| identifiers.iter().any(|identifier| linked.contains(&(*identifier, **ring))))
                .count();
            // A house may have an IPv4 address and an IPv6 network, of which each device uses one; of a copied history each shows some.
            let enough = if matches!(trace, Trace::HouseLine | Trace::History) { rings.len() / 2 } else { rings.len() };
            assert!(found >= enough, "{named}: {found} of {}", rings.len());
        }
        // No two honest people have one value by chance.
        for ((kind, value), people) in &world.identifiers {
            if !matches!(*kind, "email" | "handle" | "doc" | "tax" | "card" | "payee" | "messenger" | "bssid" | "phone")
                || people.len() < 2
            {
                continue;
            }
            let honest: Vec<&Truth> =
                people.iter().map(|person| &world.truth[person]).filter(|truth| truth.label == "honest").collect();
            let explained = honest.iter().all(|truth| {
                truth.marks.iter().any(|mark| {
                    [
                        "couple",
                        "twin",
                        "flat_share",
                        "family",
                        "two_accounts",
                        "dormitory",
                        "agency",
                        "recruiter",
                        "placeholder",
                        "coworking",
                    ]
                    .contains(&mark.as_str())
                })
            });
            assert!(honest.len() < 2 || explained, "{kind} {value}: {honest:?}");
        }
    }
}

#[test]
fn honest_lives_are_as_odd_as_the_table_says() {
    let people = 12_000;
    let world = Checker::run(&WorldOptions { events_per_person: 8, ..options(people, 2, Kind::Company) });
    let honest: Vec<&Truth> = world.truth.values().filter(|truth| truth.label == "honest").collect();
    let has = |truth: &Truth, word: &str| truth.marks.iter().any(|mark| mark == word);
    for (mark, word) in Mark::ALL {
        let of_ten_thousand = honest.iter().filter(|truth| has(truth, word)).count() as f64 * 10_000.0 / honest.len() as f64;
        assert!(of_ten_thousand > 0.0, "{word} never occurs");
        if let Some(rate) = records::expected(*mark).map(f64::from) {
            // Four standard deviations, and a fifth for homes that are cut off at the end of a neighbourhood.
            let allowed = 4.0 * (rate * 10_000.0 / f64::from(people)).sqrt() * 2.0 + rate / 5.0;
            assert!((of_ten_thousand - rate).abs() < allowed, "{word}: {of_ten_thousand:.0} where {rate} are said");
        }
    }
    // Groups differ in nothing but migrants.
    for word in ["vpn", "night_owl", "ai_letter", "carrier_nat"] {
        let share = |group: Option<&str>| {
            let of: Vec<_> = honest.iter().filter(|truth| group.is_none_or(|group| truth.group == group)).collect();
            (of.iter().filter(|truth| has(truth, word)).count() as f64 / of.len() as f64, of.len() as f64)
        };
        let (all, _) = share(None);
        for group in &GROUPS {
            let (one, size) = share(Some(group.name));
            assert!(
                (one - all).abs() < 4.5 * (all * (1.0 - all) / size).sqrt(),
                "{word} of {}: {one:.3}, of all {all:.3}",
                group.name
            );
        }
    }
    // Carriers and VPNs put many people behind one address, homes few.
    let most = |range: &str| {
        world.ips.iter().filter(|(ip, _)| ip.starts_with(range)).map(|(_, people)| people.len()).max().unwrap_or_default()
    };
    assert!(most("100.") > 40 && most("203.0.113.") > 8, "{} {}", most("100."), most("203.0.113."));
    assert!(most("2001:db8:") < 4);
}

#[test]
fn both_worlds_have_the_tables_that_are_theirs() {
    let [company, platform] = KINDS.map(|kind| Checker::run(&options(3_000, 9, kind)).kinds);
    for kind in ["parcel_shipped", "enrolment", "serial", "letter", "hr_record", "bssid", "meeting"] {
        assert!(company.contains(kind) && (kind == "serial" || !platform.contains(kind) || kind == "bssid"), "{kind}");
    }
    for kind in ["bid", "rating", "proposal", "profile_created", "closed"] {
        assert!(platform.contains(kind) && !company.contains(kind), "{kind}");
    }
}

#[test]
fn a_folder_of_files_can_be_read_back() {
    let folder = std::env::temp_dir().join(format!("world-{}", std::process::id()));
    let truth = beside(&folder);
    let mut sink = CsvSink::create(&folder, &truth).unwrap();
    generate(&options(1_000, 4, Kind::Platform), &mut sink).unwrap();
    let counts = sink.finish().unwrap();
    for (table, rows) in counts {
        let mut reader = csv::Reader::from_path(folder.join(format!("{table}.csv"))).unwrap();
        assert_eq!(reader.records().collect::<Result<Vec<_>, _>>().unwrap().len() as u64, rows, "{table}");
    }
    assert_eq!(csv::Reader::from_path(truth.join("people.csv")).unwrap().records().count(), 1_000);
    assert!(!folder.join("people.csv").exists() && !folder.join("truth").exists());
    for folder in [folder, truth] {
        std::fs::remove_dir_all(folder).unwrap();
    }
}
