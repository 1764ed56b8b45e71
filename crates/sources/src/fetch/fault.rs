//! Why a fetch failed: one error for the whole fetch, which says whether trying again may help.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

/// Why a file was not fetched: what went wrong, at which host, after how many attempts. The queries of addresses are never in it.
#[derive(Debug, Error)]
#[error("{url}: {kind} ({}{})", asked(.url, .host), attempts_text(*.attempts))]
pub struct FetchError {
    /// The official address, without its query.
    pub url: String,
    /// The host that was asked when it failed; another than the official one after a redirect.
    pub host: String,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong.
    pub kind: FetchErrorKind,
}

fn asked(url: &str, host: &str) -> String {
    if host.is_empty() || url.contains(host) { String::new() } else { format!("redirected to {host}, ") }
}

fn attempts_text(attempts: u32) -> String {
    if attempts == 1 { "1 attempt".to_owned() } else { format!("{attempts} attempts") }
}

impl FetchError {
    /// Whether the same fetch may succeed later with nothing changed on this side.
    #[must_use]
    pub fn again_may_help(&self) -> bool {
        self.kind.is_passing()
            || matches!(self.kind, FetchErrorKind::Html | FetchErrorKind::Checksum { .. } | FetchErrorKind::Busy { .. })
    }
}

/// What went wrong with a fetch.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FetchErrorKind {
    /// The address cannot be fetched.
    #[error("the address is refused: {0}")]
    Address(String),
    /// The proxy's address is not one, or the proxy refuses.
    #[error("proxy: {reason}")]
    Proxy {
        /// What it says.
        reason: String,
        /// Whether this may pass.
        passing: bool,
    },
    /// The file of further root certificates cannot be used.
    #[error("{}: no certificates of an authority can be read from it: {reason}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The host's name is not known.
    #[error("the host is not found")]
    HostNotFound,
    /// No connection, or it broke before there was an answer.
    #[error("no connection: {0}")]
    Connect(String),
    /// The host cannot show that it is who it says.
    #[error("the secure connection is refused: {0}; a proxy that opens connections needs its authority in the CA file")]
    Tls(String),
    /// Something took too long.
    #[error("too slow: {0}")]
    Timeout(String),
    /// The server answers with an error.
    #[error("the server answers {status}{}", retry_after_text(*.retry_after))]
    Status {
        /// The HTTP status.
        status: u16,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// A redirect that is not followed.
    #[error("redirect refused: {0}")]
    Redirect(String),
    /// What the server sends is not HTTP as it should be.
    #[error("the server's answer is broken: {0}")]
    Protocol(String),
    /// The connection ended before the file did.
    #[error("cut off after {} bytes{}", .got, .stated.map_or(String::new(), |stated| format!(" of {stated}")))]
    Truncated {
        /// Bytes that came, those of earlier attempts included.
        got: u64,
        /// Bytes that the server promised.
        stated: Option<u64>,
    },
    /// The file is larger than allowed.
    #[error("larger than the {limit} bytes allowed")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// A web page where a list is expected.
    #[error("a web page came instead of the list (a login, a maintenance notice, or the list has moved)")]
    Html,
    /// Nothing came.
    #[error("the file is empty")]
    Empty,
    /// The file is encoded in a way that was not asked for.
    #[error("the server sends the content encoding {0:?}, which was not asked for")]
    Encoding(String),
    /// The file is another than the one whose checksum is published.
    #[error("the file has the SHA-256 {found}; {expected} is expected")]
    Checksum {
        /// As published.
        expected: String,
        /// As fetched.
        found: String,
    },
    /// Another process is fetching the same.
    #[error("{}: another process is fetching this", path.display())]
    Busy {
        /// The partial file that it holds.
        path: PathBuf,
    },
    /// A file on this machine.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
}

fn retry_after_text(retry_after: Option<Duration>) -> String {
    retry_after.map_or(String::new(), |wait| format!(" and asks to come back after {} s", wait.as_secs()))
}

impl FetchErrorKind {
    /// Whether it is tried again at once, after a pause.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::HostNotFound
            | Self::Connect(_)
            | Self::Timeout(_)
            | Self::Truncated { .. }
            | Self::Protocol(_)
            | Self::Empty => true,
            Self::Proxy { passing, .. } => *passing,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..=599),
            _ => false,
        }
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
