//! Screening payments: how many messages a second a file of pacs.008 gives on two threads, how long one takes, whether memory stays flat over a
//! file of a million, and how many planted hits are found and others stopped. The files are made by a generator that knows nothing of the
//! screener (`payments/traffic.rs`).

mod traffic;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use interdict_documents::{ScanSettings, Scanner};
use interdict_matching::{Matcher, Settings};
use interdict_payments::{
    Assessment, Decision, Item, Payment, Policy, ReadLimits, Reader, Reason, Rules, ScreenScratch, Screener,
};
use interdict_snapshot::Snapshot;
use quick_xml::events::Event;
use rayon::prelude::*;
use serde_json::json;

use self::traffic::{Planted, Traffic};
use crate::data::{ISSUE, Setting, quantile, sameness};
use crate::documents::parties::Pools;
use crate::lists::took;
use crate::speed::median;
use crate::table::{Bar, dump, print, progress, rate, say};

/// Seeds of the files: the one whose names repeat as in real traffic, and the one in which every name is new.
const SEEDS: [(&str, u64, bool); 2] = [("names repeat as in traffic", 8_675_309, false), ("every name is new", 31_337, true)];
/// Messages of these files, and of those of which the program's memory is measured.
const MESSAGES: usize = 200_000;
const LENGTHS: [usize; 2] = [100_000, 1_000_000];
/// Payments that are read while others are screened, and those that a thread takes at once.
const CHUNK: usize = 2_048;
const SLICE: usize = 32;
/// Payments of which the time of each is measured, and passes over them of which the median counts.
const TIMED: usize = 20_000;
const PASSES: usize = 3;
const THREADS: usize = 2;
/// The day on which rules and listings are looked at.
const DAY: &str = "2025-11-19";
/// Messages a second, milliseconds a message, how much more memory the long file may take.
const SPEED: f64 = 5_000.0;
const SLOWEST: f64 = 2.0;
const FLAT: f64 = 1.1;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    if !setting.data.join(ISSUE).exists() || !setting.data.join("negatives").is_dir() {
        say("payments: skipped: the SDN list or the people and firms on no list are not here");
        return Ok(());
    }
    let snapshot = setting.sdn()?;
    progress("payments: reading who may pay whom");
    let pools = Pools::new(&snapshot, setting)?;
    let screener = Screener::new(
        &Matcher::new(&snapshot, Settings::default()),
        Scanner::new(&snapshot, Settings::default(), ScanSettings::default()),
        Rules::on(DAY),
        Policy::default(),
        DAY,
    );
    let mut tables = Tables::default();
    for (what, seed, distinct) in SEEDS {
        let count = MESSAGES / setting.stride();
        progress(&format!("payments: writing {count} messages, {what}"));
        let path = setting.folder.path().join("payments.xml");
        let planted = write(&pools, &path, seed, distinct, count)?;
        progress(&format!("payments: screening {count} messages, {what}"));
        file(setting, &snapshot, &screener, &path, &planted, what, &mut tables)?;
        std::fs::remove_file(&path)?;
    }
    tables.print();
    memory(setting, &pools)
}

fn write(pools: &Pools, path: &Path, seed: u64, distinct: bool, count: usize) -> Result<Vec<Planted>> {
    let mut out = BufWriter::new(File::create(path)?);
    Traffic::new(pools, seed, distinct).write(count, &mut out)
}

/// Rows of the tables, in the order in which they are printed.
#[derive(Default)]
struct Tables {
    speed: Vec<Vec<String>>,
    times: Vec<Vec<String>>,
    found: Vec<Vec<String>>,
    stopped: Vec<Vec<String>>,
}

