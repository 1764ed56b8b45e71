//! The front finder on planted cases among real companies: how many of each shape it finds, how many others it flags, and how long it takes.
//! The file is made by a generator that knows nothing of the finder (`world.rs`). The rules were settled on the first seed, the second was looked
//! at on the way, the third was drawn when all was settled.

mod variants;
mod world;

use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context, Result};
use interdict_matching::{Matcher, Query, Scratch, Settings};
use interdict_model::{Entity, Schema, entity_to_json};
use interdict_names::NameKind;
use interdict_network::{Candidate, Finding, FrontFinder, FrontSettings, Graph, Shared};
use interdict_snapshot::{Builder, Snapshot};
use interdict_sources::{SourceSpec, load_file};
use serde_json::{Value as Json, json};

use self::world::{Names, SHAPES, World};
use crate::data::{ISSUE, Setting, listed_names, named, sameness};
use crate::table::{Bar, dump, percent, print, progress, rate, say, share};

/// Seeds of the files.
const SEEDS: [(&str, u64); 3] =
    [("settled on", 20_260_312), ("looked at while settling", 7_919), ("drawn afterwards", 424_243)];
/// Rows beside the planted ones.
const COMPANIES: usize = 50_000;
/// The share of planted fronts that is to be found, and that of the others which may be flagged.
const BARS: [Bar; 2] = [Bar::AtLeast(0.95), Bar::AtMost(0.001)];
/// Seconds that a whole file may take on two cores.
const SECONDS: f64 = 60.0;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let companies = match setting.unlisted("companies_gleif.tsv.gz") {
        Ok(companies) if setting.data.join(ISSUE).exists() => companies,
        _ => {
            say("fronts: skipped: the SDN list or the names of companies are not here");
            return Ok(());
        }
    };
    let people = people(setting)?;
    progress("building a snapshot of the SDN list with facts of our own");
    let plain = setting.sdn()?;
    let facts = world::own_facts(&plain, &people, 11);
    let snapshot = with_facts(setting, &facts)?;
    let listed = listed_names(&snapshot);
    let count = COMPANIES / setting.stride();
    let unlisted: Vec<_> = companies
        .into_iter()
        .filter(|record| record.get(1).is_some_and(|name| !name.trim().is_empty() && !listed.contains(&sameness(name))))
        .collect();
    let stride = (unlisted.len() / count).max(1);
    let companies: Vec<_> = unlisted.into_iter().step_by(stride).take(count).collect();
    let graph = Graph::new(&snapshot);
    let finder = FrontFinder::new(&graph, FrontSettings::default());
    let matcher = Matcher::new(&snapshot, Settings { threshold: 0.8, limit: 20, ..Settings::default() });
    let scratches: Mutex<Vec<Scratch>> = Mutex::new(Vec::new());
    let names = |name: &str, kind: NameKind| -> Vec<(u32, f64)> {
        let schema = match kind {
            NameKind::Person => Schema::Person,
            NameKind::Organization => Schema::Organization,
            _ => Schema::LegalEntity,
        };
        let Ok(query) = Query::from_entity(&named(schema, name)) else { return Vec::new() };
        let mut scratch = scratches.lock().ok().and_then(|mut held| held.pop()).unwrap_or_default();
        let hits = matcher.screen(&query, &mut scratch);
        let found = hits.iter().map(|hit| (hit.entity.index(), hit.score)).collect();
        if let Ok(mut held) = scratches.lock() {
            held.push(scratch);
        }
        found
    };
    let mut summary = Vec::new();
    for (what, seed) in SEEDS {
        progress(&format!("fronts: making the file of seed {seed}"));
        let World { rows, planted } =
            world::make(&snapshot, Names { companies: &companies, people: &people }, companies.len(), seed);
        progress("fronts: looking for them");
        let begin = Instant::now();
        let findings = finder.find(&rows, &names);
        let seconds = begin.elapsed().as_secs_f64();
        // Of those that are missed it helps to know what was seen.
        let all = FrontFinder::new(&graph, FrontSettings { threshold: 0.0, rounds: 0, ..FrontSettings::default() });
        let anything = if setting.dump.is_some() { all.find(&rows, &names) } else { Vec::new() };
        let mut flagged = vec![None; rows.len()];
        for finding in &findings {
            flagged[finding.row] = Some(finding);
        }
        let mut table = Vec::new();
        let (mut found, mut whole) = (0, 0);
        for (number, shape) in SHAPES.iter().enumerate() {
            let of = (0..rows.len()).filter(|row| planted[*row] == Some(number));
            let (hit, missed): (Vec<usize>, Vec<usize>) = of.partition(|row| flagged[*row].is_some());
            found += hit.len();
            whole += hit.len() + missed.len();
            let recall = percent(hit.len(), hit.len() + missed.len());
            table.push(vec![
                shape.code.to_owned(),
                shape.level.to_owned(),
                shape.says.to_owned(),
                format!("{} of {}", hit.len(), hit.len() + missed.len()),
                recall,
            ]);
            if let Some(path) = &setting.dump {
                let seen = |row: usize| anything.iter().find(|finding| finding.row == row);
                dump(
                    path,
                    missed.iter().map(|row| {
                        let told = seen(*row).map(|finding| told(finding, &rows, &snapshot));
                        json!({"missed": shape.code, "seed": seed, "row": entity_to_json(&rows[*row].entity), "seen": told})
                    }),
                )?;
            }
        }
        let false_flags: Vec<_> = findings.iter().filter(|finding| planted[finding.row].is_none()).collect();
        if let Some(path) = &setting.dump {
            dump(path, false_flags.iter().map(|finding| json!({"flagged": seed, "seen": told(finding, &rows, &snapshot)})))?;
        }
        print(
            &format!("Planted fronts by shape, seed {seed} ({what})"),
            &["shape", "level", "what it shares", "found", "recall"],
            &table,
        );
        let innocent = rows.len() - whole;
        for (bar, name, part, of) in
            [(BARS[0], "planted found", found, whole), (BARS[1], "others flagged", false_flags.len(), innocent)]
        {
            let [bar, verdict] = bar.columns(share(part, of), |share| format!("{:.2} %", share * 100.0));
            summary.push(vec![
                format!("{name}, seed {seed} ({what})"),
                format!("{part} of {of}"),
                rate(part, of),
                bar,
                verdict,
            ]);
        }
        let [bar, verdict] = Bar::AtMost(SECONDS).columns(seconds, |seconds| format!("{seconds:.1} s"));
        summary.push(vec![format!("time of {} rows", rows.len()), String::new(), format!("{seconds:.1} s"), bar, verdict]);
    }
    print("Fronts among real companies", &["what", "count", "share (95 % interval)", "bar", "verdict"], &summary);
    Ok(())
}

