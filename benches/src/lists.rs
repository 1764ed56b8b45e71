//! Lists of all formats: how fast each is parsed on one core, how long everything under the data folder takes to become one snapshot,
//! a refresh that changes nothing, and the difference of two issues. In go the official files, and invented fixtures where there is no
//! whole one; out come figures beside their bars. Parsing is given in time on the processor, as other programs may share the machine,
//! and as a ratio to a pass of the XML reader alone over the same bytes in the same run.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use interdict_sources::{SourceSpec, load_bytes, load_set};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::data::{ISSUE, Setting};
use crate::speed::{median, memory_of};
use crate::table::{self, Bar, progress};

/// Samples of which the median counts.
const SAMPLES: usize = 5;
/// Bytes that one sample parses at least: a small file is parsed as often as it takes.
const SAMPLE_BYTES: usize = 32_000_000;
/// Bytes to which an invented fixture is grown.
const GROWN_BYTES: usize = 4_000_000;
/// Repetitions of what takes seconds.
const RUNS: usize = 3;
/// How often a program's memory is looked at; its own peak is asked for, so only what comes after the last look is missed.
const LOOK: Duration = Duration::from_millis(5);
/// The bar of every XML parser, in MB a second on one core.
const XML_BAR: f64 = 60.0;
/// The issue before [`ISSUE`].
const ISSUE_BEFORE: &str = "ofac/advanced/sdn_advanced_2025-08-27.xml.bz2";

/// The official XML files: their names in the table and where they are.
const XML: [(&str, &str); 10] = [
    ("OFAC advanced, SDN", ISSUE),
    ("OFAC enhanced, non-SDN", "ofac/nonsdn/cons_enhanced_2026-01-08.xml.gz"),
    ("OFAC legacy, non-SDN", "ofac/nonsdn/consolidated_legacy_2025-03-28.xml.gz"),
    ("UN", "un/un_consolidated_2026-04-17.xml.gz"),
    ("Canada", "ca_sema/sema_2025-03-20.xml.gz"),
    ("GLEIF LEI, sample", "gleif/lei-data.xml"),
    ("GLEIF relationships, sample", "gleif/rr-data.xml"),
    ("EU", ""),
    ("UK", ""),
    ("SECO", ""),
];

/// The official files in other forms. Several are a set.
const OTHERS: [(&str, &[&str]); 5] = [
    (
        "OFAC CSV, SDN",
        &["ofac/csv_2021/sdn.csv", "ofac/csv_2021/add.csv", "ofac/csv_2021/alt.csv", "ofac/csv_2021/sdn_comments.csv"],
    ),
    ("US Consolidated Screening List, CSV", &["us_csl/consolidated.csv.gz"]),
    ("BIS denied persons", &["us_bis/dpl.txt"]),
    ("names of the EU's list, JSON", &["names_2026-06/eu_fin.json.gz"]),
    ("names of the SDN list, JSON", &["ofac/json/ofac-sdn_2026-08-20.json.gz"]),
];

/// An invented file in the form of a list of which there is no whole official file here.
struct Fixture {
    what: &'static str,
    content: &'static str,
    /// With what the records begin.
    first: &'static str,
    /// Behind these, every copy of a record gets its own number, so that none is taken for another.
    ids: &'static [&'static str],
}

const FIXTURES: [Fixture; 3] = [
    Fixture {
        what: "EU",
        content: include_str!("../../crates/sources/tests/data/mini_eu.xml"),
        first: "<sanctionEntity ",
        ids: &["logicalId=\"", "euReferenceNumber=\"EU."],
    },
    Fixture {
        what: "UK",
        content: include_str!("../../crates/sources/tests/data/mini_uk.xml"),
        first: "<Designation>",
        ids: &["<UniqueID>AFG", "<UniqueID>RUS", "<UniqueID>DPR"],
    },
    Fixture {
        what: "SECO",
        content: include_str!("../../crates/sources/tests/data/mini_seco.xml"),
        first: "<sanctions-program ",
        ids: &["ssid=\"", "<sanctions-set-id>", "place-id=\"", "target-id=\""],
    },
];

