//! People: planted rings, farms and lone misrepresenters among honest people of a synthetic world (`world.rs`), found or not; how honest people of
//! each group fare; how fast. The truth is read after the results are there.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufReader, Write as _};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use interdict_persona::{
    Assessor, Band, Builder, Catalogue, Form, Limits, LinkSettings, Links, Lists, People, Policy, Scale, Summary, Table,
    TenantKey, Tests, Time, read_table,
};

use crate::data::Setting;
use crate::table;
use crate::world::sink::CsvSink;
use crate::world::{self, Kind, WorldOptions};

/// What is known of a person of the world.
struct Truth {
    ring: Option<String>,
    tradecraft: String,
    group: String,
    linked: bool,
    marks: String,
}

fn truth(folder: &Path) -> Result<HashMap<String, Truth>> {
    let mut all = HashMap::new();
    let mut reader = csv::Reader::from_path(folder.join("people.csv"))?;
    for row in reader.records() {
        let row = row?;
        let cell = |index: usize| row.get(index).unwrap_or_default().to_owned();
        all.insert(
            cell(0),
            Truth {
                ring: Some(cell(2)).filter(|ring| !ring.is_empty()),
                tradecraft: cell(3),
                group: cell(4),
                linked: cell(5) == "yes",
                marks: cell(6),
            },
        );
    }
    Ok(all)
}

/// Reads the tables of a folder.
fn load(folder: &Path, as_of: Time) -> Result<People> {
    let mut builder = Builder::new(TenantKey::new(&[42; 32])?, Limits::default());
    for table in Table::ALL {
        let name = format!("{}.csv", table.name());
        let file = builder.file(&name);
        let mut input = BufReader::with_capacity(1 << 20, File::open(folder.join(&name))?);
        read_table(table, Form::Csv, &mut input, file, &mut builder)?;
    }
    Ok(builder.finish(as_of).0)
}

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let people = if setting.quick { 30_000 } else { 200_000 };
    for (kind, seed) in [(Kind::Company, 1), (Kind::Platform, 2)] {
        let folder = setting.folder.path().join(format!("world-{seed}"));
        let apart = setting.folder.path().join(format!("world-{seed}-truth"));
        let mut sink = CsvSink::create(&folder, &apart)?;
        world::generate(&WorldOptions { people, events_per_person: 30, seed, kind }, &mut sink)?;
        sink.finish()?;
        let as_of = Time::parse("2026-11-01").context("a day")?.time;
        let before = Instant::now();
        let people = load(&folder, as_of)?;
        let read = before.elapsed();
        let before = Instant::now();
        let (catalogue, lists, policy) = (Catalogue::built_in()?, Lists::built_in(), Policy::default());
        let tests = Tests::new(&people, &catalogue, &lists, &policy, Scale::default(), as_of);
        let links = Links::find(&tests, &LinkSettings::default());
        let linked = before.elapsed();
        let before = Instant::now();
        let assessor = Assessor::new(&tests, &links);
        let summaries = assessor.summaries();
        let assessed = before.elapsed();
        let truth = truth(&apart)?;
        table::progress(&format!(
            "{kind:?}: {} persons, {} events; read {read:.1?}, linked {linked:.1?}, assessed {assessed:.1?}",
            people.len(),
            people.events_len()
        ));
        rings(kind, &people, &links, &truth, &apart, setting)?;
        bands(&people, &assessor, &summaries, &truth, setting)?;
    }
    Ok(())
}

