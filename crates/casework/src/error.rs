//! The one error type of the crate, with a kind for each that tells a server or a command line what to answer.

use std::path::PathBuf;

use thiserror::Error;

use crate::alerts::TransitionError;

/// Why something was not done. Nothing is done by halves: whatever ends in an error has changed nothing.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The database did not do what it was asked.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A file could not be read or written.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// Reading or writing an export failed.
    #[error("export: {0}")]
    Stream(#[from] std::io::Error),
    /// Another process has the store open for writing.
    #[error("{} is in use by another process, which holds {}: stop it, or ask it over its API", store.display(), lock.display())]
    InUse {
        /// The database.
        store: PathBuf,
        /// The file that is locked.
        lock: PathBuf,
    },
    /// The database was made by a newer version.
    #[error(
        "the store has schema {found}, this version knows schemas up to {known}: update interdict, or restore a backup made before"
    )]
    NewerSchema {
        /// Schema of the store.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// The store is not there, or has an older schema, and was opened for reading only.
    #[error("the store has schema {found} and needs {known}: open it once for writing")]
    OlderSchema {
        /// Schema of the store, 0 for none.
        found: i64,
        /// The one that is needed.
        known: i64,
    },
    /// The store was opened for reading only.
    #[error("the store is open for reading only")]
    ReadOnly,
    /// Where the store is cannot be understood.
    #[error("no place of a store: {0}")]
    Location(String),
    /// There is no such thing.
    #[error("there is no {what} `{id}`")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The actor is not known, or not active.
    #[error("`{0}` is nobody who may do anything here")]
    UnknownActor(String),
    /// No role of the actor allows it.
    #[error("`{actor}` has no role that allows: {action}")]
    Forbidden {
        /// The actor.
        actor: String,
        /// What it needs.
        action: &'static str,
    },
    /// Somebody would decide on a proposal of their own.
    #[error("`{actor}` made the proposal `{proposal}`: another person decides on it")]
    FourEyes {
        /// The actor.
        actor: String,
        /// The proposal.
        proposal: String,
    },
    /// Roles that one person must not have together, or a change of one's own roles.
    #[error("separation of duties: {0}")]
    Duties(String),
    /// The state does not allow it.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// Somebody else was faster, or it is there already.
    #[error("{0}")]
    Conflict(String),
    /// What was given cannot be taken.
    #[error("{field}: {reason}")]
    Invalid {
        /// Which part of the input.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The store holds something that this version cannot have written.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// A key, or a signature.
    #[error("key: {0}")]
    Key(String),
}

/// What an error means for the one who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// There is no such thing.
    NotFound,
    /// Not allowed to this actor.
    Forbidden,
    /// Not in this state, or somebody was faster.
    Conflict,
    /// The input is wrong.
    Invalid,
    /// The database or a disk is away, full or busy: the same may work later.
    Unavailable,
    /// The store is damaged, or of another version.
    Damaged,
}

impl Error {
    /// What it means for the one who asked.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::NotFound { .. } => Kind::NotFound,
            Self::UnknownActor(_) | Self::Forbidden { .. } | Self::FourEyes { .. } | Self::Duties(_) | Self::ReadOnly => {
                Kind::Forbidden
            }
            Self::Transition(_) | Self::Conflict(_) => Kind::Conflict,
            Self::Invalid { .. } | Self::Location(_) | Self::Key(_) => Kind::Invalid,
            Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation() => Kind::Conflict,
            Self::Database(_) | Self::File { .. } | Self::Stream(_) | Self::InUse { .. } => Kind::Unavailable,
            Self::NewerSchema { .. } | Self::OlderSchema { .. } | Self::Damaged(_) => Kind::Damaged,
        }
    }
}

pub(crate) fn invalid(field: &'static str, reason: impl Into<String>) -> Error {
    Error::Invalid { field, reason: reason.into() }
}

pub(crate) fn not_found(what: &'static str, id: &str) -> Error {
    Error::NotFound { what, id: id.to_owned() }
}

/// A text that must be there: without blanks around, of at most `longest` bytes, without control characters but line ends and tabs.
pub(crate) fn text(field: &'static str, value: &str, longest: usize) -> Result<String, Error> {
    let value = value.trim();
    if value.is_empty() {
        return Err(invalid(field, "must not be empty"));
    }
    plain(field, value, longest)
}

/// As [`text`], but it may be empty.
pub(crate) fn plain(field: &'static str, value: &str, longest: usize) -> Result<String, Error> {
    if value.len() > longest {
        return Err(invalid(field, format!("{} bytes long; at most {longest} are taken", value.len())));
    }
    if value.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
        return Err(invalid(field, "has control characters"));
    }
    Ok(value.to_owned())
}
