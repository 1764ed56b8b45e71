//! From a hit to a decision that can be proved: customers under monitoring, alerts, cases, four-eyes decisions, whitelists, the audit chain,
//! replay. Snapshots, settings and customers go in; alerts, decisions and their proofs come out.

mod actors;
mod alerts;
mod archive;
mod audit;
mod backup;
pub mod calendar;
mod canonical;
mod cases;
mod customers;
mod database;
mod decisions;
mod deliveries;
pub mod desk;
mod error;
mod kept;
mod migrate;
pub mod monitor;
mod record;
mod releases;
mod requests;
mod screenings;
mod store;
mod whitelist;

pub use actors::{Action, Actor, Role, Roles, conflict, permits};
pub use alerts::{Disposition, Event, Priority, State, TransitionError, transition};
pub use archive::{Archive, Archived};
pub use audit::{BEGINNING, Checkpoint, Entry, Report, SigningKey, Trouble, VerifyingKey, encode, verify_export};
pub use canonical::{canonical, facts, facts_hash, sha256};
pub use cases::{Alert, Attachment, Case, Filter, Finding, Hit, LONGEST_ATTACHMENT, Link, Note, Opened, QUEUE};
pub use customers::{BATCH, Customer, Imported};
pub use database::Location;
pub use decisions::{BULK, Proposal, Review};
pub use deliveries::Delivery;
pub use error::{Error, Kind};
pub use kept::Kept;
pub use releases::{Release, ReleaseState};
pub use requests::{Answered, Asked};
pub use screenings::{Against, Checked, Covered, Outcome, Progress, Scope, Screening, Source, Uncovered};
pub use store::{By, Store};
pub use whitelist::{Standing, Whitelisting};
