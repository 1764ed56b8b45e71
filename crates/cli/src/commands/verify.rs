//! `interdict verify`: a snapshot file in; its id and sources out, if every byte of it is as it was built. Or the ledger of a data folder: what
//! it proves out, if no line was changed and every file that it names is as it was delivered. Or an export of the audit of casework.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write};
use std::path::Path;

use anyhow::Context;
use interdict_snapshot::{FORMAT_VERSION, Snapshot};
use interdict_sources::{Ledger, Store};
use serde::Serialize;

use super::sources::{self, SourceLine};
use crate::args::{Format, Global, Verify};
use crate::failure::{Failure, Outcome, Usage};
use crate::files::Target;
use crate::output;

/// The first line of an export is shorter.
const MAX_HEAD: u64 = 4096;

#[derive(Serialize)]
struct Report<'a> {
    file: &'a str,
    valid: bool,
    snapshot: &'a str,
    format: u32,
    engine: &'a str,
    bytes: usize,
    entities: u64,
    names: u64,
    identifiers: u64,
    links: u64,
    sources: Vec<SourceLine<'a>>,
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &Verify) -> anyhow::Result<Outcome> {
    let file = args.file.display().to_string();
    if is_export(&args.file)? {
        return super::casework::verify_export(global, &args.file, args.public_key.as_deref());
    }
    if args.public_key.is_some() {
        return Err(Usage(format!("--public-key: {file} is no export of an audit, and has no signature")).into());
    }
    if is_ledger(&args.file) {
        return run_ledger(global, &args.file);
    }
    let snapshot = Snapshot::open(&args.file)?;
    snapshot.verify(&file)?;
    let meta = snapshot.meta();
    let mut out = Target::open(None)?;
    let report = Report {
        file: &file,
        valid: true,
        snapshot: snapshot.id(),
        format: FORMAT_VERSION,
        engine: &meta.engine,
        bytes: snapshot.size(),
        entities: meta.entities,
        names: meta.names,
        identifiers: meta.identifiers,
        links: meta.links,
        sources: sources::lines(meta, None),
    };
    match output::choose(global.format, None, Format::Table) {
        Format::Json => output::write_json(&mut out, &report)?,
        Format::Jsonl => output::write_jsonl(&mut out, &report)?,
        Format::Csv => sources::write_sources_csv(&mut out, &report.sources)?,
        Format::Table => {
            writeln!(out, "{file}: sound")?;
            writeln!(out, "snapshot {}", report.snapshot)?;
            writeln!(out, "format {}, engine {}, {} bytes", report.format, report.engine, report.bytes)?;
            let Report { entities, names, identifiers, links, .. } = report;
            writeln!(out, "{entities} entities, {names} names, {identifiers} identifiers, {links} links")?;
            sources::write_sources_table(&mut out, &report.sources)?;
        }
    }
    out.finish()?;
    Ok(Outcome::Done)
}

#[derive(Serialize)]
struct LedgerReport<'a> {
    file: &'a str,
    valid: bool,
    /// SHA-256 of the last line: kept elsewhere, it proves that nothing before it was changed.
    head: &'a str,
    entries: usize,
    first: Option<&'a str>,
    last: Option<&'a str>,
    issues: usize,
    /// Files of issues, each of which has the digest that the ledger names.
    files: u64,
}

/// An export of an audit says so in its first line.
fn is_export(path: &Path) -> anyhow::Result<bool> {
    let file = File::open(path).with_context(|| format!("{}: cannot be opened", path.display()))?;
    let mut head = Vec::new();
    BufReader::new(file).take(MAX_HEAD).read_until(b'\n', &mut head)?;
    let head: Option<serde_json::Value> = serde_json::from_slice(&head).ok();
    Ok(head.is_some_and(|head| head["format"] == "interdict-audit"))
}

fn is_ledger(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "jsonl")
}

fn run_ledger(global: &Global, path: &Path) -> anyhow::Result<Outcome> {
    let ledger = Ledger::read(path)?;
    if ledger.entries().is_empty() {
        return Err(Failure::new(format!("{}: no whole line in it", path.display()), "it is no ledger, or an empty one").into());
    }
    // The files lie beside the ledger; a copy of it under another name is looked at alone.
    let data_dir = path.parent().and_then(Path::parent).filter(|_| path.ends_with("issues/ledger.jsonl"));
    let (issues, files) = match data_dir {
        Some(dir) => {
            let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
            let store = Store::read(dir)?;
            (store.issues().len(), store.check()?)
        }
        None => (0, 0),
    };
    let entries = ledger.entries();
    let file = path.display().to_string();
    let report = LedgerReport {
        file: &file,
        valid: true,
        head: ledger.head(),
        entries: entries.len(),
        first: entries.first().map(|entry| entry.at.as_str()),
        last: entries.last().map(|entry| entry.at.as_str()),
        issues,
        files,
    };
    let mut out = Target::open(None)?;
    match output::choose(global.format, None, Format::Table) {
        Format::Table | Format::Csv => {
            writeln!(out, "{file}: sound")?;
            writeln!(
                out,
                "{} entries from {} to {}",
                report.entries,
                report.first.unwrap_or_default(),
                report.last.unwrap_or_default()
            )?;
            writeln!(out, "{issues} issues, {files} files as they were delivered")?;
            writeln!(out, "head {}", report.head)?;
        }
        Format::Json => output::write_json(&mut out, &report)?,
        Format::Jsonl => output::write_jsonl(&mut out, &report)?,
    }
    out.finish()?;
    Ok(Outcome::Done)
}
