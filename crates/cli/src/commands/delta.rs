//! `interdict delta`: two issues of a list in; out comes who is new, who is gone, and what is said otherwise of whom, with the old and the
//! new words.

use std::io::Write;

use interdict_model::Schema;
use interdict_sources::{Delta, Fact, FactChange, IssueRef, PartyChange, PartyRecord, Relevance, entity_changes};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::ofac_changes;
use super::screen::schema_named;
use crate::args::{self, Format, Global};
use crate::failure::Outcome;
use crate::files::{Target, keep_apart};
use crate::issues;
use crate::messages::{Messages, harmless};
use crate::output;
use crate::table::{write_csv, write_table};

#[derive(Serialize)]
struct DeltaReport<'a> {
    old: IssueReport<'a>,
    new: IssueReport<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<&'a str>,
    counts: Counts,
    added: Vec<RecordLine<'a>>,
    removed: Vec<RecordLine<'a>>,
    changed: Vec<ChangeLine<'a>>,
}

/// An issue as it is written out.
#[derive(Serialize)]
struct IssueReport<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<&'a str>,
    sources: Vec<SourceReport<'a>>,
    entities: u64,
    parties: u64,
}

#[derive(Serialize)]
struct SourceReport<'a> {
    id: &'a str,
    format: &'a str,
    issue_date: Option<&'a str>,
    sha256: &'a str,
    bytes: u64,
}

/// Parties as shown; the unchanged ones of the whole list.
#[derive(Serialize)]
struct Counts {
    added: usize,
    removed: usize,
    changed: usize,
    unchanged: u64,
}

#[derive(Serialize)]
struct RecordLine<'a> {
    change: &'static str,
    id: &'a str,
    caption: &'a str,
    schema: &'a str,
    programs: &'a [String],
    listed: &'a [String],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    id_reused: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    possibly_renumbered: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    why: &'a [String],
    facts: Vec<FactLine<'a>>,
}

#[derive(Serialize)]
struct FactLine<'a> {
    kind: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Map::is_empty")]
    details: Map<String, Json>,
    record: &'a str,
    /// Text and details in one.
    #[serde(skip)]
    full: String,
}

#[derive(Serialize)]
struct ChangeLine<'a> {
    change: &'static str,
    id: &'a str,
    caption: &'a str,
    schema: &'a str,
    programs: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    why: &'a [String],
    facts: Vec<FactChangeLine<'a>>,
}

#[derive(Serialize)]
struct FactChangeLine<'a> {
    kind: &'a str,
    old: Option<&'a str>,
    new: Option<&'a str>,
    record: &'a str,
}

/// What is asked for: a programme and a kind of party.
struct Wanted {
    relevance: Option<(Relevance, Relevance)>,
    schema: Option<Schema>,
}

