//! `interdict network fronts`: a file of customers or vendors in, the rows that look like unlisted fronts out, the likeliest first, each with
//! the evidence, the record of every fact, and what else would explain it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::Context;
use interdict_matching::{Matcher, Query, Scratch, Settings};
use interdict_model::{Entity, Schema};
use interdict_names::NameKind;
use interdict_network::{Evidence, Finding, FrontFinder, FrontSettings, Graph, NameFinder, Shared};
use interdict_snapshot::Snapshot;
use serde::Serialize;

use crate::args::{Format, Global, NetworkFronts};
use crate::dataset::{self, short};
use crate::failure::{Outcome, Usage};
use crate::files::{Target, input_file, keep_apart};
use crate::input::{Vendor, Vendors};
use crate::messages::Messages;
use crate::output::{self, JsonObjects, rounded};
use crate::rejects::{Reject, Rejects};
use crate::table::{write_csv, write_table};

/// Names are looked at from this score on: below the least that the finder takes, so that it decides.
const NAMES: f64 = 0.8;
/// Parties that one name is held against at most.
const PARTIES: usize = 20;

/// A party as it is written out.
#[derive(Serialize)]
struct PartyLine<'a> {
    id: &'a str,
    caption: &'a str,
}

#[derive(Serialize)]
struct NamedLine<'a> {
    id: &'a str,
    caption: &'a str,
    score: f64,
}

#[derive(Serialize)]
struct EvidenceLine<'a> {
    kind: &'static str,
    weight: f64,
    value: &'a str,
    /// The party that has the value too; none where it is another row.
    #[serde(skip_serializing_if = "Option::is_none")]
    party: Option<PartyLine<'a>>,
    /// From that party to the listed one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    way: Vec<PartyLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    stated: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    record: &'a str,
    in_file: u32,
    in_snapshot: u32,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
}

/// One line of the output contract.
#[derive(Serialize)]
struct FindingLine<'a> {
    id: &'a str,
    line: u64,
    name: &'a str,
    score: f64,
    listed: PartyLine<'a>,
    /// The row has this listed party's name: `screen` judges whether it is that party.
    #[serde(skip_serializing_if = "Option::is_none")]
    named_as: Option<NamedLine<'a>>,
    evidence: Vec<EvidenceLine<'a>>,
    otherwise: Vec<&'static str>,
    snapshot: &'a str,
    engine: &'static str,
}

/// What all findings share.
struct Run<'a> {
    snapshot: &'a Snapshot,
    finder: &'a FrontFinder<'a>,
    file: &'a Vendors,
}

/// Looks up names with the matcher of `screen`.
struct Names<'a> {
    matcher: Matcher<'a>,
    scratches: Mutex<Vec<Scratch>>,
}

impl NameFinder for Names<'_> {
    fn find(&self, name: &str, kind: NameKind) -> Vec<(u32, f64)> {
        let schema = match kind {
            NameKind::Person => Schema::Person,
            NameKind::Organization => Schema::Organization,
            NameKind::Object | NameKind::Unknown => Schema::LegalEntity,
        };
        let mut entity = Entity::new("", schema);
        entity.add("name", name);
        // A name that cannot be read is nobody's.
        let Ok(query) = Query::from_entity(&entity) else { return Vec::new() };
        let mut scratch = self.scratches.lock().ok().and_then(|mut held| held.pop()).unwrap_or_default();
        let hits = self.matcher.screen(&query, &mut scratch);
        let found = hits.iter().map(|hit| (hit.entity.index(), hit.score)).collect();
        if let Ok(mut held) = self.scratches.lock() {
            held.push(scratch);
        }
        found
    }
}

