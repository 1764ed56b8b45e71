//! How time and memory grow with the list: 50 thousand, 500 thousand and 5 million names, each built and asked in a process of its own.
//! The lists are made of firms and people who are on none; for the largest, words of those names are put together anew.

use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use interdict_matching::{Matcher, Settings};
use interdict_model::{Entity, Schema};
use interdict_snapshot::{Builder, Snapshot};

use crate::data::{Dice, Setting, quantile, unlisted};
use crate::speed::{ask_for, memory, queries, times, with_slips};
use crate::table::{self, progress};

/// Numbers of names. The smaller of the last two is built only where the larger does not fit.
const SIZES: [usize; 2] = [50_000, 500_000];
const HUGE: [usize; 2] = [5_000_000, 2_000_000];
/// Memory that a build may take, in bytes. `BENCH_MEMORY_GB` sets another limit.
const MEMORY_GB: f64 = 12.0;
/// Queries of each list.
const QUERIES: u32 = 500;
/// Time that one step of one list may take.
const PATIENCE: Duration = Duration::from_mins(5);
/// How often the memory of a build is looked at.
const GLANCE: Duration = Duration::from_millis(100);

/// What the children print: seconds to build and megabytes while building; then names, milliseconds to open, megabytes after the
/// queries, and p50 and p95 of queries as listed and with slips in microseconds.
const BUILD_FIGURES: usize = 2;
const ASK_FIGURES: usize = 7;

/// The figures of one list.
struct Measured {
    build: [f64; BUILD_FIGURES],
    ask: [f64; ASK_FIGURES],
    megabytes: f64,
}

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let mut measured: Vec<Measured> = Vec::new();
    let mut notes = Vec::new();
    let mut fits = |names: usize| -> Result<bool> {
        progress(&format!("building and asking a list of {names} names"));
        match measure(setting, names)? {
            Ok(figures) => measured.push(figures),
            Err(reason) => {
                notes.push(format!("{names} names: {reason}"));
                return Ok(false);
            }
        }
        Ok(true)
    };
    for names in SIZES {
        fits(names)?;
    }
    if setting.huge && !setting.quick {
        for names in HUGE {
            if fits(names)? {
                break;
            }
        }
    } else {
        notes.push("lists of millions of names were left out (`--huge` builds them)".to_owned());
    }
    let first = measured.first().map_or([1.0; ASK_FIGURES], |figures| figures.ask);
    let rows: Vec<Vec<String>> = measured
        .iter()
        .map(|Measured { build: [build, peak], ask: [names, open, held, p50, p95, slip50, slip95], megabytes }| {
            vec![
                format!("{names:.0}"),
                format!("{build:.1} s"),
                format!("{peak:.0} MB"),
                format!("{megabytes:.0} MB"),
                format!("{open:.0} ms"),
                format!("{held:.0} MB"),
                format!("{p50:.0} / {p95:.0} µs"),
                format!("{slip50:.0} / {slip95:.0} µs"),
                format!("{:.0}", names / first[0]),
                format!("{:.1} / {:.1}", p50 / first[3], slip50 / first[5]),
            ]
        })
        .collect();
    table::print(
        "Growth with the list: firms and people, one name each, kind of party not said, one core",
        &[
            "names",
            "build",
            "peak memory",
            "size",
            "open",
            "memory after queries",
            "as listed, p50 / p95",
            "with slips, p50 / p95",
            "names, times the first",
            "p50, times the first",
        ],
        &rows,
    );
    for note in notes {
        table::say(&note);
    }
    Ok(())
}

/// Builds and asks a list. The inner error is why a list of that size was not measured.
fn measure(setting: &Setting, names: usize) -> Result<Result<Measured, String>> {
    let path = setting.folder.path().join(format!("{names}.snapshot"));
    let count = names.to_string();
    let build = match spawn("--child-scale-build", &[setting.data.as_os_str(), path.as_os_str(), count.as_ref()])? {
        Ok(figures) => figures,
        Err(reason) => return Ok(Err(reason)),
    };
    let megabytes = fs::metadata(&path)?.len() as f64 / 1e6;
    let ask = spawn("--child-scale-ask", &[path.as_os_str()])?;
    fs::remove_file(&path)?;
    Ok(ask.map(|ask| Measured { build, ask, megabytes }))
}