impl Wanted {
    /// Why a party is shown; none when it is not.
    fn why(&self, id: &str, schema: &str) -> Option<&[String]> {
        if let Some(wanted) = self.schema
            && !Schema::from_name(schema).is_some_and(|schema| schema.is_a(wanted))
        {
            return None;
        }
        match &self.relevance {
            None => Some(&[]),
            Some((old, new)) => Some(Relevance::either(new, old, id)).filter(|why| !why.is_empty()),
        }
    }
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &args::Delta, messages: Messages) -> anyhow::Result<Outcome> {
    let schema = args.schema.as_deref().map(schema_named).transpose()?;
    keep_apart(
        &[("--output", args.output.as_deref()), ("--ftm-delta", args.entity_changes.as_deref())],
        &[("OLD", &args.old), ("NEW", &args.new)],
    )?;
    if !args.ofac_delta.is_empty() {
        return ofac_changes::run(global, args);
    }
    let (old, new) = issues::load_pair(global, &args.old, &args.new, args.source.as_deref())?;
    issues::check(&old, &new)?;
    let delta = Delta::between(&old, &new);
    if let Some(path) = &args.entity_changes {
        let mut out = Target::open(Some(path))?;
        let mut written = 0_u64;
        for change in entity_changes(&old, &new) {
            output::write_jsonl(&mut out, &change.to_json())?;
            written += 1;
        }
        out.finish()?;
        messages.note(&format!("{written} changes of entities written to {}", path.display()));
    }
    let relevance = args.program.as_deref().map(|program| (Relevance::of(&old, program), Relevance::of(&new, program)));
    let wanted = Wanted { relevance, schema };
    let report = report(&delta, &wanted, args);
    let something = !(report.added.is_empty() && report.removed.is_empty() && report.changed.is_empty());
    let mut out = Target::open(args.output.as_deref())?;
    match output::choose(global.format, args.output.as_deref(), Format::Table) {
        Format::Json => output::write_json(&mut out, &report)?,
        Format::Jsonl => {
            report.added.iter().chain(&report.removed).try_for_each(|line| output::write_jsonl(&mut out, line))?;
            report.changed.iter().try_for_each(|line| output::write_jsonl(&mut out, line))?;
        }
        Format::Csv => write_rows(&mut out, &report)?,
        Format::Table => write_tables(&mut out, &delta, &report)?,
    }
    out.finish()?;
    Ok(if something && args.exit_code { Outcome::Hits } else { Outcome::Done })
}

fn report<'a>(delta: &'a Delta, wanted: &'a Wanted, args: &'a args::Delta) -> DeltaReport<'a> {
    let records = |change: &'static str, parties: &'a [PartyRecord]| -> Vec<RecordLine<'a>> {
        parties.iter().filter_map(|party| Some(record_line(change, party, wanted.why(&party.id, &party.schema)?))).collect()
    };
    let (added, removed) = (records("added", &delta.added), records("removed", &delta.removed));
    let changed: Vec<ChangeLine<'a>> =
        delta.changed.iter().filter_map(|party| Some(change_line(party, wanted.why(&party.id, &party.schema)?))).collect();
    DeltaReport {
        old: issue_report(&delta.old),
        new: issue_report(&delta.new),
        program: args.program.as_deref(),
        schema: wanted.schema.map(Schema::name),
        counts: Counts { added: added.len(), removed: removed.len(), changed: changed.len(), unchanged: delta.unchanged },
        added,
        removed,
        changed,
    }
}

fn issue_report(issue: &IssueRef) -> IssueReport<'_> {
    let sources = issue.sources.iter().map(|source| SourceReport {
        id: &source.source,
        format: &source.format,
        issue_date: Some(source.issue_date.as_str()).filter(|date| !date.is_empty()),
        sha256: &source.sha256,
        bytes: source.bytes,
    });
    IssueReport {
        file: &issue.file,
        snapshot: issue.snapshot.as_deref(),
        sources: sources.collect(),
        entities: issue.entities,
        parties: issue.parties,
    }
}

fn record_line<'a>(change: &'static str, party: &'a PartyRecord, why: &'a [String]) -> RecordLine<'a> {
    let PartyRecord { id, caption, schema, programs, listed, facts, id_reused, possibly_renumbered } = party;
    RecordLine {
        change,
        id,
        caption,
        schema,
        programs,
        listed,
        id_reused: *id_reused,
        possibly_renumbered: possibly_renumbered.as_deref(),
        why,
        facts: facts.iter().map(fact_line).collect(),
    }
}

fn fact_line(fact: &Fact) -> FactLine<'_> {
    let mut details = Map::new();
    for (property, value) in &fact.details {
        let values = details.entry(property.clone()).or_insert_with(|| Json::Array(Vec::new()));
        if let Some(values) = values.as_array_mut() {
            values.push(value.as_str().into());
        }
    }
    FactLine { kind: &fact.kind, text: &fact.text, details, record: &fact.record, full: fact.full() }
}

