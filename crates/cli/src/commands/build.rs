//! `interdict build`: list files in, one snapshot out, with its counts beside those that are known to be right. A build that looks wrong
//! is refused, and the old snapshot stays.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use interdict_snapshot::{Builder, Built, Snapshot, SnapshotError, SourceMeta};
use interdict_sources::{Before, Emitted, Limits, Progress, Report, SourceSpec, gap, load_set, reference_counts, shrunk};
use serde::Serialize;

use crate::args::{Build, Format, Global};
use crate::dataset::{short, source_meta};
use crate::failure::{Failure, Outcome, Usage};
use crate::files::{Target, keep_apart};
use crate::messages::Messages;
use crate::output;
use crate::rejects::{Reject, Rejects, describe};
use crate::table::{write_csv, write_table};

/// Issues of a source that are said on stderr.
const SHOWN_ISSUES: usize = 5;
/// How often the progress bar is drawn anew: once in so many bytes.
const PROGRESS_STEP: u64 = 1 << 20;

/// What was built, as it is written out.
#[derive(Serialize)]
struct BuildReport<'a> {
    snapshot: &'a str,
    engine: &'a str,
    out: String,
    bytes: usize,
    entities: u64,
    names: u64,
    identifiers: u64,
    links: u64,
    sources: Vec<SourceReport>,
}

#[derive(Serialize)]
struct SourceReport {
    id: String,
    file: String,
    format: &'static str,
    issue_date: Option<String>,
    sha256: String,
    bytes: u64,
    entities: u64,
    counts: Vec<CountReport>,
    issues: usize,
    rejected: usize,
}

#[derive(Serialize)]
struct CountReport {
    what: &'static str,
    counted: u64,
    /// The number this issue is known to have.
    reference: Option<u64>,
    ok: Option<bool>,
}

impl CountReport {
    fn verdict(&self) -> &'static str {
        match self.ok {
            Some(true) => "ok",
            Some(false) => "differs",
            None => "",
        }
    }
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &Build, messages: Messages) -> anyhow::Result<Outcome> {
    let mut ids = BTreeSet::new();
    if let Some((id, _)) = args.sources.iter().find(|(id, _)| !ids.insert(id)) {
        return Err(Usage(format!("--source: `{id}` is given twice")).into());
    }
    keep_files_apart(global, args)?;
    let Previous { compared: previous, all } = previous(args)?;
    refuse_missing(&all, &ids, args.allow_missing_source)?;
    let mut rejects = Rejects::open(args.rejects.as_deref(), messages)?;
    let mut builder = Builder::new();
    let (mut sources, mut metas) = (Vec::new(), Vec::new());
    for (id, path) in &args.sources {
        let (report, emitted) = load(id, path, args, &mut builder, messages)?;
        tell_issues(&report, path, args, &mut rejects)?;
        if !args.allow_issues {
            refuse_gaps(&report, emitted)?;
        }
        let meta = source_meta(&report);
        if let Some(previous) = &previous {
            refuse_shrunk(previous, &report, args.max_shrink)?;
        }
        builder.add_source(meta.clone());
        metas.push(meta);
        sources.push(source_report(&report));
    }
    rejects.finish("records", 0)?;
    check_references(&sources, args.strict)?;
    let built = match builder.finish() {
        Err(SnapshotError::DuplicateIds(ids)) => merge_duplicates(ids, args, &metas, messages),
        built => built.map_err(Into::into),
    }
    .context("the snapshot cannot be built")?;
    built.write(&args.out)?;
    let mut out = Target::open(None)?;
    write(&mut out, output::choose(global.format, None, Format::Table), &report(&built, &args.out, sources))?;
    out.finish()?;
    messages.note(&format!("snapshot {} written to {}", short(built.id()), args.out.display()));
    Ok(Outcome::Done)
}