impl Fixture {
    /// The fixture with its records repeated until it is as large as a list.
    fn grown(&self) -> Result<Vec<u8>> {
        let begin = self.content.find(self.first).context("a fixture without records")?;
        let end = self.content.rfind("</").context("a fixture without an end")?;
        let records = &self.content[begin..end];
        let mut grown = self.content[..begin].to_owned();
        let mut copy = 0;
        while grown.len() < GROWN_BYTES {
            copy += 1;
            let renumber = |text: String, id: &&str| text.replace(*id, &format!("{id}{copy}"));
            grown.push_str(&self.ids.iter().fold(records.to_owned(), renumber));
        }
        grown.push_str(&self.content[end..]);
        Ok(grown.into_bytes())
    }
}

pub(crate) fn run(setting: &Setting) -> Result<()> {
    parsers(setting)?;
    programs(setting)
}

/// A file's content, unpacked.
fn content(path: &Path) -> Result<Vec<u8>> {
    let file = BufReader::new(File::open(path).with_context(|| path.display().to_string())?);
    let mut bytes = Vec::new();
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("bz2") => bzip2::read::MultiBzDecoder::new(file).read_to_end(&mut bytes)?,
        Some("gz") => flate2::read::MultiGzDecoder::new(file).read_to_end(&mut bytes)?,
        _ => BufReader::new(file).read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}

/// Seconds that this thread had on the processor so far, where the kernel tells.
pub(crate) fn on_processor() -> Option<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

/// MB a second of something that goes over `bytes` bytes, `rounds` times; on the processor, or by the clock where that is not told.
fn rate(bytes: usize, rounds: usize, mut pass: impl FnMut() -> Result<u64>) -> Result<f64> {
    let (clock, begin) = (Instant::now(), on_processor());
    for _ in 0..rounds {
        if pass()? == 0 {
            bail!("nothing was read");
        }
    }
    let seconds = match (begin, on_processor()) {
        (Some(begin), Some(end)) if end > begin => end - begin,
        _ => clock.elapsed().as_secs_f64(),
    };
    Ok((bytes * rounds) as f64 / 1e6 / seconds)
}

/// Goes over XML and makes nothing of it.
fn bare(bytes: &[u8]) -> Result<u64> {
    let mut reader = Reader::from_reader(bytes);
    let (mut buffer, mut events) = (Vec::new(), 0);
    loop {
        buffer.clear();
        if matches!(reader.read_event_into(&mut buffer)?, Event::Eof) {
            return Ok(events);
        }
        events += 1;
    }
}

fn parse(bytes: &[u8]) -> Result<u64> {
    let mut entities = 0;
    load_bytes(&SourceSpec::new("bench"), "list", bytes, &mut |_| entities += 1)?;
    Ok(entities)
}

fn rounds(bytes: usize) -> usize {
    SAMPLE_BYTES.div_ceil(bytes.max(1))
}

fn megabytes(bytes: usize) -> String {
    format!("{:.2}", bytes as f64 / 1e6)
}

fn parsers(setting: &Setting) -> Result<()> {
    progress("parsing the lists in XML");
    let show = |value: f64| format!("{value:.0} MB/s");
    let mut rows = Vec::new();
    for (what, file) in XML {
        let fixture = FIXTURES.iter().find(|fixture| fixture.what == what);
        let bytes = match fixture {
            Some(fixture) => fixture.grown()?,
            None if setting.data.join(file).exists() => content(&setting.data.join(file))?,
            None => {
                table::say(&format!("skipped: {what}, as there is no {file}"));
                continue;
            }
        };
        let rounds = rounds(bytes.len());
        let (mut parsed, mut skimmed) = (Vec::new(), Vec::new());
        for _ in 0..SAMPLES {
            parsed.push(rate(bytes.len(), rounds, || parse(&bytes)).context(what)?);
            skimmed.push(rate(bytes.len(), rounds, || bare(&bytes)).context(what)?);
        }
        let (parsed, skimmed) = (median(parsed), median(skimmed));
        let [bar, verdict] = Bar::AtLeast(XML_BAR).columns(parsed, show);
        rows.push(vec![
            if fixture.is_some() { format!("{what}, an invented fixture repeated") } else { what.to_owned() },
            megabytes(bytes.len()),
            show(parsed),
            bar,
            verdict,
            show(skimmed),
            format!("{:.1}", skimmed / parsed),
        ]);
    }
    table::print(
        "Parsing XML from memory, one core, time on the processor",
        &["list", "MB", "measured", "bar", "", "the XML reader alone", "times its time"],
        &rows,
    );

    progress("parsing the lists in other forms");
    let mut rows = Vec::new();
    for (what, files) in OTHERS {
        let paths: Vec<PathBuf> = files.iter().map(|file| setting.data.join(file)).collect();
        if !paths.iter().all(|path| path.exists()) {
            table::say(&format!("skipped: {what}, as there is no {}", files.join(", ")));
            continue;
        }
        let contents: Vec<Vec<u8>> = paths.iter().map(|path| content(path)).collect::<Result<_>>()?;
        let bytes = contents.iter().map(Vec::len).sum();
        let pass = || match &contents[..] {
            [one] => parse(one),
            // A set is read from its files.
            _ => {
                let mut entities = 0;
                load_set(&SourceSpec::new("bench"), &paths, None, &mut |_| entities += 1)?;
                Ok(entities)
            }
        };
        let samples = (0..SAMPLES).map(|_| rate(bytes, rounds(bytes), pass)).collect::<Result<_>>().context(what)?;
        rows.push(vec![what.to_owned(), megabytes(bytes), show(median(samples))]);
    }
    table::print("Parsing other forms, one core, time on the processor", &["list", "MB", "measured"], &rows);
    Ok(())
}

