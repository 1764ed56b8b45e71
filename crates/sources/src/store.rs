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

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use interdict_model::Entity;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::error::SourceError;
use crate::input::{Packing, hex};
use crate::ledger::{Event, Issue, IssueFile, Ledger, LedgerError};
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
    #[error("{}: the stored file is damaged: its content has not the digest {sha256}", path.display())]
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

/// The store of a data folder.
#[derive(Debug)]
pub struct Store {
    dir: PathBuf,
    ledger: Ledger,
    /// Held while the store may be changed.
    _lock: Option<File>,
}

impl Store {
    /// Opens the store of a data folder to read it. A folder without one gives an empty store.
    pub fn read(data_dir: &Path) -> Result<Self, StoreError> {
        let dir = data_dir.join("issues");
        let ledger = Ledger::read(&dir.join("ledger.jsonl"))?;
        Ok(Self { dir, ledger, _lock: None })
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
        let ledger = Ledger::read(&dir.join("ledger.jsonl"))?;
        Ok(Self { dir, ledger, _lock: Some(lock) })
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
        Ok(self.ledger.add(at, event)?)
    }

    /// Every issue that came, with what became of it last, oldest first.
    pub fn issues(&self) -> Vec<(&Issue, Status<'_>)> {
        let mut issues: Vec<(&Issue, Status<'_>)> = Vec::new();
        for entry in self.ledger.entries() {
            let (issue, status) = match &entry.event {
                Event::Accepted { issue } => (issue, Status::Accepted),
                Event::Quarantined { issue, reasons } => (issue, Status::Quarantined(reasons)),
                Event::Refused { issue, reason } => (issue, Status::Refused(reason)),
                _ => continue,
            };
            match issues.iter_mut().find(|(held, _)| held.source == issue.source && held.sha256 == issue.sha256) {
                Some(held) => *held = (issue, status),
                None => issues.push((issue, status)),
            }
        }
        issues
    }

    /// What became of an issue last.
    #[must_use]
    pub fn find(&self, source: &str, sha256: &str) -> Option<(&Issue, Status<'_>)> {
        self.issues().into_iter().find(|(issue, _)| issue.source == source && issue.sha256 == sha256)
    }

    /// The accepted issues of a source, by date and then by arrival.
    #[must_use]
    pub fn accepted(&self, source: &str) -> Vec<&Issue> {
        let mut issues: Vec<&Issue> = self
            .issues()
            .into_iter()
            .filter(|(issue, status)| issue.source == source && *status == Status::Accepted)
            .map(|(issue, _)| issue)
            .collect();
        issues.sort_by(|a, b| a.issue_date.cmp(&b.issue_date));
        issues
    }

    /// The digests of the issues in force by source, at a time (UTC, ISO 8601) or now: those of the last snapshot that was built until then.
    #[must_use]
    pub fn in_force(&self, at: Option<&str>) -> BTreeMap<&str, &str> {
        let entry = self.ledger.entries().iter().rev().find_map(|entry| match &entry.event {
            Event::InForce { issues, .. } if at.is_none_or(|at| entry.at.as_str() <= at) => Some(issues),
            _ => None,
        });
        entry.into_iter().flatten().map(|(source, sha256)| (source.as_str(), sha256.as_str())).collect()
    }

    /// When a source was last asked with a good answer: UTC, ISO 8601.
    #[must_use]
    pub fn last_good_check(&self, source: &str) -> Option<&str> {
        self.ledger.entries().iter().rev().find_map(|entry| {
            let good = match &entry.event {
                Event::Accepted { issue } => issue.source == source,
                Event::Checked { sources } => sources.iter().any(|id| id == source),
                _ => false,
            };
            good.then_some(entry.at.as_str())
        })
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
        self.dir.join("notes").join(format!("{}-{}.{name}", issue.source.replace('/', "_"), issue.sha256))
    }

    /// Checks that every file of every issue is there and as it was delivered; how many there are comes back.
    pub fn check(&self) -> Result<u64, StoreError> {
        let mut checked = std::collections::BTreeSet::new();
        for (issue, _) in self.issues() {
            for file in &issue.files {
                if !checked.insert(&file.sha256) {
                    continue;
                }
                let (blob, packed) = self.stored(file);
                let from = File::open(&blob).map_err(failed(&blob))?;
                let digest =
                    if packed { digest_reader(MultiGzDecoder::new(BufReader::new(from))) } else { digest_reader(from) };
                if digest.map_err(failed(&blob))?.0 != file.sha256 {
                    return Err(StoreError::Damaged { path: blob, sha256: file.sha256.clone() });
                }
            }
        }
        Ok(checked.len() as u64)
    }

    /// Writes the files of an issue, as they were delivered, into a folder, and checks them.
    pub fn extract(&self, issue: &Issue, into: &Path) -> Result<Vec<PathBuf>, StoreError> {
        let mut paths = Vec::new();
        for file in &issue.files {
            let (blob, packed) = self.stored(file);
            let path = into.join(&file.file);
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

/// Digest, size and packing of a file.
pub(crate) fn digest_file(path: &Path) -> io::Result<(String, u64, Packing)> {
    digest_reader(File::open(path)?)
}

fn digest_reader(mut file: impl Read) -> io::Result<(String, u64, Packing)> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; CHUNK];
    let (mut bytes, mut packing) = (0_u64, Packing::None);
    loop {
        let n = match file.read(&mut buffer) {
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if n == 0 {
            return Ok((hex(&hash.finalize()), bytes, packing));
        }
        if bytes == 0 {
            packing = Packing::of(&buffer[..n]);
        }
        hash.update(&buffer[..n]);
        bytes += n as u64;
    }
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
}