impl Tables {
    fn print(&self) {
        print(
            &format!("Screening pacs.008 against the whole SDN list, reading included, {THREADS} threads"),
            &[
                "file",
                "MB",
                "messages",
                "with warnings",
                "seconds",
                "measured",
                "bar",
                "",
                "the XML reader alone, one core",
                "times its time",
            ],
            &self.speed,
        );
        print(
            &format!("Screening one message that was read before, one core, median of {PASSES} passes"),
            &["file", "messages", "", "measured", "bar", ""],
            &self.times,
        );
        print(
            "Planted hits by where they stand",
            &["file", "where", "planted", "found", "share (95 % interval)", "held", "blocked"],
            &self.found,
        );
        print(
            "Messages in which nothing was planted",
            &["file", "decision", "first reason", "messages", "a thousand messages"],
            &self.stopped,
        );
    }
}

/// What is kept of an assessment.
struct Outcome {
    number: u64,
    decision: Decision,
    /// The role or kind of text of the first finding, with what it is.
    reason: Option<String>,
    value: String,
    /// Parties that were found, as positions in the snapshot, and whether a place was.
    parties: Vec<u32>,
    place: bool,
    /// Whether the reader found something wrong with the message.
    warned: bool,
}

impl Outcome {
    fn new(payment: &Payment, assessment: &Assessment<'_>) -> Self {
        let kind = |reason: &Reason<'_>| match reason {
            Reason::Listed { .. } => "listed party",
            Reason::Place { .. } => "place",
            Reason::Goods { .. } => "goods",
            Reason::Stripping { .. } => "stripping",
            Reason::Corridor { .. } => "corridor",
        };
        let first = assessment.findings.first();
        let parties = assessment.findings.iter().filter_map(|finding| match &finding.reason {
            Reason::Listed { entity, .. } => Some(entity.index()),
            _ => None,
        });
        Self {
            number: payment.number,
            decision: assessment.decision,
            reason: first.map(|finding| format!("{}: {}", kind(&finding.reason), finding.field_of)),
            value: first.map(|finding| finding.value.clone()).unwrap_or_default(),
            parties: parties.collect(),
            place: assessment.findings.iter().any(|finding| matches!(finding.reason, Reason::Place { .. })),
            warned: !payment.warnings.is_empty(),
        }
    }
}

/// The next payments of a file, at most a chunk. A problem ends the run: the files are well formed.
fn chunk(reader: &mut Reader<'_>) -> Result<Vec<Payment>> {
    let mut payments = Vec::with_capacity(CHUNK);
    while payments.len() < CHUNK {
        match reader.next_item()? {
            Some(Item::Payment(payment)) => payments.push(*payment),
            Some(Item::Problem(problem)) => bail!("line {}, {}: {}", problem.line, problem.field, problem.reason),
            None => break,
        }
    }
    Ok(payments)
}

/// Reads and screens a file: one chunk is read while the one before is screened, on the same threads and in order.
fn screened(screener: &Screener<'_>, path: &Path) -> Result<Vec<Outcome>> {
    let mut reader = Reader::open(BufReader::with_capacity(1 << 20, File::open(path)?), ReadLimits::default())?;
    let scratches: Mutex<Vec<ScreenScratch>> = Mutex::default();
    let screen = |payments: &[Payment]| -> Vec<Outcome> {
        let slices: Vec<Vec<Outcome>> = payments
            .par_chunks(SLICE)
            .map(|slice| {
                let mut scratch = scratches.lock().ok().and_then(|mut held| held.pop()).unwrap_or_default();
                let outcomes =
                    slice.iter().map(|payment| Outcome::new(payment, &screener.screen(payment, None, &mut scratch))).collect();
                if let Ok(mut held) = scratches.lock() {
                    held.push(scratch);
                }
                outcomes
            })
            .collect();
        slices.into_iter().flatten().collect()
    };
    let mut outcomes = Vec::new();
    let mut payments = chunk(&mut reader)?;
    while !payments.is_empty() {
        let (next, done) = rayon::join(|| chunk(&mut reader), || screen(&payments));
        outcomes.extend(done);
        payments = next?;
    }
    Ok(outcomes)
}

/// Goes over a file's XML and makes nothing of it.
fn bare(path: &Path) -> Result<u64> {
    let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(1 << 20, File::open(path)?));
    let (mut buffer, mut events) = (Vec::new(), 0);
    loop {
        buffer.clear();
        if matches!(reader.read_event_into(&mut buffer)?, Event::Eof) {
            return Ok(events);
        }
        events += 1;
    }
}

