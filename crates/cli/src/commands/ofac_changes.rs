//! `interdict delta OLD NEW --ofac-delta FILE`: OFAC's own files of changes are applied in their order to an old whole file, and what that
//! gives is held against the next whole file. Where they differ the whole file is right: it is the list.

use std::io::Write;

use anyhow::Context;
use interdict_sources::{OfacList, SourceSpec, by_party, load_file, load_ofac_delta, mismatches};
use serde::Serialize;

use crate::args::{self, Format, Global};
use crate::failure::{Failure, Outcome};
use crate::files::Target;
use crate::messages::Messages;
use crate::output;
use crate::rejects::describe;
use crate::table::{write_csv, write_table};

/// What the list is called where the user says nothing.
const LIST: &str = "us_ofac_sdn";

#[derive(Serialize)]
struct Report {
    old: String,
    new: String,
    deltas: Vec<DeltaLine>,
    parties: usize,
    /// Parties that are not the same in the next whole file.
    mismatches: Vec<String>,
}

#[derive(Serialize)]
struct DeltaLine {
    file: String,
    date_published: String,
    added: u64,
    modified: u64,
    removed: u64,
    of_other_lists: u64,
    /// Whether a change could not be applied.
    needs_whole_file: bool,
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &args::Delta) -> anyhow::Result<Outcome> {
    let spec = SourceSpec::new(args.source.as_deref().unwrap_or(LIST));
    let (mut list, _) = OfacList::load(&spec, &args.old).with_context(|| format!("OLD {}", args.old.display()))?;
    let mut deltas = Vec::new();
    for path in &args.ofac_delta {
        let file = path.display().to_string();
        let (delta, report) = load_ofac_delta(&spec, path)?;
        let applied = list
            .apply(&delta)
            .map_err(|error| Failure::new(format!("{file}: {error}"), "give the files in the order of their publication"))?;
        for issue in report.issues.iter().chain(&applied.issues) {
            Messages::warning(&describe(&file, issue.line, &issue.record, &issue.field, &issue.message));
        }
        deltas.push(DeltaLine {
            file,
            date_published: delta.date_published,
            added: applied.added,
            modified: applied.modified,
            removed: applied.removed,
            of_other_lists: applied.of_other_lists,
            needs_whole_file: applied.needs_whole_file,
        });
    }
    let ours = list.parties();
    let mut entities = Vec::new();
    load_file(&spec, &args.new, None, &mut |entity| entities.push(entity))
        .with_context(|| format!("NEW {}", args.new.display()))?;
    let report = Report {
        old: args.old.display().to_string(),
        new: args.new.display().to_string(),
        deltas,
        parties: ours.len(),
        mismatches: mismatches(&ours, &by_party(entities)),
    };
    let mut out = Target::open(args.output.as_deref())?;
    let header = ["delta", "published", "added", "modified", "removed", "of other lists"];
    let rows = report.deltas.iter().map(|line| {
        vec![
            line.file.clone(),
            line.date_published.clone(),
            line.added.to_string(),
            line.modified.to_string(),
            line.removed.to_string(),
            line.of_other_lists.to_string(),
        ]
    });
    match output::choose(global.format, args.output.as_deref(), Format::Table) {
        Format::Json => output::write_json(&mut out, &report)?,
        Format::Jsonl => output::write_jsonl(&mut out, &report)?,
        Format::Csv => write_csv(&mut out, &header, rows)?,
        Format::Table => {
            write_table(&mut out, &header, rows, &[2, 3, 4, 5])?;
            let (parties, count) = (report.parties, report.mismatches.len());
            writeln!(out, "\n{parties} parties; {count} are not the same in {}", report.new)?;
            for id in &report.mismatches {
                writeln!(out, "{id}")?;
            }
        }
    }
    out.finish()?;
    if !report.mismatches.is_empty() {
        Messages::warning("the whole file is the list: take it, and not what the changes give");
    }
    Ok(if !report.mismatches.is_empty() && args.exit_code { Outcome::Hits } else { Outcome::Done })
}
