//! `interdict sources`: the catalogue of lists, with what is loaded of each, from when it is, and whether it is kept current; or what was in
//! force at a time, from the ledger.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use interdict_snapshot::{Meta, SourceMeta};
use interdict_sources::{Catalogue, Effect, Event, Source, SourceKind, Store};
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::args::{Format, Global, Sources};
use crate::dataset;
use crate::failure::{Failure, Outcome, Usage};
use crate::files::Target;
use crate::messages::Messages;
use crate::output;
use crate::table::{write_csv, write_table};

/// Name of the user's catalogue in the data folder.
const CATALOGUE: &str = "catalog.toml";

/// A loaded source as it is written out.
#[derive(Serialize)]
pub(super) struct SourceLine<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
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

/// A source of the catalogue with what is loaded of it, as it is written out.
#[derive(Serialize)]
struct CatalogueLine<'a> {
    id: &'a str,
    loaded: bool,
    title: Option<&'a str>,
    publisher: Option<&'a str>,
    kind: Option<SourceKind>,
    effect: Option<Effect>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effects: Option<&'a BTreeMap<String, Effect>>,
    #[serde(flatten)]
    issue: Option<SourceLine<'a>>,
    /// When its publisher was last asked with a good answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked: Option<&'a str>,
    /// Whether that is longer ago than the catalogue allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    stale: Option<bool>,
    /// Issues of it that are kept.
    issues: usize,
    /// Why the newest issue that came is not the one in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    manual: Option<bool>,
    licence: Option<&'a str>,
    page: Option<&'a str>,
    urls: Option<&'a [String]>,
}

/// The built-in catalogue with that of the user: the file named, else `catalog.toml` in the data folder.
pub(crate) fn catalogue(global: &Global, named: Option<&Path>) -> anyhow::Result<Catalogue> {
    let mut catalogue = Catalogue::built_in()?;
    match named {
        Some(path) => catalogue.add_file(path)?,
        None => {
            if let Some(path) = dataset::data_folder(global).ok().map(|dir| dir.join(CATALOGUE)).filter(|path| path.exists()) {
                catalogue.add_file(&path)?;
            }
        }
    }
    Ok(catalogue)
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &Sources, messages: Messages) -> anyhow::Result<Outcome> {
    let catalogue = catalogue(global, args.catalog.as_deref())?;
    let store = match dataset::data_folder(global) {
        Ok(dir) => Some(Store::read(&dir)?),
        Err(_) => None,
    };
    if let Some(at) = &args.at {
        return in_force_at(global, store.as_ref(), at);
    }
    let snapshot = dataset::open(global, messages)?;
    let now = Timestamp::now();
    let loaded = lines(snapshot.meta(), Some(TimeZone::UTC.to_datetime(now).date()));
    let known: Vec<Source> = loaded
        .iter()
        .filter_map(|line| catalogue.get(line.id))
        .chain(catalogue.sources().filter(|_| !args.loaded).cloned())
        .collect();
    let source = |id: &str| known.iter().find(|source| source.id == id);
    let is_loaded = |id: &str| snapshot.meta().sources.iter().any(|source| source.id == id);
    let not_loaded: Vec<&Source> = known.iter().filter(|source| !is_loaded(&source.id)).collect();
    let mut rows: Vec<CatalogueLine<'_>> = Vec::new();
    for line in loaded {
        let id = line.id;
        // The id stands before it already.
        rows.push(row(id, source(id), Some(SourceLine { id: "", ..line }), store.as_ref(), now));
    }
    rows.extend(not_loaded.iter().map(|source| row(&source.id, Some(source), None, store.as_ref(), now)));
    let mut out = Target::open(None)?;
    match output::choose(global.format, None, Format::Table) {
        Format::Json => output::write_json(&mut out, &rows)?,
        Format::Jsonl => rows.iter().try_for_each(|row| output::write_jsonl(&mut out, row))?,
        Format::Csv => write_catalogue_csv(&mut out, &rows)?,
        Format::Table => write_catalogue_table(&mut out, &rows)?,
    }
    out.finish()?;
    Ok(Outcome::Done)
}

