//! A download under way: `NAME.part`, and beside it `NAME.part.json`, which says of which address and version the bytes are. Both
//! stay after a failure, so that the next attempt, or the next run, goes on where this one ended. The note holds the SHA-256 of the
//! bytes it speaks of: what a crash left half-written is not built upon. `NAME.lock` keeps two processes from writing to one part;
//! it is empty and stays, because a lock file that comes and goes protects nothing.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::fault::FetchErrorKind;
use crate::input::hex;

/// Bytes between two notes of how far it is.
const CHECKPOINT: u64 = 16 << 20;

/// What the server called the version that is being downloaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    /// The one of the two that names these very bytes, if one does.
    pub(super) validator: Option<String>,
    /// Size of the whole file.
    pub(super) total: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct Note {
    url: String,
    bytes: u64,
    sha256: String,
    version: Version,
}

/// The partial file, locked against other processes.
#[derive(Debug)]
pub(super) struct Part {
    file: File,
    /// Held, not read.
    _lock: File,
    path: PathBuf,
    note: PathBuf,
    url: String,
    hash: Sha256,
    bytes: u64,
    noted: u64,
    version: Version,
}

fn failed(path: &Path) -> impl Fn(io::Error) -> FetchErrorKind + use<> {
    let path = path.to_owned();
    move |reason| FetchErrorKind::File { path: path.clone(), reason }
}

impl Part {
    /// Opens the partial file of `url` in `dir`, with what an earlier run left if it can be built upon.
    pub(super) fn open(dir: &Path, url: &str) -> Result<Self, FetchErrorKind> {
        let name = hex(&Sha256::digest(url.as_bytes())[..8]);
        let path = dir.join(format!("{name}.part"));
        let note = dir.join(format!("{name}.part.json"));
        let open = |path: &Path| {
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
            file.map_err(failed(path))
        };
        let lock_path = dir.join(format!("{name}.lock"));
        let lock = open(&lock_path)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => FetchErrorKind::Busy { path: path.clone() },
            TryLockError::Error(reason) => FetchErrorKind::File { path: lock_path.clone(), reason },
        })?;
        let file = open(&path)?;
        let version = Version::default();
        let mut part =
            Self { file, _lock: lock, path, note, url: url.to_owned(), hash: Sha256::new(), bytes: 0, noted: 0, version };
        part.take_up().map_err(failed(&part.path))?;
        Ok(part)
    }

    /// Takes up what is there, or empties the file.
    fn take_up(&mut self) -> io::Result<()> {
        let note = fs::read(&self.note).ok().and_then(|bytes| serde_json::from_slice::<Note>(&bytes).ok());
        if let Some(note) = note.filter(|note| note.url == self.url && note.bytes > 0 && note.version.validator.is_some()) {
            self.file.seek(SeekFrom::Start(0))?;
            let mut hash = Sha256::new();
            let read = io::copy(&mut (&self.file).take(note.bytes), &mut HashWriter(&mut hash))?;
            if read == note.bytes && hex(&hash.clone().finalize()) == note.sha256 {
                self.file.set_len(note.bytes)?;
                self.file.seek(SeekFrom::Start(note.bytes))?;
                (self.hash, self.bytes, self.noted, self.version) = (hash, note.bytes, note.bytes, note.version);
                return Ok(());
            }
        }
        self.empty()
    }

    fn empty(&mut self) -> io::Result<()> {
        (self.hash, self.bytes, self.noted, self.version) = (Sha256::new(), 0, 0, Version::default());
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        match fs::remove_file(&self.note) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Begins anew with this version.
    pub(super) fn restart(&mut self, version: Version) -> Result<(), FetchErrorKind> {
        self.empty().map_err(failed(&self.path))?;
        self.version = version;
        Ok(())
    }

    /// Bytes that are there.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The version that the bytes are of.
    pub(super) fn version(&self) -> &Version {
        &self.version
    }

    /// What to ask with to go on: how many bytes are there, of which version.
    pub(super) fn resumable(&self) -> Option<(u64, &str)> {
        let validator = self.version.validator.as_deref()?;
        (self.bytes > 0).then_some((self.bytes, validator))
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), FetchErrorKind> {
        self.file.write_all(bytes).map_err(failed(&self.path))?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        if self.bytes - self.noted >= CHECKPOINT { self.keep() } else { Ok(()) }
    }

    /// Makes sure that what is there can be built upon later; without a validator it cannot, and nothing is kept.
    pub(super) fn keep(&mut self) -> Result<(), FetchErrorKind> {
        if self.version.validator.is_none() || self.bytes == self.noted {
            return Ok(());
        }
        self.file.sync_data().map_err(failed(&self.path))?;
        let sha256 = hex(&self.hash.clone().finalize());
        let note = Note { url: self.url.clone(), bytes: self.bytes, sha256, version: self.version.clone() };
        let text = serde_json::to_vec(&note).map_err(io::Error::other).map_err(failed(&self.note))?;
        let new = self.note.with_extension("json.new");
        fs::write(&new, text).map_err(failed(&new))?;
        fs::rename(&new, &self.note).map_err(failed(&self.note))?;
        self.noted = self.bytes;
        Ok(())
    }

    /// The SHA-256 of what is there.
    pub(super) fn sha256(&self) -> String {
        hex(&self.hash.clone().finalize())
    }

    /// The first bytes of what is there.
    pub(super) fn head(&mut self, len: usize) -> Result<Vec<u8>, FetchErrorKind> {
        let mut head = Vec::new();
        self.file.seek(SeekFrom::Start(0)).map_err(failed(&self.path))?;
        (&self.file).take(len as u64).read_to_end(&mut head).map_err(failed(&self.path))?;
        self.file.seek(SeekFrom::Start(self.bytes)).map_err(failed(&self.path))?;
        Ok(head)
    }

    /// The whole file is there: it gets its name, and is on the disk when this returns.
    pub(super) fn finish(self, dir: &Path) -> Result<PathBuf, FetchErrorKind> {
        let done = dir.join(format!("{}.download", self.sha256()));
        self.file.sync_all().map_err(failed(&self.path))?;
        fs::rename(&self.path, &done).map_err(failed(&done))?;
        // A note without its file is passed over by the next run, should this fail.
        let _ = fs::remove_file(&self.note);
        #[cfg(unix)]
        File::open(dir).and_then(|dir| dir.sync_all()).map_err(failed(dir))?;
        Ok(done)
    }

    /// Nothing of it is wanted any more.
    pub(super) fn remove(mut self) -> Result<(), FetchErrorKind> {
        self.empty().map_err(failed(&self.path))?;
        fs::remove_file(&self.path).map_err(failed(&self.path))
    }
}

/// Hashes what is written to it.
struct HashWriter<'a>(&'a mut Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