/// Reads the sources again to merge entities whose ids come more than once: two lists that state the same party, a file with a line
/// twice. Only those are held in memory, so that a second reading costs less than holding all would.
fn merge_duplicates(ids: Vec<String>, args: &Build, metas: &[SourceMeta], messages: Messages) -> anyhow::Result<Built> {
    let few: Vec<&str> = ids.iter().take(3).map(String::as_str).collect();
    messages.note(&format!(
        "{} ids come more than once and are merged ({}{})",
        ids.len(),
        few.join(", "),
        if ids.len() > 3 { ", ..." } else { "" }
    ));
    let mut builder = Builder::merging(ids);
    for ((id, path), meta) in args.sources.iter().zip(metas) {
        let (report, _) = load(id, path, args, &mut builder, messages)?;
        if report.sha256 != meta.sha256 {
            bail!("source `{id}`: {} changed while it was read", path.display());
        }
        builder.add_source(meta.clone());
    }
    Ok(builder.finish()?)
}

/// Refuses files to write that are sources, snapshots to read, or each other.
fn keep_files_apart(global: &Global, args: &Build) -> anyhow::Result<()> {
    let mut files = Vec::new();
    for (_, path) in &args.sources {
        files.extend(files_of(path)?);
    }
    let inputs: Vec<(&str, &Path)> = files
        .iter()
        .map(|path| ("--source", path.as_path()))
        .chain(args.previous.as_deref().map(|path| ("--previous", path)))
        .chain(global.snapshot.as_deref().map(|path| ("--snapshot", path)))
        .collect();
    Ok(keep_apart(&[("--out", Some(&args.out)), ("--rejects", args.rejects.as_deref())], &inputs)?)
}

/// What snapshots from before hold.
struct Previous {
    /// The sources to compare counts with: those of the snapshot named, else of the one at --out.
    compared: Option<Vec<SourceMeta>>,
    /// The ids of all sources of the snapshot named and of the one that will be replaced, each once.
    all: BTreeSet<String>,
}

fn previous(args: &Build) -> anyhow::Result<Previous> {
    let named = args.previous.as_deref().map(Snapshot::open).transpose()?.map(|snapshot| snapshot.meta().sources.clone());
    let replaced = replaced(args)?;
    let all = named.iter().chain(&replaced).flatten().map(|source| source.id.clone()).collect();
    Ok(Previous { compared: named.or(replaced), all })
}

/// The sources of the snapshot at --out, which the new one replaces.
fn replaced(args: &Build) -> anyhow::Result<Option<Vec<SourceMeta>>> {
    if !args.out.exists() {
        return Ok(None);
    }
    match Snapshot::open(&args.out) {
        Ok(snapshot) => Ok(Some(snapshot.meta().sources.clone())),
        // Something else than a snapshot is not ours to replace.
        Err(error @ SnapshotError::Foreign { .. }) => {
            let message = format!("--out: {error}");
            Err(Failure::new(message, "it was left as it is; choose another name, or remove it first").into())
        }
        Err(error) => {
            Messages::warning(&format!("{error}; the new snapshot is not compared with it"));
            Ok(None)
        }
    }
}

/// Refuses to drop a list that was screened against so far: nobody would see that it is gone.
fn refuse_missing(all: &BTreeSet<String>, ids: &BTreeSet<&String>, allowed: bool) -> anyhow::Result<()> {
    let gone: Vec<String> = all.iter().filter(|id| !ids.contains(id)).map(|id| format!("`{id}`")).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let (sources, are, list) = if gone.len() == 1 { ("source", "is", &gone[0]) } else { ("sources", "are", &gone.join(", ")) };
    if allowed {
        Messages::warning(&format!("{sources} {list} of the previous snapshot {are} not in this one"));
        return Ok(());
    }
    let message = format!("{sources} {list} of the previous snapshot {are} not given; the snapshot was not built");
    Err(Failure::new(message, "add it with `--source ID=PATH`, or build without it: `--allow-missing-source`").into())
}

/// Refuses an official list of which a part seems to be missing, such as parties that its own entries point to.
fn refuse_gaps(report: &Report, emitted: Emitted) -> anyhow::Result<()> {
    let Some(what) = gap(report, emitted) else { return Ok(()) };
    let message = format!("source `{}`: {what}; the snapshot was not built", report.source);
    Err(Failure::new(message, "check that the file is whole; `--allow-issues` builds from it all the same").into())
}

