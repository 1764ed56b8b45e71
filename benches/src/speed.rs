//! Building, opening and asking: time and memory on the real SDN list.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use interdict_matching::{Comparison, Matcher, Query, Scratch, Settings};
use interdict_model::{Entity, Schema};
use interdict_snapshot::Snapshot;
use rapidfuzz::distance::jaro_winkler;
use rayon::prelude::*;

use crate::accuracy::entities;
use crate::data::{ISSUE, Setting, ask, build, quantile};
use crate::scaling;
use crate::table::{self, Bar, progress};

/// Repetitions of what takes seconds, and of what takes milliseconds.
const BUILDS: usize = 3;
const OPENINGS: usize = 21;
/// Names of the list that are asked for, evenly spread over it.
const QUERIES: u32 = 4000;
/// Passes of which the median counts, and how often the queries are asked in one pass on all threads.
const PASSES: usize = 5;
const ROUNDS: usize = 5;
/// Passes over single queries.
const QUERY_PASSES: usize = 3;
/// Queries after which memory is looked at.
const MEMORY_QUERIES: usize = 1000;
/// Queries of the brute-force reference, which takes milliseconds each.
const REFERENCE_QUERIES: usize = 50;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let xml = setting.folder.path().join("sdn_advanced.xml");
    let snapshot = setting.folder.path().join("sdn.snapshot");
    progress("building and opening the snapshot of the SDN list");
    let packed = File::open(setting.data.join(ISSUE)).with_context(|| format!("opening {ISSUE}"))?;
    io::copy(&mut bzip2::read::MultiBzDecoder::new(BufReader::new(packed)), &mut File::create(&xml)?)?;

    let mut builds = Vec::new();
    for _ in 0..BUILDS {
        builds.push(spawn("build", &[&xml, &snapshot])?);
    }
    let build_seconds = median(builds.iter().map(|figures| figures[0]).collect());
    let build_memory = builds.iter().map(|figures| figures[1]).fold(0.0, f64::max);
    let opened = spawn("open", &[&snapshot])?;
    let megabytes = fs::metadata(&snapshot)?.len() as f64 / 1e6;
    let raw = fs::metadata(&xml)?.len() as f64 / 1e6;
    let line = |what: &str, value: f64, unit: &str, bar: f64| {
        let show = |value: f64| format!("{value:.2} {unit}");
        let [bar, verdict] = Bar::AtMost(bar).columns(value, show);
        vec![what.to_owned(), show(value), bar, verdict]
    };
    table::print(
        &format!("Snapshot of the SDN list of 2025-11-19 ({raw:.0} MB of XML)"),
        &["what", "measured", "bar", ""],
        &[
            line("build, one core, median", build_seconds, "s", 6.0),
            line("build, peak memory", build_memory, "MB", 400.0),
            line("snapshot size", megabytes, "MB", 40.0),
            line("open with all checks, median", opened[0], "ms", 20.0),
            line("memory after opening and 1,000 queries", opened[1], "MB", 100.0),
        ],
    );
    latency(setting, &snapshot)
}

/// A name of the list as somebody types it.
pub(crate) struct Asked {
    pub(crate) text: String,
    pub(crate) query: Query,
}

pub(crate) fn ask_for(schema: Schema, text: String) -> Option<Asked> {
    Some(Asked { query: ask(schema, &text)?, text })
}

/// Names of the list, evenly spread, asked for without saying what they are.
pub(crate) fn queries(snapshot: &Snapshot, count: u32) -> Vec<Asked> {
    let step = (snapshot.name_count() / count).max(1);
    (0..snapshot.name_count())
        .step_by(step as usize)
        .filter_map(|index| ask_for(Schema::Thing, snapshot.name_at(index)?.text().to_owned()))
        .collect()
}

/// Names of people on the list, evenly spread, asked for as people.
fn people(snapshot: &Snapshot, count: usize) -> Vec<Asked> {
    let names: Vec<&str> = (0..snapshot.name_count())
        .filter_map(|index| snapshot.name_at(index))
        .filter(|name| name.entity().schema() == Some(Schema::Person))
        .map(interdict_snapshot::NameRef::text)
        .collect();
    let step = (names.len() / count).max(1);
    names.iter().step_by(step).filter_map(|name| ask_for(Schema::Person, (*name).to_owned())).collect()
}

/// The same with slips.
fn misspelt(asked: &[Asked], schema: Schema) -> Vec<Asked> {
    asked.iter().enumerate().filter_map(|(seed, one)| ask_for(schema, with_slips(&one.text, seed))).collect()
}

