//! `interdict verify`: a snapshot file in; its id and sources out, if every byte of it is as it was built.

use std::io::Write;

use interdict_snapshot::{FORMAT_VERSION, Snapshot};
use serde::Serialize;

use super::sources::{self, SourceLine};
use crate::args::{Format, Global, Verify};
use crate::failure::Outcome;
use crate::files::Target;
use crate::output;

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