fn file(
    setting: &Setting,
    snapshot: &Snapshot,
    screener: &Screener<'_>,
    path: &Path,
    planted: &[Planted],
    what: &str,
    tables: &mut Tables,
) -> Result<()> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(THREADS).build()?;
    let begin = Instant::now();
    let outcomes = pool.install(|| screened(screener, path)).with_context(|| format!("the file of which {what}"))?;
    let seconds = begin.elapsed().as_secs_f64();
    let begin = Instant::now();
    let events = bare(path)?;
    let reference = begin.elapsed().as_secs_f64();
    anyhow::ensure!(events > 0 && !outcomes.is_empty(), "nothing was read");
    let messages = outcomes.len() as f64;
    let show = |value: f64| format!("{value:.0}/s");
    let [bar, verdict] = Bar::AtLeast(SPEED).columns(messages / seconds, show);
    tables.speed.push(vec![
        what.to_owned(),
        format!("{:.1}", path.metadata()?.len() as f64 / 1e6),
        outcomes.len().to_string(),
        outcomes.iter().filter(|outcome| outcome.warned).count().to_string(),
        format!("{seconds:.2}"),
        show(messages / seconds),
        bar,
        verdict,
        show(messages / reference),
        format!("{:.1}", seconds / reference),
    ]);
    times(setting, screener, path, what, tables)?;
    counted(setting, snapshot, &outcomes, planted, what, tables)
}

fn times(setting: &Setting, screener: &Screener<'_>, path: &Path, what: &str, tables: &mut Tables) -> Result<()> {
    let wanted = TIMED / setting.stride();
    let mut reader = Reader::open(BufReader::new(File::open(path)?), ReadLimits::default())?;
    let mut payments = Vec::new();
    while payments.len() < wanted {
        let some = chunk(&mut reader)?;
        if some.is_empty() {
            break;
        }
        payments.extend(some);
    }
    let mut scratch = ScreenScratch::default();
    let mut passes = vec![Vec::with_capacity(PASSES); payments.len()];
    for _ in 0..PASSES {
        for (payment, times) in payments.iter().zip(&mut passes) {
            let begin = Instant::now();
            let assessment = screener.screen(payment, None, &mut scratch);
            times.push(begin.elapsed().as_secs_f64() * 1e3);
            drop(assessment);
        }
    }
    let mut times: Vec<f64> = passes.into_iter().map(median).collect();
    times.sort_by(f64::total_cmp);
    let show = |value: f64| format!("{value:.3} ms");
    for (name, share, bar) in
        [("p50", 0.5, None), ("p95", 0.95, None), ("p99", 0.99, Some(Bar::AtMost(SLOWEST))), ("slowest", 1.0, None)]
    {
        let value = quantile(&times, share).context("no payment was timed")?;
        let [bar, verdict] = bar.map_or_else(Default::default, |bar| bar.columns(value, show));
        tables.times.push(vec![what.to_owned(), times.len().to_string(), name.to_owned(), show(value), bar, verdict]);
    }
    Ok(())
}

/// Whether somebody found is who is meant, or bears the name that was planted.
fn right(snapshot: &Snapshot, found: &[u32], planted: &Planted) -> bool {
    let key = sameness(&planted.text);
    found.iter().any(|index| {
        planted.entities.contains(index)
            || snapshot.entity_at(*index).is_some_and(|party| party.names().any(|name| sameness(name.text()) == key))
    })
}