/// What one run of the program took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Took {
    pub(crate) seconds: f64,
    /// Peak memory in MB.
    pub(crate) memory: f64,
}

/// Runs the program to its end. What it prints is thrown away, but for a failure's reason.
pub(crate) fn took(program: &Path, arguments: &[&Path]) -> Result<Took> {
    let complaints = tempfile::NamedTempFile::new()?;
    let begin = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(complaints.reopen()?)
        .spawn()
        .with_context(|| program.display().to_string())?;
    let mut memory: f64 = 0.0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        // It may have ended in between.
        memory = memory_of(&child.id().to_string(), "VmHWM").unwrap_or_default().max(memory);
        sleep(LOOK);
    };
    let seconds = begin.elapsed().as_secs_f64();
    if !status.success() {
        let said = fs::read_to_string(complaints.path())?;
        bail!("{} {arguments:?} ended with {status}: {}", program.display(), said.trim());
    }
    Ok(Took { seconds, memory })
}

fn middle(runs: &[Took], figure: impl Fn(&Took) -> f64) -> f64 {
    median(runs.iter().map(figure).collect())
}

/// The program itself, as a user runs it.
fn programs(setting: &Setting) -> Result<()> {
    let program = std::env::current_exe()?.with_file_name("interdict");
    if !program.exists() {
        table::say(&format!("skipped: updating and comparing with the program, which is not built ({})", program.display()));
        return Ok(());
    }
    let mut rows = Vec::new();
    let mut line = |what: &str, value: f64, unit: &str, bar: Option<f64>| {
        let show = |value: f64| format!("{value:.2} {unit}");
        let [bar, verdict] = bar.map_or_else(Default::default, |bar| Bar::AtMost(bar).columns(value, show));
        rows.push(vec![what.to_owned(), show(value), bar, verdict]);
    };

    progress("making one snapshot of everything");
    let [update, from, into] = ["update", "--from", "--data-dir"].map(Path::new);
    let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let folder = tempfile::tempdir_in(setting.folder.path())?;
        let arguments = [update, from, &setting.data, into, folder.path()];
        firsts.push(took(&program, &arguments)?);
        seconds.push(took(&program, &arguments)?);
    }
    let memory = |runs: &[Took]| runs.iter().map(|took| took.memory).fold(0.0, f64::max);
    line("everything under the data folder, one snapshot, median", middle(&firsts, |took| took.seconds), "s", Some(15.0));
    line("the same, peak memory", memory(&firsts), "MB", Some(500.0));
    line("a refresh that changes nothing, median", middle(&seconds, |took| took.seconds), "s", Some(1.0));
    line("the same, peak memory", memory(&seconds), "MB", None);

    let [before, after] = [ISSUE_BEFORE, ISSUE].map(|issue| setting.data.join(issue));
    if before.exists() && after.exists() {
        progress("comparing two issues");
        let arguments = [Path::new("delta"), &before, &after];
        let runs = (0..RUNS).map(|_| took(&program, &arguments)).collect::<Result<Vec<_>>>()?;
        line("the difference of two full SDN issues, median", middle(&runs, |took| took.seconds), "s", Some(8.0));
        line("the same, peak memory", memory(&runs), "MB", None);
    } else {
        table::say(&format!("skipped: comparing two issues, as there is no {ISSUE_BEFORE} or no {ISSUE}"));
    }
    table::print("The program, files and all, by the clock", &["what", "measured", "bar", ""], &rows);
    Ok(())
}
