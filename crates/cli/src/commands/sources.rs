//! `interdict sources`: what the snapshot in use was built from, and how old each list is.

use std::io::Write;

use interdict_snapshot::{Meta, SourceMeta};
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::args::{Format, Global};
use crate::dataset;
use crate::failure::Outcome;
use crate::files::Target;
use crate::messages::Messages;
use crate::output;
use crate::table::{write_csv, write_table};

/// A source as it is written out.
#[derive(Serialize)]
pub(super) struct SourceLine<'a> {
    id: &'a str,
    format: &'a str,
    issue_date: Option<&'a str>,
    /// Days since the issue, where today is known and the file states its date.
    #[serde(skip_serializing_if = "Option::is_none")]
    age_days: Option<i32>,
    entities: u64,
    counts: Map<String, Json>,
    sha256: &'a str,
    bytes: u64,
}

/// The sources of a snapshot; with their age if today's date is given.
pub(super) fn lines(meta: &Meta, today: Option<Date>) -> Vec<SourceLine<'_>> {
    meta.sources.iter().map(|source| line(source, today)).collect()
}

fn line(source: &SourceMeta, today: Option<Date>) -> SourceLine<'_> {
    let SourceMeta { id, format, issue_date, sha256, bytes, entities, counts } = source;
    SourceLine {
        id,
        format,
        issue_date: (!issue_date.is_empty()).then_some(issue_date),
        age_days: today.and_then(|today| age_days(issue_date, today)),
        entities: *entities,
        counts: counts.iter().map(|(what, count)| (what.clone(), (*count).into())).collect(),
        sha256,
        bytes: *bytes,
    }
}

fn age_days(issue_date: &str, today: Date) -> Option<i32> {
    let issued: Date = issue_date.parse().ok()?;
    today.since(issued).ok().map(|span| span.get_days())
}

/// Runs the command.
pub(super) fn run(global: &Global, messages: Messages) -> anyhow::Result<Outcome> {
    let snapshot = dataset::open(global, messages)?;
    let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
    let sources = lines(snapshot.meta(), Some(today));
    let mut out = Target::open(None)?;
    match output::choose(global.format, None, Format::Table) {
        Format::Json => output::write_json(&mut out, &sources)?,
        Format::Jsonl => sources.iter().try_for_each(|source| output::write_jsonl(&mut out, source))?,
        Format::Csv => write_sources_csv(&mut out, &sources)?,
        Format::Table => write_sources_table(&mut out, &sources)?,
    }
    out.finish()?;
    Ok(Outcome::Done)
}

fn counts(source: &SourceLine<'_>, separator: &str) -> String {
    source.counts.iter().map(|(what, count)| format!("{what} {count}")).collect::<Vec<_>>().join(separator)
}

/// Writes sources for people.
pub(super) fn write_sources_table(out: &mut dyn Write, sources: &[SourceLine<'_>]) -> anyhow::Result<()> {
    let header = ["source", "format", "issue", "days old", "entities", "counts", "SHA-256"];
    let rows = sources.iter().map(|source| {
        vec![
            source.id.to_owned(),
            source.format.to_owned(),
            source.issue_date.unwrap_or("not stated").to_owned(),
            source.age_days.map(|days| days.to_string()).unwrap_or_default(),
            source.entities.to_string(),
            counts(source, "\n"),
            dataset::short(source.sha256).to_owned(),
        ]
    });
    Ok(write_table(out, &header, rows, &[3, 4])?)
}

/// Writes sources as CSV.
pub(super) fn write_sources_csv(out: &mut dyn Write, sources: &[SourceLine<'_>]) -> anyhow::Result<()> {
    let header = ["id", "format", "issue_date", "age_days", "entities", "counts", "sha256", "bytes"];
    let rows = sources.iter().map(|source| {
        vec![
            source.id.to_owned(),
            source.format.to_owned(),
            source.issue_date.unwrap_or_default().to_owned(),
            source.age_days.map(|days| days.to_string()).unwrap_or_default(),
            source.entities.to_string(),
            counts(source, "; "),
            source.sha256.to_owned(),
            source.bytes.to_string(),
        ]
    });
    write_csv(out, &header, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_in_days() {
        let today = jiff::civil::date(2026, 3, 1);
        for (issue, expected) in [
            ("2026-03-01", Some(0)),
            ("2026-02-28", Some(1)),
            ("2025-11-19", Some(102)),
            ("", None),
            ("2025", None),
            ("2026-03-02", Some(-1)),
        ] {
            assert_eq!(age_days(issue, today), expected, "{issue}");
        }
    }
}
