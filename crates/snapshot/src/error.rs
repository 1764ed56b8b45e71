//! Why a snapshot was not made or not opened. Every message says what to do.

use std::io;
use std::path::PathBuf;

use interdict_model::MergeError;
use thiserror::Error;

/// Why a snapshot was not made or not opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The file cannot be opened, mapped or written.
    #[error("{}: {reason}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// The file is not a snapshot.
    #[error("{file}: not an interdict snapshot: {reason}")]
    Foreign {
        /// The file.
        file: String,
        /// What was found instead.
        reason: String,
    },
    /// The file was made by an engine with another format.
    #[error("{file}: snapshot format {found}, but this engine reads format {supported}; build it again from its sources")]
    Version {
        /// The file.
        file: String,
        /// Format of the file.
        found: u32,
        /// Format of this engine.
        supported: u32,
    },
    /// The file was made by an engine that reads names by other rules, so that look-ups could miss.
    #[error("{file}: built by engine {engine}, which reads names by other rules; build it again from its sources")]
    Rules {
        /// The file.
        file: String,
        /// Version of the engine that built it.
        engine: String,
    },
    /// Bytes are missing or were changed.
    #[error("{file}: damaged: {what} at byte {offset}; copy it again or build it again from its sources")]
    Damaged {
        /// The file.
        file: String,
        /// What does not fit.
        what: String,
        /// Where in the file it begins.
        offset: u64,
    },
    /// Nothing to build from.
    #[error("no entities to build a snapshot from")]
    Empty,
    /// Some ids stand for more than one entity. [`crate::Builder::merging`] builds from the same entities and merges those.
    #[error("{} ids stand for more than one entity, among them `{}`", .0.len(), .0.first().map_or("", String::as_str))]
    DuplicateIds(Vec<String>),
    /// Two entities with one id are of different kinds.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// More content than the format's 32-bit numbers can count.
    #[error("too large for snapshot format {FORMAT}: more than 2^32 {what}", FORMAT = crate::FORMAT_VERSION)]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
    },
}
