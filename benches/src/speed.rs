//! Building, opening and asking: time and memory on the real SDN list.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use interdict_matching::{Matcher, Query, Scratch, Settings, compare};
use interdict_model::{Entity, Schema};
use interdict_snapshot::{EntityRef, Snapshot};
use rapidfuzz::distance::jaro_winkler;

use crate::data::{ISSUE, Setting, build};
use crate::table::{self, progress};

/// Repetitions of what takes seconds, and of what takes milliseconds.
const BUILDS: usize = 3;
const OPENINGS: usize = 21;
/// Names of the list that are asked for, evenly spread over it.
const QUERIES: u32 = 4000;
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
    let figure = |value: f64, unit: &str| format!("{value:.2} {unit}");
    table::print(
        &format!("Snapshot of the SDN list of 2025-11-19 ({raw:.0} MB of XML)"),
        &["what", "measured", "bar"],
        &[
            row("build, one core, median", &figure(build_seconds, "s"), "≤ 6 s"),
            row("build, peak memory", &figure(build_memory, "MB"), "≤ 400 MB"),
            row("snapshot size", &figure(megabytes, "MB"), "≤ 40 MB"),
            row("open with all checks, median", &figure(opened[0], "ms"), "≤ 20 ms"),
            row("memory after opening and 1,000 queries", &figure(opened[1], "MB"), "≤ 100 MB"),
        ],
    );
    latency(&snapshot)
}

fn row(what: &str, measured: &str, bar: &str) -> Vec<String> {
    [what, measured, bar].map(ToOwned::to_owned).to_vec()
}

/// A name of the list as somebody types it, who does not say what it is.
struct Asked<'s> {
    text: String,
    party: EntityRef<'s>,
    query: Query,
}

fn ask_for(text: String, party: EntityRef<'_>) -> Option<Asked<'_>> {
    let mut entity = Entity::new("", Schema::Thing);
    entity.add("name", text.as_str());
    let query = Query::from_entity(&entity).ok()?;
    Some(Asked { text, party, query })
}

/// Names of the list, evenly spread.
fn queries(snapshot: &Snapshot) -> Vec<Asked<'_>> {
    let step = (snapshot.name_count() / QUERIES).max(1);
    (0..snapshot.name_count())
        .step_by(step as usize)
        .filter_map(|index| {
            let name = snapshot.name_at(index)?;
            ask_for(name.text().to_owned(), name.entity())
        })
        .collect()
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

/// Times of queries in ascending order, and how many did not find their party though its score reaches the threshold.
struct Answers {
    times: Vec<Duration>,
    due: usize,
    lost: usize,
}

impl Answers {
    fn at(&self, share: f64) -> Duration {
        self.times[((self.times.len() - 1) as f64 * share) as usize]
    }
}

fn answer(matcher: &Matcher<'_>, asked: &[Asked<'_>], scratch: &mut Scratch) -> Answers {
    let mut answers = Answers { times: Vec::new(), due: 0, lost: 0 };
    let all = Matcher::new(matcher.snapshot(), Settings { limit: usize::MAX, ..matcher.settings().clone() });
    for one in asked {
        let begin = Instant::now();
        let first = matcher.screen(&one.query, scratch);
        answers.times.push(begin.elapsed());
        // A party may stand behind the first ten.
        let hits = if first.len() < matcher.settings().limit { first } else { all.screen(&one.query, scratch) };
        let Ok(listed) = Query::from_entity(&one.party.to_entity()) else { continue };
        if compare(&one.query, &listed, matcher.settings()).score >= matcher.settings().threshold {
            answers.due += 1;
            answers.lost += usize::from(!hits.iter().any(|hit| hit.entity.index() == one.party.index()));
        }
    }
    answers.times.sort_unstable();
    answers
}

fn latency(path: &Path) -> Result<()> {
    let snapshot = Snapshot::open(path)?;
    let matcher = Matcher::new(&snapshot, Settings::default());
    let mut scratch = Scratch::default();
    let asked = queries(&snapshot);
    let misspelt: Vec<Asked<'_>> =
        asked.iter().enumerate().filter_map(|(seed, one)| ask_for(with_slips(&one.text, seed), one.party)).collect();
    for one in asked.iter().take(MEMORY_QUERIES) {
        let _warm = matcher.screen(&one.query, &mut scratch);
    }
    let exact = answer(&matcher, &asked, &mut scratch);
    let slipped = answer(&matcher, &misspelt, &mut scratch);
    let brute = brute_force(&snapshot, &asked)?;
    let micro = |time: Duration| format!("{:.0} µs", time.as_secs_f64() * 1e6);
    let lost = |answers: &Answers| format!("{} of {}", answers.lost, answers.due);
    let line = |what: &str, exact: String, slipped: String, bar: &str| vec![what.to_owned(), exact, slipped, bar.to_owned()];
    let faster = |answers: &Answers| format!("{:.0}", brute.as_secs_f64() / answers.at(0.5).as_secs_f64());
    table::print(
        &format!("One name query against it, one thread, kind of party not said ({} names of the list)", asked.len()),
        &["what", "as listed", "with one or two slips", "bar"],
        &[
            line("p50", micro(exact.at(0.5)), micro(slipped.at(0.5)), "≤ 300 µs"),
            line("p95", micro(exact.at(0.95)), micro(slipped.at(0.95)), "–"),
            line("p99", micro(exact.at(0.99)), micro(slipped.at(0.99)), "≤ 3,000 µs"),
            line("party scores 0.70 and was not found", lost(&exact), lost(&slipped), "–"),
            line("reference: Jaro-Winkler (rapidfuzz) over every name, p50", micro(brute), String::new(), "–"),
            line("times faster than the reference", faster(&exact), faster(&slipped), "–"),
        ],
    );
    Ok(())
}

/// The median time of the simplest correct program: every name is looked at.
fn brute_force(snapshot: &Snapshot, asked: &[Asked<'_>]) -> Result<Duration> {
    let names: Vec<String> =
        (0..snapshot.name_count()).filter_map(|index| Some(snapshot.name_at(index)?.text().to_lowercase())).collect();
    let mut times = Vec::new();
    for one in asked.iter().step_by(asked.len() / REFERENCE_QUERIES) {
        let begin = Instant::now();
        let text = one.text.to_lowercase();
        let scorer = jaro_winkler::BatchComparator::new(text.chars());
        let best = names.iter().map(|name| scorer.similarity(name.chars())).fold(0.0, f64::max);
        times.push(begin.elapsed());
        if best < 0.99 {
            bail!("the reference did not find {text:?} in the list it came from");
        }
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
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
    let figures = match (part, arguments) {
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
            for one in queries(&opened).iter().take(MEMORY_QUERIES) {
                found += matcher.screen(&one.query, &mut scratch).len();
            }
            if found == 0 {
                bail!("a thousand listed names found nothing");
            }
            [median(times), memory("VmRSS")?]
        }
        _ => bail!("no such part"),
    };
    table::say(&format!("{} {}", figures[0], figures[1]));
    Ok(())
}

/// A line of the kernel's account of this process, in megabytes.
fn memory(line: &str) -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status").context("memory is read from /proc, which this system lacks")?;
    let kilobytes = status
        .lines()
        .find_map(|text| text.strip_prefix(line)?.strip_prefix(':')?.split_whitespace().next()?.parse::<f64>().ok())
        .with_context(|| format!("no {line} in /proc/self/status"))?;
    Ok(kilobytes * 1024.0 / 1e6)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
