//! People at scale: how long a million accounts with thirty million events take from CSV files to rings and summaries, in how much memory.
//! A synthetic world (`world.rs`) is written; a process of its own reads, links and assesses it, so that the memory is that of the work.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use interdict_persona::{
    Assessor, Builder, Catalogue, Form, Limits, LinkSettings, Links, Lists, Policy, Scale, Table, TenantKey, Tests, Time,
    read_table,
};

use crate::data::Setting;
use crate::speed::memory;
use crate::table::{self, Bar, progress};
use crate::world::sink::CsvSink;
use crate::world::{self, Kind, WorldOptions};

/// The moment of assessment, after all events of the world.
const AS_OF: &str = "2026-11-01";
/// What the child prints, in this order.
const FIGURES: usize = 7;

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
    let [rows, events, read, linked, assessed, megabytes, rings] = figures[..] else {
        bail!("{FIGURES} figures were due: {text}")
    };
    std::fs::remove_dir_all(&folder)?;

    // A tenth of the people has a tenth of the time and memory.
    let part = f64::from(u32::try_from(people)?) / 1e6;
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
            vec!["peak memory".to_owned(), show(megabytes), bar, verdict],
        ],
    );
    Ok(())
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
    let digest = (summaries.iter()).fold(0_u64, |sum, one| {
        (sum.rotate_left(7) ^ one.score.to_bits() ^ u64::from(one.findings)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    });
    progress(&format!(
        "assessed: {assessed:.2?}, {:.0} MB; {} rings, {} farms, digest {digest:016x}",
        memory("VmHWM")?,
        links.rings().len(),
        links.farms().len()
    ));
    let rows = people.rows_len();
    table::say(&format!(
        "{rows} {} {} {} {} {} {}",
        people.events_len(),
        read.as_secs_f64(),
        linked.as_secs_f64(),
        assessed.as_secs_f64(),
        memory("VmHWM")?,
        links.rings().len()
    ));
    Ok(())
}