pub(crate) fn run(global: &Global, args: &NetworkFronts, messages: Messages) -> anyhow::Result<Outcome> {
    let begin = Instant::now();
    keep_files_apart(global, args)?;
    let format = output::choose(global.format, args.output.as_deref(), Format::Table);
    let file = Vendors::read(&args.input, args.input_format, &args.map)?;
    let snapshot = dataset::open(global, messages)?;
    if let Some(columns) = &file.columns {
        messages.note(&format!("{}: {columns}", file.name));
    }
    let mut rejects = Rejects::open(args.rejects.as_deref(), messages)?;
    for (row, problem) in &file.rejected {
        let (field, reason) = (problem.field.as_str(), problem.reason.as_str());
        rejects.add(&Reject { file: &file.name, line: row.line, record: &row.id, field, reason, text: &row.text })?;
    }
    for warning in file.warnings.iter().filter(|_| format == Format::Table) {
        Messages::warning(&format!("{}: {warning}", file.name));
    }
    let graph = Graph::new(&snapshot);
    let usual = FrontSettings::default();
    let finder = FrontFinder::new(&graph, FrontSettings { threshold: args.threshold.unwrap_or(usual.threshold), ..usual });
    let settings = Settings { threshold: NAMES, limit: PARTIES, ..Settings::default() };
    let names = Names { matcher: Matcher::new(&snapshot, settings), scratches: Mutex::default() };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads.unwrap_or(0).into()).build();
    let mut findings = pool.context("threads cannot be started")?.install(|| finder.find(&file.candidates, &names));
    let found = findings.len();
    findings.truncate(args.limit.map_or(usize::MAX, |limit| limit as usize));
    let run = Run { snapshot: &snapshot, finder: &finder, file: &file };
    let mut target = Target::open(args.output.as_deref())?;
    run.write(&mut target, format, &findings)?;
    target.finish()?;
    rejects.finish("rows", file.read)?;
    if file.read == 0 {
        Messages::warning("the input has no rows: nothing was looked at");
    }
    let looked = file.candidates.len();
    let took = if messages.is_watched() { format!("; {:.2} s", begin.elapsed().as_secs_f64()) } else { String::new() };
    let like = if found == 1 { "looks like a front" } else { "look like fronts" };
    let shown = if findings.len() < found { format!(", of which {} are shown", findings.len()) } else { String::new() };
    let id = short(snapshot.id());
    messages.note(&format!("{looked} looked at, {found} {like}{shown}; snapshot {id}{took}"));
    if looked == 0 && file.read > 0 {
        return Ok(Outcome::NothingWorked);
    }
    Ok(if args.exit_code && found > 0 { Outcome::Hits } else { Outcome::Done })
}

/// Refuses output files that are the input, the other output, or a snapshot that may be in use.
fn keep_files_apart(global: &Global, args: &NetworkFronts) -> Result<(), Usage> {
    let snapshots = dataset::files(global);
    let inputs: Vec<(&str, &Path)> = input_file(&args.input)
        .into_iter()
        .map(|path| ("--input", path))
        .chain(snapshots.iter().map(|path| ("the snapshot", path.as_path())))
        .collect();
    keep_apart(&[("--output", args.output.as_deref()), ("--rejects", args.rejects.as_deref())], &inputs)
}

impl<'a> Run<'a> {
    fn party(&self, index: u32) -> PartyLine<'a> {
        let entity = self.snapshot.entity_at(index);
        PartyLine { id: entity.map_or("", |entity| entity.id()), caption: entity.map_or("", |entity| entity.caption()) }
    }

    fn vendor(&self, row: usize) -> &'a Vendor {
        &self.file.rows[row]
    }

    fn evidence<'e>(&self, evidence: &'e Evidence) -> EvidenceLine<'e>
    where
        'a: 'e,
    {
        let mut line = EvidenceLine {
            kind: evidence.kind.code(),
            weight: rounded(evidence.weight),
            value: &evidence.value,
            party: None,
            way: Vec::new(),
            row: None,
            stated: "",
            record: "",
            in_file: evidence.in_file,
            in_snapshot: evidence.in_snapshot,
            detail: &evidence.detail,
        };
        match &evidence.shared {
            Shared::Party { entity, stated, record, .. } => {
                line.party = Some(self.party(*entity));
                line.way = self.finder.way(*entity).into_iter().skip(1).map(|party| self.party(party)).collect();
                line.stated = stated;
                line.record = record;
            }
            Shared::Row { row, .. } => line.row = Some(&self.vendor(*row).id),
        }
        line
    }

    fn line<'e>(&self, finding: &'e Finding) -> FindingLine<'e>
    where
        'a: 'e,
    {
        let vendor = self.vendor(finding.row);
        let named = finding.named_as.map(|(party, score)| (self.party(party), score));
        FindingLine {
            id: &vendor.id,
            line: vendor.line,
            name: self.file.candidates[finding.row].name(),
            score: rounded(finding.score),
            listed: self.party(finding.listed),
            named_as: named.map(|(PartyLine { id, caption }, score)| NamedLine { id, caption, score: rounded(score) }),
            evidence: finding.evidence.iter().map(|evidence| self.evidence(evidence)).collect(),
            otherwise: finding.innocent(),
            snapshot: self.snapshot.id(),
            engine: env!("CARGO_PKG_VERSION"),
        }
    }

    fn write(&self, out: &mut dyn Write, format: Format, findings: &[Finding]) -> anyhow::Result<()> {
        match format {
            Format::Json | Format::Jsonl => {
                let mut objects = JsonObjects::new(format == Format::Json);
                for finding in findings {
                    objects.write(out, &self.line(finding))?;
                }
                objects.finish(out)
            }
            Format::Csv => write_csv(out, &CSV_HEADER, findings.iter().flat_map(|finding| csv_rows(&self.line(finding)))),
            Format::Table if findings.is_empty() => Ok(()),
            Format::Table => {
                let header = ["row", "score", "front of", "evidence"];
                Ok(write_table(out, &header, findings.iter().map(|finding| table_row(&self.line(finding))), &[1])?)
            }
        }
    }
}

