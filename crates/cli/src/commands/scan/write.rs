//! What `scan` says, in each form: a table, one JSON array of documents, a JSON object a part, a row a mention, or a page.

use std::io::Write;
use std::path::Path;

use interdict_exchange::{NamedParty, PartyLink, ScanDocument, ScanMention, ScanPart, ScanReport, ScanResult};
use interdict_snapshot::Snapshot;
use serde::Serialize;

use crate::args::{AskedFormat, Format};
use crate::messages::harmless;
use crate::output::{self, JsonObjects};
use crate::table::{write_csv_header, write_csv_rows, write_table};

/// Names on no list that a table shows where not all are asked for.
const UNLISTED: usize = 8;

/// Mentions of a party that a table shows.
const SHOWN: usize = 3;

/// Form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Table,
    Json,
    Jsonl,
    Csv,
    Html,
}

impl Form {
    /// As asked, else by the ending of the file, else a table.
    pub(super) fn choose(asked: Option<AskedFormat>, output: Option<&Path>) -> Self {
        let ending = output.and_then(Path::extension).and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        let is_page = match asked {
            Some(asked) => asked == AskedFormat::Html,
            None => matches!(ending.as_deref(), Some("html" | "htm")),
        };
        if is_page {
            return Self::Html;
        }
        match output::choose(asked, output, Format::Table) {
            Format::Table => Self::Table,
            Format::Json => Self::Json,
            Format::Jsonl => Self::Jsonl,
            Format::Csv => Self::Csv,
        }
    }
}

/// What documents were screened with.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Made {
    snapshot: String,
    engine: &'static str,
    settings: String,
    threshold: f64,
    #[serde(skip)]
    lists: Vec<String>,
}

impl Made {
    pub(super) fn new(snapshot: &Snapshot, settings: &str, threshold: f64) -> Self {
        let lists = snapshot.meta().sources.iter().map(|source| {
            if source.issue_date.is_empty() { source.id.clone() } else { format!("{} of {}", source.id, source.issue_date) }
        });
        Self {
            snapshot: snapshot.id().to_owned(),
            engine: env!("CARGO_PKG_VERSION"),
            settings: settings.to_owned(),
            threshold,
            lists: lists.collect(),
        }
    }
}

#[derive(Serialize)]
struct DocumentLine<'a> {
    #[serde(flatten)]
    document: &'a ScanDocument,
    #[serde(flatten)]
    made: &'a Made,
}

#[derive(Serialize)]
struct PartLine<'a> {
    file: &'a str,
    #[serde(flatten)]
    part: &'a ScanPart,
    /// What is said of the whole file; with its first part alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<Whole<'a>>,
    #[serde(flatten)]
    made: &'a Made,
}

#[derive(Serialize)]
struct Whole<'a> {
    result: ScanResult,
    parts: usize,
    parties: &'a [NamedParty],
    links: &'a [PartyLink],
    pairs_left_out: usize,
}

const CSV_HEADER: [&str; 27] = [
    "file",
    "part",
    "kind",
    "status",
    "result",
    "reasons",
    "start",
    "end",
    "line",
    "column",
    "place",
    "words",
    "sentence",
    "id",
    "caption",
    "schema",
    "score",
    "how",
    "by_context",
    "listed",
    "party",
    "datasets",
    "programs",
    "mentions_left_out",
    "snapshot",
    "engine",
    "settings",
];

/// Writes documents as they come; a page when all are there.
pub(super) struct Writer {
    form: Form,
    /// Whether a table shows all names on no list.
    unlisted: bool,
    made: Made,
    objects: JsonObjects,
    begun: bool,
    documents: Vec<ScanDocument>,
}

impl Writer {
    pub(super) fn new(form: Form, unlisted: bool, made: Made) -> Self {
        let objects = JsonObjects::new(form == Form::Json);
        Self { form, unlisted, made, objects, begun: false, documents: Vec::new() }
    }

