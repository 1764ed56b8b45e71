//! What a parser says of its work: what it counted, which records had something wrong, and what identifies the file.

use crate::input::Delivered;
use crate::load::Format;

/// Something wrong with one record. The rest of the record, and of the file, was kept unless the message says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Line number in the decompressed file, from 1.
    pub line: u64,
    /// The record, such as `DistinctParty 52262` or `line 17`.
    pub record: String,
    /// The field, such as `Birthdate` or `properties.name`; may be empty.
    pub field: String,
    /// What is wrong.
    pub message: String,
}

/// A record that was left out whole, with its text, for the rejects file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Why.
    pub issue: Issue,
    /// The record as it stood in the file; bytes that are not UTF-8 are replaced.
    pub text: String,
}

/// One counted thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// What, in the words of the reference counts (`parties`, `names_not_latin`, ...).
    pub what: &'static str,
    /// How many.
    pub count: u64,
}

/// What one file was, as delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDigest {
    /// File name without its folder.
    pub file: String,
    /// SHA-256 of the file as delivered (compressed, if it is), lower-case hexadecimal.
    pub sha256: String,
    /// Size of the file as delivered, in bytes.
    pub bytes: u64,
}

/// The result of parsing one file, or a set of files that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Id of the source.
    pub source: String,
    /// Name of the format that was recognised, such as `ofac_sdn_advanced`.
    pub format: &'static str,
    /// Date of the issue as the file states it, ISO 8601; empty when it states none.
    pub issue_date: String,
    /// File name without its folder; those of a set are joined by commas.
    pub file: String,
    /// SHA-256 of the file as delivered (compressed, if it is), lower-case hexadecimal. For a set: SHA-256 of the sorted digests of its
    /// files, as text with a newline between.
    pub sha256: String,
    /// Size of the file as delivered, in bytes; for a set the sum.
    pub bytes: u64,
    /// Every file that was read.
    pub files: Vec<FileDigest>,
    /// Entities handed out.
    pub entities: u64,
    /// What was counted in the file.
    pub counts: Vec<Count>,
    /// What was wrong with single records.
    pub issues: Vec<Issue>,
    /// Records that were left out whole.
    pub rejected: Vec<Rejected>,
}

impl Report {
    /// A report that says nothing yet.
    pub(crate) fn new(source: &str, format: Format, file: String) -> Self {
        Self {
            source: source.to_owned(),
            format: format.name(),
            issue_date: String::new(),
            file,
            sha256: String::new(),
            bytes: 0,
            files: Vec::new(),
            entities: 0,
            counts: Vec::new(),
            issues: Vec::new(),
            rejected: Vec::new(),
        }
    }

    /// Takes down what its one file was.
    pub(crate) fn set_delivered(&mut self, Delivered { sha256, bytes }: Delivered) {
        self.files = vec![FileDigest { file: self.file.clone(), sha256: sha256.clone(), bytes }];
        (self.sha256, self.bytes) = (sha256, bytes);
    }

    /// The count of `what`, zero if it was not counted.
    #[must_use]
    pub fn count(&self, what: &str) -> u64 {
        self.counts.iter().find(|count| count.what == what).map_or(0, |count| count.count)
    }
}
