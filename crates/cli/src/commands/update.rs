//! `interdict update`: new issues of the lists come in (from their publishers, from a folder, from a signed bundle), each is read to its end
//! and judged, and the newest good issue of every list goes into one snapshot. What cannot be had, read or believed is said, and the issue
//! before it stays in force.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use interdict_snapshot::{Snapshot, id_hash};
use interdict_sources::{
    Candidate, Catalogue, Event, Examined, Limits, Manifest, Status, Store, StoredIssue, came_again, compare, examine, keep,
    load_set, newest, scan,
};
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use rayon::prelude::*;
use serde::Serialize;

use crate::args::{Format, Global, Update};
use crate::commands::assemble::{Input, assemble, keep_ids, spec};
use crate::commands::deliveries::{Asked, ask_all, options, to_ask, unpack};
use crate::dataset::{data_folder, short};
use crate::failure::{Failure, Outcome};
use crate::files::Target;
use crate::messages::{Messages, harmless};
use crate::output;
use crate::table::{write_csv, write_table};

/// Name of the snapshot in the data folder.
const SNAPSHOT: &str = "lists.snapshot";
/// Files that are no lists, said on stderr where nothing else came.
const SHOWN_PASSED_OVER: usize = 10;
/// Problems of an issue that are said on stderr.
const SHOWN_PROBLEMS: usize = 3;

/// What became of a source or of one of its issues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Became {
    /// It is in the snapshot.
    InForce,
    /// It is good and kept; a newer one is in force.
    Kept,
    /// It cannot be believed.
    Quarantined,
    /// It cannot be read.
    Refused,
    /// It could not be had.
    Failed,
}