fn load(id: &str, path: &Path, args: &Build, builder: &mut Builder, messages: Messages) -> anyhow::Result<(Report, Emitted)> {
    let mut limits = Limits::default();
    if let Some(max_bytes) = args.max_bytes {
        limits.max_bytes = max_bytes;
    }
    let spec = SourceSpec { limits, ..SourceSpec::new(id) };
    let bar = messages.is_watched().then(|| progress_bar(id));
    let mut emitted = Emitted::default();
    let files = files_of(path)?;
    let report = load_set(&spec, &files, bar.clone().map(on_progress), &mut |entity| {
        emitted.count(&entity);
        builder.add(&entity);
    });
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    Ok((report.with_context(|| format!("source `{id}`"))?, emitted))
}

/// The files of a source: the file named, or all files of the folder named, sorted, without those of its folders and hidden ones.
fn files_of(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let context = || format!("{}: the folder cannot be read", path.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(path).with_context(context)? {
        let entry = entry.with_context(context)?;
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !hidden && entry.path().is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Usage(format!("--source: the folder `{}` has no files", path.display())).into());
    }
    Ok(files)
}

fn progress_bar(id: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_prefix(id.to_owned());
    // The template is a constant; were it wrong, the bar's own style would do.
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {bytes} read, {bytes_per_sec}, {elapsed}") {
        bar.set_style(style);
    }
    bar
}

fn on_progress(bar: ProgressBar) -> Progress {
    let mut next = 0;
    Box::new(move |bytes| {
        if bytes >= next {
            next = bytes + PROGRESS_STEP;
            bar.set_position(bytes);
        }
    })
}

fn tell_issues(report: &Report, path: &Path, args: &Build, rejects: &mut Rejects) -> anyhow::Result<()> {
    let file = path.display().to_string();
    for issue in report.issues.iter().take(SHOWN_ISSUES) {
        Messages::warning(&describe(&file, issue.line, &issue.record, &issue.field, &issue.message));
    }
    for rejected in &report.rejected {
        let issue = &rejected.issue;
        let (record, field, reason) = (issue.record.as_str(), issue.field.as_str(), issue.message.as_str());
        rejects.write(&Reject { file: &file, line: issue.line, record, field, reason, text: &rejected.text })?;
    }
    let (issues, left_out) = (report.issues.len(), report.rejected.len());
    if issues > 0 {
        let more = issues.saturating_sub(SHOWN_ISSUES);
        let more = if more > 0 { format!(" ({more} not shown)") } else { String::new() };
        Messages::warning(&format!("{file}: issues: {issues}{more}, records left out: {left_out}"));
        if args.strict {
            let message = format!("source `{}`: {file} has issues ({issues}); refused because of --strict", report.source);
            return Err(Failure::new(message, "without --strict the rest of the file is used").into());
        }
    }
    Ok(())
}

/// Refuses a list that lost more than is plausible since the previous snapshot.
fn refuse_shrunk(previous: &[SourceMeta], now: &Report, max_shrink: f64) -> anyhow::Result<()> {
    let Some(before) = previous.iter().find(|source| source.id == now.source) else { return Ok(()) };
    let before = Before { format: &before.format, entities: before.entities, counts: &before.counts };
    let Some(what) = shrunk(before, now, max_shrink) else { return Ok(()) };
    let message = format!("source `{}`: {what}; the snapshot was not built", now.source);
    let hint = "check that the file is whole; if the list did shrink, allow it with `--max-shrink PERCENT`";
    Err(Failure::new(message, hint).into())
}