fn row<'a>(
    id: &'a str,
    source: Option<&'a Source>,
    issue: Option<SourceLine<'a>>,
    store: Option<&'a Store>,
    now: Timestamp,
) -> CatalogueLine<'a> {
    let checked = store.and_then(|store| store.last_good_check(id));
    let age = checked.and_then(|at| at.parse::<Timestamp>().ok()).map(|at| now.duration_since(at).as_hours() / 24);
    let issues = store.map_or(0, |store| store.accepted(id).len());
    CatalogueLine {
        id,
        loaded: issue.is_some(),
        title: source.map(|source| source.title.as_str()),
        publisher: source.map(|source| source.publisher.as_str()),
        kind: source.map(|source| source.kind),
        effect: source.map(|source| source.effect),
        effects: source.map(|source| &source.effects).filter(|effects| !effects.is_empty()),
        issue,
        checked,
        stale: source.zip(age).map(|(source, age)| age >= i64::from(source.stale_after)),
        issues,
        problem: store.and_then(|store| problem(store, id)),
        manual: source.map(Source::is_manual),
        licence: source.map(|source| source.licence.as_str()),
        page: source.map(|source| source.page.as_str()).filter(|page| !page.is_empty()),
        urls: source.map(|source| source.urls.as_slice()),
    }
}

/// Why the issue that came last is not to be used, if it is not.
fn problem(store: &Store, id: &str) -> Option<String> {
    for entry in store.ledger().entries().iter().rev() {
        match &entry.event {
            Event::Accepted { issue } if issue.source == id => return None,
            Event::Checked { sources } if sources.iter().any(|source| source == id) => return None,
            Event::Quarantined { issue, reasons } if issue.source == id => {
                return Some(format!("quarantined: {}", reasons.join("; ")));
            }
            Event::Refused { issue, reason } if issue.source == id => return Some(format!("refused: {reason}")),
            Event::Failed { source, reason } if source == id => return Some(format!("not had: {reason}")),
            _ => {}
        }
    }
    None
}

/// An issue that was in force at a time.
#[derive(Serialize)]
struct InForce<'a> {
    source: &'a str,
    issue_date: Option<&'a str>,
    sha256: &'a str,
    format: Option<&'a str>,
    entities: Option<u64>,
    files: Vec<&'a str>,
}

fn in_force_at(global: &Global, store: Option<&Store>, at: &str) -> anyhow::Result<Outcome> {
    // A day means its end: what was in force when it was over.
    let day = at.parse::<Date>().ok().filter(|_| at.len() == 10).map(|day| format!("{day}T23:59:59.999999999Z"));
    let time: Timestamp = day.as_deref().unwrap_or(at).parse().map_err(|error| Usage(format!("--at: `{at}`: {error}")))?;
    let issues = store.map(|store| store.in_force(Some(&time.to_string()))).unwrap_or_default();
    if issues.is_empty() {
        let message = format!("nothing is known to have been in force at {time}");
        return Err(Failure::new(message, "the ledger of the data folder begins with the first `interdict update`").into());
    }
    let rows: Vec<InForce<'_>> = issues
        .iter()
        .map(|(source, sha256)| {
            let issue = store.and_then(|store| store.find(source, sha256)).map(|(issue, _)| issue);
            InForce {
                source,
                issue_date: issue.map(|issue| issue.issue_date.as_str()).filter(|date| !date.is_empty()),
                sha256,
                format: issue.map(|issue| issue.format.as_str()),
                entities: issue.map(|issue| issue.entities),
                files: issue.map(|issue| issue.files.iter().map(|file| file.file.as_str()).collect()).unwrap_or_default(),
            }
        })
        .collect();
    let mut out = Target::open(None)?;
    let header = ["source", "issue", "format", "entities", "files", "SHA-256"];
    let cells = rows.iter().map(|row| {
        vec![
            row.source.to_owned(),
            row.issue_date.unwrap_or("not stated").to_owned(),
            row.format.unwrap_or_default().to_owned(),
            row.entities.map(|count| count.to_string()).unwrap_or_default(),
            if row.files.len() > 4 { format!("{} files", row.files.len()) } else { row.files.join("\n") },
            row.sha256.to_owned(),
        ]
    });
    match output::choose(global.format, None, Format::Table) {
        Format::Json => output::write_json(&mut out, &rows)?,
        Format::Jsonl => rows.iter().try_for_each(|row| output::write_jsonl(&mut out, row))?,
        Format::Csv => write_csv(&mut out, &header, cells)?,
        Format::Table => write_table(&mut out, &header, cells, &[3])?,
    }
    out.finish()?;
    Ok(Outcome::Done)
}