impl Became {
    fn word(self) -> &'static str {
        match self {
            Self::InForce => "in force",
            Self::Kept => "kept",
            Self::Quarantined => "quarantined",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// A line of the report.
#[derive(Debug, Serialize)]
struct Line {
    source: String,
    became: Became,
    /// Whether it came with this update.
    new: bool,
    issue_date: Option<String>,
    format: String,
    entities: u64,
    counts: BTreeMap<String, u64>,
    files: Vec<String>,
    sha256: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<String>,
}

/// What the update did, as it is written out.
#[derive(Debug, Serialize)]
struct UpdateReport {
    snapshot: String,
    engine: &'static str,
    file: String,
    /// Whether the snapshot was written, and not found to be right as it is.
    built: bool,
    entities: u64,
    names: u64,
    sources: Vec<Line>,
    /// Files that are no lists.
    passed_over: Vec<String>,
}

/// What came in, before it is judged together.
struct Arrival {
    candidate: Candidate,
    issue: StoredIssue,
    /// What it was found to be; nothing for an issue that is known.
    examined: Option<Examined>,
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &Update, messages: Messages) -> anyhow::Result<Outcome> {
    let dir = data_folder(global)?;
    let catalogue = super::sources::catalogue(global, args.catalog.as_deref())?;
    check_ids(&catalogue, args.only.iter().chain(&args.accept))?;
    let mut store = Store::write(&dir).with_context(|| format!("data folder {}", dir.display()))?;
    let now = Timestamp::now().to_string();
    let mut limits = Limits::default();
    if let Some(max_bytes) = args.max_bytes {
        limits.max_bytes = max_bytes;
    }
    let incoming = store.dir().join("incoming");
    let mut passed_over = Vec::new();
    // What went wrong beside what the lines say.
    let mut troubles = 0;
    let mut lines = if let (Some(bundle), Some(key)) = (&args.bundle, &args.public_key) {
        let folder = tempfile::tempdir_in(store.dir()).context("a folder for the bundle")?;
        let (manifest, mut candidates) = unpack(bundle, key, &catalogue, limits, folder.path())?;
        check_sequence(&store, &manifest)?;
        keep_only(&mut candidates, &args.only);
        let lines = take_in(&mut store, candidates, args, limits, &now)?;
        let key = std::fs::read_to_string(key)?.lines().last().unwrap_or_default().to_owned();
        store.record(&now, Event::Imported { sequence: manifest.sequence, made_at: manifest.made_at, key })?;
        lines
    } else if args.from.is_empty() {
        ask_publishers(&mut store, &catalogue, args, limits, &incoming, &now, messages)?
    } else {
        let mut candidates = Vec::new();
        for folder in &args.from {
            if folder.is_file() {
                let message = format!("{}: a file, and not a folder", folder.display());
                return Err(Failure::new(message, "`--from` takes the folder in which the lists' files are").into());
            }
            let found = scan(folder, &catalogue, limits)?;
            for file in &found.passed_over {
                if file.is_suspect {
                    troubles += 1;
                    Messages::warning(&format!("{}: {}", file.path.display(), file.reason));
                }
                passed_over.push(format!("{}: {}", shown(&file.path, folder), file.reason));
            }
            if found.candidates.is_empty() {
                troubles += 1;
                Messages::warning(&format!("folder {}: no issue of any list is in it", folder.display()));
            }
            candidates.extend(found.candidates);
        }
        for id in args.only.iter().filter(|id| candidates.iter().all(|candidate| candidate.source.id != **id)) {
            troubles += 1;
            Messages::warning(&format!("source `{id}`: no issue of it was found; what is in force stays"));
        }
        keep_only(&mut candidates, &args.only);
        messages.note(&format!("issues found: {}; files that are no lists: {}", candidates.len(), passed_over.len()));
        take_in(&mut store, candidates, args, limits, &now)?
    };
    accept(&mut store, args, &lines, &now)?;
    let (inputs, left_out) = in_force(&store, &catalogue);
    troubles += left_out;
    if inputs.is_empty() {
        for file in passed_over.iter().take(SHOWN_PASSED_OVER) {
            Messages::warning(&format!("passed over: {file}"));
        }
        let message = "no list is in force; no snapshot was built";
        return Err(Failure::new(message, "`interdict sources` shows what the catalogue knows, and what came").into());
    }
    let file = dir.join(SNAPSHOT);
    let (snapshot, built) = build(&mut store, &inputs, &file, limits, args.rebuild, messages)?;
    finish_lines(&mut lines, &store, &inputs);
    let report = UpdateReport {
        snapshot: snapshot.id().to_owned(),
        engine: env!("CARGO_PKG_VERSION"),
        file: file.display().to_string(),
        built,
        entities: u64::from(snapshot.entity_count()),
        names: u64::from(snapshot.name_count()),
        sources: lines,
        passed_over,
    };
    let mut out = Target::open(None)?;
    write(&mut out, output::choose(global.format, None, Format::Table), &report)?;
    out.finish()?;
    let what = if built { "written to" } else { "is what it should be:" };
    messages.note(&format!("snapshot {} {what} {}", short(snapshot.id()), file.display()));
    let bad = report.sources.iter().filter(|line| line.new && !matches!(line.became, Became::InForce | Became::Kept)).count();
    Ok(if args.strict && bad + troubles > 0 { Outcome::NothingWorked } else { Outcome::Done })
}

fn keep_only(candidates: &mut Vec<Candidate>, only: &[String]) {
    if !only.is_empty() {
        candidates.retain(|candidate| only.contains(&candidate.source.id));
    }
}

/// Refuses a bundle that is not newer than the last one: somebody may send an old one again.
fn check_sequence(store: &Store, manifest: &Manifest) -> anyhow::Result<()> {
    let last = store.ledger().entries().iter().rev().find_map(|entry| match &entry.event {
        Event::Imported { sequence, made_at, .. } => Some((*sequence, made_at.clone())),
        _ => None,
    });
    match last {
        Some((sequence, made_at)) if manifest.sequence <= sequence => {
            let message = format!(
                "the bundle of {} (sequence {}) is not newer than the last one, of {made_at} (sequence {sequence})",
                manifest.made_at, manifest.sequence
            );
            Err(Failure::new(message, "ask for a new one; its lists would be older than what is in force").into())
        }
        _ => Ok(()),
    }
}

/// Asks the publishers and takes in what is new. Who cannot be reached is on record, and the others go on.
fn ask_publishers(
    store: &mut Store,
    catalogue: &Catalogue,
    args: &Update,
    limits: Limits,
    incoming: &Path,
    now: &str,
    messages: Messages,
) -> anyhow::Result<Vec<Line>> {
    let sources = to_ask(catalogue, &args.only)?;
    messages.note(&format!("asking the publishers of {} lists", sources.len()));
    let options = options(&args.fetching, limits);
    let (mut candidates, mut unchanged, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    for asked in ask_all(sources, store, incoming, &options, limits, messages)? {
        match asked {
            Asked::New(candidate) => candidates.push(*candidate),
            Asked::Unchanged(source) => unchanged.push(source.id),
            Asked::Failed(source, reason) => {
                Messages::warning(&format!("source `{}`: {reason}; what is in force stays", source.id));
                lines.push(Line {
                    reasons: vec![reason.clone()],
                    became: Became::Failed,
                    ..line(&StoredIssue { source: source.id.clone(), ..StoredIssue::default() }, Status::Accepted, true)
                });
                store.record(now, Event::Failed { source: source.id, reason })?;
            }
        }
    }
    if !unchanged.is_empty() {
        store.record(now, Event::Checked { sources: unchanged })?;
    }
    let files: Vec<PathBuf> = candidates.iter().flat_map(|candidate| candidate.paths.clone()).collect();
    lines.extend(take_in(store, candidates, args, limits, now)?);
    // What was fetched is kept by now; what broke off stays, and goes on the next time.
    for file in files {
        std::fs::remove_file(&file).with_context(|| file.display().to_string())?;
    }
    Ok(lines)
}

/// Path below a folder.
fn shown(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
}

fn check_ids<'a>(catalogue: &Catalogue, ids: impl Iterator<Item = &'a String>) -> anyhow::Result<()> {
    for id in ids {
        if catalogue.get(id).is_none() {
            let message = format!("`{id}` is not in the catalogue");
            return Err(Failure::new(message, "`interdict sources` lists the ids").into());
        }
    }
    Ok(())
}

/// Keeps what came, reads what is new on all cores, and judges it in the order of its dates, so that each issue is held against the one before.
fn take_in(
    store: &mut Store,
    candidates: Vec<Candidate>,
    args: &Update,
    limits: Limits,
    now: &str,
) -> anyhow::Result<Vec<Line>> {
    let kept: Vec<(Candidate, StoredIssue)> = candidates
        .into_par_iter()
        .map(|candidate| keep(store, &candidate).map(|issue| (candidate, issue)))
        .collect::<Result<_, _>>()?;
    // What was not good may be so to this engine, or when the list it was held against has changed; it is read again.
    let known = |issue: &StoredIssue| matches!(store.find(&issue.source, &issue.sha256), Some((_, Status::Accepted)));
    let (mut arrivals, mut seen) = (Vec::new(), std::collections::HashSet::new());
    for (candidate, issue) in kept {
        // The same issue may lie in a folder twice.
        if seen.insert((issue.source.clone(), issue.sha256.clone())) {
            arrivals.push((candidate, issue));
        }
    }
    // The longest first, so that the cores end together.
    arrivals.sort_by_key(|(_, issue)| std::cmp::Reverse(issue.files.iter().map(|file| file.bytes).sum::<u64>()));
    let mut arrivals: Vec<Arrival> = arrivals
        .into_par_iter()
        .with_max_len(1)
        .map(|(candidate, issue)| {
            let examined = (!known(&issue)).then(|| {
                let mut ids = Vec::new();
                let examined = examine(&candidate, issue.clone(), limits, &mut |entity| ids.push(id_hash(&entity.id)));
                (examined, ids)
            });
            let (examined, ids) = examined.unzip();
            // What cannot be read gives no snapshot anything.
            if let Some(ids) = ids.filter(|_| examined.as_ref().is_some_and(|examined| examined.refusal.is_none())) {
                keep_ids(store, &issue, &ids_for_snapshot(&candidate, ids, limits))?;
            }
            Ok(Arrival { candidate, issue, examined })
        })
        .collect::<anyhow::Result<_>>()?;
    let date = |arrival: &Arrival| arrival.examined.as_ref().map(|examined| examined.issue.issue_date.clone());
    arrivals.sort_by_key(|arrival| (arrival.candidate.source.id.clone(), date(arrival), arrival.issue.files.clone()));
    let (mut lines, mut checked) = (Vec::new(), Vec::new());
    let today = today(now);
    for arrival in arrivals {
        let source = &arrival.candidate.source;
        let Some(mut examined) = arrival.examined else {
            if let Some(issue) = came_again(store, &arrival.candidate, &arrival.issue) {
                store.record(now, Event::Accepted { issue })?;
            }
            // That an old issue is there once more does not show that the list is current.
            if newest(source, &store.accepted(&source.id)).is_some_and(|newest| newest.sha256 == arrival.issue.sha256) {
                checked.push(source.id.clone());
            }
            if let Some((issue, status)) = store.find(&source.id, &arrival.issue.sha256) {
                lines.push(line(issue, status, false));
            }
            continue;
        };
        let before = newest(source, &store.accepted(&source.id)).cloned();
        // An issue without a date may be of any time: it is held against others of the kind only.
        let is_before = |before: &StoredIssue| {
            before.issue_date.is_empty() == examined.issue.issue_date.is_empty()
                && before.issue_date <= examined.issue.issue_date
        };
        let before = before.filter(is_before);
        compare(&mut examined, source, before.as_ref(), today);
        let accepted = args.accept.contains(&source.id);
        say(&arrival.candidate, &examined, accepted);
        let issue = examined.issue;
        // What a person accepts against all doubts is on record with the doubts.
        let overruled = (accepted && !examined.doubts.is_empty()).then(|| Event::Accepted { issue: issue.clone() });
        let event = match examined.refusal {
            Some(error) => Event::Refused { issue, reason: error.to_string() },
            None if examined.doubts.is_empty() => Event::Accepted { issue },
            None => Event::Quarantined { issue, reasons: examined.doubts },
        };
        if !is_recorded(store, &event) {
            store.record(now, event)?;
        }
        if let Some(event) = overruled {
            store.record(now, event)?;
        }
        if let Some((issue, status)) = store.find(&source.id, &arrival.issue.sha256) {
            lines.push(line(issue, status, true));
        }
    }
    if !checked.is_empty() {
        checked.dedup();
        store.record(now, Event::Checked { sources: checked })?;
    }
    Ok(lines)
}

/// Hashes of the ids that an issue gives to a snapshot. A collection gives fewer than it has where the lists that it repeats are there, too.
fn ids_for_snapshot(candidate: &Candidate, ids: Vec<u64>, limits: Limits) -> Vec<u64> {
    let source = &candidate.source;
    if source.repeats.is_empty() {
        return ids;
    }
    let mut fewer = Vec::new();
    let result = load_set(&spec(source, limits, true), &candidate.paths, None, &mut |entity| fewer.push(id_hash(&entity.id)));
    // Whoever reads it for the snapshot meets the same error, and says it.
    if result.is_ok() { fewer } else { ids }
}

/// Whether this is what the ledger says of the issue already.
fn is_recorded(store: &Store, event: &Event) -> bool {
    let (issue, status) = match event {
        Event::Refused { issue, reason } => (issue, Status::Refused(reason)),
        Event::Quarantined { issue, reasons } => (issue, Status::Quarantined(reasons)),
        _ => return false,
    };
    store.find(&issue.source, &issue.sha256).is_some_and(|(_, held)| held == status)
}

fn say(candidate: &Candidate, examined: &Examined, accepted: bool) {
    let source = &candidate.source;
    // What was fetched or unpacked lies in a folder that is gone when the message is read.
    let file = match candidate.paths.first() {
        Some(path) if candidate.from == "folder" => path.display().to_string(),
        Some(path) => path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        None => String::new(),
    };
    if let Some(error) = &examined.refusal {
        Messages::warning(&format!("source `{}`: refused: {error}", source.id));
        return;
    }
    for doubt in &examined.doubts {
        let became = if accepted { "accepted all the same" } else { "quarantined" };
        Messages::warning(&format!("source `{}`: {file}: {became}: {doubt}", source.id));
    }
    let Some(report) = &examined.report else { return };
    for issue in report.issues.iter().take(SHOWN_PROBLEMS) {
        Messages::warning(&crate::rejects::describe(&file, issue.line, &issue.record, &issue.field, &issue.message));
    }
    if report.issues.len() > SHOWN_PROBLEMS {
        let (more, left_out) = (report.issues.len() - SHOWN_PROBLEMS, report.rejected.len());
        Messages::warning(&format!("{file}: {more} more of the kind; records left out: {left_out}"));
    }
}

fn today(now: &str) -> Date {
    TimeZone::UTC.to_datetime(now.parse().unwrap_or_else(|_| Timestamp::now())).date()
}

/// Accepts the newest quarantined issue of the sources that were named, from an earlier update. Where this one brought an issue that was
/// accepted, that is what was meant.
fn accept(store: &mut Store, args: &Update, lines: &[Line], now: &str) -> anyhow::Result<()> {
    for id in &args.accept {
        if lines.iter().any(|line| line.source == *id && line.new && line.became == Became::Kept) {
            continue;
        }
        let quarantined = store
            .issues_of(id)
            .filter(|(_, status)| matches!(status, Status::Quarantined(_)))
            .max_by(|(a, _), (b, _)| a.issue_date.cmp(&b.issue_date))
            .map(|(issue, _)| issue.clone());
        match quarantined {
            Some(issue) => store.record(now, Event::Accepted { issue })?,
            None => Messages::warning(&format!("source `{id}`: --accept: no issue of it is quarantined")),
        }
    }
    Ok(())
}

/// The issue of every list that is to be in force. Lists that the catalogue no longer has are left out with a warning, and counted.
fn in_force(store: &Store, catalogue: &Catalogue) -> (Vec<Input>, usize) {
    let (mut inputs, mut left_out) = (Vec::new(), 0);
    for id in store.sources() {
        let accepted = store.accepted(id);
        match catalogue.get(id) {
            Some(source) => inputs.extend(newest(&source, &accepted).map(|issue| Input { source, issue: issue.clone() })),
            None if accepted.is_empty() => {}
            None => {
                left_out += 1;
                Messages::warning(&format!("source `{id}` has issues, and is no longer in the catalogue; it is left out"));
            }
        }
    }
    (inputs, left_out)
}

/// Builds the snapshot, unless the one that is there is of these very issues, and by this version of the engine.
fn build(
    store: &mut Store,
    inputs: &[Input],
    file: &Path,
    limits: Limits,
    rebuild: bool,
    messages: Messages,
) -> anyhow::Result<(Snapshot, bool)> {
    let issues: BTreeMap<&str, &str> =
        inputs.iter().map(|input| (input.source.id.as_str(), input.issue.sha256.as_str())).collect();
    let engine = env!("CARGO_PKG_VERSION");
    let last = store.last_snapshot().filter(|(_, by)| *by == engine).map(|(id, _)| id.to_owned());
    if let Some(last) = last.filter(|_| !rebuild && store.in_force(None) == issues && file.exists()) {
        match Snapshot::open(file) {
            Ok(snapshot) if snapshot.id() == last => return Ok((snapshot, false)),
            Ok(_) => Messages::warning(&format!("{}: not the snapshot that was put there; it is built again", file.display())),
            Err(error) => Messages::warning(&format!("{error}; it is built again")),
        }
    }
    let built = assemble(store, inputs, limits, messages).context("the snapshot cannot be built")?;
    built.write(file)?;
    let id = built.id().to_owned();
    // The bytes are on the disk now, and need not be held while they are opened there.
    drop(built);
    let event = Event::InForce {
        snapshot: id,
        engine: engine.to_owned(),
        issues: issues.into_iter().map(|(source, sha256)| (source.to_owned(), sha256.to_owned())).collect(),
    };
    // From now on, and not from when the update began: reading all lists takes its time.
    store.record(&Timestamp::now().to_string(), event)?;
    Ok((Snapshot::open(file)?, true))
}

fn line(issue: &StoredIssue, status: Status<'_>, new: bool) -> Line {
    let (became, reasons) = match status {
        Status::Accepted => (Became::Kept, Vec::new()),
        Status::Quarantined(reasons) => (Became::Quarantined, reasons.to_vec()),
        Status::Refused(reason) => (Became::Refused, vec![reason.to_owned()]),
    };
    Line {
        source: issue.source.clone(),
        became,
        new,
        issue_date: (!issue.issue_date.is_empty()).then(|| issue.issue_date.clone()),
        format: issue.format.clone(),
        entities: issue.entities,
        counts: issue.counts.iter().cloned().collect(),
        files: issue.files.iter().map(|file| file.file.clone()).collect(),
        sha256: issue.sha256.clone(),
        reasons,
    }
}

/// Says which issues are in force, and adds those that are and did not come with this update.
fn finish_lines(lines: &mut Vec<Line>, store: &Store, inputs: &[Input]) {
    for input in inputs {
        let issue = &input.issue;
        match lines.iter_mut().find(|line| line.source == issue.source && line.sha256 == issue.sha256) {
            Some(line) => {
                line.became = Became::InForce;
                line.reasons.clear();
            }
            None => {
                if let Some((issue, status)) = store.find(&issue.source, &issue.sha256) {
                    lines.push(Line { became: Became::InForce, ..line(issue, status, false) });
                }
            }
        }
    }
    lines.sort_by(|a, b| (&a.source, &a.issue_date, &a.files).cmp(&(&b.source, &b.issue_date, &b.files)));
}

fn write(out: &mut dyn Write, format: Format, report: &UpdateReport) -> anyhow::Result<()> {
    match format {
        Format::Json => output::write_json(out, report),
        Format::Jsonl => report.sources.iter().try_for_each(|line| output::write_jsonl(out, line)),
        Format::Csv => {
            let header =
                ["source", "became", "new", "issue_date", "format", "entities", "counts", "files", "sha256", "reasons"];
            write_csv(out, &header, report.sources.iter().map(|line| cells(line, "; ")))
        }
        Format::Table => {
            let header = ["source", "became", "issue", "format", "entities", "counted", "files"];
            let rows = report.sources.iter().map(|line| {
                let became = if line.new { format!("{} (new)", line.became.word()) } else { line.became.word().to_owned() };
                vec![
                    line.source.clone(),
                    became,
                    line.issue_date.clone().unwrap_or_default(),
                    line.format.clone(),
                    line.entities.to_string(),
                    main_count(line),
                    files(line),
                ]
            });
            write_table(out, &header, rows, &[4])?;
            for line in report.sources.iter().filter(|line| !line.reasons.is_empty()) {
                for reason in &line.reasons {
                    let issue = line.issue_date.as_deref().map(|date| format!(" of {date}")).unwrap_or_default();
                    writeln!(out, "{}{issue}: {}: {}", line.source, line.became.word(), harmless(reason))?;
                }
            }
            writeln!(out, "\n{} entities, {} names", report.entities, report.names)?;
            Ok(writeln!(out, "snapshot {}", report.snapshot)?)
        }
    }
}

/// How many parties or records the issue has.
fn main_count(line: &Line) -> String {
    ["parties", "records", "rows"]
        .iter()
        .find_map(|what| line.counts.get(*what).map(|count| format!("{count} {what}")))
        .unwrap_or_default()
}

/// The names of the files, or how many there are.
fn files(line: &Line) -> String {
    match &line.files[..] {
        [first, .., last] if line.files.len() > 4 => format!("{first} ... {last} ({} files)", line.files.len()),
        files => files.join("\n"),
    }
}

fn cells(line: &Line, separator: &str) -> Vec<String> {
    let counts: Vec<String> = line.counts.iter().map(|(what, count)| format!("{what} {count}")).collect();
    vec![
        line.source.clone(),
        line.became.word().to_owned(),
        line.new.to_string(),
        line.issue_date.clone().unwrap_or_default(),
        line.format.clone(),
        line.entities.to_string(),
        counts.join(separator),
        line.files.join(separator),
        line.sha256.clone(),
        line.reasons.join(separator),
    ]
}