fn counted(
    setting: &Setting,
    snapshot: &Snapshot,
    outcomes: &[Outcome],
    planted: &[Planted],
    what: &str,
    tables: &mut Tables,
) -> Result<()> {
    let of: BTreeMap<u64, &Planted> = planted.iter().map(|planted| (planted.number, planted)).collect();
    let mut places: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let mut stopped: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut cases = Vec::new();
    let mut innocent = 0;
    for outcome in outcomes {
        let decision = outcome.decision;
        let Some(planted) = of.get(&outcome.number) else {
            innocent += 1;
            if decision != Decision::Pass {
                let reason = outcome.reason.clone().unwrap_or_else(|| "no finding".to_owned());
                for reason in [reason.clone(), String::new()] {
                    *stopped.entry((decision.code(), reason)).or_default() += 1;
                }
                cases.push(json!({"failure": "stopped", "file": what, "number": outcome.number, "decision": decision.code(),
                    "reason": reason, "value": outcome.value}));
            }
            continue;
        };
        let found = if planted.entities.is_empty() { outcome.place } else { right(snapshot, &outcome.parties, planted) };
        for place in [planted.place, "all"] {
            let counts = places.entry(place).or_default();
            counts[0] += 1;
            counts[1] += usize::from(found);
            counts[2] += usize::from(decision == Decision::Hold);
            counts[3] += usize::from(decision == Decision::Block);
        }
        if !found {
            cases.push(json!({"failure": "missed", "file": what, "number": outcome.number, "where": planted.place, "text": planted.text,
                "decision": decision.code(), "first": outcome.value}));
        }
    }
    for (place, [all, found, held, blocked]) in places {
        tables.found.push(vec![
            what.to_owned(),
            place.to_owned(),
            all.to_string(),
            found.to_string(),
            rate(found, all),
            held.to_string(),
            blocked.to_string(),
        ]);
    }
    for decision in [Decision::Hold, Decision::Block] {
        stopped.entry((decision.code(), String::new())).or_default();
    }
    for ((decision, reason), count) in stopped {
        let reason = if reason.is_empty() { "any".to_owned() } else { reason };
        let share = count as f64 * 1e3 / f64::from(u32::try_from(innocent.max(1))?);
        tables.stopped.push(vec![what.to_owned(), decision.to_owned(), reason, count.to_string(), format!("{share:.2}")]);
    }
    setting.dump.as_ref().map_or(Ok(()), |path| dump(path, cases))
}

/// The program itself over a short and a long file.
fn memory(setting: &Setting, pools: &Pools) -> Result<()> {
    let program = std::env::current_exe()?.with_file_name("interdict");
    let knows = |program: &PathBuf| took(program, &[Path::new("pay"), Path::new("--help")]).is_ok();
    if !program.exists() || !knows(&program) {
        say(&format!(
            "skipped: the memory of the program over a file of payments, as {} is not built or has no `pay`",
            program.display()
        ));
        return Ok(());
    }
    let [input, output, snapshot] =
        ["payments.xml", "payments.jsonl", "sdn.snapshot"].map(|name| setting.folder.path().join(name));
    let mut rows = Vec::new();
    let mut peaks = Vec::new();
    for length in LENGTHS {
        let length = length / setting.stride();
        progress(&format!("payments: writing and screening {length} messages with the program"));
        write(pools, &input, SEEDS[0].1, false, length)?;
        let [pay, from, format, lines, quiet, into] =
            ["pay", "--snapshot", "--format", "jsonl", "--quiet", "--output"].map(Path::new);
        let took = took(&program, &[pay, &input, from, &snapshot, format, lines, quiet, into, &output])?;
        rows.push(vec![
            format!("{length} messages, {:.0} MB", input.metadata()?.len() as f64 / 1e6),
            format!("{:.1} s", took.seconds),
            format!("{:.0}/s", length as f64 / took.seconds),
            format!("{:.1} MB", took.memory),
            String::new(),
            String::new(),
        ]);
        peaks.push(took.memory);
        std::fs::remove_file(&input)?;
    }
    if let [short, long] = peaks[..] {
        let ratio = long / short;
        let [bar, verdict] = Bar::AtMost(FLAT).columns(ratio, |ratio| format!("{ratio:.2}"));
        rows.push(vec![
            "memory of the long file to that of the short".to_owned(),
            String::new(),
            String::new(),
            format!("{ratio:.2}"),
            bar,
            verdict,
        ]);
    }
    print(
        "`interdict pay` over files of payments, by the clock",
        &["file", "time", "messages", "peak memory", "bar", ""],
        &rows,
    );
    Ok(())
}
