//! The ledger: a file of JSON lines that is only ever added to, in which every issue that came, every check, every refusal and every change of
//! what is in force stands with its time. Each line names the SHA-256 of the line before it, so that a line cannot be changed, taken out or
//! put in without breaking all that follow. Times come in as arguments.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::input::hex;
use crate::store::sync_folder;

/// What the first line names as the one before it.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Why a ledger cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// Reading or writing failed.
    #[error("ledger {}: {reason}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// A line is not what it should be: the file was changed, or is of another program.
    #[error("ledger {}: line {line}: {reason}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
}

/// A file of an issue, as delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct IssueFile {
    /// Its name without folder.
    pub file: String,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// What the publisher's server called this version, to ask for changes by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// When it was changed, in the words of the publisher's server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

/// An issue of a list: what came, and what was found in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Id of the source.
    pub source: String,
    /// Name of the format.
    pub format: String,
    /// Date of the issue, ISO 8601; empty when nothing says it.
    pub issue_date: String,
    /// What says the date: `file`, `file name`, `server`, `bundle`; empty when nothing does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub dated_by: String,
    /// Identifies the issue: the SHA-256 of its file, or of the digests of its files.
    pub sha256: String,
    /// Its files.
    pub files: Vec<IssueFile>,
    /// Entities that it gives.
    #[serde(default)]
    pub entities: u64,
    /// What was counted in it.
    #[serde(default)]
    pub counts: Vec<(String, u64)>,
    /// How many records have something wrong.
    #[serde(default)]
    pub problems: u64,
    /// How it came: `publisher`, `folder`, `bundle`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// An issue came and is good.
    Accepted {
        /// The issue.
        issue: Issue,
    },
    /// An issue came and is not to be trusted: it can be read, and is implausible.
    Quarantined {
        /// The issue.
        issue: Issue,
        /// Why.
        reasons: Vec<String>,
    },
    /// A file came and cannot be read as the list.
    Refused {
        /// What came; nothing is known of its content.
        issue: Issue,
        /// Why, with the line.
        reason: String,
    },
    /// A source could not be asked.
    Failed {
        /// Id of the source.
        source: String,
        /// Why.
        reason: String,
    },
    /// Sources were asked and have nothing new.
    Checked {
        /// Their ids.
        sources: Vec<String>,
    },
    /// A signed bundle was taken in.
    Imported {
        /// Rises with every bundle of one maker.
        sequence: u64,
        /// When it was made.
        made_at: String,
        /// The public key that it was checked with.
        key: String,
    },
    /// A snapshot was built: from now on these issues are in force.
    InForce {
        /// Id of the snapshot.
        snapshot: String,
        /// Version of the engine that built it.
        engine: String,
        /// Source and SHA-256 of each issue.
        issues: Vec<(String, String)>,
    },
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, from 1.
    pub seq: u64,
    /// When it was written: UTC, ISO 8601.
    pub at: String,
    /// SHA-256 of the line before.
    pub prev: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// The ledger of a store.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    entries: Vec<Entry>,
    /// SHA-256 of the last line.
    head: String,
    /// Bytes of whole lines.
    end: u64,
}

impl Ledger {
    /// Reads and checks a ledger. A file that is not there is an empty one. A last line that was cut off while it was written, as when the
    /// power fails, is not counted, and goes when the next is written.
    pub fn read(path: &Path) -> Result<Self, LedgerError> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(reason) => return Err(LedgerError::Io { path: path.to_owned(), reason }),
        };
        let mut ledger = Self { path: path.to_owned(), entries: Vec::new(), head: BEGINNING.to_owned(), end: 0 };
        let mut number = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            number += 1;
            let Some(line) = line.strip_suffix(b"\n") else { break };
            let broken = |reason: String| LedgerError::Broken { path: path.to_owned(), line: number, reason };
            let entry: Entry = serde_json::from_slice(line).map_err(|error| broken(error.to_string()))?;
            if entry.prev != ledger.head {
                return Err(broken("it does not follow from the line before; the ledger was changed".to_owned()));
            }
            if entry.seq != number {
                return Err(broken(format!("its number is {}", entry.seq)));
            }
            ledger.head = digest(line);
            ledger.end += line.len() as u64 + 1;
            ledger.entries.push(entry);
        }
        Ok(ledger)
    }

    /// Adds a line and makes sure that it is on the disk.
    pub fn add(&mut self, at: &str, event: Event) -> Result<(), LedgerError> {
        let failed = |reason| LedgerError::Io { path: self.path.clone(), reason };
        let entry = Entry { seq: self.entries.len() as u64 + 1, at: at.to_owned(), prev: self.head.clone(), event };
        let line = serde_json::to_string(&entry).map_err(|error| failed(io::Error::other(error)))?;
        let write = || -> io::Result<()> {
            let mut file: File = OpenOptions::new().create(true).append(true).open(&self.path)?;
            file.set_len(self.end)?;
            file.write_all(line.as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_data()?;
            // The name of a new file must be on the disk, too.
            match self.path.parent().filter(|_| self.end == 0) {
                Some(folder) => sync_folder(folder),
                None => Ok(()),
            }
        };
        write().map_err(failed)?;
        self.head = digest(line.as_bytes());
        self.end += line.len() as u64 + 1;
        self.entries.push(entry);
        Ok(())
    }

    /// All lines in the order in which they were written.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// SHA-256 of the last line: whoever keeps it can tell later that nothing before it was changed.
    #[must_use]
    pub fn head(&self) -> &str {
        &self.head
    }
}

fn digest(line: &[u8]) -> String {
    hex(&Sha256::digest(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(name: &str) -> Event {
        Event::Checked { sources: vec![name.to_owned()] }
    }

    #[test]
    fn lines_follow_from_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.jsonl");
        let mut ledger = Ledger::read(&path).unwrap();
        for name in ["a", "b", "c"] {
            ledger.add("2026-01-01T00:00:00Z", checked(name)).unwrap();
        }
        let again = Ledger::read(&path).unwrap();
        assert_eq!((again.entries(), again.head()), (ledger.entries(), ledger.head()));

        let whole = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = whole.lines().collect();
        for (text, line, reason) in [
            (whole.replace("[\"a\"]", "[\"x\"]"), 2, "it does not follow from the line before; the ledger was changed"),
            (format!("{}\n{}\n", lines[0], lines[2]), 2, "it does not follow from the line before; the ledger was changed"),
            (format!("{}\n", lines[1]), 1, "it does not follow from the line before; the ledger was changed"),
            (format!("{whole}nonsense\n"), 4, "expected ident at line 1 column 2"),
        ] {
            std::fs::write(&path, text).unwrap();
            let expected = format!("ledger {}: line {line}: {reason}", path.display());
            assert_eq!(Ledger::read(&path).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn a_line_that_was_cut_off_goes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.jsonl");
        let mut ledger = Ledger::read(&path).unwrap();
        ledger.add("2026-01-01T00:00:00Z", checked("a")).unwrap();
        let whole = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{whole}{{\"seq\":2,\"at\"")).unwrap();
        let mut ledger = Ledger::read(&path).unwrap();
        assert_eq!(ledger.entries().len(), 1);
        ledger.add("2026-01-02T00:00:00Z", checked("b")).unwrap();
        assert_eq!(Ledger::read(&path).unwrap().entries().len(), 2);
    }
}
