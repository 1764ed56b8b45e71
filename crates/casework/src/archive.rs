//! The archive: the snapshots that findings were made on, each under its content id, so that a decision of years ago can be run again. A
//! snapshot is kept before the first finding of it is.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use interdict_snapshot::{Snapshot, SnapshotError};

use crate::error::Error;

/// A folder of snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    folder: PathBuf,
}

/// What the archive has under an id.
#[derive(Debug)]
pub enum Archived {
    /// The snapshot, whole to the last byte.
    There(Box<Snapshot>),
    /// Nothing.
    Absent,
    /// A file that this engine cannot use: damaged, or written by another version.
    Unusable(SnapshotError),
}

impl Archive {
    /// The folder need not be there yet.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The place of a snapshot; none for an id that is none.
    fn path(&self, id: &str) -> Option<PathBuf> {
        let is_id = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id.then(|| self.folder.join(format!("{id}.snapshot")))
    }

    /// Keeps a snapshot, unless it is there. Whether it was not.
    pub fn keep(&self, snapshot: &Snapshot) -> Result<bool, Error> {
        let Some(path) = self.path(snapshot.id()) else {
            return Err(Error::Damaged(format!("`{}` is no id of a snapshot", snapshot.id())));
        };
        let size = snapshot.size() as u64;
        if fs::metadata(&path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == size) {
            return Ok(false);
        }
        let failed = |reason| Error::File { path: path.clone(), reason };
        fs::create_dir_all(&self.folder).map_err(failed)?;
        // Under another name until it is whole and on the disk.
        let mut file = tempfile::NamedTempFile::new_in(&self.folder).map_err(failed)?;
        file.write_all(snapshot.bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        Ok(true)
    }

    /// Looks for a snapshot, and checks every byte of it.
    pub fn find(&self, id: &str) -> Result<Archived, Error> {
        let Some(path) = self.path(id) else { return Ok(Archived::Absent) };
        match fs::metadata(&path) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Archived::Absent),
            Err(reason) => return Err(Error::File { path, reason }),
        }
        let name = path.display().to_string();
        let opened = Snapshot::open(&path).and_then(|snapshot| {
            snapshot.verify(&name)?;
            Ok(snapshot)
        });
        Ok(match opened {
            Ok(snapshot) if snapshot.id() == id => Archived::There(Box::new(snapshot)),
            Ok(snapshot) => Archived::Unusable(SnapshotError::Foreign {
                file: name,
                reason: format!("it is the snapshot {}", snapshot.id()),
            }),
            Err(error) => Archived::Unusable(error),
        })
    }
}
