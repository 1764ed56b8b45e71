//! Two issues to compare: list files, snapshots, or issues that the data folder keeps (`us_ofac_sdn@2025-02-11`), both loaded at once, and
//! refused when they are not of one list.

use std::path::Path;

use anyhow::Context;
use interdict_snapshot::{EntityRef, Snapshot, SnapshotError, SourceMeta};
use interdict_sources::{
    Catalogue, IssueRef, ListIssue, ListIssueBuilder, Report, SourceIssue, SourceSpec, Store, StoredIssue,
};

use crate::args::Global;
use crate::commands::catalogue;
use crate::dataset::data_folder;
use crate::failure::{Failure, Usage};
use crate::messages::Messages;
use crate::rejects::describe;

/// What a list is called where the user says nothing.
const UNNAMED: &str = "list";
/// Issues of a file that are said on stderr.
const SHOWN_ISSUES: usize = 5;

/// Loads both.
pub(crate) fn load_pair(
    global: &Global,
    old: &Path,
    new: &Path,
    source: Option<&str>,
) -> anyhow::Result<(ListIssue, ListIssue)> {
    match (kept_name(old), kept_name(new)) {
        (Some(before), Some(after)) => {
            let (store, catalogue) = (store(global)?, catalogue(global, None)?);
            let (before, after) = (kept(&store, before)?, kept(&store, after)?);
            return load_kept(&store, &catalogue, before, after);
        }
        (None, None) => {}
        (before, _) => {
            let (kept, file) = if before.is_some() { (old, new) } else { (new, old) };
            let message = format!("{} is an issue of the data folder and {} is not", kept.display(), file.display());
            return Err(Failure::new(message, "name both as SOURCE@DATE, or both as files").into());
        }
    }
    match (snapshot(old)?, snapshot(new)?) {
        (Some(before), Some(after)) => of_snapshots((old, &before), (new, &after), source),
        (None, None) => of_files(old, new, source),
        (before, _) => {
            let (snapshot, file) = if before.is_some() { (old, new) } else { (new, old) };
            let message = format!("{} is a snapshot and {} is not", snapshot.display(), file.display());
            Err(Failure::new(message, "compare two files of one list, or two snapshots").into())
        }
    }
}

/// The store of the data folder.
pub(crate) fn store(global: &Global) -> anyhow::Result<Store> {
    let dir = data_folder(global)?;
    Ok(Store::read(&dir)?)
}

/// Source and date of an issue that is named `SOURCE@DATE`; none when there is a file of that name, or the form is another.
fn kept_name(path: &Path) -> Option<(&str, &str)> {
    let (source, date) = path.to_str()?.split_once('@')?;
    let word = |text: &str| !text.is_empty() && !text.contains(std::path::MAIN_SEPARATOR);
    let id = source.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '/'));
    (id && !source.is_empty() && word(date) && !path.exists()).then_some((source, date))
}

/// The issue that the data folder keeps under a name.
fn kept<'s>(store: &'s Store, (source, date): (&str, &str)) -> anyhow::Result<&'s StoredIssue> {
    let accepted = store.accepted(source);
    // Between two of one day the one that came last.
    accepted.iter().rev().find(|issue| issue.issue_date == date).copied().ok_or_else(|| {
        let dates: Vec<&str> = accepted.iter().map(|issue| issue.issue_date.as_str()).filter(|date| !date.is_empty()).collect();
        let known = if dates.is_empty() { "none is kept".to_owned() } else { format!("kept are {}", dates.join(", ")) };
        Failure::new(format!("the data folder has no issue of `{source}` of {date}"), known).into()
    })
}

/// The issue that the data folder keeps under a name such as `us_ofac_sdn@2025-02-11`.
pub(crate) fn named<'s>(store: &'s Store, name: &str) -> anyhow::Result<&'s StoredIssue> {
    let parts = name.split_once('@').filter(|(source, date)| !source.is_empty() && !date.is_empty());
    kept(store, parts.ok_or_else(|| Usage(format!("--issue: `{name}` is not written as SOURCE@DATE")))?)
}