/// A finding for who looks into it.
fn told(finding: &Finding, rows: &[Candidate], snapshot: &Snapshot) -> Json {
    let party = |index: u32| snapshot.entity_at(index).map_or("", |entity| entity.caption());
    let evidence: Vec<String> = finding
        .evidence
        .iter()
        .map(|one| {
            let shared = match &one.shared {
                Shared::Party { entity, stated, .. } => format!("{stated} of {}", party(*entity)),
                Shared::Row { row, .. } => format!("row {row}"),
            };
            let (code, weight) = (one.kind.code(), one.weight);
            format!("{code} {weight:.2} {} = {shared} ({}/{}) {}", one.value, one.in_file, one.in_snapshot, one.detail)
        })
        .collect();
    let officers: Vec<&str> = rows[finding.row].officers.iter().map(|officer| officer.entity.display_name()).collect();
    json!({"name": rows[finding.row].name(), "officers": officers, "score": finding.score, "evidence": evidence})
}

/// Names of people who are not listed.
fn people(setting: &Setting) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for (file, column) in [("persons_generated.tsv.gz", 0), ("persons_synthetic.csv.gz", 0)] {
        let rows = setting.unlisted(file)?;
        names.extend(rows.iter().filter_map(|row| row.get(column)).map(|name| name.trim().to_owned()));
    }
    // Rows stand by country: every share of them is to have all.
    names.retain(|name| name.contains(' '));
    names.sort();
    names.dedup();
    (!names.is_empty()).then_some(names).context("there are no names of people")
}

/// The SDN list with further entities.
fn with_facts(setting: &Setting, facts: &[Entity]) -> Result<Snapshot> {
    let path = setting.folder.path().join("fronts.snapshot");
    if !path.exists() {
        let mut builder = Builder::new();
        load_file(&SourceSpec::new("us_ofac_sdn"), &setting.data.join(ISSUE), None, &mut |entity| builder.add(&entity))?;
        for fact in facts {
            builder.add(fact);
        }
        builder.finish()?.write(&path)?;
    }
    Ok(Snapshot::open(&path)?)
}
