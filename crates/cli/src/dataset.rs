//! Which snapshot a command works with: the one named, else the newest in the data folder, else the dataset compiled into the program.

use std::env;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context;
use interdict_snapshot::{Builder, Snapshot, SourceMeta};
use interdict_sources::{Report, SourceSpec, load_bytes};

use crate::args::Global;
use crate::failure::Failure;
use crate::messages::Messages;

/// Names the data folder where the command line does not.
const DATA_DIR_VARIABLE: &str = "INTERDICT_DATA_DIR";

const BUILT_IN_ID: &str = "dprk_it_workers";
const BUILT_IN_FILE: &str = "dprk_it_workers.ftm.jsonl";
const BUILT_IN: &[u8] = include_bytes!("../../../data/dprk_it_workers.ftm.jsonl");

/// Digits of a snapshot's id that are shown to people.
const SHORT_ID: usize = 12;

/// The first digits of a snapshot's id.
pub(crate) fn short(id: &str) -> &str {
    id.get(..SHORT_ID).unwrap_or(id)
}

/// What the snapshot keeps of a source, from the report of its parser.
pub(crate) fn source_meta(report: &Report) -> SourceMeta {
    SourceMeta {
        id: report.source.clone(),
        format: report.format.to_owned(),
        issue_date: report.issue_date.clone(),
        sha256: report.sha256.clone(),
        bytes: report.bytes,
        entities: report.entities,
        counts: report.counts.iter().map(|count| (count.what.to_owned(), count.count)).collect(),
    }
}

/// Opens the snapshot to use and says which it is.
pub(crate) fn open(global: &Global, messages: Messages) -> anyhow::Result<Snapshot> {
    if let Some(path) = &global.snapshot {
        let snapshot = Snapshot::open(path)?;
        say(&snapshot, &path.display().to_string(), messages);
        return Ok(snapshot);
    }
    if let Some((path, snapshot)) = newest(global)? {
        say(&snapshot, &path.display().to_string(), messages);
        return Ok(snapshot);
    }
    let snapshot = built_in()?;
    say(&snapshot, "the built-in dataset", messages);
    messages.quiet_hint("the built-in dataset is a demonstration, not a whole list; `interdict build` makes a snapshot of one");
    Ok(snapshot)
}

fn say(snapshot: &Snapshot, place: &str, messages: Messages) {
    let sources: Vec<String> =
        snapshot
            .meta()
            .sources
            .iter()
            .map(|source| {
                if source.issue_date.is_empty() { source.id.clone() } else { format!("{} of {}", source.id, source.issue_date) }
            })
            .collect();
    let (id, entities) = (short(snapshot.id()), snapshot.entity_count());
    messages.note(&format!("snapshot {id}, {place}: {entities} entities from {}", sources.join(", ")));
}

pub(crate) fn built_in() -> anyhow::Result<Snapshot> {
    let spec = SourceSpec::new(BUILT_IN_ID);
    let mut builder = Builder::new();
    let report =
        load_bytes(&spec, BUILT_IN_FILE, BUILT_IN, &mut |entity| builder.add(&entity)).context("the built-in dataset")?;
    builder.add_source(source_meta(&report));
    builder.finish().and_then(|built| built.open()).context("the built-in dataset")
}

/// The data folder, which need not exist yet.
pub(crate) fn data_folder(global: &Global) -> anyhow::Result<PathBuf> {
    let hint = format!("name one with `--data-dir DIR`, or in {DATA_DIR_VARIABLE}");
    data_dir(global).map(|(dir, _)| dir).ok_or_else(|| Failure::new("there is no data folder", hint).into())
}

/// The data folder and whether the user named it.
fn data_dir(global: &Global) -> Option<(PathBuf, bool)> {
    if let Some(dir) = &global.data_dir {
        return Some((dir.clone(), true));
    }
    if let Some(dir) = env::var_os(DATA_DIR_VARIABLE).filter(|dir| !dir.is_empty()) {
        return Some((dir.into(), true));
    }
    let home = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = home("XDG_DATA_HOME").or_else(|| home("HOME").map(|home| home.join(".local/share")))?;
    Some((base.join("interdict"), false))
}

/// The snapshot in the data folder whose lists are newest; between equals, the file that is.
fn newest(global: &Global) -> anyhow::Result<Option<(PathBuf, Snapshot)>> {
    let Some((dir, named)) = data_dir(global) else { return Ok(None) };
    let paths = match snapshot_files(&dir) {
        Ok(paths) => paths,
        Err(error) if !named && error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("data folder {}", dir.display())),
    };
    let mut best: Option<((String, SystemTime), PathBuf, Snapshot)> = None;
    for path in &paths {
        match Snapshot::open(path) {
            Ok(snapshot) => {
                let rank = rank(path, &snapshot);
                if best.as_ref().is_none_or(|held| held.0 < rank) {
                    best = Some((rank, path.clone(), snapshot));
                }
            }
            Err(error) => Messages::warning(&format!("passed over: {error}")),
        }
    }
    // Falling back to the demonstration because all real snapshots are broken would show names as clear that were not checked.
    if best.is_none() && !paths.is_empty() {
        let message = format!("data folder {}: none of its {} snapshots can be used", dir.display(), paths.len());
        return Err(
            Failure::new(message, "build it again with `interdict build`, or name another with `--snapshot FILE`").into()
        );
    }
    Ok(best.map(|(_, path, snapshot)| (path, snapshot)))
}

/// Files that may be the snapshot in use, which no output may overwrite: the one named, else those in the data folder.
pub(crate) fn files(global: &Global) -> Vec<PathBuf> {
    match &global.snapshot {
        Some(path) => vec![path.clone()],
        // A folder that cannot be read is reported where the snapshot is looked for.
        None => data_dir(global).and_then(|(dir, _)| snapshot_files(&dir).ok()).unwrap_or_default(),
    }
}

fn snapshot_files(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in dir.read_dir()? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "snapshot") && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn rank(path: &Path, snapshot: &Snapshot) -> (String, SystemTime) {
    let issue = snapshot.meta().sources.iter().map(|source| source.issue_date.as_str()).max().unwrap_or_default();
    let modified = path.metadata().and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    (issue.to_owned(), modified)
}
