//! The store: every issue of every list that ever came, by the digest of its content, compressed; beside them the ledger, which says what
//! happened to each and which were in force when. A folder on disk goes in, issues come out as entities again, byte for byte what was
//! delivered. One writer at a time; readers need no lock, as nothing that is written is ever changed.
//!
//! ```text
//! issues/ledger.jsonl            what happened
//! issues/blobs/ab/abcd...        a file that was delivered packed, as it was
//! issues/blobs/ab/abcd....gz     a file that was not, packed; the name is the digest of what was delivered
//! issues/notes/                  what was worked out of an issue; may be lost
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use interdict_model::Entity;
use jiff::Timestamp;
use rustc_hash::FxHashMap;
use thiserror::Error;

use crate::bundle::is_file_name;
use crate::error::SourceError;
use crate::input::{Packing, copy_hashed};
use crate::ledger::{Entry, Event, Issue, IssueFile, Ledger, LedgerError};
use crate::load::{Progress, SourceSpec, load_file, load_reader, load_set};
use crate::report::Report;

/// Bytes that are read at once.
const CHUNK: usize = 1 << 16;

/// Why the store cannot do what was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Reading or writing failed.
    #[error("{}: {reason}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// Another process is changing the store.
    #[error("{}: another update is running", path.display())]
    Busy {
        /// The lock file.
        path: PathBuf,
    },
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A stored file is no longer what it was.
    #[error(
        "{}: the stored file is damaged: its content has not the digest {sha256}; delete it, and bring in the list's file again",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What it should have.
        sha256: String,
    },
    /// A stored issue cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// What became of an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status<'s> {
    /// It is good.
    Accepted,
    /// It is implausible.
    Quarantined(&'s [String]),
    /// It cannot be read.
    Refused(&'s str),
}

/// Where in the ledger stands what is asked for often, so that no question reads it whole.
#[derive(Debug, Default)]
struct Index {
    /// By source, the lines that said last what became of each of its issues, in their order.
    issues: BTreeMap<String, Vec<usize>>,
    /// The same by source and digest.
    places: FxHashMap<String, FxHashMap<String, usize>>,
    /// By source, the last line that shows it to be current.
    good: FxHashMap<String, usize>,
    /// By source, the date of its newest issue that was ever accepted.
    newest: FxHashMap<String, String>,
    /// Lines that say what is in force.
    in_force: Vec<usize>,
}

impl Index {
    fn of(entries: &[Entry]) -> Self {
        let mut index = Self::default();
        entries.iter().enumerate().for_each(|(line, entry)| index.add(line, entry));
        index
    }

    fn add(&mut self, line: usize, entry: &Entry) {
        let (issue, is_accepted) = match &entry.event {
            Event::Accepted { issue } => (issue, true),
            Event::Quarantined { issue, .. } | Event::Refused { issue, .. } => (issue, false),
            Event::Checked { sources } => {
                for source in sources {
                    self.good.insert(source.clone(), line);
                }
                return;
            }
            Event::InForce { .. } => return self.in_force.push(line),
            Event::Failed { .. } | Event::Imported { .. } => return,
        };
        let before = self.places.entry(issue.source.clone()).or_default().insert(issue.sha256.clone(), line);
        let lines = self.issues.entry(issue.source.clone()).or_default();
        lines.retain(|held| Some(*held) != before);
        lines.push(line);
        if is_accepted {
            let newest = self.newest.entry(issue.source.clone()).or_default();
            // An issue that is older than what was there already shows nothing of today.
            if issue.issue_date >= *newest {
                newest.clone_from(&issue.issue_date);
                self.good.insert(issue.source.clone(), line);
            }
        }
    }
}

/// What a line says of an issue; `None` when it speaks of something else.
fn told(entry: &Entry) -> Option<(&Issue, Status<'_>)> {
    match &entry.event {
        Event::Accepted { issue } => Some((issue, Status::Accepted)),
        Event::Quarantined { issue, reasons } => Some((issue, Status::Quarantined(reasons))),
        Event::Refused { issue, reason } => Some((issue, Status::Refused(reason))),
        _ => None,
    }
}

/// Whether one time is not after another. As text they cannot be compared: fractions of a second are of any length.
fn is_until(time: &str, end: &str) -> bool {
    match (time.parse::<Timestamp>(), end.parse::<Timestamp>()) {
        (Ok(time), Ok(end)) => time <= end,
        _ => time <= end,
    }
}

/// The store of a data folder.
#[derive(Debug)]
pub struct Store {
    dir: PathBuf,
    ledger: Ledger,
    index: Index,
    /// Held while the store may be changed.
    _lock: Option<File>,
}

impl Store {
    /// Opens the store of a data folder to read it. A folder without one gives an empty store.
    pub fn read(data_dir: &Path) -> Result<Self, StoreError> {
        Self::open(data_dir.join("issues"), None)
    }

    /// Opens the store of a data folder to change it, and makes it where there is none. Fails when another process has it open so.
    pub fn write(data_dir: &Path) -> Result<Self, StoreError> {
        let dir = data_dir.join("issues");
        fs::create_dir_all(dir.join("blobs")).map_err(failed(&dir))?;
        let path = dir.join("lock");
        let lock = File::create(&path).map_err(failed(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Busy { path }),
            Err(TryLockError::Error(reason)) => return Err(StoreError::Io { path, reason }),
        }
        Self::open(dir, Some(lock))
    }

    fn open(dir: PathBuf, lock: Option<File>) -> Result<Self, StoreError> {
        let ledger = Ledger::read(&dir.join("ledger.jsonl"))?;
        let index = Index::of(ledger.entries());
        Ok(Self { dir, ledger, index, _lock: lock })
    }

    /// The folder of the store.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Adds to the ledger.
    pub fn record(&mut self, at: &str, event: Event) -> Result<(), StoreError> {
        self.ledger.add(at, event)?;
        let entries = self.ledger.entries();
        if let Some(entry) = entries.last() {
            self.index.add(entries.len() - 1, entry);
        }
        Ok(())
    }

    /// Every issue that came, with what became of it last, in the order in which that was said.
    #[must_use]
    pub fn issues(&self) -> Vec<(&Issue, Status<'_>)> {
        let mut lines: Vec<usize> = self.index.issues.values().flatten().copied().collect();
        lines.sort_unstable();
        lines.into_iter().filter_map(|line| told(self.ledger.entries().get(line)?)).collect()
    }

    /// The issues of a source, as [`Self::issues`] has them.
    pub fn issues_of(&self, source: &str) -> impl Iterator<Item = (&Issue, Status<'_>)> {
        self.told(self.index.issues.get(source).map_or(&[], Vec::as_slice))
    }

    fn told<'s>(&'s self, lines: &'s [usize]) -> impl Iterator<Item = (&'s Issue, Status<'s>)> {
        lines.iter().filter_map(|line| told(self.ledger.entries().get(*line)?))
    }

    /// The sources of which issues came, by id.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.index.issues.keys().map(String::as_str)
    }

    /// What became of an issue last.
    #[must_use]
    pub fn find(&self, source: &str, sha256: &str) -> Option<(&Issue, Status<'_>)> {
        let line = self.index.places.get(source)?.get(sha256)?;
        told(self.ledger.entries().get(*line)?)
    }

    /// The accepted issues of a source, by date and then in the order in which they were accepted.
    #[must_use]
    pub fn accepted(&self, source: &str) -> Vec<&Issue> {
        let accepted = self.issues_of(source).filter(|(_, status)| *status == Status::Accepted);
        let mut issues: Vec<&Issue> = accepted.map(|(issue, _)| issue).collect();
        issues.sort_by(|a, b| a.issue_date.cmp(&b.issue_date));
        issues
    }

    /// The digests of the issues in force by source, at a time (UTC, ISO 8601) or now: those of the last snapshot that was built until then.
    #[must_use]
    pub fn in_force(&self, at: Option<&str>) -> BTreeMap<&str, &str> {
        let lines = self.index.in_force.iter().rev().filter_map(|line| self.ledger.entries().get(*line));
        let entry = lines.into_iter().find_map(|entry| match &entry.event {
            Event::InForce { issues, .. } if at.is_none_or(|at| is_until(&entry.at, at)) => Some(issues),
            _ => None,
        });
        entry.into_iter().flatten().map(|(source, sha256)| (source.as_str(), sha256.as_str())).collect()
    }

    /// The id of the last snapshot that was built, and the version of the engine that built it.
    #[must_use]
    pub fn last_snapshot(&self) -> Option<(&str, &str)> {
        match &self.ledger.entries().get(*self.index.in_force.last()?)?.event {
            Event::InForce { snapshot, engine, .. } => Some((snapshot, engine)),
            _ => None,
        }
    }

    /// When a source was last known to be current, because it was asked and had nothing new, or what came was no older than what was there:
    /// UTC, ISO 8601.
    #[must_use]
    pub fn last_good_check(&self, source: &str) -> Option<&str> {
        let line = self.index.good.get(source)?;
        self.ledger.entries().get(*line).map(|entry| entry.at.as_str())
    }

    /// Keeps the content of a file; it may be kept already.
    pub fn keep(&self, path: &Path) -> Result<IssueFile, StoreError> {
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (sha256, bytes, packing) = digest_file(path).map_err(failed(path))?;
        let kept = IssueFile { file, sha256, bytes, ..IssueFile::default() };
        let (blob, packed) = self.blob(&kept, packing == Packing::None);
        if blob.exists() {
            return Ok(kept);
        }
        let folder = blob.parent().unwrap_or(&self.dir);
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let temporary = tempfile::NamedTempFile::new_in(folder).map_err(failed(folder))?;
        let copy = || -> io::Result<()> {
            let mut from = File::open(path)?;
            if packed {
                let mut to = GzEncoder::new(BufWriter::new(temporary.as_file()), Compression::default());
                io::copy(&mut from, &mut to)?;
                to.finish()?.flush()?;
            } else {
                io::copy(&mut from, &mut temporary.as_file())?;
            }
            temporary.as_file().sync_all()
        };
        copy().map_err(failed(&blob))?;
        temporary.persist(&blob).map_err(|error| StoreError::Io { path: blob.clone(), reason: error.error })?;
        // The ledger must not name a file that the next power cut takes away.
        sync_folder(folder).and_then(|()| sync_folder(&self.dir.join("blobs"))).map_err(failed(folder))?;
        Ok(kept)
    }

    /// The blob of a file and whether we packed it.
    fn blob(&self, file: &IssueFile, plain: bool) -> (PathBuf, bool) {
        let folder = self.dir.join("blobs").join(file.sha256.get(..2).unwrap_or("00"));
        (folder.join(if plain { format!("{}.gz", file.sha256) } else { file.sha256.clone() }), plain)
    }

    fn stored(&self, file: &IssueFile) -> (PathBuf, bool) {
        let (as_it_was, _) = self.blob(file, false);
        if as_it_was.exists() { (as_it_was, false) } else { self.blob(file, true) }
    }

    /// Whether all files of an issue are there.
    #[must_use]
    pub fn holds(&self, issue: &Issue) -> bool {
        issue.files.iter().all(|file| self.stored(file).0.exists())
    }

    /// Keeps what was worked out of an issue, so that it need not be again: `name` says what, and by which version. It may be lost.
    pub fn put_note(&self, issue: &Issue, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.note(issue, name);
        let folder = path.parent().unwrap_or(&self.dir);
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let mut temporary = tempfile::NamedTempFile::new_in(folder).map_err(failed(folder))?;
        temporary.write_all(bytes).map_err(failed(&path))?;
        temporary.persist(&path).map_err(|error| StoreError::Io { path: path.clone(), reason: error.error })?;
        Ok(())
    }

    /// What [`Self::put_note`] kept; `None` when it is not there.
    #[must_use]
    pub fn get_note(&self, issue: &Issue, name: &str) -> Option<Vec<u8>> {
        fs::read(self.note(issue, name)).ok()
    }

    fn note(&self, issue: &Issue, name: &str) -> PathBuf {
        // No id has a full stop, so no two share a name.
        self.dir.join("notes").join(format!("{}-{}.{name}", issue.source.replace('/', "."), issue.sha256))
    }

    /// Checks that every file of every issue is there and as it was delivered; how many there are comes back.
    pub fn check(&self) -> Result<u64, StoreError> {
        let mut checked = BTreeSet::new();
        for (issue, _) in self.issues() {
            for file in &issue.files {
                if !checked.insert(&file.sha256) {
                    continue;
                }
                let (blob, packed) = self.stored(file);
                let from = File::open(&blob).map_err(failed(&blob))?;
                let digest = if packed {
                    copy_hashed(MultiGzDecoder::new(BufReader::new(from)), io::sink())
                } else {
                    copy_hashed(from, io::sink())
                };
                if digest.map_err(failed(&blob))?.0 != file.sha256 {
                    return Err(StoreError::Damaged { path: blob, sha256: file.sha256.clone() });
                }
            }
        }
        Ok(checked.len() as u64)
    }

    /// Writes the files of an issue, as they were delivered, into a folder, and checks them. Each has its own name, unless that is no plain
    /// name of a file, or another has it already.
    pub fn extract(&self, issue: &Issue, into: &Path) -> Result<Vec<PathBuf>, StoreError> {
        let (mut paths, mut names) = (Vec::new(), BTreeSet::new());
        for (at, file) in issue.files.iter().enumerate() {
            let (blob, packed) = self.stored(file);
            // Ledgers are files, too, and may have been written by others. Where letters of either case are one, so are such names.
            let own = is_file_name(&file.file) && names.insert(file.file.to_lowercase());
            let path = into.join(if own { file.file.clone() } else { format!("{at}-{}", file.sha256) });
            let from = File::open(&blob).map_err(failed(&blob))?;
            let mut to = File::create(&path).map_err(failed(&path))?;
            let copied = if packed {
                io::copy(&mut MultiGzDecoder::new(BufReader::new(from)), &mut to)
            } else {
                io::copy(&mut BufReader::new(from), &mut to)
            };
            copied.map_err(failed(&blob))?;
            if digest_file(&path).map_err(failed(&path))?.0 != file.sha256 {
                return Err(StoreError::Damaged { path: blob, sha256: file.sha256.clone() });
            }
            paths.push(path);
        }
        Ok(paths)
    }

    /// Loads a stored issue: as [`crate::load_file`] and [`crate::load_set`] did when it came. What went to `sink` counts only when this
    /// succeeds: damage is known for certain at the end.
    pub fn load(
        &self,
        spec: &SourceSpec,
        issue: &Issue,
        on_progress: Option<Progress>,
        sink: &mut dyn FnMut(Entity),
    ) -> Result<Report, StoreError> {
        let [file] = &issue.files[..] else {
            let folder = tempfile::tempdir_in(&self.dir).map_err(failed(&self.dir))?;
            let paths = self.extract(issue, folder.path())?;
            let mut report = load_set(spec, &paths, on_progress, &mut dated(issue, sink))?;
            complete(&mut report, issue);
            return Ok(report);
        };
        let (blob, packed) = self.stored(file);
        let mut report = if packed {
            let from = File::open(&blob).map_err(failed(&blob))?;
            let from = MultiGzDecoder::new(BufReader::with_capacity(CHUNK, from));
            load_reader(spec, &file.file, from, file.bytes, on_progress, &mut dated(issue, sink))?
        } else {
            load_file(spec, &blob, on_progress, &mut dated(issue, sink))?
        };
        if report.sha256 != file.sha256 {
            return Err(StoreError::Damaged { path: blob, sha256: file.sha256.clone() });
        }
        complete(&mut report, issue);
        Ok(report)
    }
}