fn source_report(report: &Report) -> SourceReport {
    let references = reference_counts(report.format, &report.issue_date);
    let counts = report.counts.iter().map(|count| {
        let reference = references.iter().find(|reference| reference.what == count.what).map(|reference| reference.count);
        CountReport {
            what: count.what,
            counted: count.count,
            reference,
            ok: reference.map(|reference| reference == count.count),
        }
    });
    // A reference that nothing was counted for is a difference, too.
    let missing = references.iter().filter(|reference| report.counts.iter().all(|count| count.what != reference.what));
    let missing = missing.map(|reference| CountReport {
        what: reference.what,
        counted: 0,
        reference: Some(reference.count),
        ok: Some(false),
    });
    SourceReport {
        id: report.source.clone(),
        file: report.file.clone(),
        format: report.format,
        issue_date: (!report.issue_date.is_empty()).then(|| report.issue_date.clone()),
        sha256: report.sha256.clone(),
        bytes: report.bytes,
        entities: report.entities,
        counts: counts.chain(missing).collect(),
        issues: report.issues.len(),
        rejected: report.rejected.len(),
    }
}

fn check_references(sources: &[SourceReport], strict: bool) -> anyhow::Result<()> {
    for source in sources {
        for count in source.counts.iter().filter(|count| count.ok == Some(false)) {
            let reference = count.reference.unwrap_or_default();
            let text = format!("source `{}`: {} {} counted, {reference} expected", source.id, count.counted, count.what);
            if strict {
                bail!("{text}; refused because of --strict");
            }
            Messages::warning(&text);
        }
    }
    Ok(())
}

fn report<'a>(built: &'a Built, out: &Path, sources: Vec<SourceReport>) -> BuildReport<'a> {
    let meta = built.meta();
    BuildReport {
        snapshot: built.id(),
        engine: &meta.engine,
        out: out.display().to_string(),
        bytes: built.bytes().len(),
        entities: meta.entities,
        names: meta.names,
        identifiers: meta.identifiers,
        links: meta.links,
        sources,
    }
}

fn write(out: &mut dyn Write, format: Format, report: &BuildReport<'_>) -> anyhow::Result<()> {
    match format {
        Format::Json => output::write_json(out, report),
        Format::Jsonl => output::write_jsonl(out, report),
        Format::Csv => {
            let header = ["source", "file", "format", "issue_date", "sha256", "what", "counted", "reference", "verdict"];
            let rows = report.sources.iter().flat_map(|source| {
                let fixed = [
                    source.id.clone(),
                    source.file.clone(),
                    source.format.to_owned(),
                    source.issue_date.clone().unwrap_or_default(),
                    source.sha256.clone(),
                ];
                count_rows(source).into_iter().map(move |counts| fixed.iter().cloned().chain(counts).collect())
            });
            write_csv(out, &header, rows)
        }
        Format::Table => {
            for source in &report.sources {
                let issue = source.issue_date.as_deref().map_or_else(String::new, |date| format!(" of {date}"));
                writeln!(out, "{}: {}, {}{issue}, {} bytes", source.id, source.file, source.format, source.bytes)?;
                writeln!(out, "SHA-256 {}", source.sha256)?;
                let rows = count_rows(source).into_iter().map(Vec::from);
                write_table(out, &["what", "counted", "reference", ""], rows, &[1, 2])?;
                writeln!(out)?;
            }
            let BuildReport { snapshot, entities, names, identifiers, links, bytes, .. } = report;
            writeln!(out, "snapshot {snapshot}")?;
            Ok(writeln!(out, "{entities} entities, {names} names, {identifiers} identifiers, {links} links, {bytes} bytes")?)
        }
    }
}

fn count_rows(source: &SourceReport) -> Vec<[String; 4]> {
    let mut rows = vec![["entities".to_owned(), source.entities.to_string(), String::new(), String::new()]];
    rows.extend(source.counts.iter().map(|count| {
        let reference = count.reference.map(|reference| reference.to_string()).unwrap_or_default();
        [count.what.to_owned(), count.counted.to_string(), reference, count.verdict().to_owned()]
    }));
    rows.push(["issues".to_owned(), source.issues.to_string(), String::new(), String::new()]);
    rows.push(["rejected".to_owned(), source.rejected.to_string(), String::new(), String::new()]);
    rows
}