fn rings(
    kind: Kind,
    people: &People,
    links: &Links,
    truth: &HashMap<String, Truth>,
    apart: &Path,
    setting: &Setting,
) -> Result<()> {
    let mut dump = match &setting.dump {
        Some(path) => Some(File::options().create(true).append(true).open(path)?),
        None => None,
    };
    let kinds_of: HashMap<String, usize> = csv::Reader::from_path(apart.join("rings.csv"))?
        .records()
        .map(|row| {
            let row = row?;
            let traces = row.get(3).unwrap_or_default();
            let families: std::collections::BTreeSet<&str> = traces.split(';').filter_map(family).collect();
            Ok((row.get(0).unwrap_or_default().to_owned(), families.len()))
        })
        .collect::<Result<_>>()?;
    let (mut two, mut two_found) = (0, 0);
    let (mut planted, mut linked, mut found, mut found_linked) = (0, 0, 0, 0);
    let (mut flagged, mut right) = (0, 0);
    let mut by_craft: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for person in people.all() {
        let Some(truth) = truth.get(person.key()) else { continue };
        let is_found = links.ring_of(person.id()).is_some() || links.farm_of(person.id()).is_some();
        if truth.ring.is_some() {
            planted += 1;
            linked += u32::from(truth.linked);
            found += u32::from(is_found);
            found_linked += u32::from(is_found && truth.linked);
            let findable =
                truth.linked && truth.ring.as_ref().is_some_and(|ring| kinds_of.get(ring).is_some_and(|kinds| *kinds >= 2));
            two += u32::from(findable);
            two_found += u32::from(findable && is_found);
            let row = by_craft.entry(&truth.tradecraft).or_default();
            row.0 += 1;
            row.1 += u32::from(is_found);
            if let (false, Some(dump)) = (is_found, &mut dump) {
                writeln!(
                    dump,
                    "MISSED {} {:?} {} linked={} {}",
                    person.key(),
                    truth.ring,
                    truth.tradecraft,
                    truth.linked,
                    truth.marks
                )?;
            }
        }
        if is_found {
            flagged += 1;
            right += u32::from(truth.ring.is_some());
        }
    }
    if let Some(dump) = &mut dump {
        for ring in links.rings() {
            let honest: Vec<_> = (ring.members.iter())
                .filter(|member| truth.get(people.person(member.person).key()).is_some_and(|truth| truth.ring.is_none()))
                .collect();
            if !honest.is_empty() {
                let kinds: Vec<String> = ring.kinds.iter().map(|(kind, count)| format!("{}x{count}", kind.code())).collect();
                let who: Vec<String> = (honest.iter())
                    .map(|member| {
                        let person = people.person(member.person);
                        format!("{}[{}]", person.key(), truth[person.key()].marks)
                    })
                    .collect();
                writeln!(dump, "FALSE size={} {} honest: {}", ring.members.len(), kinds.join(","), who.join(" "))?;
            }
        }
        for farm in links.farms() {
            let honest = farm
                .stands
                .iter()
                .filter(|stand| truth.get(people.person(stand.person).key()).is_some_and(|truth| truth.ring.is_none()));
            let who: Vec<String> = honest
                .map(|stand| {
                    format!("{}[{}]", people.person(stand.person).key(), truth[people.person(stand.person).key()].marks)
                })
                .collect();
            if !who.is_empty() {
                let facts: Vec<&str> = farm.facts.iter().map(|(fact, _)| fact.code()).collect();
                writeln!(dump, "FALSE FARM size={} {} honest: {}", farm.stands.len(), facts.join(","), who.join(" "))?;
            }
        }
    }
    table::progress(&format!(
        "planted {planted} (linked {linked}), found {found} = {:.3} (of linked {:.3}; of {two} in rings of two kinds {:.3}); flagged {flagged}, right {right} = {:.3}; rings {}, farms {}",
        f64::from(found) / f64::from(planted),
        f64::from(found_linked) / f64::from(linked),
        f64::from(two_found) / f64::from(two),
        f64::from(right) / f64::from(flagged),
        links.rings().len(),
        links.farms().len(),
    ));
    for (craft, (all, found)) in by_craft {
        table::progress(&format!("  {craft}: {found} of {all}"));
    }
    Ok(())
}

fn bands(
    people: &People,
    assessor: &Assessor<'_>,
    summaries: &[Summary],
    truth: &HashMap<String, Truth>,
    setting: &Setting,
) -> Result<()> {
    let mut dump = match &setting.dump {
        Some(path) => Some(File::options().create(true).append(true).open(path)?),
        None => None,
    };
    let mut counts: BTreeMap<(&str, Band), u32> = BTreeMap::new();
    let mut fired: BTreeMap<(&str, String), u32> = BTreeMap::new();
    let mut groups: BTreeMap<&str, [u32; 3]> = BTreeMap::new();
    for summary in summaries {
        let person = people.person(summary.person);
        let Some(truth) = truth.get(person.key()) else { continue };
        let label = if truth.ring.is_some() {
            "ring"
        } else if truth.tradecraft.is_empty() {
            "honest"
        } else {
            "single"
        };
        *counts.entry((label, summary.band)).or_default() += 1;
        if label == "honest" {
            let row = groups.entry(&truth.group).or_default();
            row[0] += 1;
            row[1] += u32::from(summary.band >= Band::Review);
            row[2] += u32::from(summary.band == Band::Priority);
        }
        if let Some(dump) = &mut dump {
            let assessment = assessor.assess(summary.person);
            for finding in &assessment.findings {
                *fired.entry((label, finding.indicator.id.clone())).or_default() += 1;
            }
            if label == "honest" && summary.band == Band::Priority
                || label == "single"
                || label == "honest" && summary.band == Band::Review && summary.person.index() % 10 == 0
            {
                let ids: Vec<String> = assessment
                    .findings
                    .iter()
                    .map(|finding| format!("{}({:.1})", finding.indicator.id, finding.weight))
                    .collect();
                writeln!(
                    dump,
                    "{label} {} {} {:.1} {} [{}] {}",
                    summary.band.code(),
                    person.key(),
                    summary.score,
                    ids.join(","),
                    truth.marks,
                    truth.tradecraft
                )?;
            }
        }
    }
    for ((label, band), count) in &counts {
        table::progress(&format!("  {label} {}: {count}", band.code()));
    }
    for (group, [all, review, priority]) in groups {
        table::progress(&format!(
            "  group {group}: {all}, review {:.2} %, priority {priority}",
            100.0 * f64::from(review) / f64::from(all)
        ));
    }
    if let Some(dump) = &mut dump {
        for ((label, id), count) in &fired {
            writeln!(dump, "FIRED {label} {id} {count}")?;
        }
    }
    Ok(())
}

/// From what cause a trace of the world is, as linking knows causes; `None` for VPN exits, which link nobody.
fn family(trace: &str) -> Option<&'static str> {
    Some(match trace {
        "ship_to" | "network" | "house_line" | "server" => "place",
        "payee" | "wallet" => "money",
        "phone" | "recovery_email" | "messenger" | "reference" => "contact",
        "device" => "machine",
        "photo" | "document_base" | "number" => "paper",
        "cv_text" | "cv_author" | "letter" | "portfolio" | "career" => "text",
        "commits" | "referral" | "rating" | "evasion" | "commit_slip" | "copied_history" => "work",
        _ => return None,
    })
}