fn change_line<'a>(party: &'a PartyChange, why: &'a [String]) -> ChangeLine<'a> {
    let PartyChange { id, caption, schema, programs, facts } = party;
    let line = |fact: &'a FactChange| FactChangeLine {
        kind: &fact.kind,
        old: fact.old.as_deref(),
        new: fact.new.as_deref(),
        record: &fact.record,
    };
    ChangeLine { change: "changed", id, caption, schema, programs, why, facts: facts.iter().map(line).collect() }
}

/// One row a fact, so that nothing is folded into a cell.
fn write_rows(out: &mut dyn Write, report: &DeltaReport<'_>) -> anyhow::Result<()> {
    let header = ["change", "id", "caption", "schema", "programs", "fact", "old", "new", "record", "why"];
    let row =
        |change: &str, (id, caption, schema): (&str, &str, &str), programs: &[String], fact: [&str; 4], why: &[String]| {
            let [kind, old, new, record] = fact.map(str::to_owned);
            let (change, id, caption, schema) = (change.to_owned(), id.to_owned(), caption.to_owned(), schema.to_owned());
            vec![change, id, caption, schema, programs.join("; "), kind, old, new, record, why.join("; ")]
        };
    let mut rows = Vec::new();
    for party in report.added.iter().chain(&report.removed) {
        for fact in &party.facts {
            let (old, new) = if party.change == "added" { ("", fact.full.as_str()) } else { (fact.full.as_str(), "") };
            let what = [fact.kind, old, new, fact.record];
            rows.push(row(party.change, (party.id, party.caption, party.schema), party.programs, what, party.why));
        }
    }
    for party in &report.changed {
        for fact in &party.facts {
            let what = [fact.kind, fact.old.unwrap_or_default(), fact.new.unwrap_or_default(), fact.record];
            rows.push(row("changed", (party.id, party.caption, party.schema), party.programs, what, party.why));
        }
    }
    write_csv(out, &header, rows)
}

fn write_tables(out: &mut dyn Write, delta: &Delta, report: &DeltaReport<'_>) -> anyhow::Result<()> {
    let Counts { added, removed, changed, unchanged } = report.counts;
    let line = format!("{} → {}", delta.old.describe(), delta.new.describe());
    writeln!(out, "{}", harmless(&line))?;
    writeln!(out, "{added} added, {removed} removed, {changed} changed; {unchanged} unchanged")?;
    let with_why = report.program.is_some();
    for (title, parties) in [("Added", &report.added), ("Removed", &report.removed)] {
        if parties.is_empty() {
            continue;
        }
        writeln!(out, "\n{title}")?;
        let mut header = vec!["party", "id", "kind", "programmes", "listed"];
        header.extend(with_why.then_some("why"));
        let rows = parties.iter().map(|party| {
            let mut caption = party.caption.to_owned();
            if party.id_reused {
                caption.push_str("\nits id stands for another party");
            }
            if let Some(other) = party.possibly_renumbered {
                caption.push_str("\npossibly renumbered: ");
                caption.push_str(other);
            }
            let (id, schema) = (party.id.to_owned(), party.schema.to_owned());
            let mut row = vec![caption, id, schema, party.programs.join(", "), party.listed.join(", ")];
            row.extend(with_why.then(|| party.why.join("; ")));
            row
        });
        write_table(out, &header, rows, &[])?;
    }
    if !report.changed.is_empty() {
        writeln!(out, "\nChanged")?;
        let rows = report.changed.iter().flat_map(|party| {
            party.facts.iter().enumerate().map(move |(at, fact)| {
                let name = if at == 0 { format!("{} ({})", party.caption, party.id) } else { String::new() };
                let side = |text: Option<&str>| text.unwrap_or("–").to_owned();
                vec![name, Fact::words(fact.kind), side(fact.old), side(fact.new)]
            })
        });
        write_table(out, &["party", "fact", "old", "new"], rows, &[])?;
    }
    Ok(())
}