    pub(super) fn write(&mut self, out: &mut dyn Write, document: ScanDocument) -> anyhow::Result<()> {
        let begun = std::mem::replace(&mut self.begun, true);
        let made = &self.made;
        match self.form {
            Form::Html => self.documents.push(document),
            Form::Json => self.objects.write(out, &DocumentLine { document: &document, made })?,
            Form::Jsonl => {
                for (at, part) in document.parts.iter().enumerate() {
                    let whole = (at == 0).then(|| Whole {
                        result: document.result,
                        parts: document.parts.len(),
                        parties: &document.parties,
                        links: &document.links,
                        pairs_left_out: document.pairs_left_out,
                    });
                    self.objects.write(out, &PartLine { file: &document.file, part, document: whole, made })?;
                }
            }
            Form::Csv => {
                if !begun {
                    write_csv_header(out, &CSV_HEADER)?;
                }
                let rows = document.parts.iter().flat_map(|part| csv_rows(&document.file, part, made));
                write_csv_rows(out, rows)?;
            }
            Form::Table => {
                if begun {
                    writeln!(out)?;
                }
                write_text(out, &document, self.unlisted)?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(self, out: &mut dyn Write) -> anyhow::Result<()> {
        match self.form {
            Form::Json | Form::Jsonl => self.objects.finish(out),
            Form::Csv if !self.begun => write_csv_header(out, &CSV_HEADER),
            Form::Html => {
                let Made { snapshot, engine, settings, threshold, lists } = self.made;
                let report = ScanReport {
                    generated: crate::commands::today(),
                    snapshot,
                    engine: engine.to_owned(),
                    settings,
                    lists,
                    threshold,
                    documents: self.documents,
                };
                Ok(out.write_all(report.to_html().as_bytes())?)
            }
            Form::Csv | Form::Table => Ok(()),
        }
    }
}

fn csv_rows(file: &str, part: &ScanPart, made: &Made) -> Vec<Vec<String>> {
    let row = |mention: Option<&ScanMention>| {
        let of = |text: &dyn Fn(&ScanMention) -> String| mention.map(text).unwrap_or_default();
        vec![
            file.to_owned(),
            part.path.clone(),
            part.kind.clone(),
            part.status.clone(),
            part.result.code().to_owned(),
            part.reasons.join("; "),
            of(&|mention| mention.span.start.to_string()),
            of(&|mention| mention.span.end.to_string()),
            of(&|mention| mention.line.to_string()),
            of(&|mention| mention.column.to_string()),
            of(&|mention| mention.place.clone().unwrap_or_default()),
            of(&|mention| mention.words.clone()),
            of(&|mention| mention.sentence.clone()),
            of(&|mention| mention.id.clone()),
            of(&|mention| mention.caption.clone()),
            of(&|mention| mention.schema.clone()),
            of(&|mention| mention.score.to_string()),
            of(&|mention| mention.how.to_owned()),
            of(&|mention| mention.by_context.to_string()),
            of(&|mention| mention.listed.clone()),
            of(&|mention| mention.party.clone()),
            of(&|mention| mention.datasets.join(";")),
            of(&|mention| mention.programs.join(";")),
            part.mentions_left_out.to_string(),
            made.snapshot.clone(),
            made.engine.to_owned(),
            made.settings.clone(),
        ]
    };
    if part.mentions.is_empty() { vec![row(None)] } else { part.mentions.iter().map(|mention| row(Some(mention))).collect() }
}

/// A document for people.
fn write_text(out: &mut dyn Write, document: &ScanDocument, all: bool) -> anyhow::Result<()> {
    let line = |out: &mut dyn Write, text: &str| writeln!(out, "{}", harmless(text));
    line(out, &format!("{}: {}", document.file, document.result.words()))?;
    // What was not read is said before anything else.
    for part in document.parts.iter().filter(|part| !part.reasons.is_empty()) {
        let of = if part.path == document.file { String::new() } else { format!("{}: ", part.path) };
        line(out, &format!("  not checked: {of}{}", part.reasons.join("; ")))?;
    }
    if !document.parties.is_empty() {
        let header = ["listed party", "schema", "programmes", "score", "mentions", "where"];
        write_table(out, &header, document.parties.iter().map(|party| row(document, party)), &[3, 4])?;
    }
    let left_out: usize = document.parts.iter().map(|part| part.mentions_left_out).sum();
    if left_out > 0 {
        line(out, &format!("  {left_out} more mentions; --limit shows more of them"))?;
    }
    let direct: Vec<&PartyLink> = document.links.iter().filter(|link| link.through.is_empty()).collect();
    if !direct.is_empty() {
        line(out, "  How they are linked:")?;
        for link in direct {
            line(out, &format!("    {}", link.words.join("; then ")))?;
        }
    }
    if document.pairs_left_out > 0 {
        line(out, &format!("    {} pairs of parties were not looked at", document.pairs_left_out))?;
    }
    write_unlisted(out, document, all)
}

fn row(document: &ScanDocument, party: &NamedParty) -> Vec<String> {
    let several = document.parts.len() > 1;
    let mut places: Vec<String> = Vec::new();
    let mut last = None;
    for (at, part) in document.parts.iter().enumerate() {
        for mention in part.mentions.iter().filter(|mention| mention.party == party.id) {
            // Words that mean it under several listings are one place.
            if last.replace((at, mention.span)) == Some((at, mention.span)) {
                continue;
            }
            let file = if several { format!("{}: ", part.path) } else { String::new() };
            let place = mention.place.as_ref().map_or_else(String::new, |place| format!("{place}, "));
            let context = if mention.by_context { ", by context" } else { "" };
            let how = format!("{}{context}", mention.how.replace('_', " "));
            places.push(format!("{file}{place}{}:{} “{}” ({how})", mention.line, mention.column, mention.words));
        }
    }
    let more = places.len().saturating_sub(SHOWN);
    places.truncate(SHOWN);
    if more > 0 {
        places.push(format!("and {more} more"));
    }
    let ids: Vec<&str> = party.listings.iter().map(|listing| listing.id.as_str()).collect();
    vec![
        format!("{}\n{}", party.caption, ids.join(" ")),
        party.schema.clone(),
        party.programs.join(" "),
        format!("{:.2}", party.score),
        party.mentions.to_string(),
        places.join("\n"),
    ]
}

fn write_unlisted(out: &mut dyn Write, document: &ScanDocument, all: bool) -> anyhow::Result<()> {
    let mut names: Vec<String> = Vec::new();
    let mut total = 0;
    for part in &document.parts {
        total += part.unlisted.len() + part.unlisted_left_out;
        let room = if all { usize::MAX } else { UNLISTED.saturating_sub(names.len()) };
        for name in part.unlisted.iter().take(room) {
            names.push(if all {
                format!("{} ({}; {}; line {}, {} times)", name.name, name.kind, name.reason, name.line, name.spans.len())
            } else {
                format!("{} ({})", name.name, name.kind)
            });
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    let more = total - names.len();
    let text = if all { format!("\n    {}", names.join("\n    ")) } else { format!(" {}", names.join(", ")) };
    let more = match (more, all) {
        (0, _) => String::new(),
        (more, true) => format!("\n    and {more} more"),
        (more, false) => format!(" and {more} more; --unlisted shows all"),
    };
    let text = format!("  On no list, for a closer look:{text}{more}");
    Ok(text.split('\n').try_for_each(|line| writeln!(out, "{}", harmless(line)))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_follows_the_option_then_the_ending() {
        for (asked, path, expected) in [
            (None, None, Form::Table),
            (None, Some("a.HTML"), Form::Html),
            (None, Some("a.htm"), Form::Html),
            (None, Some("a.csv"), Form::Csv),
            (Some(AskedFormat::Jsonl), Some("a.html"), Form::Jsonl),
            (Some(AskedFormat::Html), Some("a.json"), Form::Html),
        ] {
            assert_eq!(Form::choose(asked, path.map(Path::new)), expected, "{asked:?} {path:?}");
        }
    }
}
