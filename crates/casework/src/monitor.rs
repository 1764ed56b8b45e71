//! Monitoring: when a list changes, which customers' findings change. In go an index of all customers, the snapshot that they were screened
//! against last and the new one; out come the findings that are new, changed and gone, and those whose party is no longer listed. Nobody is
//! screened whom the change cannot concern, and the result is that of screening everybody again ([`Monitor::rescreen`] says why).
//!
//! All of it is pure: no database, no clock. Look-back ([`lookback`]) answers what a file of customers would have found in a snapshot of a
//! day, by settings that are named in the answer.

mod changes;
mod index;
mod lookback;
mod rescreen;

use interdict_matching::{Hit, Settings};
use interdict_snapshot::{Snapshot, SnapshotError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use changes::{Changes, PartyChange};
pub use index::CustomerIndex;
pub use lookback::{Lookback, LookbackRow, lookback};
pub use rescreen::{Change, Finding, Monitor, Outcome};

/// Why monitoring cannot give an answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MonitorError {
    /// The names that changed cannot be indexed.
    #[error("the changed names: {0}")]
    Snapshot(#[from] SnapshotError),
    /// A customer who is in the index cannot be read again.
    #[error("customer `{customer}`: {reason}")]
    Customer {
        /// The customer's id.
        customer: String,
        /// Why not.
        reason: String,
    },
    /// More customers, names or words than the index can count.
    #[error("the index of customers is full: more {0} than 32 bits can count")]
    Full(&'static str),
    /// A list in the snapshot is younger than the day that is looked back to.
    #[error("the issue of `{source_id}` is of {issue}, which is after {day}: nobody could have screened against it")]
    LaterIssue {
        /// The list.
        source_id: String,
        /// The date of its issue.
        issue: String,
        /// The day that is looked back to.
        day: String,
    },
}

/// What a result was made with: with the same again, it is the same again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Content id of the snapshot.
    pub snapshot: String,
    /// The lists in it.
    pub lists: Vec<ListIssue>,
    /// Id of the settings.
    pub settings: String,
    /// Version of the engine that screened.
    pub engine: String,
    /// Fingerprint of the rules by which names are read.
    pub name_rules: String,
}

/// An issue of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListIssue {
    /// Id of the source.
    pub id: String,
    /// Date of the issue; empty when the file states none.
    pub issue_date: String,
    /// SHA-256 of the file as delivered.
    pub sha256: String,
}

impl Basis {
    /// Of screening a snapshot with settings by this engine.
    #[must_use]
    pub fn of(snapshot: &Snapshot, settings: &Settings) -> Self {
        let meta = snapshot.meta();
        let list = |source: &interdict_snapshot::SourceMeta| ListIssue {
            id: source.id.clone(),
            issue_date: source.issue_date.clone(),
            sha256: source.sha256.clone(),
        };
        Self {
            snapshot: snapshot.id().to_owned(),
            lists: meta.sources.iter().map(list).collect(),
            settings: settings.id(),
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            name_rules: meta.name_rules.clone(),
        }
    }
}

/// A finding as it is kept: without borrowing from the snapshot that it was made on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Id of the listed party.
    pub party: String,
    /// Its name to show.
    pub caption: String,
    /// From 0 to 1.
    pub score: f64,
    /// The score of OFAC's own search page, from 0 to 100; `None` when no name was compared.
    pub ofac: Option<u8>,
    /// The listed name that agreed best; `None` when only an identifier was found.
    pub name: Option<String>,
    /// The identifiers that agreed, as the list writes them.
    pub identifiers: Vec<String>,
}

impl From<&Hit<'_>> for Found {
    fn from(hit: &Hit<'_>) -> Self {
        Self {
            party: hit.entity.id().to_owned(),
            caption: hit.entity.caption().to_owned(),
            score: hit.score,
            ofac: hit.ofac,
            name: hit.name.map(|name| name.text().to_owned()),
            identifiers: hit.identifiers.iter().map(|found| found.listed.clone()).collect(),
        }
    }
}
