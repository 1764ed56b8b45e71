//! People at scale: how long a million accounts with thirty million events take from files to rings and summaries, in how much memory. A
//! synthetic world (`world.rs`) is written as CSV and as Parquet; for each form a process of its own reads, links and assesses it, so that
//! the memory is that of the work.

use std::fs::File;
use std::hash::{Hash as _, Hasher as _};
use std::io::BufReader;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use interdict_persona::{
    Assessor, Base, Builder, Catalogue, Form, Limits, LinkSettings, Links, Lists, Policy, Scale, Summary, Table, TenantKey,
    Tests, Time, read_parquet, read_table,
};
use rustc_hash::FxHasher;

use crate::data::Setting;
use crate::people;
use crate::speed::{median, memory};
use crate::table::{self, Bar, progress};
use crate::world::{self, Kind, WorldOptions};

/// The moment of assessment, after all events of the world.
const AS_OF: &str = "2026-11-01";
/// Applicants that are added one by one.
const ADDED: usize = 31;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let count = if setting.quick { 100_000 } else { 1_000_000 };
    let folder = setting.folder.path().join("people-speed");
    let apart = setting.folder.path().join("people-speed-truth");
    progress(&format!("writing a world of {count} accounts"));
    people::make(&WorldOptions { people: count, events_per_person: 30, seed: 1, kind: Kind::Platform }, &folder, &apart)?;

    progress("the same as Parquet");
    world::parquet::write_beside(&folder)?;

    let csv = Measured::of(&folder, Form::Csv)?;
    let parquet = Measured::of(&folder, Form::Parquet)?;
    std::fs::remove_dir_all(&folder)?;
    if csv.digest != parquet.digest {
        bail!("what was found depends on the form of the tables");
    }

    // A tenth of the people has a tenth of the time and memory.
    let part = f64::from(count) / 1e6;
    let row = |what: &str, of: fn(&Measured) -> f64, bar: Option<f64>, show: fn(f64) -> String| {
        let (csv, parquet) = (of(&csv), of(&parquet));
        let [bar, verdict] = bar.map_or_else(
            || [String::new(), String::new()],
            |bar| {
                let [shown, of_csv] = Bar::AtMost(bar).columns(csv, show);
                let [_, of_parquet] = Bar::AtMost(bar).columns(parquet, show);
                [shown, if of_csv == of_parquet { of_csv } else { format!("{of_csv}; {of_parquet}") }]
            },
        );
        vec![what.to_owned(), show(csv), show(parquet), bar, verdict]
    };
    let seconds = |value: f64| format!("{value:.1} s");
    table::print(
        &format!(
            "{count} accounts with {:.0} events ({:.0} rows) to {:.0} rings and all summaries, {} threads",
            csv.events,
            csv.rows,
            csv.rings,
            rayon::current_num_threads()
        ),
        &["what", "CSV", "Parquet", "bar", ""],
        &[
            row("rows read a second", |one| one.rows / one.read, None, |value| format!("{value:.0}")),
            row("reading", |one| one.read, None, seconds),
            row("linking", |one| one.linked, None, seconds),
            row("assessing", |one| one.assessed, None, seconds),
            row("all", |one| one.read + one.linked + one.assessed, Some(60.0 * part), seconds),
            row("adding one applicant, median", |one| one.add, Some(50.0), |value| format!("{value:.1} ms")),
            row("peak memory", |one| one.megabytes, Some(4096.0 * part), |value| format!("{value:.0} MB")),
        ],
    );
    Ok(())
}

/// What a child measured, in seconds, milliseconds for adding, and megabytes.
struct Measured {
    rows: f64,
    events: f64,
    read: f64,
    linked: f64,
    assessed: f64,
    megabytes: f64,
    rings: f64,
    add: f64,
    digest: String,
}

impl Measured {
    /// Reads, links and assesses the tables of a form in a process of its own.
    fn of(folder: &Path, form: Form) -> Result<Self> {
        progress(&format!("reading, linking and assessing {}", extension(form)));
        let mut command = Command::new(std::env::current_exe()?);
        let output = command.arg("--child-people-speed").arg(folder).arg(extension(form)).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            bail!("people-speed failed");
        }
        let text = String::from_utf8(output.stdout)?;
        let words: Vec<&str> = text.split_whitespace().collect();
        let [figures @ .., digest] = &words[..] else { bail!("no figures") };
        let figures: Vec<f64> =
            figures.iter().map(|figure| figure.parse().context("a figure that is none")).collect::<Result<_>>()?;
        let [rows, events, read, linked, assessed, megabytes, rings, add] = figures[..] else {
            bail!("eight figures were due: {text}")
        };
        Ok(Self { rows, events, read, linked, assessed, megabytes, rings, add, digest: (*digest).to_owned() })
    }
}

/// How the names of files of a form end.
const fn extension(form: Form) -> &'static str {
    match form {
        Form::Csv => "csv",
        Form::JsonLines => "jsonl",
        Form::Parquet => "parquet",
    }
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
        farm.stands.iter().for_each(|stand| (stand.person, stand.days, stand.elsewhere, stand.evidence.time).hash(&mut hasher));
        farm.facts.iter().for_each(|(fact, evidence)| (fact, evidence.len()).hash(&mut hasher));
    }
    hasher.finish()
}

/// Reads, links and assesses the tables of a folder, and prints the figures.
pub(crate) fn child(folder: &Path, form: &str) -> Result<()> {
    let form = [Form::Csv, Form::Parquet].into_iter().find(|one| extension(*one) == form).context("no such form")?;
    let as_of = Time::parse(AS_OF).context("a day")?.time;
    let start = Instant::now();
    let mut builder = Builder::new(TenantKey::new(&[42; 32])?, Limits::default());
    for table in Table::ALL {
        let begin = Instant::now();
        let name = format!("{}.{}", table.name(), extension(form));
        let file = builder.file(&name);
        let input = File::open(folder.join(&name))?;
        if form == Form::Parquet {
            read_parquet(table, input, file, &mut builder)?;
        } else {
            read_table(table, form, &mut BufReader::with_capacity(1 << 20, input), file, &mut builder)?;
        }
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
        let tests = base.tests(&one);
        let links = Links::find(&tests, &LinkSettings::default());
        let found = base.add(&tests, &links);
        let assessed = Assessor::new(&tests, &links).summaries();
        times.push(begin.elapsed().as_secs_f64() * 1e3);
        shared += found.iter().map(|one| one.shared.len()).sum::<usize>() + usize::from(assessed.is_empty());
    }
    progress(&format!("{ADDED} applicants share {shared} values with the base"));
    let rows = people.rows_len();
    table::say(&format!(
        "{rows} {} {} {} {} {peak} {} {} {digest:016x}",
        people.events_len(),
        read.as_secs_f64(),
        linked.as_secs_f64(),
        assessed.as_secs_f64(),
        links.rings().len(),
        median(times)
    ));
    Ok(())
}