fn write_catalogue_table(out: &mut dyn Write, rows: &[CatalogueLine<'_>]) -> anyhow::Result<()> {
    let header = ["source", "title", "effect", "issue", "days old", "checked", "entities", "state"];
    let cells = rows.iter().map(|row| {
        let issue = row.issue.as_ref();
        vec![
            row.id.to_owned(),
            row.title.unwrap_or("not in the catalogue").to_owned(),
            row.effect.map(|effect| effect.code().to_owned()).unwrap_or_default(),
            issue.map(|issue| issue.issue_date.unwrap_or("not stated")).unwrap_or_default().to_owned(),
            issue.and_then(|issue| issue.age_days).map(|days| days.to_string()).unwrap_or_default(),
            row.checked.and_then(|at| at.get(..10)).unwrap_or_default().to_owned(),
            issue.map(|issue| issue.entities.to_string()).unwrap_or_default(),
            state(row),
        ]
    });
    Ok(write_table(out, &header, cells, &[4, 6])?)
}

/// What there is to say of a source in a word or two.
fn state(row: &CatalogueLine<'_>) -> String {
    let mut states = Vec::new();
    match (row.loaded, row.manual) {
        (true, _) => {}
        (false, Some(true)) => states.push("not loaded, manual".to_owned()),
        (false, _) => states.push("not loaded".to_owned()),
    }
    if row.stale == Some(true) {
        states.push("STALE".to_owned());
    }
    states.extend(row.problem.clone());
    states.join("; ")
}

fn write_catalogue_csv(out: &mut dyn Write, rows: &[CatalogueLine<'_>]) -> anyhow::Result<()> {
    let header = [
        "id",
        "loaded",
        "title",
        "publisher",
        "effect",
        "format",
        "issue_date",
        "age_days",
        "checked",
        "stale",
        "entities",
        "counts",
        "sha256",
        "bytes",
        "issues",
        "problem",
        "licence",
        "page",
    ];
    let cells = rows.iter().map(|row| {
        let issue = row.issue.as_ref();
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        vec![
            row.id.to_owned(),
            row.loaded.to_string(),
            text(row.title),
            text(row.publisher),
            text(row.effect.map(Effect::code)),
            text(issue.map(|issue| issue.format)),
            text(issue.and_then(|issue| issue.issue_date)),
            issue.and_then(|issue| issue.age_days).map(|days| days.to_string()).unwrap_or_default(),
            text(row.checked),
            row.stale.map(|stale| stale.to_string()).unwrap_or_default(),
            issue.map(|issue| issue.entities.to_string()).unwrap_or_default(),
            issue.map(|issue| counts(issue, "; ")).unwrap_or_default(),
            text(issue.map(|issue| issue.sha256)),
            issue.map(|issue| issue.bytes.to_string()).unwrap_or_default(),
            row.issues.to_string(),
            text(row.problem.as_deref()),
            text(row.licence),
            text(row.page),
        ]
    });
    write_csv(out, &header, cells)
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