const CSV_HEADER: [&str; 20] = [
    "id",
    "line",
    "name",
    "score",
    "listed",
    "listed_caption",
    "named_as",
    "kind",
    "weight",
    "value",
    "party",
    "party_caption",
    "row",
    "stated",
    "record",
    "in_file",
    "in_snapshot",
    "detail",
    "otherwise",
    "snapshot",
];

/// One row for each piece of evidence.
fn csv_rows(finding: &FindingLine<'_>) -> Vec<Vec<String>> {
    let row = |evidence: &EvidenceLine<'_>| {
        let party = evidence.party.as_ref();
        [
            finding.id,
            &finding.line.to_string(),
            finding.name,
            &finding.score.to_string(),
            finding.listed.id,
            finding.listed.caption,
            finding.named_as.as_ref().map_or("", |named| named.id),
            evidence.kind,
            &evidence.weight.to_string(),
            evidence.value,
            party.map_or("", |party| party.id),
            party.map_or("", |party| party.caption),
            evidence.row.unwrap_or_default(),
            evidence.stated,
            evidence.record,
            &evidence.in_file.to_string(),
            &evidence.in_snapshot.to_string(),
            evidence.detail,
            &finding.otherwise.join("; "),
            finding.snapshot,
        ]
        .map(str::to_owned)
        .to_vec()
    };
    finding.evidence.iter().map(row).collect()
}

fn table_row(finding: &FindingLine<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for evidence in &finding.evidence {
        lines.push(told(evidence));
    }
    if let Some(named) = &finding.named_as {
        lines.push(format!("has the name of {} ({:.2}): `screen` judges whether it is that party", named.caption, named.score));
    }
    lines.push(format!("unless: {}", finding.otherwise.join("; ")));
    vec![
        format!("{}\n{}", finding.id, finding.name),
        format!("{:.2}", finding.score),
        format!("{}\n{}", finding.listed.caption, finding.listed.id),
        lines.join("\n"),
    ]
}

/// A piece of evidence in one line.
fn told(evidence: &EvidenceLine<'_>) -> String {
    let mut line = format!("{:.2} {}: {}", evidence.weight, evidence.kind, evidence.value);
    let mut facts: BTreeMap<u8, String> = BTreeMap::new();
    if let Some(party) = &evidence.party {
        let stated = if evidence.stated == party.caption || evidence.stated == evidence.value {
            String::new()
        } else {
            format!(" `{}`", evidence.stated)
        };
        line.extend([", as", &stated, " of ", party.caption]);
        for step in &evidence.way {
            line.extend([", linked to ", step.caption]);
        }
        facts.insert(0, format!("{} in the file, {} in the snapshot", evidence.in_file, evidence.in_snapshot));
        facts.insert(2, evidence.record.to_owned());
    }
    if let Some(row) = evidence.row {
        line.extend([", as row ", row]);
    }
    if !evidence.detail.is_empty() {
        facts.insert(1, evidence.detail.to_owned());
    }
    facts.retain(|_, fact| !fact.is_empty());
    let facts: Vec<String> = facts.into_values().collect();
    if facts.is_empty() { line } else { format!("{line} ({})", facts.join("; ")) }
}
