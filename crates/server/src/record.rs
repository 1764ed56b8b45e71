//! Queries that are kept, so that other settings can be tried on them before they are in force: one JSON line each, in a file for each tenant,
//! for the owner of the process alone. Off unless a folder is named.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use interdict_model::{Entity, entity_from_json, entity_to_json};

/// Where queries are kept.
#[derive(Debug, Clone)]
pub struct Recorder(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    /// Bytes of a file from which on another is begun; the one before is kept, and those before it are not.
    most: u64,
    files: Mutex<BTreeMap<String, Kept>>,
}

#[derive(Debug)]
struct Kept {
    file: BufWriter<File>,
    bytes: u64,
}

/// Where the queries of a request are kept.
#[derive(Debug, Clone)]
pub(crate) struct Recording {
    pub(crate) recorder: Recorder,
    pub(crate) tenant: String,
}

impl Recording {
    /// Keeps a query. One that cannot be kept is answered all the same; the log says why.
    pub(crate) fn keep(&self, query: &Entity) {
        if let Err(error) = self.recorder.keep(&self.tenant, query) {
            tracing::warn!(%error, "a query cannot be recorded");
        }
    }
}

impl Recorder {
    /// Keeps queries in a folder, which is made where it is not there; of each tenant about twice `most` bytes, the newest.
    pub fn new(folder: &Path, most: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self(Arc::new(Inner { folder: folder.to_owned(), most, files: Mutex::default() })))
    }

    fn path(&self, tenant: &str, ending: &str) -> PathBuf {
        // The only tenant has no name; no other is called so.
        let name = if tenant.is_empty() { "-" } else { tenant };
        self.0.folder.join(format!("{name}.{ending}"))
    }

    fn keep(&self, tenant: &str, query: &Entity) -> io::Result<()> {
        let mut line = serde_json::to_vec(&entity_to_json(query))?;
        line.push(b'\n');
        let mut files = self.0.files.lock().unwrap_or_else(PoisonError::into_inner);
        if files.get(tenant).is_some_and(|kept| kept.bytes + line.len() as u64 > self.0.most)
            && let Some(mut full) = files.remove(tenant)
        {
            full.file.flush()?;
            fs::rename(self.path(tenant, "jsonl"), self.path(tenant, "before.jsonl"))?;
        }
        if !files.contains_key(tenant) {
            let file = open(&self.path(tenant, "jsonl"))?;
            let bytes = file.metadata()?.len();
            files.insert(tenant.to_owned(), Kept { file: BufWriter::new(file), bytes });
        }
        let Some(kept) = files.get_mut(tenant) else { return Ok(()) };
        kept.bytes += line.len() as u64;
        kept.file.write_all(&line)
    }

    /// Has all that was kept on the disk.
    pub(crate) fn flush(&self) {
        let mut files = self.0.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|tenant, kept| match kept.file.flush() {
            Ok(()) => true,
            Err(error) => {
                // It is opened again with the next query; what it held may be lost.
                tracing::warn!(%error, tenant, "recorded queries cannot be written");
                false
            }
        });
    }

    /// The queries of a tenant, the oldest first. A line that was cut off is an error.
    pub(crate) fn read(&self, tenant: &str) -> io::Result<impl Iterator<Item = Result<Entity, String>> + use<>> {
        self.flush();
        let mut files = Vec::new();
        for ending in ["before.jsonl", "jsonl"] {
            match File::open(self.path(tenant, ending)) {
                Ok(file) => files.push(BufReader::new(file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(files.into_iter().flat_map(BufRead::lines).map(|line| {
            let line = line.map_err(|error| error.to_string())?;
            entity_from_json(&line).map_err(|error| error.to_string())
        }))
    }
}

/// A file that its owner alone may read, to be added to.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(number: usize) -> Entity {
        entity_from_json(&format!(r#"{{"id":"q-{number}","schema":"Person","properties":{{"name":["Ada Example"]}}}}"#))
            .unwrap()
    }

    fn ids(recorder: &Recorder, tenant: &str) -> Vec<String> {
        recorder.read(tenant).unwrap().map(|query| query.map_or_else(|_| "none".to_owned(), |query| query.id)).collect()
    }

    #[test]
    fn each_tenant_has_its_own_and_the_newest_stay() {
        let folder = tempfile::tempdir().unwrap();
        let length = serde_json::to_vec(&entity_to_json(&query(0))).unwrap().len() as u64 + 1;
        let recorder = Recorder::new(&folder.path().join("queries"), length * 3).unwrap();
        for number in 0..8 {
            recorder.keep("", &query(number)).unwrap();
        }
        recorder.keep("north", &query(9)).unwrap();
        assert_eq!(ids(&recorder, ""), ["q-3", "q-4", "q-5", "q-6", "q-7"]);
        assert_eq!(ids(&recorder, "north"), ["q-9"]);
        assert_eq!(ids(&recorder, "south"), [""; 0]);
        // A process that began anew goes on behind a line that was cut off.
        let path = folder.path().join("queries/north.jsonl");
        fs::write(&path, [&*fs::read(&path).unwrap(), b"{\"id\":"].concat()).unwrap();
        assert_eq!(ids(&recorder, "north"), ["q-9", "none"]);
    }

    #[cfg(unix)]
    #[test]
    fn recorded_queries_are_their_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let recorder = Recorder::new(folder.path(), 1 << 20).unwrap();
        recorder.keep("", &query(1)).unwrap();
        let mode = fs::metadata(folder.path().join("-.jsonl")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