/// Gives entities the date of their issue where the file itself states none.
fn dated<'s>(issue: &'s Issue, sink: &'s mut dyn FnMut(Entity)) -> impl FnMut(Entity) + 's {
    move |mut entity| {
        if let Some(origin) = entity.origin.as_mut().filter(|origin| origin.issue.is_empty()) {
            origin.issue.clone_from(&issue.issue_date);
        }
        sink(entity);
    }
}

/// Says of a report what the store knows: names as delivered, the date when the file states none.
fn complete(report: &mut Report, issue: &Issue) {
    report.file = issue.files.iter().map(|file| file.file.as_str()).collect::<Vec<_>>().join(", ");
    report.sha256.clone_from(&issue.sha256);
    if report.issue_date.is_empty() {
        report.issue_date.clone_from(&issue.issue_date);
    }
}

fn failed(path: &Path) -> impl Fn(io::Error) -> StoreError + '_ {
    move |reason| StoreError::Io { path: path.to_owned(), reason }
}

/// Makes sure that the names in a folder are on the disk.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Digest, size and packing of a file.
pub(crate) fn digest_file(path: &Path) -> io::Result<(String, u64, Packing)> {
    let mut file = BufReader::with_capacity(CHUNK, File::open(path)?);
    let packing = Packing::of(file.fill_buf()?);
    let (sha256, bytes) = copy_hashed(file, io::sink())?;
    Ok((sha256, bytes, packing))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "{\"id\":\"x-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ada Example\"]}}\n";

    fn keep(store: &Store, path: &Path) -> Issue {
        let file = store.keep(path).unwrap();
        Issue {
            source: "own/x".into(),
            issue_date: "2026-01-01".into(),
            sha256: file.sha256.clone(),
            files: vec![file],
            ..Issue::default()
        }
    }

    fn names(store: &Store, issue: &Issue) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        let mut sink = |entity: Entity| {
            assert_eq!(entity.origin.as_ref().unwrap().issue, "2026-01-01");
            names.extend(entity.first("name").map(str::to_owned));
        };
        store.load(&SourceSpec::new("own/x"), issue, None, &mut sink)?;
        Ok(names)
    }

    #[test]
    fn what_is_kept_comes_out_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::write(dir.path()).unwrap();
        let plain = dir.path().join("list.jsonl");
        fs::write(&plain, LINE).unwrap();
        let packed = dir.path().join("list.jsonl.gz");
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(LINE.as_bytes()).unwrap();
        fs::write(&packed, encoder.finish().unwrap()).unwrap();
        for path in [&plain, &packed] {
            let issue = keep(&store, path);
            assert_eq!(names(&store, &issue).unwrap(), ["Ada Example"]);
            assert_eq!(keep(&store, path), issue, "keeping it again changes nothing");
            let out = tempfile::tempdir().unwrap();
            let paths = store.extract(&issue, out.path()).unwrap();
            assert_eq!(fs::read(&paths[0]).unwrap(), fs::read(path).unwrap());
        }
    }

    #[test]
    fn damage_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::write(dir.path()).unwrap();
        let plain = dir.path().join("list.jsonl");
        fs::write(&plain, LINE).unwrap();
        let issue = keep(&store, &plain);
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(LINE.replace("Ada", "Eva").as_bytes()).unwrap();
        fs::write(store.blob(&issue.files[0], true).0, encoder.finish().unwrap()).unwrap();
        assert!(matches!(names(&store, &issue), Err(StoreError::Damaged { .. })));
        assert!(matches!(store.extract(&issue, dir.path()), Err(StoreError::Damaged { .. })));
    }

    #[test]
    fn one_writer_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::write(dir.path()).unwrap();
        assert!(matches!(Store::write(dir.path()), Err(StoreError::Busy { .. })));
        assert!(Store::read(dir.path()).is_ok());
        drop(store);
        assert!(Store::write(dir.path()).is_ok());
    }

    #[test]
    fn what_was_in_force_when() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::write(dir.path()).unwrap();
        for (at, sha256) in [("2026-01-01T00:00:00Z", "aa"), ("2026-02-01T00:00:00Z", "bb")] {
            let issue = Issue { source: "l".into(), sha256: sha256.into(), ..Issue::default() };
            store.record(at, Event::Accepted { issue }).unwrap();
            let issues = vec![("l".to_owned(), sha256.to_owned())];
            store.record(at, Event::InForce { snapshot: "s".into(), engine: "e".into(), issues }).unwrap();
        }
        for (at, expected) in [
            (None, Some("bb")),
            (Some("2026-01-31T23:59:59Z"), Some("aa")),
            (Some("2026-02-01T00:00:00Z"), Some("bb")),
            (Some("2025-12-31T00:00:00Z"), None),
            // The same second, and parts of it: as text the first of these would be the later one.
            (Some("2026-01-31T23:59:59.999Z"), Some("aa")),
            (Some("2026-02-01T00:00:00.5Z"), Some("bb")),
            (Some("2026-02-01T01:00:00+02:00"), Some("aa")),
        ] {
            assert_eq!(store.in_force(at).get("l").copied(), expected, "{at:?}");
        }
        assert_eq!(store.last_good_check("l"), Some("2026-02-01T00:00:00Z"));
        store.record("2026-03-01T00:00:00Z", Event::Checked { sources: vec!["l".into()] }).unwrap();
        assert_eq!(store.last_good_check("l"), Some("2026-03-01T00:00:00Z"));
        let reasons = vec!["too few".to_owned()];
        let issue = Issue { source: "l".into(), sha256: "bb".into(), ..Issue::default() };
        store.record("2026-03-02T00:00:00Z", Event::Quarantined { issue, reasons: reasons.clone() }).unwrap();
        assert_eq!(store.find("l", "bb").unwrap().1, Status::Quarantined(&reasons));
    }

    #[test]
    fn files_of_any_name_stay_in_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::write(dir.path()).unwrap();
        let mut files = Vec::new();
        for (name, text) in [
            ("list.csv", "one"),
            ("LIST.csv", "two"),
            ("list.csv", "three"),
            ("../../escaped.csv", "four"),
            ("/tmp/escaped.csv", "five"),
            ("..", "six"),
            ("", "seven"),
            (&"x".repeat(300), "eight"),
        ] {
            let path = dir.path().join("delivered");
            fs::write(&path, text).unwrap();
            files.push(IssueFile { file: name.into(), ..store.keep(&path).unwrap() });
        }
        let out = dir.path().join("out");
        fs::create_dir(&out).unwrap();
        let paths = store.extract(&Issue { files, ..Issue::default() }, &out).unwrap();
        assert!(paths.iter().all(|path| path.parent() == Some(&out)), "{paths:?}");
        let texts: Vec<String> = paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
        assert_eq!(texts, ["one", "two", "three", "four", "five", "six", "seven", "eight"]);
        assert_eq!(paths[0], out.join("list.csv"));
    }

    #[test]
    fn what_is_asked_is_answered_from_the_index() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::write(dir.path()).unwrap();
        let issue = |date: &str, sha256: &str| Issue {
            source: "l".into(),
            issue_date: date.into(),
            sha256: sha256.into(),
            ..Issue::default()
        };
        for (at, date, sha256) in [("01", "2026-01-01", "a"), ("02", "2026-01-01", "b"), ("03", "2025-06-01", "old")] {
            let event = Event::Accepted { issue: issue(date, sha256) };
            store.record(&format!("2026-02-{at}T00:00:00Z"), event).unwrap();
        }
        let digests = |store: &Store| store.accepted("l").iter().map(|issue| issue.sha256.clone()).collect::<Vec<_>>();
        assert_eq!(digests(&store), ["old", "a", "b"]);
        // An issue that is older than what is there does not show that the list is current.
        assert_eq!(store.last_good_check("l"), Some("2026-02-02T00:00:00Z"));
        // Of two issues of one day the one that was accepted last comes last.
        store.record("2026-02-04T00:00:00Z", Event::Accepted { issue: issue("2026-01-01", "a") }).unwrap();
        assert_eq!(digests(&store), ["old", "b", "a"]);
        drop(store);
        let store = Store::read(dir.path()).unwrap();
        assert_eq!(digests(&store), ["old", "b", "a"]);
        assert_eq!(store.sources().collect::<Vec<_>>(), ["l"]);
        assert_eq!(store.issues().len(), 3);
        assert!(store.find("l", "none").is_none() && store.find("none", "a").is_none());
    }
}