/// Runs this program again for one step, and ends it when it takes too much memory.
fn spawn<const N: usize>(step: &str, arguments: &[&OsStr]) -> Result<Result<[f64; N], String>> {
    let limit = std::env::var("BENCH_MEMORY_GB").ok().and_then(|text| text.parse().ok()).unwrap_or(MEMORY_GB) * 1e9;
    let begin = Instant::now();
    let mut child = Command::new(std::env::current_exe()?).arg(step).args(arguments).stdout(Stdio::piped()).spawn()?;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if resident(&child).is_some_and(|bytes| bytes > limit) {
            child.kill()?;
            child.wait()?;
            return Ok(Err(format!("takes more than {:.0} GB of memory", limit / 1e9)));
        }
        if begin.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok(Err(format!("takes more than {} minutes", PATIENCE.as_secs() / 60)));
        }
        sleep(GLANCE);
    };
    let mut text = String::new();
    child.stdout.take().context("what a child printed")?.read_to_string(&mut text)?;
    if !status.success() {
        return Ok(Err(format!("failed ({status})")));
    }
    let figures: Vec<f64> =
        text.split_whitespace().map(|figure| figure.parse().context("a figure that is none")).collect::<Result<_>>()?;
    Ok(Ok(figures.try_into().ok().context("another number of figures")?))
}

/// Memory of a running child that is not backed by a file, in bytes.
fn resident(child: &Child) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? * 1024.0)
}

/// Builds a list of that many names; hands out the figures.
pub(crate) fn build(data: &Path, path: &Path, names: usize) -> Result<[f64; BUILD_FIGURES]> {
    let pool = Pool::read(data)?;
    let begin = Instant::now();
    let mut builder = Builder::new();
    for at in 0..names {
        builder.add(&pool.entity(at, names));
    }
    builder.finish()?.write(path)?;
    Ok([begin.elapsed().as_secs_f64(), memory("VmHWM")?])
}

/// Opens a list, asks it, and prints the figures.
pub(crate) fn ask(path: &Path) -> Result<()> {
    let begin = Instant::now();
    let snapshot = Snapshot::open(path)?;
    let open = begin.elapsed().as_secs_f64() * 1e3;
    let asked = queries(&snapshot, QUERIES);
    let slipped: Vec<_> =
        asked.iter().enumerate().filter_map(|(seed, one)| ask_for(Schema::Thing, with_slips(&one.text, seed))).collect();
    let matcher = Matcher::new(&snapshot, Settings::default());
    let (listed, slipped) = (times(&matcher, &asked), times(&matcher, &slipped));
    let at = |times: &[f64], share| quantile(times, share).unwrap_or_default();
    let figures: [f64; ASK_FIGURES] = [
        f64::from(snapshot.name_count()),
        open,
        memory("VmRSS")?,
        at(&listed, 0.50),
        at(&listed, 0.95),
        at(&slipped, 0.50),
        at(&slipped, 0.95),
    ];
    table::say(&figures.map(|figure| figure.to_string()).join(" "));
    Ok(())
}

/// Names to make lists of.
struct Pool {
    names: Vec<(Schema, String)>,
}

impl Pool {
    fn read(data: &Path) -> Result<Self> {
        let mut names = Vec::new();
        for (file, column, schema) in [
            ("persons_synthetic.csv.gz", 0, Schema::Person),
            ("persons_generated.tsv.gz", 0, Schema::Person),
            ("persons_generated.tsv.gz", 1, Schema::Person),
            ("companies_gleif.tsv.gz", 1, Schema::Company),
        ] {
            let rows = unlisted(data, file)?;
            names.extend(rows.iter().filter_map(|row| Some((schema, row.get(column)?.trim().to_owned()))));
        }
        names.retain(|(_, name)| name.chars().any(char::is_alphanumeric));
        Ok(Self { names })
    }

    /// The party at a position of a list of `count`: a name as it stands while there are enough, and beyond that the beginning of one
    /// and the end of another of the same kind.
    fn entity(&self, at: usize, count: usize) -> Entity {
        let held = self.names.len();
        let (schema, name) = if count <= held {
            let (schema, name) = &self.names[at * held / count];
            (*schema, name.clone())
        } else if at < held {
            self.names[at].clone()
        } else {
            self.recombined(at)
        };
        let mut entity = Entity::new(format!("made-{at}"), schema);
        entity.add("name", name);
        entity
    }

    fn recombined(&self, at: usize) -> (Schema, String) {
        let mut dice = Dice(at as u64);
        let (schema, first) = &self.names[dice.roll(self.names.len())];
        let (_, second) = loop {
            let other = &self.names[dice.roll(self.names.len())];
            if other.0 == *schema {
                break other;
            }
        };
        let words = |name: &str| name.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
        let (mut first, second) = (words(first), words(second));
        first.truncate(first.len().div_ceil(2));
        first.extend_from_slice(&second[second.len() / 2..]);
        (*schema, first.join(" "))
    }
}
