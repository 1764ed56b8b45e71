//! Why the server does not start, or does not go on.

use std::net::SocketAddr;
use std::path::PathBuf;

/// An error of the server itself; those of requests are [`crate::Problem`]s.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        reason: std::io::Error,
    },
    /// An address that others reach, and nothing that says who may.
    #[error("{0} is reached by other machines, and no key or user says who may use the server")]
    Open(SocketAddr),
    /// An address that others reach, and keys, passwords and queries would cross the network in the clear.
    #[error("{0} is reached by other machines, and without TLS all can read along")]
    Clear(SocketAddr),
    /// The file of users cannot be used.
    #[error("{file}: {reason}")]
    Users {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The file of keys cannot be used.
    #[error("{file}: {reason}")]
    Keys {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The certificate or its key cannot be used.
    #[error("{file}: {reason}")]
    Tls {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A snapshot cannot be used.
    #[error(transparent)]
    Snapshot(#[from] interdict_snapshot::SnapshotError),
    /// A file or folder cannot be read.
    #[error("{}: {reason}", path.display())]
    File {
        /// The path.
        path: PathBuf,
        /// Why not.
        reason: std::io::Error,
    },
    /// Cases are to be kept, and nothing tells people apart.
    #[error("cases need keys or users: a decision is made by two people, and without them nobody can be told from another")]
    CasesNeedKeys,
    /// A store of cases cannot be used.
    #[error("cases{}: {reason}", if tenant.is_empty() { String::new() } else { format!(" of tenant `{tenant}`") })]
    Cases {
        /// Whose.
        tenant: String,
        /// Why not.
        reason: String,
    },
    /// Logs or metrics cannot be set up.
    #[error("{0}")]
    Setup(String),
}
