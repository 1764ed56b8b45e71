//! The one error type of the crate: why a whole file was refused. What is wrong with single records is an `Issue` in the report
//! instead, and parsing goes on.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a source file was refused as a whole. A refused file leaves no entities behind: a part of a list must never pass as the list.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The file cannot be opened.
    #[error("{}: cannot be opened: {reason}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// Reading failed: a damaged archive, a file that ends early, a disk error.
    #[error("{file}: cannot be read after {offset} bytes of content: {reason}")]
    Read {
        /// The file as named by the user.
        file: String,
        /// Decompressed bytes that had been read.
        offset: u64,
        /// Why.
        reason: io::Error,
    },
    /// The content grows beyond the limits, as a decompression bomb does.
    #[error("{file}: {what} after {offset} bytes of content; refused as a possible decompression bomb")]
    TooLarge {
        /// The file as named by the user.
        file: String,
        /// Which limit, with its value.
        what: String,
        /// Decompressed bytes that had been read.
        offset: u64,
    },
    /// A zip archive that does not hold exactly one list file, or cannot be read.
    #[error("{file}: zip archive: {reason}")]
    Archive {
        /// The file as named by the user.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// The content is of no format that can be parsed.
    #[error("{file}: not a list format that is known: {found}")]
    UnknownFormat {
        /// The file as named by the user.
        file: String,
        /// What was found at its start.
        found: String,
    },
    /// The XML is broken, or does what a list never does (document type declarations, undefined entities, extreme depth).
    #[error("{file}: byte {offset}, line {line}: {reason}")]
    Xml {
        /// The file as named by the user.
        file: String,
        /// Byte offset in the decompressed content.
        offset: u64,
        /// Line number, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// The file was read to its end and holds nothing.
    #[error("{file}: no {what} in the file; an empty list is never accepted")]
    Empty {
        /// The file as named by the user.
        file: String,
        /// What was expected.
        what: &'static str,
    },
    /// Files of one source that do not go together.
    #[error("source `{id}`: its files do not go together: {reason}")]
    Set {
        /// Id of the source.
        id: String,
        /// Why not.
        reason: String,
    },
}
