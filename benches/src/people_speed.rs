//! People at scale: how long a million accounts with thirty million events take from CSV files to rings and summaries, in how much memory.
//! A synthetic world (`world.rs`) is written; a process of its own reads, links and assesses it, so that the memory is that of the work.

use std::fs::File;
use std::hash::{Hash as _, Hasher as _};
use std::io::BufReader;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use interdict_persona::{
    Assessor, Base, Builder, Catalogue, Form, Limits, LinkSettings, Links, Lists, Policy, Scale, Summary, Table, TenantKey,
    Tests, Time, read_table,
};
use rustc_hash::FxHasher;

use crate::data::Setting;
use crate::speed::{median, memory};
use crate::table::{self, Bar, progress};
use crate::world::sink::CsvSink;
use crate::world::{self, Kind, WorldOptions};

/// The moment of assessment, after all events of the world.
const AS_OF: &str = "2026-11-01";
/// What the child prints, in this order.
const FIGURES: usize = 8;
/// Applicants that are added one by one.
const ADDED: usize = 31;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let people = if setting.quick { 100_000 } else { 1_000_000 };
    let folder = setting.folder.path().join("people-speed");
    let apart = setting.folder.path().join("people-speed-truth");
    progress(&format!("writing a world of {people} accounts"));
    let mut sink = CsvSink::create(&folder, &apart)?;
    world::generate(&WorldOptions { people, events_per_person: 30, seed: 1, kind: Kind::Platform }, &mut sink)?;
    sink.finish()?;

    progress("reading, linking and assessing it");
    let output = Command::new(std::env::current_exe()?).arg("--child-people-speed").arg(&folder).output()?;
    if !output.status.success() {
        bail!("people-speed failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout)?;
    let figures: Vec<f64> =
        text.split_whitespace().map(|figure| figure.parse().context("a figure that is none")).collect::<Result<_>>()?;
    let [rows, events, read, linked, assessed, megabytes, rings, add] = figures[..] else {
        bail!("{FIGURES} figures were due: {text}")
    };
    std::fs::remove_dir_all(&folder)?;

    // A tenth of the people has a tenth of the time and memory.
    let part = f64::from(people) / 1e6;
    let seconds = |what: &str, value: f64, bar: Option<f64>| {
        let show = |value: f64| format!("{value:.1} s");
        let [bar, verdict] = bar.map_or_else(|| [String::new(), String::new()], |bar| Bar::AtMost(bar).columns(value, show));
        vec![what.to_owned(), show(value), bar, verdict]
    };
    let show = |value: f64| format!("{value:.0} MB");
    let [bar, verdict] = Bar::AtMost(4096.0 * part).columns(megabytes, show);
    table::print(
        &format!(
            "{people} accounts with {events:.0} events ({rows:.0} rows), CSV to {rings:.0} rings and all summaries, {} threads",
            rayon::current_num_threads()
        ),
        &["what", "measured", "bar", ""],
        &[
            vec!["rows read a second".to_owned(), format!("{:.0}", rows / read), String::new(), String::new()],
            seconds("reading", read, None),
            seconds("linking", linked, None),
            seconds("assessing", assessed, None),
            seconds("all", read + linked + assessed, Some(60.0 * part)),
            {
                let show = |value: f64| format!("{value:.1} ms");
                let [bar, verdict] = Bar::AtMost(50.0).columns(add, show);
                vec!["adding one applicant, median".to_owned(), show(add), bar, verdict]
            },
            vec!["peak memory".to_owned(), show(megabytes), bar, verdict],
        ],
    );
    Ok(())
}

/// The rows of an applicant: those that the world has of a person, under another id.
fn applicant(folder: &Path, number: usize) -> Result<Vec<(Table, String)>> {
    let old = format!("P{:07}", 100 + 37 * number);
    let mut tables = Vec::new();
    for table in [Table::Person, Table::Identifier, Table::Document, Table::Event] {
        let reader = BufReader::new(File::open(folder.join(format!("{}.csv", table.name())))?);
        let mut rows = String::new();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(reader);
        let mut out = csv::Writer::from_writer(Vec::new());
        for (at, row) in reader.records().enumerate() {
            let row = row?;
            let id = row.get(0).unwrap_or_default();
            if at == 0 {
                out.write_record(&row)?;
            } else if id == old {
                let cells = row.iter().enumerate().map(|(at, cell)| if at == 0 { "applicant" } else { cell });
                out.write_record(cells)?;
            } else if id > old.as_str() {
                // People stand in order.
                break;
            }
        }
        rows.push_str(&String::from_utf8(out.into_inner()?)?);
        tables.push((table, rows));
    }
    Ok(tables)
}

/// A number that is another one as soon as a summary, ring or farm is, so that a change for speed can be seen to be none of results.
fn digest(summaries: &[Summary], links: &Links) -> u64 {
    let mut hasher = FxHasher::default();
    for one in summaries {
        (one.person, one.band, one.score.to_bits(), one.findings, one.legal).hash(&mut hasher);
    }
    for ring in links.rings() {
        for member in &ring.members {
            (member.person, member.weight.to_bits(), member.links).hash(&mut hasher);
        }
        for link in &ring.links {
            (link.a, link.b, link.weight.to_bits(), link.kinds.len()).hash(&mut hasher);
        }
        (&ring.kinds, &ring.families, ring.weight.to_bits()).hash(&mut hasher);
        ring.keys.iter().for_each(|key| (key.kind, key.members).hash(&mut hasher));
    }
    for farm in links.farms() {
        farm.stands
            .iter()
            .for_each(|stand| (stand.person, stand.days, stand.elsewhere, stand.evidence.source).hash(&mut hasher));
        farm.facts.iter().for_each(|(fact, evidence)| (fact, evidence.len()).hash(&mut hasher));
    }
    hasher.finish()
}

/// Reads, links and assesses the tables of a folder, and prints the figures.
pub(crate) fn child(folder: &Path) -> Result<()> {
    let as_of = Time::parse(AS_OF).context("a day")?.time;
    let start = Instant::now();
    let mut builder = Builder::new(TenantKey::new(&[42; 32])?, Limits::default());
    for table in Table::ALL {
        let begin = Instant::now();
        let name = format!("{}.csv", table.name());
        let file = builder.file(&name);
        let mut input = BufReader::with_capacity(1 << 20, File::open(folder.join(&name))?);
        read_table(table, Form::Csv, &mut input, file, &mut builder)?;
        progress(&format!("{name}: {:.2?}, {:.0} MB", begin.elapsed(), memory("VmRSS")?));
    }
    let begin = Instant::now();
    let (people, problems) = builder.finish(as_of);
    let read = start.elapsed();
    progress(&format!("finish: {:.2?}, {:.0} MB, {} problems", begin.elapsed(), memory("VmHWM")?, problems.total()));

    let begin = Instant::now();
    let (catalogue, lists, policy) = (Catalogue::built_in()?, Lists::built_in(), Policy::default());
    let tests = Tests::new(&people, &catalogue, &lists, &policy, Scale::default(), as_of);
    progress(&format!("baselines: {:.2?}", begin.elapsed()));
    let links = Links::find(&tests, &LinkSettings::default());
    let linked = begin.elapsed();
    progress(&format!("linked: {linked:.2?}, {:.0} MB", memory("VmHWM")?));

    let begin = Instant::now();
    let assessor = Assessor::new(&tests, &links);
    progress(&format!("assessor: {:.2?}", begin.elapsed()));
    let summaries = assessor.summaries();
    let assessed = begin.elapsed();
    let digest = digest(&summaries, &links);
    progress(&format!(
        "assessed: {assessed:.2?}, {:.0} MB; {} rings, {} farms, digest {digest:016x}",
        memory("VmHWM")?,
        links.rings().len(),
        links.farms().len()
    ));
    let peak = memory("VmHWM")?;
    let begin = Instant::now();
    let base = Base::new(&tests, &links);
    progress(&format!("base: {:.2?}, {:.0} MB", begin.elapsed(), memory("VmHWM")?));
    let mut times = Vec::new();
    let mut shared = 0;
    for number in 0..ADDED {
        let tables = applicant(folder, number)?;
        let begin = Instant::now();
        let mut builder = Builder::new(TenantKey::new(&[42; 32])?, Limits::default());
        for (table, rows) in tables {
            let file = builder.file(table.name());
            read_table(table, Form::Csv, &mut rows.as_bytes(), file, &mut builder)?;
        }
        let one = builder.finish(as_of).0;
        let tests = tests.of_others(&one);
        let links = Links::find(&tests, &LinkSettings::default());
        let found = base.add(&tests, &links);
        let assessed = Assessor::new(&tests, &links).summaries();
        times.push(begin.elapsed().as_secs_f64() * 1e3);
        shared += found.iter().map(|one| one.shared.len()).sum::<usize>() + usize::from(assessed.is_empty());
    }
    progress(&format!("{ADDED} applicants share {shared} values with the base"));
    let rows = people.rows_len();
    table::say(&format!(
        "{rows} {} {} {} {} {peak} {} {}",
        people.events_len(),
        read.as_secs_f64(),
        linked.as_secs_f64(),
        assessed.as_secs_f64(),
        links.rings().len(),
        median(times)
    ));
    Ok(())
}
