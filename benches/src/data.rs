//! What the benchmarks measure on: the SDN list as a snapshot, built once a run in a temporary folder; people and firms that are on no
//! list; labelled sets; and what Python scripts print. Paths go in, entities and rows come out.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;
use interdict_matching::Query;
use interdict_model::{Entity, Schema};
use interdict_snapshot::{Builder, Snapshot, SourceMeta};
use interdict_sources::{SourceSpec, load_file};
use serde_json::Value as Json;
use tempfile::TempDir;

/// The issue that the bars are set for.
pub(crate) const ISSUE: &str = "ofac/advanced/sdn_advanced_2025-11-19.xml.bz2";

/// What every part of a run shares.
#[derive(Debug)]
pub(crate) struct Setting {
    /// Where the real lists are.
    pub(crate) data: PathBuf,
    /// A folder for files of this run.
    pub(crate) folder: TempDir,
    /// Whether to look at a tenth of what is large: enough to see whether a change helps.
    pub(crate) quick: bool,
    /// Whether lists of millions of names are built.
    pub(crate) huge: bool,
    /// Minutes for which the server is kept under load.
    pub(crate) soak: f64,
    /// Where failed cases are written, one JSON object a line.
    pub(crate) dump: Option<PathBuf>,
}

impl Setting {
    /// One in how many rows of a large set is looked at.
    pub(crate) fn stride(&self) -> usize {
        if self.quick { 10 } else { 1 }
    }

    /// The SDN list as a snapshot file; built by the first part that asks.
    pub(crate) fn sdn(&self) -> Result<Snapshot> {
        let path = self.folder.path().join("sdn.snapshot");
        if !path.exists() {
            crate::table::progress("building the snapshot of the SDN list");
            build(&self.data.join(ISSUE), &path)?;
        }
        Ok(Snapshot::open(&path)?)
    }

    /// A labelled set, line by line.
    pub(crate) fn labelled(&self, set: &str) -> Result<Vec<Json>> {
        let path = self.data.join("eval").join(format!("{set}.jsonl"));
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        text.lines().filter(|line| !line.trim().is_empty()).map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// A table of people or firms that are not listed.
    pub(crate) fn unlisted(&self, file: &str) -> Result<Vec<csv::StringRecord>> {
        unlisted(&self.data, file)
    }
}

/// A table of people or firms that are not listed, without its header line.
pub(crate) fn unlisted(data: &Path, file: &str) -> Result<Vec<csv::StringRecord>> {
    let path = data.join("negatives").join(file);
    let packed = File::open(&path).with_context(|| path.display().to_string())?;
    let mut text = String::new();
    MultiGzDecoder::new(BufReader::new(packed)).read_to_string(&mut text)?;
    let tabs = file.contains(".tsv");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if tabs { b'\t' } else { b',' })
        // Register names hold quotation marks that open and never close.
        .quoting(!tabs)
        .flexible(true)
        .from_reader(text.as_bytes());
    reader.records().map(|record| Ok(record?)).collect()
}

/// Builds a snapshot of one official file.
pub(crate) fn build(source: &Path, snapshot: &Path) -> Result<()> {
    let mut builder = Builder::new();
    let spec = SourceSpec::new("us_ofac_sdn");
    let report = load_file(&spec, source, None, &mut |entity| builder.add(&entity))?;
    builder.add_source(SourceMeta {
        id: report.source,
        format: report.format.to_owned(),
        issue_date: report.issue_date,
        sha256: report.sha256,
        bytes: report.bytes,
        entities: report.entities,
        counts: report.counts.iter().map(|count| (count.what.to_owned(), count.count)).collect(),
    });
    builder.finish()?.write(snapshot)?;
    Ok(())
}

/// An entity with nothing but a name.
pub(crate) fn named(schema: Schema, name: &str) -> Entity {
    let mut entity = Entity::new("", schema);
    entity.add("name", name);
    entity
}

/// A query with nothing but a name; `None` when there is nothing to read in it.
pub(crate) fn ask(schema: Schema, name: &str) -> Option<Query> {
    Query::from_entity(&named(schema, name)).ok()
}

/// A name without the case of its letters and the order of its words: two names with the same key are the same name, so that finding
/// the one by the other is no false alert.
pub(crate) fn sameness(name: &str) -> String {
    let lower = name.to_lowercase();
    let mut words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.join(" ")
}

/// The keys of all listed names.
pub(crate) fn listed_names(snapshot: &Snapshot) -> HashSet<String> {
    (0..snapshot.name_count()).filter_map(|index| Some(sameness(snapshot.name_at(index)?.text()))).collect()
}

/// Runs a script of `python/` and returns what it prints; `None` when it cannot run. The interpreter is that of the environment which
/// `make bench` creates, or what `BENCH_PYTHON` names.
pub(crate) fn run_python(script: &str, input: String) -> Result<Option<Vec<u8>>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let interpreter =
        std::env::var_os("BENCH_PYTHON").map_or_else(|| here.join("../target/bench-venv/bin/python"), PathBuf::from);
    let child =
        Command::new(interpreter).arg(here.join("python").join(script)).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else { return Ok(None) };
    let mut pipe = child.stdin.take().context("a pipe to Python")?;
    // Both pipes may be full at once, so one side has a thread of its own.
    let writer = std::thread::spawn(move || pipe.write_all(input.as_bytes()));
    let output = child.wait_with_output()?;
    let written = writer.join().is_ok_and(|written| written.is_ok());
    Ok((output.status.success() && written).then_some(output.stdout))
}

/// Pseudo-random numbers that are the same in every run: `SplitMix64` of Steele, Lea and Flood (2014).
#[derive(Clone, Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number from 0 to `sides` less 1; 0 where there are no sides.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        ((u128::from(bits) * sides as u128) >> 64) as usize
    }
}

/// The value below which `share` of the sorted values lie.
pub(crate) fn quantile<T: Copy>(sorted: &[T], share: f64) -> Option<T> {
    sorted.get(((sorted.len().saturating_sub(1)) as f64 * share).round() as usize).copied()
}
