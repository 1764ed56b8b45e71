//! What is owed to the people whose records are kept: how long a record may stay ([`Retention`]), that it goes when it must ([`erase_csv`],
//! [`erase_jsonl`]), that a person gets all of it ([`export_person`]), and that every reading of it is written down ([`AccessLog`]).
//! Everything here works on streams and values, with the time passed in; the files are the caller's.

mod access;
mod erase;
mod export;
pub(crate) mod records;
mod retention;

pub use access::{Access, AccessLog, ChainError, Verified, verify as verify_log};
pub use erase::{EraseError, Erased, erase_csv, erase_jsonl};
pub use export::export_person;
pub use retention::{AlertState, Decision, PersonFacts, Reason, Retention};