/// The name with one or two slips of typing, decided by `seed` alone.
pub(crate) fn with_slips(name: &str, seed: usize) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    // A linear congruential generator (Knuth's MMIX constants) is random enough to spread slips over letters.
    let mut state = seed as u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..=next(2) {
        if letters.len() < 4 {
            break;
        }
        let at = next(letters.len() - 1);
        match next(4) {
            0 => {
                letters.remove(at);
            }
            1 => letters.swap(at, at + 1),
            2 => letters[at] = char::from(b'a' + next(26) as u8),
            _ => letters.insert(at, letters[at]),
        }
    }
    letters.into_iter().collect()
}

/// Microseconds that each query takes, ascending; each is the median of a few passes over all of them, so that what other programs
/// take of the machine is not taken for ours. Reading the query is not in them.
pub(crate) fn times(matcher: &Matcher<'_>, asked: &[Asked]) -> Vec<f64> {
    let mut scratch = Scratch::default();
    let mut passes = vec![Vec::with_capacity(QUERY_PASSES); asked.len()];
    for _ in 0..QUERY_PASSES {
        for (one, times) in asked.iter().zip(&mut passes) {
            let begin = Instant::now();
            let hits = matcher.screen(&one.query, &mut scratch);
            times.push(begin.elapsed().as_secs_f64() * 1e6);
            drop(hits);
        }
    }
    let mut times: Vec<f64> = passes.into_iter().map(median).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn latency(setting: &Setting, path: &Path) -> Result<()> {
    let snapshot = Snapshot::open(path)?;
    let matcher = Matcher::new(&snapshot, Settings::default());
    let unknown = queries(&snapshot, QUERIES);
    let persons = people(&snapshot, QUERIES as usize);
    let sets = [
        ("as listed, kind not said", &unknown),
        ("with slips, kind not said", &misspelt(&unknown, Schema::Thing)),
        ("people as listed", &persons),
        ("people with slips", &misspelt(&persons, Schema::Person)),
    ];
    progress("measuring single queries");
    let bars = [("p50", 0.50, 40.0), ("p95", 0.95, 200.0), ("p99", 0.99, 1000.0)];
    let mut rows = Vec::new();
    let mut medians = Vec::new();
    for (set, asked) in sets {
        let times = times(&matcher, asked);
        for (what, share, bar) in bars {
            let measured = quantile(&times, share).unwrap_or_default();
            let [bar, verdict] = Bar::AtMost(bar).columns(measured, micro);
            rows.push(vec![set.to_owned(), asked.len().to_string(), what.to_owned(), micro(measured), bar, verdict]);
            if what == "p50" {
                medians.push((set, measured));
            }
        }
    }
    table::print(
        &format!("One name against {} names, one core, the query read before", snapshot.name_count()),
        &["query", "queries", "", "measured", "bar", ""],
        &rows,
    );
    let brute = brute_force(&snapshot, &unknown)?;
    let mut rows = vec![vec!["Jaro-Winkler (rapidfuzz) over every name, p50".to_owned(), micro(brute), "1".to_owned()]];
    rows.extend(
        medians.iter().map(|(set, p50)| vec![format!("screen, {set}, p50"), micro(*p50), format!("{:.0}", brute / p50)]),
    );
    table::print("The same beside the simplest program in this run", &["what", "measured", "times faster"], &rows);
    let show = |value: f64| format!("{value:.0}/s");
    let measured = throughput(&matcher, &unknown);
    let [bar, verdict] = Bar::AtLeast(30_000.0).columns(measured, show);
    let mut rows = vec![vec![
        format!("names screened by {} threads, reading them included", rayon::current_num_threads()),
        show(measured),
        bar,
        verdict,
    ]];
    for set in ["name_pairs", "entity_pairs"] {
        let measured = comparing(setting, set)?;
        let [bar, verdict] = Bar::AtMost(10.0).columns(measured, |value| format!("{value:.1} µs"));
        rows.push(vec![format!("reading and comparing a pair, {set}"), format!("{measured:.1} µs"), bar, verdict]);
    }
    table::print("Many at once", &["what", "measured", "bar", ""], &rows);
    Ok(())
}

fn micro(microseconds: f64) -> String {
    format!("{microseconds:.0} µs")
}

/// Names a second on all threads, in the median of a few passes.
fn throughput(matcher: &Matcher<'_>, asked: &[Asked]) -> f64 {
    progress("measuring throughput");
    median(
        (0..PASSES)
            .map(|_| {
                let begin = Instant::now();
                let hits: usize = (0..ROUNDS)
                    .into_par_iter()
                    .flat_map(|_| asked.par_iter())
                    .map_init(Scratch::default, |scratch, one| {
                        ask(Schema::Thing, &one.text).map_or(0, |query| matcher.screen(&query, scratch).len())
                    })
                    .sum();
                let per_second = (ROUNDS * asked.len()) as f64 / begin.elapsed().as_secs_f64();
                // Listed names find their parties, so the work was done.
                if hits > 0 { per_second } else { 0.0 }
            })
            .collect(),
    )
}

/// Microseconds to read and compare the two entities of a pair, in the median of a few passes over a set.
fn comparing(setting: &Setting, set: &str) -> Result<f64> {
    let settings = Settings::default();
    let pairs: Vec<(Entity, Entity)> = setting.labelled(set)?.iter().map(entities).collect::<Result<_>>()?;
    let mut passes = Vec::new();
    for _ in 0..PASSES {
        let begin = Instant::now();
        for (left, right) in &pairs {
            let _compared = Comparison::of_entities(left, right, &settings)?;
        }
        passes.push(begin.elapsed().as_secs_f64() * 1e6 / pairs.len() as f64);
    }
    Ok(median(passes))
}

/// The median time, in microseconds, of the simplest correct program: every name is looked at.
fn brute_force(snapshot: &Snapshot, asked: &[Asked]) -> Result<f64> {
    let names: Vec<String> =
        (0..snapshot.name_count()).filter_map(|index| Some(snapshot.name_at(index)?.text().to_lowercase())).collect();
    let mut times = Vec::new();
    for one in asked.iter().step_by(asked.len() / REFERENCE_QUERIES) {
        let begin = Instant::now();
        let text = one.text.to_lowercase();
        let scorer = jaro_winkler::BatchComparator::new(text.chars());
        let best = names.iter().map(|name| scorer.similarity(name.chars())).fold(0.0, f64::max);
        times.push(begin.elapsed().as_secs_f64() * 1e6);
        if best < 0.99 {
            bail!("the reference did not find {text:?} in the list it came from");
        }
    }
    Ok(median(times))
}

/// Runs this program again for one part and reads the figures that it prints.
fn spawn(part: &str, arguments: &[&PathBuf]) -> Result<Vec<f64>> {
    let output = Command::new(std::env::current_exe()?).arg(format!("--child-{part}")).args(arguments).output()?;
    if !output.status.success() {
        bail!("{part} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout)?;
    text.split_whitespace().map(|figure| figure.parse().context("a figure that is none")).collect()
}

/// A part in a process of its own; prints its figures.
pub(crate) fn child(part: &str, arguments: &[String]) -> Result<()> {
    let figures: [f64; 2] = match (part, arguments) {
        ("build", [xml, snapshot]) => {
            let begin = Instant::now();
            build(Path::new(xml), Path::new(snapshot))?;
            [begin.elapsed().as_secs_f64(), memory("VmHWM")?]
        }
        ("open", [snapshot]) => {
            let mut times = Vec::new();
            for _ in 0..OPENINGS {
                let begin = Instant::now();
                let opened = Snapshot::open(Path::new(snapshot))?;
                times.push(begin.elapsed().as_secs_f64() * 1e3);
                drop(opened);
            }
            let opened = Snapshot::open(Path::new(snapshot))?;
            let matcher = Matcher::new(&opened, Settings::default());
            let mut scratch = Scratch::default();
            let mut found = 0;
            for one in queries(&opened, QUERIES).iter().take(MEMORY_QUERIES) {
                found += matcher.screen(&one.query, &mut scratch).len();
            }
            if found == 0 {
                bail!("a thousand listed names found nothing");
            }
            [median(times), memory("VmRSS")?]
        }
        ("scale-build", [data, snapshot, names]) => {
            scaling::build(Path::new(data), Path::new(snapshot), names.parse().context("a count of names")?)?
        }
        ("people-speed", [folder, form]) => return crate::people_speed::child(Path::new(folder), form),
        ("scale-ask", [snapshot]) => return scaling::ask(Path::new(snapshot)),
        _ => bail!("no such part"),
    };
    table::say(&format!("{} {}", figures[0], figures[1]));
    Ok(())
}

/// A line of the kernel's account of this process, in megabytes.
pub(crate) fn memory(line: &str) -> Result<f64> {
    memory_of("self", line)
}

/// The same of any process.
pub(crate) fn memory_of(process: &str, line: &str) -> Result<f64> {
    let path = format!("/proc/{process}/status");
    let status = fs::read_to_string(&path).context("memory is read from /proc, which this system lacks")?;
    let kilobytes = status
        .lines()
        .find_map(|text| text.strip_prefix(line)?.strip_prefix(':')?.split_whitespace().next()?.parse::<f64>().ok())
        .with_context(|| format!("no {line} in {path}"))?;
    Ok(kilobytes * 1024.0 / 1e6)
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