/// Loads two kept issues of a list, each on a thread of its own.
pub(crate) fn load_kept(
    store: &Store,
    catalogue: &Catalogue,
    old: &StoredIssue,
    new: &StoredIssue,
) -> anyhow::Result<(ListIssue, ListIssue)> {
    if old.format != new.format || old.source != new.source {
        let name = |issue: &StoredIssue| format!("`{}` of {} is `{}`", issue.source, issue.issue_date, issue.format);
        let message = format!("not two issues of one list in one format: {}, {}", name(old), name(new));
        return Err(Failure::new(message, "formats say different things, which would pass for changes").into());
    }
    let load = |issue: &StoredIssue| -> anyhow::Result<ListIssue> {
        let columns = catalogue.get(&issue.source).and_then(|source| source.columns);
        let spec = SourceSpec { columns, ..SourceSpec::new(&*issue.source) };
        let mut builder = ListIssueBuilder::new();
        let report = store.load(&spec, issue, None, &mut |entity| builder.add(&entity))?;
        let file = report.file.clone();
        Ok(builder.finish(IssueRef { file, sources: vec![SourceIssue::of(&report)], ..IssueRef::default() }))
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| load(old));
        let new = load(new);
        match other.join() {
            Ok(old) => Ok((old?, new?)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Refuses two that have no party in common, and says when they are given the wrong way round.
pub(crate) fn check(old: &ListIssue, new: &ListIssue) -> anyhow::Result<()> {
    let (before, after) = (old.reference(), new.reference());
    if !old.parties().any(|party| new.entity(&party.id).is_some()) {
        let message =
            format!("{} and {} have no party in common: they are not two issues of one list", before.file, after.file);
        return Err(Failure::new(message, "compare two files of the same list").into());
    }
    if before.date() > after.date() && !after.date().is_empty() {
        let text =
            format!("{} is older than {}: what is told as new may be what the list no longer has", after.file, before.file);
        Messages::warning(&text);
    }
    Ok(())
}

/// The file as a snapshot; none when it is something else.
fn snapshot(path: &Path) -> anyhow::Result<Option<Snapshot>> {
    match Snapshot::open(path) {
        Ok(snapshot) => Ok(Some(snapshot)),
        Err(SnapshotError::Foreign { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn of_files(old: &Path, new: &Path, source: Option<&str>) -> anyhow::Result<(ListIssue, ListIssue)> {
    let spec = SourceSpec::new(source.unwrap_or(UNNAMED));
    let (before, after) = ListIssue::load_pair(&spec, old, new);
    let ((before, old_report), (after, new_report)) = (before?, after?);
    if old_report.format != new_report.format {
        let message = format!(
            "not two issues of one list: {} is `{}`, {} is `{}`",
            old.display(),
            old_report.format,
            new.display(),
            new_report.format
        );
        return Err(Failure::new(message, "compare two files of the same list in the same format").into());
    }
    for (path, report, issue) in [(old, &old_report, &before), (new, &new_report, &after)] {
        tell(path, report, issue);
    }
    Ok((before, after))
}

/// What was wrong with a file: what it lacks would be told as removed.
fn tell(path: &Path, report: &Report, issue: &ListIssue) {
    let file = path.display().to_string();
    for issue in report.issues.iter().take(SHOWN_ISSUES) {
        Messages::warning(&describe(&file, issue.line, &issue.record, &issue.field, &issue.message));
    }
    let (issues, left_out) = (report.issues.len(), report.rejected.len());
    if issues > 0 {
        let more = issues.saturating_sub(SHOWN_ISSUES);
        let more = if more > 0 { format!(" ({more} not shown)") } else { String::new() };
        Messages::warning(&format!("{file}: issues: {issues}{more}, records left out: {left_out}"));
    }
    for id in issue.doubled().iter().take(SHOWN_ISSUES) {
        Messages::warning(&format!("{file}: `{id}` stands for two kinds of thing; the first was compared"));
    }
}

fn of_snapshots(
    (old_path, old): (&Path, &Snapshot),
    (new_path, new): (&Path, &Snapshot),
    source: Option<&str>,
) -> anyhow::Result<(ListIssue, ListIssue)> {
    let has = |snapshot: &Snapshot, id: &str| snapshot.meta().sources.iter().any(|held| held.id == id);
    let ids = |snapshot: &Snapshot| snapshot.meta().sources.iter().map(|held| held.id.clone()).collect::<Vec<_>>();
    if let Some(id) = source {
        for (path, snapshot) in [(old_path, old), (new_path, new)] {
            if !has(snapshot, id) {
                let message = format!("{}: no source `{id}`", path.display());
                return Err(Failure::new(message, format!("its sources are {}", ids(snapshot).join(", "))).into());
            }
        }
    } else {
        if !ids(old).iter().any(|id| has(new, id)) {
            let (old, new) = (ids(old).join(", "), ids(new).join(", "));
            let message = format!("the snapshots have no source in common: one is of {old}, the other of {new}");
            return Err(Failure::new(message, "compare two snapshots of the same lists").into());
        }
        for (here, there, path) in [(old, new, new_path), (new, old, old_path)] {
            for id in ids(here).iter().filter(|id| !has(there, id)) {
                Messages::warning(&format!("{}: no source `{id}`: all its parties are told as changes", path.display()));
            }
        }
    }
    let issue = |path: &Path, snapshot: &Snapshot| {
        let mut builder = ListIssueBuilder::new();
        for entity in snapshot.entities().map(EntityRef::to_entity) {
            let stated_by = |id: &str| {
                entity.datasets.iter().any(|held| held == id)
                    || entity.origin.as_ref().is_some_and(|origin| origin.source == id)
            };
            if source.is_none_or(stated_by) {
                builder.add(&entity);
            }
        }
        let sources = snapshot.meta().sources.iter().filter(|held| source.is_none_or(|id| held.id == id)).map(source_issue);
        builder.finish(IssueRef {
            file: path.display().to_string(),
            snapshot: Some(snapshot.id().to_owned()),
            sources: sources.collect(),
            ..IssueRef::default()
        })
    };
    // One after the other: reading a snapshot is quick.
    let (before, after) = (issue(old_path, old), issue(new_path, new));
    for issue in [&before, &after] {
        if issue.reference().entities == 0 {
            return Err(anyhow::anyhow!("no entities")).with_context(|| format!("{}: the snapshot", issue.reference().file));
        }
    }
    Ok((before, after))
}

fn source_issue(meta: &SourceMeta) -> SourceIssue {
    SourceIssue {
        source: meta.id.clone(),
        format: meta.format.clone(),
        issue_date: meta.issue_date.clone(),
        sha256: meta.sha256.clone(),
        bytes: meta.bytes,
    }
}
